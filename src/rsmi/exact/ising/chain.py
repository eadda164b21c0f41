"""Exact RSMI of the 1D Ising model, on the infinite chain and on rings, in closed form.

The environment acts on the visible block V only through the spins `left` and `right` next to the buffer, and
spins at distance d are alike with probability (1 + t^d) / 2, t = tanh K.
"""

from itertools import product

import numpy as np

from rsmi.exact.channel import channel_information, mutual_information


class ChainInformation:
    """The joint distribution of `visible` spins in a row and the two spins next to their buffer.

    `size` is the length of the ring whose other spins are the environment, or None for the infinite chain. On
    the shortest ring the spins left and right of the buffer are the same one.
    """

    def __init__(
        self, temperature: float, visible: int, buffer: int, *, coupling: int = 1, size: int | None = None
    ) -> None:
        """Compute the joint distribution; `coupling` is 1 (ferromagnet) or -1 (antiferromagnet).

        Raises `ValueError` for temperatures that are not positive (infinity is allowed), blocks of more than
        16 spins, negative buffers, other couplings, and rings without an environment.
        """
        if not temperature > 0:
            raise ValueError(f"temperature = {temperature} must be positive; infinity is allowed")
        if not 1 <= visible <= 16:
            raise ValueError(f"visible = {visible} is not possible; use 1 to 16")
        if buffer < 0:
            raise ValueError(f"buffer = {buffer} is not possible; use 0 or more")
        if coupling not in (1, -1):
            raise ValueError(f"coupling = {coupling} is not possible; use 1 or -1")
        span = visible + 2 * buffer
        if size is not None and size <= span:
            raise ValueError(f"size = {size} leaves no environment; use at least {span + 1}")
        self.states = np.array(list(product((-1, 1), repeat=visible)), np.int8)
        """All states of V, int8, shape (2^visible, visible)."""
        self.environment = np.array(list(product((-1, 1), repeat=2)), np.int8)
        """All states of the spins left and right of the buffer, int8, shape (4, 2)."""
        t = coupling * np.tanh(1.0 / temperature)
        v, e = self.states[:, None].astype(float), self.environment.astype(float)
        joint = (1 + t ** (buffer + 1) * v[..., 0] * e[:, 0]) * (1 + t ** (buffer + 1) * v[..., -1] * e[:, 1])
        joint = joint * np.prod(1 + t * v[..., 1:] * v[..., :-1], axis=-1)
        if size is not None:
            joint = joint * (1 + t ** (size - span - 1) * e[:, 0] * e[:, 1])
        self.joint = joint / joint.sum()
        """p(v, left and right), shape (2^visible, 4)."""

    def mutual_information(self) -> float:
        """Return I(V:E) in nats."""
        return float(mutual_information(self.joint))

    def channel_information(self, channel: np.ndarray) -> np.ndarray:
        """Return I(H:E) in nats of channels p(h|v), shape (..., 2^visible, outcome); shape (...)."""
        return channel_information(self.joint, channel)
