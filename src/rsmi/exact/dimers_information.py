"""Nearly exact RSMI of interacting dimers: no network in it, and only a small sampling error.

The environment acts on the inside, the visible block V and its buffer, only through the ring: which of the
inside's outermost vertices are matched outwards, and which links of the vertices just outside, parallel to
the side, carry a dimer, for these form plaquettes with links of the inside. A transfer matrix over the inside
gives p(v | ring), and the information of any channel p(h|v) is I(H:E) = H(h) - <H(h|ring)>, with the average
taken over rings of sampled configurations.

Columns of vertices are strings of letters, from the top down: a vertex is `TAKEN` by the column before (or by
the ring), paired with the next column (`ACROSS`), or the upper or lower end of a dimer within the column
(`UPPER`, `LOWER`). Strings are in lexicographic order wherever they are numbered.
"""

from itertools import product
from typing import NamedTuple

import numba
import numpy as np
from scipy.special import xlogy
from tqdm import tqdm

TAKEN, ACROSS, UPPER, LOWER = range(4)
# Directions of dimers, as in the model.
RIGHT, DOWN, LEFT, UP = range(4)
# Rings whose p(v | ring) are held at a time.
CHUNK = 256


class _Columns(NamedTuple):
    """How strings grow by a letter: those of r + 1 letters are the items first[r] to first[r + 1]."""

    sizes: np.ndarray
    """How many strings there are of 0, 1, ... letters."""
    first: np.ndarray
    parent: np.ndarray
    letter: np.ndarray
    before: np.ndarray
    """The letter before the last one."""


class _Block(NamedTuple):
    """How the first column of V goes over into the states of V."""

    entering: np.ndarray
    """Whether a dimer enters each state of V's column from above."""
    leaving: np.ndarray
    start: np.ndarray
    """Number of the first string for a state of V's column and one of the buffer above, (state, above)."""
    above: np.ndarray
    """Last column above V: (crossing, parallel, entering before, kind of end, new, old)."""
    below: np.ndarray
    """The same below V: (crossing, parallel, leaving before, kind of end, old, new)."""
    counts: np.ndarray
    """States of the buffer's part of a column, without and with a dimer that ends in V."""
    key: np.ndarray
    """Number of each half that is needed, (state of V's first column, kind above, kind below), or -1."""
    pairs: np.ndarray
    """Halves to be multiplied, (pair, 2)."""
    pair: np.ndarray
    """The pair of halves of each covering of V, and its weight and pixel state."""
    weight: np.ndarray
    state: np.ndarray


