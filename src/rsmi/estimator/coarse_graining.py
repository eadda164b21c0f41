"""The coarse-graining channel p(h|v): a network z(v), then discrete variables h drawn from it.

A component of h with two states has one output z, with p(h = +1 | v) = sigmoid(2 z). One with q > 2 states
has q outputs, with p(h = a | v) = softmax(z)_a, equation (12) and appendix B 1.
"""

import numpy as np
import torch
from scipy.special import softmax

from rsmi.estimator.layers import Parameter, Perceptron


class CoarseGraining:
    """z = Lambda . (v - mean) + bias, one independent filter per member; or a deeper network in its place.

    The mean is subtracted by whoever cuts the windows. Hidden layers, with ReLU after each, come before the
    last, linear one (section III D).
    """

    # So small that a trained filter shows what the information asked for, not what it began as.
    INITIAL_SCALE = 0.1

    def __init__(
        self, sites: int, outputs: int, hidden: list[int], generators: list[np.random.Generator]
    ) -> None:
        """Set up networks that map `sites` numbers to `outputs`."""
        self.network = Perceptron([sites, *hidden, outputs], generators, scale=self.INITIAL_SCALE)

    def parameters(self) -> list[Parameter]:
        """Return weights and biases, layer by layer."""
        return self.network.parameters()

    def forward(self, visible: torch.Tensor) -> torch.Tensor:
        """Return z, shape (member, B, outputs), for blocks less their mean, (member, B, sites)."""
        return self.network.forward(visible)

    def backward(self, upstream: torch.Tensor) -> None:
        """Set all gradients from that of z."""
        self.network.backward(upstream)

    def linear_response(self, visible: torch.Tensor) -> np.ndarray:
        """Return the gradient of z in v, averaged over blocks (B, sites); shape (member, sites, outputs).

        Of a filter without hidden layers it is the weights themselves, whatever the blocks.
        """
        last = self.network.weights[-1].value
        if len(self.network.weights) == 1:
            return last.cpu().numpy().copy()
        members, _, outputs = last.shape
        z = self.network.forward(visible.to(last.device).expand(members, -1, -1))
        columns = []
        for output in range(outputs):
            upstream = torch.zeros_like(z)
            upstream[:, :, output] = 1.0
            gradient = self.network.backward(upstream, to_input=True)
            # It was asked for.
            assert gradient is not None
            columns.append(gradient.mean(dim=1).cpu().numpy())
        return np.stack(columns, axis=2)


def output_count(components: int, states: int) -> int:
    """Return how many outputs z the channel has."""
    return components if states == 2 else components * states


def hidden_states(components: int, states: int = 2) -> np.ndarray:
    """Return all q^n values of h as a critic reads them; float32, one row per value.

    Two states are -1 and +1, shape (2^n, n); q > 2 states are one-hot, shape (q^n, n q).
    """
    digits = _digits(components, states)
    if states == 2:
        return (2 * digits - 1).astype(np.float32)
    return np.eye(states, dtype=np.float32)[digits].reshape(len(digits), -1)


def component_probabilities(z: np.ndarray, states: int, channel: str) -> np.ndarray:
    """Return p(h_c = a | v), shape (..., n, q), from z of shape (..., outputs).

    ``"sampled"`` is the stochastic channel; ``"hard"`` takes its most probable state, the first one of
    equals.
    """
    z = np.asarray(z, float)
    logits = np.stack([-z, z], axis=-1) if states == 2 else z.reshape(*z.shape[:-1], -1, states)
    if channel == "hard":
        return np.eye(states)[logits.argmax(axis=-1)]
    return softmax(logits, axis=-1)


def joint_probabilities(components: np.ndarray) -> np.ndarray:
    """Return p(h|v) of all joint states, shape (..., q^n), from p(h_c|v) of shape (..., n, q)."""
    count, states = components.shape[-2:]
    result = np.ones((*components.shape[:-2], states**count))
    for component, digit in enumerate(_digits(count, states).T):
        result *= components[..., component, digit]
    return result


def _digits(components: int, states: int) -> np.ndarray:
    """Return the state of every component in every joint state, first component fastest; (q^n, n)."""
    return np.arange(states**components)[:, None] // states ** np.arange(components) % states
