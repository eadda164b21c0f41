"""The coarse-graining channel p(h|v): a linear filter, then a binary variable per component."""

import math

import numpy as np
import torch
from torch import nn


class LinearCoarseGraining(nn.Module):
    """z = Lambda . (v - mean) + bias per component, with p(h = +1 | v) = sigmoid(2 z), equation (12).

    One independent filter per member of the batch; `generators` draw each member's initial weights, from
    a normal distribution of standard deviation `INITIAL_SCALE` / sqrt(sites).
    """

    # So small that a trained filter shows what the information asked for, not what it began as.
    INITIAL_SCALE = 0.1

    def __init__(self, mean: np.ndarray, components: int, generators: list[np.random.Generator]) -> None:
        """Set up filters for blocks of `mean.size` sites; `mean` has shape (sites,)."""
        super().__init__()
        scale = self.INITIAL_SCALE / math.sqrt(mean.size)
        weights = [rng.normal(0.0, scale, (mean.size, components)) for rng in generators]
        self.weight = nn.Parameter(torch.tensor(np.stack(weights), dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros(len(generators), 1, components))
        self.register_buffer("mean", torch.tensor(mean, dtype=torch.float32))

    def forward(self, visible: torch.Tensor) -> torch.Tensor:
        """Return z, shape (member, B, component), for blocks of shape (member, B, sites)."""
        return torch.baddbmm(self.bias, visible - self.mean, self.weight)


def relax(z: torch.Tensor, noise: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return the binary Gumbel-softmax sample of h in (-1, 1), equations (13), (14) and (B8).

    For two states the difference of the two Gumbel variables is logistic `noise`, and the softmax is
    h = tanh((2 z + noise) / (2 temperature)), which cannot overflow. All shapes are those of `z`.
    """
    return torch.tanh((2.0 * z + noise) * (0.5 / temperature))


def relaxation_temperature(step: int, maximum: float, minimum: float, rate: float) -> float:
    """Return the Gumbel-softmax temperature at a training step, equation (B9)."""
    return max(minimum, maximum * math.exp(-rate * step))


def hidden_states(components: int) -> np.ndarray:
    """Return all 2^n values of h = (±1, ..., ±1); float32, shape (2^n, n)."""
    bits = (np.arange(2**components)[:, None] >> np.arange(components)) & 1
    return (2 * bits - 1).astype(np.float32)


def channel_probabilities(z: np.ndarray, channel: str) -> np.ndarray:
    """Return p(h|v) of all joint states of h, shape (..., 2^n), from z of shape (..., n).

    ``"sampled"`` is the stochastic channel p(h = +1 | v) = sigmoid(2 z); ``"hard"`` is h = sign(z), with
    z = 0 sent to -1.
    """
    z = np.asarray(z, float)
    up = (z > 0).astype(float) if channel == "hard" else 0.5 * (1.0 + np.tanh(z))
    states = hidden_states(z.shape[-1])
    factors = np.where(states > 0, up[..., None, :], 1.0 - up[..., None, :])
    return factors.prod(axis=-1)
