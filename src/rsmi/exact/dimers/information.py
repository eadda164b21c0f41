"""Nearly exact RSMI of interacting dimers: no network in it, and only a small sampling error.

The environment acts on the inside, the visible block V and its buffer, only through the ring: which of the
inside's outermost vertices are matched outwards, and which links of the vertices just outside, parallel to
the side, carry a dimer, for these form plaquettes with links of the inside. A transfer matrix over the inside
gives p(v | ring), and the information of any channel p(h|v) is I(H:E) = H(h) - <H(h|ring)>, with the average
taken over rings of sampled configurations.
"""

import numpy as np
from scipy.special import xlogy

from rsmi.exact.dimers.block import DOWN, LEFT, RIGHT, UP, coverings_of, tabulate
from rsmi.exact.dimers.columns import grow
from rsmi.exact.dimers.transfer import sum_inside
from rsmi.exact.referee import RingReferee


class DimersReferee(RingReferee):
    """Exact conditional distributions p(v | ring) of a block of `visible` x `visible` pixels of dimers.

    `visible` counts pixels, two per vertex, as does `buffer`. The block's first pixel is a vertex, so that it
    holds each vertex's links to the right and downwards. The pixels of vertices and plaquettes are 0. For
    8 x 8 pixels a ring takes about 0.3, 0.07, 0.3, 1.6 and 13 ms for buffers of 0, 2, 4, 6 and 8 on one core.
    """

    def __init__(self, temperature: float, visible: int, buffer: int) -> None:
        """Enumerate the states of V and tabulate the columns.

        Raises `ValueError` for blocks and buffers that are too large to sum over, and for temperatures below
        0.1, whose Boltzmann factors leave the range of numbers; infinity is allowed.
        """
        if visible not in (4, 8):
            raise ValueError(f"visible = {visible} is not possible; use 4 or 8 pixels")
        if buffer not in (0, 2, 4, 6, 8):
            raise ValueError(f"buffer = {buffer} is not possible; use 0, 2, 4, 6 or 8 pixels")
        if not temperature >= 0.1:
            raise ValueError(f"temperature = {temperature} is not possible; use 0.1 or more")
        self.visible, self.buffer = visible, buffer
        self.side = visible + 2 * buffer
        """Side length of V with its buffer, in pixels."""
        self._coupling = 1.0 / temperature
        self._rows = self.side // 2
        self._coverings = coverings_of(visible)
        self.states = self._coverings.states
        """All pixel states of V, int8, shape (number, visible, visible)."""
        if buffer:
            self._columns = grow(self._rows)
            self._block = tabulate(self._coverings, buffer // 2, self._coupling, self._columns)
        else:
            self._tabulate_edge()

    def _tabulate_edge(self) -> None:
        """Without a buffer, tabulate what V shows to the ring, in the ring's own format."""
        d = self._coverings.directions
        right, down = d[:, :, :-1] == RIGHT, d[:, :-1] == DOWN
        energy = (right[:, 1:] & right[:, :-1]).sum((1, 2)) + (down[:, :, 1:] & down[:, :, :-1]).sum((1, 2))
        self._inside = energy.astype(float)
        crossing = [d[:, 0] == UP, d[:, -1] == DOWN, d[:, :, 0] == LEFT, d[:, :, -1] == RIGHT]
        links = [right[:, 0], right[:, -1], down[:, :, 0], down[:, :, -1]]
        self._crossing = np.stack(crossing, axis=1).reshape(len(d), -1)
        self._links = np.stack(links, axis=1).reshape(len(d), -1).astype(float)

    def conditional(self, rings: np.ndarray) -> np.ndarray:
        """Return p(v | ring), shape (ring, number of states); about 100 KB per ring for 8 x 8 pixels.

        rings: as from `rings_around`, 0 or 1, shape (ring, 4, side - 1).

        Raises `ValueError` for another shape, for other values, and for rings that no covering has.
        """
        rings = np.asarray(rings)
        if rings.ndim != 3 or rings.shape[1:] != (4, self.side - 1):
            raise ValueError(f"rings have shape {rings.shape}; make them (number, 4, {self.side - 1})")
        if not np.isin(rings, (0, 1)).all():
            raise ValueError("rings hold other values than 0 and 1, no dimer and a dimer")
        rings = rings.astype(np.int8)
        crossing, parallel = rings[:, :, : self._rows], rings[:, :, self._rows :]
        ends = crossing.copy()
        ends[:, :, 1:] += parallel
        ends[:, :, :-1] += parallel
        if (ends > 1).any():
            number = np.nonzero((ends > 1).any(axis=(1, 2)))[0][0]
            raise ValueError(f"ring {number} has two dimers at one vertex; take rings of coverings")
        if self.buffer == 0:
            weights = self._without_buffer(crossing, parallel)
        else:
            # The right half is the left one of the mirrored ring.
            turned = np.concatenate([crossing[:, :2, ::-1], parallel[:, :2, ::-1]], axis=2)
            mirrored = np.ascontiguousarray(np.concatenate([turned, rings[:, 3:], rings[:, 2:3]], axis=1))
            weights = np.zeros((len(rings), len(self.states)))
            sum_inside(
                np.ascontiguousarray(rings), mirrored, self._coupling, self._rows, self.visible // 2,
                self._columns, self._block, weights,
            )  # fmt: skip
        total = weights.sum(axis=1, keepdims=True)
        if not (total > 0).all():
            number = np.nonzero(total[:, 0] <= 0)[0][0]
            raise ValueError(f"no covering of the inside fits ring {number}; take rings of coverings")
        return np.divide(weights, total, out=weights)

    def _without_buffer(self, crossing: np.ndarray, parallel: np.ndarray) -> np.ndarray:
        """Return the weights of V's states where V touches the ring."""
        weights = np.empty((len(crossing), len(self.states)))
        for n in range(len(crossing)):
            fits = (self._crossing == crossing[n].ravel()).all(axis=1)
            energy = self._inside[fits] + self._links[fits] @ parallel[n].ravel()
            boltzmann = np.exp(self._coupling * (energy - energy.max(initial=0)))
            weights[n] = np.bincount(self._coverings.state[fits], boltzmann, len(self.states))
        return weights

    def check_channels(self, states: int) -> None:
        """Raise `ValueError` unless channels act on all states of V."""
        if states != len(self.states):
            raise ValueError(f"channels act on {states} states; give them all {len(self.states)} of V")

    def block_information(self, rings: np.ndarray) -> np.ndarray:
        """Return every ring's share of I(V:E) in nats, shape (ring,); its mean is the information.

        The distribution of V is the mean of p(v | ring) over rings and their mirror images along the
        diagonal, the one symmetry of the lattice that maps V's pixels to themselves. That mean over a finite
        number of rings follows them too closely: the information comes out too low. Takes the memory of
        `conditional`.
        """
        conditional = self.conditional(rings)
        marginal = conditional.mean(axis=0)
        marginal = (marginal + marginal[self._transposed()]) / 2
        # sum p log(p / q), without an array of logarithms of q for every ring.
        return np.array([xlogy(p, p).sum() for p in conditional]) - conditional @ np.log(
            np.where(marginal > 0, marginal, 1)
        )

    def _transposed(self) -> np.ndarray:
        """Return where each state goes when V is mirrored along its diagonal."""
        flat = self.states.reshape(len(self.states), -1)
        places = {row.tobytes(): number for number, row in enumerate(flat)}
        images = np.ascontiguousarray(self.states.swapaxes(1, 2)).reshape(len(flat), -1)
        return np.array([places[row.tobytes()] for row in images])