class DimersReferee:
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
        self._rows, self._depth = self.side // 2, buffer // 2
        self._enumerate_block()
        if buffer:
            self._columns = _grow(self._rows)
            self._block = self._tabulate_block()
        else:
            self._tabulate_edge()

    def _enumerate_block(self) -> None:
        """List the coverings of V by halves, of which the right one is mirrored, and V's pixel states."""
        size = self.visible // 2
        self._states_of_column = [
            string for ends in product((False, True), repeat=2) for string in _strings(size, *ends)
        ]
        columns = self._states_of_column
        if size == 2:
            halves = [(i,) for i in range(len(columns))]
        else:
            halves = [
                (i, j)
                for (i, old), (j, new) in product(enumerate(columns), repeat=2)
                if all((a == ACROSS) == (b == TAKEN) for a, b in zip(old, new, strict=True))
            ]
        across = {}
        for number, half in enumerate(halves):
            pattern = tuple(letter == ACROSS for letter in columns[half[-1]])
            across.setdefault(pattern, []).append(number)
        self._halves = halves
        self._joined = np.array([pair for group in across.values() for pair in product(group, repeat=2)])
        # Shape (half, column, row).
        letters = np.array(columns)[np.array(halves)]
        towards = np.array([LEFT, RIGHT, DOWN, UP]), np.array([RIGHT, LEFT, DOWN, UP])
        left = towards[0][letters][self._joined[:, 0]]
        right = towards[1][letters][self._joined[:, 1]][:, ::-1]
        self._directions = np.concatenate([left, right], axis=1).swapaxes(1, 2)
        pixels = np.zeros((len(self._joined), self.visible, self.visible), np.int8)
        pixels[:, ::2, 1::2] = self._directions == RIGHT
        pixels[:, 1::2, ::2] = self._directions == DOWN
        states, self._state = np.unique(pixels.reshape(len(pixels), -1), axis=0, return_inverse=True)
        self.states = states.reshape(-1, self.visible, self.visible)
        """All pixel states of V, int8, shape (number, visible, visible).

        Whether the first vertex is matched upwards or to the left cannot be seen: these are one state.
        """

    def _tabulate_block(self) -> _Block:
        """Tabulate the last column of each half, and which halves make up which state of V.

        Both halves hold the links across the middle, and each takes the root of their weights.
        """
        k, size, depth = self._coupling, self.visible // 2, self._depth
        columns = self._states_of_column
        strings = {
            (above, below): _strings(depth, above, below)
            for above, below in ((False, False), (False, True), (True, False))
        }
        counts = np.array([len(strings[False, False]), len(strings[False, True])])
        start = np.zeros((len(columns), counts[0]), np.int64)
        for i, column in enumerate(columns):
            tops, bottoms = (
                strings[False, column[0] == LOWER],
                strings[column[-1] == UPPER, False],
            )
            for j, top in enumerate(tops):
                whole = np.array(top + column + bottoms[0], np.int64)
                start[i, j] = _rank(whole, self._columns.sizes)

        tables = np.zeros((2, 2, 2, 2, 3, counts[0], counts[0]))
        flipped = np.array([TAKEN, ACROSS, LOWER, UPPER])
        for crossing, parallel, ended in product(range(2), repeat=3):
            above = strings[False, bool(ended)]
            below = [tuple(flipped[list(string[::-1])]) for string in strings[bool(ended), False]]
            for table, old in ((tables[0], above), (tables[1], below)):
                for kind in range(3):
                    # The last column of V is also its first if V has two.
                    weights = (
                        _last_column(old, strings, kind, bool(crossing), bool(parallel), k)
                        if size > 2
                        else _overlap(old, strings[False, False], k)
                    )
                    table[crossing, parallel, ended, kind, :, : len(old)] = weights
        # Below, the new states are the second axis, and next to each other in memory.
        above, below = tables[0], np.ascontiguousarray(tables[1].swapaxes(-1, -2))

        key = np.full((len(columns), 3, 3), -1)
        keys = np.empty(len(self._halves), np.int64)
        energy = np.zeros(len(self._halves))
        for number, half in enumerate(self._halves):
            first, last = columns[half[0]], columns[half[-1]]
            place = half[0], _kind(last[0], LOWER), _kind(last[-1], UPPER)
            if key[place] < 0:
                key[place] = key.max() + 1
            keys[number] = key[place]
            if size > 2:
                pairs = sum(a == b == ACROSS for a, b in zip(last[1:], last[:-1], strict=True))
                energy[number] = _common(first, last) + pairs / 2
        pairs, pair = np.unique(keys[self._joined], axis=0, return_inverse=True)
        total = energy[self._joined].sum(axis=1)
        total += [
            _common(columns[self._halves[i][-1]], columns[self._halves[j][-1]]) for i, j in self._joined
        ]
        weight = np.exp(k * (total - total.max()))
        entering, leaving = (
            np.array([c[end] == kind for c in columns]) for end, kind in ((0, LOWER), (-1, UPPER))
        )
        return _Block(
            entering,
            leaving,
            start,
            above,
            below,
            counts,
            key,
            pairs,
            pair.ravel(),
            weight,
            self._state.ravel(),
        )

    def _tabulate_edge(self) -> None:
        """Without a buffer, tabulate what V shows to the ring, in the ring's own format."""
        d = self._directions
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
            _sum_inside(
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
            weights[n] = np.bincount(self._state.ravel()[fits], boltzmann, len(self.states))
        return weights

    def channel_given_ring(
        self, rings: np.ndarray, channels: np.ndarray, *, progress: bool = False
    ) -> np.ndarray:
        """Return p(h | ring), shape (ring, channel, outcome), by chunks of rings to spare memory.

        rings: as for `conditional`. channels: p(h|v) in the order of `states`, (channel, state, outcome).

        Raises `ValueError` for channels on other states.
        """
        count, states, outcomes = channels.shape
        if states != len(self.states):
            raise ValueError(f"channels act on {states} states; give them all {len(self.states)} of V")
        flat = channels.transpose(1, 0, 2).reshape(states, -1)
        parts = []
        with tqdm(total=len(rings), desc="rings", disable=not progress) as bar:
            for start in range(0, len(rings), CHUNK):
                parts.append(self.conditional(rings[start : start + CHUNK]) @ flat)
                bar.update(len(parts[-1]))
        return np.concatenate(parts).reshape(-1, count, outcomes)

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


def _strings(rows: int, above: bool, below: bool) -> list[tuple[int, ...]]:
    """Return the strings of `rows` letters, in order.

    above, below: whether a dimer comes in from above and one goes out below.
    """
    if rows == 0:
        return [()] if above == below else []
    if above:
        return [(LOWER, *rest) for rest in _strings(rows - 1, False, below)]
    found = [(letter, *rest) for letter in (TAKEN, ACROSS) for rest in _strings(rows - 1, False, below)]
    return found + [(UPPER, *rest) for rest in _strings(rows - 1, True, below)]


def _grow(rows: int) -> _Columns:
    """Tabulate how strings of up to `rows` letters grow; they may end in the upper end of a dimer."""
    sizes = [1, 2]
    while len(sizes) <= rows:
        sizes.append(2 * sizes[-1] + sizes[-2])
    first, items = [0], []
    last = [TAKEN]
    for row in range(rows):
        start = len(items)
        for parent, before in enumerate(last):
            following = [LOWER] if before == UPPER else [TAKEN, ACROSS, UPPER]
            items += [(parent, letter, before) for letter in following if letter != UPPER or row < rows - 1]
        last = [letter for _, letter, _ in items[start:]]
        first.append(len(items))
    parent, letter, before = np.array(items, np.int64).T
    return _Columns(np.array(sizes), np.array(first), parent.copy(), letter.copy(), before.copy())


def _kind(letter: int, leaving: int) -> int:
    """Return how V's column ends: 1 with a link across, 2 with the dimer `leaving` V, 0 in any other way."""
    return 1 if letter == ACROSS else 2 if letter == leaving else 0


def _common(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Return how many plaquettes two columns of V share whose dimers are both vertical."""
    beside = sum(a == b == UPPER for a, b in zip(one, other, strict=True))
    return beside + (one[0] == other[0] == LOWER)


def _links(string: tuple[int, ...]) -> set[int]:
    """Return the rows in which dimers within the column begin, without one that goes on below."""
    return {row for row, letter in enumerate(string[:-1]) if letter == UPPER}


def _overlap(new: list[tuple[int, ...]], kept: list[tuple[int, ...]], coupling: float) -> np.ndarray:
    """Return the matrix (kept, new) by which columns that meet in the middle become vectors to be multiplied.

    exp(K) for each link that both columns have is the sum over sets of such links of exp(K) - 1 for each
    link of the set. So the sum over both columns is a scalar product over links across and sets of links.
    """
    root = np.sqrt(np.expm1(coupling))
    matrix = np.zeros((len(kept), len(new)))
    for (i, one), (j, other) in product(enumerate(kept), enumerate(new)):
        if [a == ACROSS for a in one] == [b == ACROSS for b in other] and _links(one) <= _links(other):
            matrix[i, j] = root ** len(_links(one))
    return matrix


def _last_column(
    old: list[tuple[int, ...]],
    strings: dict[tuple[bool, bool], list[tuple[int, ...]]],
    kind: int,
    crossing: bool,
    parallel: bool,
    coupling: float,
) -> np.ndarray:
    """Return the matrix from the buffer's part above V of one column to that of the last one, by `_overlap`.

    kind: how V's part of the last column ends, as from `_kind`. crossing, parallel: whether the ring has a
    dimer into the last column, and one beside a link across from the last column's end. Shape (kept, old).
    """
    new, kept = strings[False, kind == 2], strings[False, False]
    both, root = np.exp(coupling), np.exp(coupling / 2)
    matrix = np.zeros((len(new), len(old)))
    for (i, after), (j, before) in product(enumerate(new), enumerate(old)):
        ends = [int(letter == ACROSS) for letter in before]
        ends[0] += crossing
        if ends == [int(letter == TAKEN) for letter in after]:
            across = [letter == ACROSS for letter in after] + [kind == 1]
            pairs = sum(a and b for a, b in zip(across[1:], across[:-1], strict=True))
            pairs += across[0] and parallel
            matrix[i, j] = both ** len(_links(after) & _links(before)) * root**pairs
    return _overlap(new, kept, coupling) @ matrix


@numba.njit(cache=True)
def _rank(string, sizes):
    """Return the number of a whole string in the order of all of its length."""
    number = 0
    for row in range(string.size):
        rest = sizes[string.size - row - 1]
        if string[row] == ACROSS:
            number += rest
        elif string[row] == UPPER:
            number += 2 * rest
    return number


@numba.njit(cache=True, fastmath={"contract"})
def _next_column(vector, spare, columns, crossing, parallel, both, pair):
    """Go from the states of one column to those of the next one, vertex by vertex from the top down.

    In between, a state is the letters of the next column down to some row, the slow index, and those of the
    old one further down, the fast index. crossing, parallel: whether the ring has dimers into the
    column, and beside a link across from its ends, at the top and at the bottom. both, pair: the weights of
    plaquettes with dimers in both columns, and with two dimers across. Returns both arrays, that with the
    result first, scaled to a maximum of 1.
    """
    rows = columns.first.size - 1
    for row in range(rows):
        # Strings further down than the next row, and those of them that begin with a lower end.
        whole = columns.sizes[rows - row - 1]
        cut = columns.sizes[rows - row - 2] if row < rows - 1 else 0
        width = whole + cut
        # Where old strings with the present letter begin; there is no lower end in the first row.
        upper, lower = 2 * whole, 2 * whole + cut
        old_width = lower + (whole if row > 0 else 0)
        end = 0 if row == 0 else 1
        at_end = row == 0 or row == rows - 1
        blocked = at_end and crossing[end]
        for item in range(columns.first[row], columns.first[row + 1]):
            old = vector[columns.parent[item] * old_width : (columns.parent[item] + 1) * old_width]
            place = (item - columns.first[row]) * width
            new = spare[place : place + width]
            letter = columns.letter[item]
            if letter == TAKEN and not blocked:
                for i in range(whole):
                    new[i] = old[whole + i]
                for i in range(whole, width):
                    new[i] = 0.0
                continue
            if blocked and letter != TAKEN:
                new[:] = 0.0
                continue
            weight = 1.0
            if letter == ACROSS:
                if row > 0 and columns.before[item] == ACROSS:
                    weight *= pair
                if at_end and parallel[end]:
                    weight *= pair
            if row == 0:
                for i in range(whole):
                    new[i] = weight * old[i]
            else:
                beside = both if letter == LOWER else weight
                for i in range(whole):
                    new[i] = weight * old[i] + beside * old[lower + i]
            for i in range(cut):
                new[whole + i] = weight * old[upper + i]
        vector, spare = spare, vector
    count = columns.sizes[rows]
    largest = 0.0
    for i in range(count):
        largest = max(largest, vector[i])
    if largest > 0:
        scale = 1.0 / largest
        for i in range(count):
            vector[i] *= scale
    return vector, spare


@numba.njit(cache=True, fastmath={"contract"})
def _sum_half(ring, coupling, rows, size, columns, block, vector, spare, middle, result):
    """Sum over the left half of the inside; result: shape (half, above * below)."""
    both, root = np.exp(coupling), np.exp(coupling / 2)
    depth = (rows - size) // 2
    string = np.zeros(rows, np.int64)
    for row in range(rows):
        if ring[2, row]:
            string[row] = ACROSS
    for row in range(rows - 1):
        if ring[2, rows + row]:
            string[row], string[row + 1] = UPPER, LOWER
    vector[: columns.sizes[rows]] = 0.0
    vector[_rank(string, columns.sizes)] = 1.0
    for column in range(depth + 1):
        pair = root if column == rows // 2 - 1 else both
        crossing = (ring[0, column] != 0, ring[1, column] != 0)
        parallel = (ring[0, rows + column] != 0, ring[1, rows + column] != 0)
        vector, spare = _next_column(vector, spare, columns, crossing, parallel, both, pair)
    last = rows // 2 - 1
    above = block.above[ring[0, last], ring[0, rows + last]]
    below = block.below[ring[1, last], ring[1, rows + last]]
    full = block.counts[0]
    for i in range(block.entering.size):
        entering, leaving = np.int64(block.entering[i]), np.int64(block.leaving[i])
        tops, bottoms = block.counts[entering], block.counts[leaving]
        for kind in range(3):
            wanted = False
            for other in range(3):
                wanted |= block.key[i, kind, other] >= 0
            if not wanted:
                continue
            matrix = above[entering, kind]
            for new in range(full):
                line = middle[new]
                line[:bottoms] = 0.0
                for old in range(tops):
                    weight = matrix[new, old]
                    if weight != 0.0:
                        start = block.start[i, old]
                        for j in range(bottoms):
                            line[j] += weight * vector[start + j]
            for other in range(3):
                key = block.key[i, kind, other]
                if key < 0:
                    continue
                matrix_below = below[leaving, other]
                for new in range(full):
                    line = result[key, new * full : (new + 1) * full]
                    line[:] = 0.0
                    for j in range(bottoms):
                        weight = middle[new, j]
                        if weight != 0.0:
                            for b in range(full):
                                line[b] += weight * matrix_below[j, b]


@numba.njit(cache=True, fastmath={"contract", "reassoc"})
def _product(one, other):
    total = 0.0
    for i in range(one.size):
        total += one[i] * other[i]
    return total


@numba.njit(cache=True)
def _sum_inside(rings, mirrored, coupling, rows, size, columns, block, result):
    """Sum over the inside for each state of V; result: weights, zero at first, shape (ring, state)."""
    longest = columns.sizes[rows]
    for row in range(1, rows):
        strings = columns.first[row] - columns.first[row - 1]
        rest = columns.sizes[rows - row] + columns.sizes[rows - row - 1]
        longest = max(longest, strings * rest)
    vector, spare = np.empty(longest), np.empty(longest)
    full = block.counts[0]
    middle = np.empty((full, full))
    halves = np.empty((2, block.key.max() + 1, full * full))
    products = np.empty(len(block.pairs))
    for n in range(len(rings)):
        _sum_half(rings[n], coupling, rows, size, columns, block, vector, spare, middle, halves[0])
        _sum_half(mirrored[n], coupling, rows, size, columns, block, vector, spare, middle, halves[1])
        for i in range(len(block.pairs)):
            products[i] = _product(halves[0, block.pairs[i, 0]], halves[1, block.pairs[i, 1]])
        for i in range(block.pair.size):
            result[n, block.state[i]] += block.weight[i] * products[block.pair[i]]


def rings_around(configurations: np.ndarray, corners: np.ndarray, side: int) -> np.ndarray:
    """Return what squares of periodic configurations are surrounded by, int8, 0 or 1, (number, 4, side - 1).

    The four sides are above, below, left and right, read from left to right and from the top down. Each
    begins with the side / 2 links that lead out of the square, and goes on with the side / 2 - 1 links
    parallel to it between the vertices just outside.

    configurations: pixels, (number, 2L, 2L). corners: first row and column of the squares, vertices, so even,
    (number, 2). side: side length in pixels, even.

    Raises `ValueError` for odd corners and sides, and if a square and its ring do not fit, so that opposite
    sides would be the same vertices.
    """
    size = configurations.shape[-1]
    corners = np.asarray(corners)
    if side < 2 or side % 2:
        raise ValueError(f"side = {side} is not possible; use an even number of pixels, two per vertex")
    if (corners % 2).any():
        raise ValueError("corners are no vertices; use even rows and columns")
    if side + 4 > size:
        raise ValueError(
            f"side = {side} does not fit with its ring into {size} pixels; use at most {size - 4}"
        )
    # Rows or columns of crossing links and of parallel ones, before and behind the square.
    near, far = np.array([-1, -2]), np.array([side - 1, side])
    along = np.concatenate([np.arange(0, side, 2), np.arange(1, side - 1, 2)])
    across = np.stack([np.repeat(places, (side // 2, side // 2 - 1)) for places in (near, far)])
    along = np.broadcast_to(along, across.shape)
    rows = (corners[:, 0, None, None] + np.concatenate([across, along])) % size
    columns = (corners[:, 1, None, None] + np.concatenate([along, across])) % size
    return configurations[np.arange(len(corners))[:, None, None], rows, columns].astype(np.int8)
