"""Nearly exact RSMI of the 2D Ising model: no network in it, and only a small sampling error.

With nearest-neighbour couplings the environment acts on the visible block V only through the ring of sites
that touch the buffer, and on the interior of V only through its edge: p(v | ring) = p(edge | ring)
p(interior | edge). The first factor is computed by a transfer matrix over the buffer, the second does not
depend on the ring. The information of any channel p(h|v) is then I(H:E) = H(h) - <H(h|ring)>, with the
average taken over rings of sampled configurations.
"""

import numba
import numpy as np
from scipy.special import rel_entr

from rsmi.exact.referee import RingReferee


class IsingReferee(RingReferee):
    """Exact conditional distributions p(edge | ring) of a block of `visible` x `visible` Ising spins.

    The ring holds the spins that touch block and buffer from above, below, left and right. For a block of 4 a
    ring takes about 0.03, 0.04, 0.3 and 6 ms for buffers of 1, 2, 4 and 6 on one core; time and memory grow
    as 2^(visible + 2 buffer).
    """

    def __init__(self, temperature: float, visible: int, buffer: int) -> None:
        """Tabulate the couplings.

        Raises `ValueError` for blocks and buffers that are too large to sum over, and for temperatures below
        0.1, whose Boltzmann factors leave the range of numbers; infinity is allowed.
        """
        if not 2 <= visible <= 4:
            raise ValueError(f"visible = {visible} is not possible; use 2, 3 or 4")
        if not 0 <= buffer <= 8:
            raise ValueError(f"buffer = {buffer} is not possible; use 0 to 8")
        if not temperature >= 0.1:
            raise ValueError(f"temperature = {temperature} is not possible; use 0.1 or more")
        self.visible, self.buffer = visible, buffer
        self.side = visible + 2 * buffer
        self._coupling = 1.0 / temperature
        self._tabulate_block()
        self._tabulate_columns()

    def _tabulate_block(self) -> None:
        """List the states of V and weigh them by the bonds inside V."""
        last = self.visible - 1
        column, ends = [(row, 0) for row in range(last + 1)], [(0, 1), (last, 1)]
        left = column + ends * (self.visible > 2)
        right = [(row, last - c) for row, c in column + ends * (self.visible > 3)]
        # The transfer matrix makes the left half of the edge the high bits, and first columns higher yet.
        bits = [*left[: last + 1][::-1], *left[last + 1 :][::-1]]
        bits += [*right[: last + 1][::-1], *right[last + 1 :][::-1]]
        self.edge = np.array(bits)
        """Rows and columns of the sites of V's edge, shape (edge, 2): 4, 8 or 12 sites."""
        inside = np.array([(y, x) for y in range(1, last) for x in range(1, last)], int).reshape(-1, 2)
        sites = np.concatenate([self.edge, inside])
        self.states = np.empty((2 ** len(sites), self.visible, self.visible), np.int8)
        """All states of V, those of one edge in a row, int8, shape (2^(visible^2), visible, visible)."""
        self.states[:, sites[:, 0], sites[:, 1]] = _all_spins(len(sites))[:, ::-1]
        self.edge_states = self.states[:: 2 ** len(inside), self.edge[:, 0], self.edge[:, 1]]
        """All states of V's edge in the order of `conditional`, int8, shape (2^edge, edge)."""
        s = self.states
        bonds = (s[:, 1:] * s[:, :-1]).sum((1, 2)) + (s[:, :, 1:] * s[:, :, :-1]).sum((1, 2))
        weights = np.exp(self._coupling * (bonds - bonds.max())).reshape(len(self.edge_states), -1)
        self._block = weights.sum(axis=1)
        self._interior = weights / self._block[:, None]

    def _tabulate_columns(self) -> None:
        """Weigh the states of a column by its bonds, without those inside V, for any spins around."""
        spins = _all_spins(self.side)
        unlike = spins[:, 1:] != spins[:, :-1]
        fields = [
            (spins[:, 0] != above).astype(int) + (spins[:, -1] != below)
            for above in (-1, 1)
            for below in (-1, 1)
        ]
        field = np.reshape(fields, (2, 2, -1))
        self._column = np.exp(-2 * self._coupling * (unlike.sum(axis=1) + field))
        top, bottom = self.buffer, self.buffer + self.visible
        outside = np.delete(unlike, np.s_[top : bottom - 1], axis=1)
        weights = np.exp(-2 * self._coupling * (outside.sum(axis=1) + field))
        # Axes: spins above and below the ring's square, rows of V, rows of the buffer below and above.
        weights = weights.reshape(2, 2, 2**top, 2**self.visible, 2**top)
        weights = weights.transpose(0, 1, 3, 2, 4).reshape(2, 2, 2**self.visible, -1)
        self._outer = np.ascontiguousarray(weights)
        ends = 1 << (self.visible - 1)
        self._inner = np.ascontiguousarray(weights[:, :, [0, 1, ends, ends + 1]])

    def conditional(self, rings: np.ndarray) -> np.ndarray:
        """Return p(edge | ring), shape (ring, 2^edge); 32 KB per ring for a block of 4.

        rings: spins that touch the block and its buffer from above, below, left and right, from left to right
        and from the top down, int8 (ring, 4, visible + 2 buffer).

        Raises `ValueError` for another shape and for spins other than 1 and -1.
        """
        rings = np.asarray(rings)
        if rings.ndim != 3 or rings.shape[1:] != (4, self.side):
            raise ValueError(f"rings have shape {rings.shape}; make them (number, 4, {self.side})")
        if not np.isin(rings, (-1, 1)).all():
            raise ValueError("rings hold other values than spins; use 1 and -1")
        up = (rings > 0).astype(np.int8)
        # The right half is the left one of the mirrored ring.
        mirrored = np.stack([up[:, 0, ::-1], up[:, 1, ::-1], up[:, 3], up[:, 2]], axis=1)
        probabilities = np.empty((len(rings), len(self._block)))
        # The halves of as many rings as stay in the cache.
        batch = max(1, 2**18 // (64 * 4**self.buffer))
        for start in range(0, len(rings), batch):
            part = slice(start, start + batch)
            left = self._half(up[part], 1 + (self.visible > 2), True)
            right = self._half(mirrored[part], 1 + (self.visible > 3), False)
            weights = (left @ right.swapaxes(1, 2)).reshape(len(left), -1) * self._block
            probabilities[part] = weights / weights.sum(axis=1, keepdims=True)
        return probabilities

    def _half(self, up: np.ndarray, columns: int, beyond: bool) -> np.ndarray:
        """Sum over one half of the buffer, as `_sum_half`, with the first one or two columns of V."""
        weights = np.empty((len(up), 2**self.visible * 4 ** (columns - 1), 4**self.buffer))
        unlike = np.exp(-2 * self._coupling)
        _sum_half(
            up, unlike, self.visible, self.buffer, self._column, self._outer, self._inner, beyond, weights
        )
        return weights

    def reduce(self, channel: np.ndarray) -> np.ndarray:
        """Return p(h|edge), the average of p(h|v) over the interior of V, shape (..., 2^edge, outcome).

        channel: p(h|v) in the order of `states`, shape (..., 2^(visible^2), outcome).
        """
        *lead, _, outcomes = channel.shape
        by_edge = channel.reshape(*lead, *self._interior.shape, outcomes)
        return np.einsum("...eih,ei->...eh", by_edge, self._interior)

    def check_channels(self, states: int) -> None:
        """Raise `ValueError` unless channels act on the states of V's edge."""
        if states != len(self.edge_states):
            raise ValueError(f"channels act on {states} states, not on those of the edge; use `reduce` first")

    def block_information(self, rings: np.ndarray) -> np.ndarray:
        """Return every ring's share of I(V:E) in nats, shape (ring,); its mean is the information.

        The distribution of the edge is the mean of p(edge | ring) over rings and their images under the 8
        symmetries of the square and the flip of all spins. That mean over a finite number of rings follows
        them too closely: the information comes out too low, by less than it would without the images. Takes
        the memory of `conditional`.
        """
        conditional = self.conditional(rings)
        marginal = conditional.mean(axis=0)
        marginal = np.mean([marginal[image] for image in self._images()], axis=0)
        return rel_entr(conditional, marginal).sum(axis=1)

    def _images(self) -> list[np.ndarray]:
        """Return where each state of the edge goes under the symmetries of the square and the flip."""
        whole = self.states[:: self._interior.shape[1]]
        rows, columns = self.edge.T
        places = 2 ** np.arange(len(self.edge))[::-1]
        turned = [
            np.rot90(mirrored, turns, axes=(1, 2))[:, rows, columns]
            for mirrored in (whole, whole[:, ::-1])
            for turns in range(4)
        ]
        return [(sign * spins > 0) @ places for spins in turned for sign in (1, -1)]


@numba.njit(cache=True, fastmath={"contract"})
def _mix(vector, spare, unlike, rows):
    """Sum over the lowest `rows` spins of a column, each coupled to its neighbour in the next column.

    vector, spare: 2^rows numbers each, both overwritten. Returns both, that with the result first: `vector`
    itself if `rows` is even.
    """
    half = vector.size // 2
    for _ in range(rows):
        # The lowest bit becomes the highest, so that every row has its turn and memory is read in order.
        for i in range(half):
            down, up = vector[2 * i], vector[2 * i + 1]
            spare[i] = down + unlike * up
            spare[i + half] = unlike * down + up
        vector, spare = spare, vector
    return vector, spare


@numba.njit(cache=True)
def _sum_half(up, unlike, visible, buffer, column, outer, inner, beyond, result):
    """Sum over the buffer from the left up to the first columns of V, one or two by the shape of `result`.

    up: whether the ring's spins are up, 0 or 1, shape (ring, 4, side). beyond: whether the buffer's spins of
    the last column are summed too, so that those of the next one stand in their place. result: weights, shape
    (ring, spins of V's edge, buffer in one column).
    """
    rows, kept, part = visible + 2 * buffer, 2**visible, 2**buffer
    ends = result.shape[1] // kept
    vector, spare = np.empty(2**rows), np.empty(2**rows)
    for n in range(len(up)):
        above, below, side = up[n, 0], up[n, 1], up[n, 2]
        vector[0] = 1.0
        for row in range(rows):
            place = 1 << row
            for i in range(place):
                value = vector[i]
                vector[i] = value * (unlike if side[row] else 1.0)
                vector[place + i] = value * (1.0 if side[row] else unlike)
        for c in range(buffer):
            weights = column[above[c], below[c]]
            for i in range(vector.size):
                vector[i] *= weights[i]
            vector, spare = _mix(vector, spare, unlike, rows)
            scale = 1.0 / vector.max()
            for i in range(vector.size):
                vector[i] *= scale
        for j in range(kept):
            weights = outer[above[buffer], below[buffer], j]
            first = result[n, j * ends]
            for high in range(part):
                for low in range(part):
                    place = high * part + low
                    first[place] = vector[(high * kept + j) * part + low] * weights[place]
            if beyond or ends > 1:
                _mix(first, spare[: first.size], unlike, 2 * buffer)
            if ends > 1:
                # The row that is read is the last to be overwritten.
                for k in range(ends - 1, -1, -1):
                    weights = inner[above[buffer + 1], below[buffer + 1], k]
                    for place in range(first.size):
                        result[n, j * ends + k, place] = first[place] * weights[place]
                    if beyond:
                        _mix(result[n, j * ends + k], spare[: first.size], unlike, 2 * buffer)


def _all_spins(number: int) -> np.ndarray:
    """Return all states of `number` spins, the first spin the lowest bit, int8 (2^number, number)."""
    return (2 * (np.arange(2**number)[:, None] >> np.arange(number) & 1) - 1).astype(np.int8)
