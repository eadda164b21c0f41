"""Exact RSMI of the 2D Ising model on a torus small enough to sum over all states of the environment.

V is a square block, its buffer one site wide, and E everything else. The buffer is a ring of sites, summed by
transfer matrices around it in the fields of V and E. States of E with the same fields on the buffer are taken
together, which loses no information.
"""

from itertools import product

import numpy as np

from rsmi.exact.channel import channel_information, mutual_information


class TorusInformation:
    """The joint distribution of a 2 x 2 block V and its environment on a 6 x 6 torus, buffer of one site."""

    def __init__(self, temperature: float, *, size: int = 6, visible: int = 2) -> None:
        """Sum over the buffer; one second and 0.5 GB for the default torus.

        Raises `ValueError` for temperatures that are not positive (infinity is allowed), for other blocks
        than of 1 or 2 sites per side, and for tori without an environment or with more than 20 sites in it.
        """
        if not temperature > 0:
            raise ValueError(f"temperature = {temperature} must be positive; infinity is allowed")
        if visible not in (1, 2):
            raise ValueError(f"visible = {visible} is not possible; use 1 or 2")
        if not visible + 3 <= size or size**2 - (visible + 2) ** 2 > 20:
            raise ValueError(f"size = {size} is not possible; use {visible + 3} or {visible + 4}")
        self.coupling = 1.0 / temperature
        self.states = _spins(visible**2).reshape(-1, visible, visible)
        """All states of V, int8, shape (2^(visible^2), visible, visible)."""
        sites = np.arange(size**2).reshape(size, size)
        square = sites[: visible + 2, : visible + 2]
        block, buffer = square[1:-1, 1:-1].ravel(), _around(square)
        environment = np.setdiff1d(sites, square)
        bonds = _bonds(sites)

        v, e = _spins(len(block)), _spins(len(environment))
        weights = np.exp(self.coupling * self._aligned(e, bonds[np.ix_(environment, environment)]))
        # Every site of the buffer feels at most two of E.
        fields = e @ bonds[np.ix_(environment, buffer)]
        code = (fields + 2) @ 5 ** np.arange(len(buffer))
        _, first, group = np.unique(code, return_index=True, return_inverse=True)
        weights = np.bincount(group, weights)
        total = (v @ bonds[np.ix_(block, buffer)])[:, None] + fields[first]
        inside = np.exp(self.coupling * self._aligned(v, bonds[np.ix_(block, block)]))
        joint = inside[:, None] * weights * self._buffer(total)
        self.joint = joint / joint.sum()
        """p(v, fields of E on the buffer), shape (2^(visible^2), number of different fields)."""

    @staticmethod
    def _aligned(spins: np.ndarray, bonds: np.ndarray) -> np.ndarray:
        """Return sum s s' over `bonds` of each state minus its largest value, shape (state,)."""
        total = np.zeros(len(spins), int)
        for i, j in zip(*np.nonzero(np.triu(bonds)), strict=True):
            total += spins[:, i] * spins[:, j]
        return total - np.count_nonzero(np.triu(bonds))

    def _buffer(self, fields: np.ndarray) -> np.ndarray:
        """Sum over the ring of the buffer in `fields` (..., site) on it, up to a constant; shape (...)."""
        unlike = np.exp(-2 * self.coupling)
        # Fields are at most 2, from two sites of E or from one each of E and V; no factor exceeds 1.
        up, down = (np.exp(self.coupling * (sign * fields - 2)) for sign in (1, -1))
        result = np.zeros(fields.shape[:-1])
        for first_up in (1, 0):
            a, b = up[..., 0] * first_up, down[..., 0] * (1 - first_up)
            for site in range(1, fields.shape[-1]):
                a, b = (a + unlike * b) * up[..., site], (unlike * a + b) * down[..., site]
            result = result + (a + unlike * b if first_up else unlike * a + b)
        return result

    def mutual_information(self) -> float:
        """Return I(V:E) in nats."""
        return float(mutual_information(self.joint))

    def channel_information(self, channel: np.ndarray) -> np.ndarray:
        """Return I(H:E) in nats of channels p(h|v), shape (..., 2^(visible^2), outcome); shape (...)."""
        return channel_information(self.joint, channel)

    def best_rule(self, *, odd: bool = False) -> tuple[np.ndarray, float]:
        """Return the deterministic rule h(v) = +-1 with the highest I(H:E), int8 (states,), and that value.

        With `odd` only rules with h(-v) = -h(v) compete. No random rule h = +-1 does better: I(H:E) is convex
        in p(h|v). Rules that lattice symmetries, v to -v or h to -h turn into another are tried once.
        """
        number = len(self.states)
        rules = np.arange(2**number)
        bits = rules[:, None] >> np.arange(number) & 1
        images = [bits[:, s] @ 2 ** np.arange(number) for s in self._symmetries()]
        distinct = rules == np.min(images + [rules[-1] - image for image in images], axis=0)
        if odd:
            # States are in binary order, so -v stands at the mirrored place.
            distinct &= (bits != bits[:, ::-1]).all(axis=1)
        up = bits[distinct]
        values = np.concatenate(
            [
                self.channel_information(np.stack([1 - part, part], axis=-1))
                for part in np.array_split(up, 1 + len(up) // 100)
            ]
        )
        best = values.argmax()
        return (2 * up[best] - 1).astype(np.int8), float(values[best])

    def _symmetries(self) -> list[np.ndarray]:
        """Return where each state goes under the symmetries of the square and the flip of all spins."""
        places = 2 ** np.arange(self.states[0].size)[::-1]
        turned = [
            np.rot90(mirrored, turns, axes=(1, 2))
            for mirrored in (self.states, self.states[:, ::-1])
            for turns in range(4)
        ]
        return [(sign * t.reshape(len(t), -1) > 0) @ places for t in turned for sign in (1, -1)]


def _spins(number: int) -> np.ndarray:
    """Return all states of `number` spins in binary order, the first spin the highest bit, int8."""
    bits = np.arange(2**number)[:, None] >> np.arange(number)[::-1] & 1
    return (2 * bits - 1).astype(np.int8)


def _around(square: np.ndarray) -> np.ndarray:
    """Return the outermost sites of a square in the order in which they are neighbours."""
    return np.concatenate([square[0, :-1], square[:-1, -1], square[-1, :0:-1], square[:0:-1, 0]])


def _bonds(sites: np.ndarray) -> np.ndarray:
    """Return which sites of the torus are neighbours, int8, shape (site, site)."""
    bonds = np.zeros((sites.size,) * 2, np.int8)
    for axis, step in product((0, 1), (1, -1)):
        bonds[sites.ravel(), np.roll(sites, step, axis).ravel()] = 1
    return bonds
