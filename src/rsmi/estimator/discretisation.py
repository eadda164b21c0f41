"""From the outputs z of the coarse-graining to what the critic reads in training, and back to their gradient.

`Exact` sums over all states of h, `Gumbel` draws a relaxed sample as the paper does, `Continuous` leaves z as
it is. All give `forward(z, ...)`, which sets `h`, and `backward(...)`, which returns the gradient of z.
"""

import math

import numba
import numpy as np
import torch

from rsmi.estimator.coarse_graining import hidden_states


@numba.njit(cache=True, error_model="numpy")
def _probabilities(z, states, single, joint):
    """Fill p(h_c = a | v), single (R, n q), and p(h|v), joint (R, q^n), from z (R, outputs)."""
    rows, count = z.shape[0], single.shape[1] // states
    for r in range(rows):
        for c in range(count):
            if states == 2:
                # Of the two, the one that cannot overflow.
                small = np.exp(np.float32(-2) * abs(z[r, c]))
                likely = np.float32(1) / (np.float32(1) + small)
                unlikely = small * likely
                up = z[r, c] > 0
                single[r, 2 * c] = unlikely if up else likely
                single[r, 2 * c + 1] = likely if up else unlikely
            else:
                highest = z[r, c * states]
                for a in range(1, states):
                    highest = max(highest, z[r, c * states + a])
                total = np.float32(0)
                for a in range(states):
                    single[r, c * states + a] = np.exp(z[r, c * states + a] - highest)
                    total += single[r, c * states + a]
                for a in range(states):
                    single[r, c * states + a] /= total
        for s in range(joint.shape[1]):
            product = np.float32(1)
            rest = s
            for c in range(count):
                product *= single[r, c * states + rest % states]
                rest //= states
            joint[r, s] = product


@numba.njit(cache=True, error_model="numpy")
def _probabilities_backward(upstream, states, single, joint, gradient):
    """Fill the gradient of z from that of the joint probabilities."""
    rows, count = joint.shape[0], single.shape[1] // states
    slopes = np.empty(states, np.float32)
    for r in range(rows):
        for c in range(count):
            slopes[:] = 0
            total = np.float32(0)
            for s in range(joint.shape[1]):
                weight = upstream[r, s] * joint[r, s]
                slopes[s // states**c % states] += weight
                total += weight
            for a in range(states):
                slopes[a] -= single[r, c * states + a] * total
            if states == 2:
                gradient[r, c] = slopes[1] - slopes[0]
            else:
                for a in range(states):
                    gradient[r, c * states + a] = slopes[a]


class Exact:
    """All states of h at once, each with its probability: no noise, and h stays discrete.

    The expectation over h given v is taken exactly (Rao–Blackwell), so its gradient needs no relaxation.
    """

    def __init__(self, components: int, states: int, members: int) -> None:
        """Prepare for `components` variables of `states` states each."""
        self._states = states
        self._single_width = components * states
        table = torch.from_numpy(hidden_states(components, states))
        self.h = table.expand(members, -1, -1).contiguous()
        """What the critic reads, all joint states, shape (member, q^n, inputs)."""

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return p(h|v), shape (member, B, q^n)."""
        host = z.cpu()
        members, rows, outputs = z.shape
        self._shape, self._single = z.shape, np.empty((members * rows, self._single_width), np.float32)
        self._joint = torch.empty(members, rows, self.h.shape[1])
        joint = self._joint.view(members * rows, -1).numpy()
        _probabilities(host.reshape(-1, outputs).numpy(), self._states, self._single, joint)
        return self._joint

    def backward(self, upstream: torch.Tensor) -> torch.Tensor:
        """Return the gradient of z from that of the probabilities."""
        gradient = torch.empty(self._shape)
        rows = len(self._single)
        _probabilities_backward(
            upstream.reshape(rows, -1).numpy(),
            self._states,
            self._single,
            self._joint.view(rows, -1).numpy(),
            gradient.view(rows, -1).numpy(),
        )
        return gradient


class Gumbel:
    """A relaxed sample of h, the Gumbel-softmax of equations (13), (14) and (B8), one per block."""

    def __init__(self, states: int) -> None:
        """Prepare for components of `states` states each."""
        self._states = states

    def draw(self, rng: np.random.Generator, rows: int, outputs: int) -> np.ndarray:
        """Draw the noise of one member, shape (rows, outputs).

        For two states only the difference of the two Gumbel variables matters, which is logistic.
        """
        kind = rng.logistic if self._states == 2 else rng.gumbel
        return kind(size=(rows, outputs)).astype(np.float32)

    def forward(self, z: torch.Tensor, noise: torch.Tensor, temperature: float) -> torch.Tensor:
        """Return h in (-1, 1), or near one-hot for q > 2 states; same shape as z. It cannot overflow."""
        if self._states == 2:
            self._slope = 1.0 / temperature
            self.h = torch.tanh((2.0 * z + noise) * (0.5 * self._slope))
        else:
            self._slope = 1.0 / temperature
            grouped = ((z + noise) * self._slope).view(*z.shape[:-1], -1, self._states)
            self.h = torch.softmax(grouped, dim=-1).view(z.shape)
        return self.h

    def backward(self, upstream: torch.Tensor) -> torch.Tensor:
        """Return the gradient of z from that of h."""
        if self._states == 2:
            return upstream * (1.0 - self.h * self.h) * self._slope
        h = self.h.view(*self.h.shape[:-1], -1, self._states)
        u = upstream.reshape(h.shape)
        gradient = h * (u - (h * u).sum(dim=-1, keepdim=True)) * self._slope
        return gradient.view(self.h.shape)


class Continuous:
    """h = z, a real number per output."""

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        """Return z."""
        self.h = z
        return z

    def backward(self, upstream: torch.Tensor) -> torch.Tensor:
        """Return the gradient of z."""
        return upstream


def relaxation_temperature(step: int, maximum: float, minimum: float, rate: float) -> float:
    """Return the Gumbel-softmax temperature at a training step, equation (B9)."""
    return max(minimum, maximum * math.exp(-rate * step))
