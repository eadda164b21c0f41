"""The transfer matrix of interacting dimers, vertex by vertex through the columns of a ring's inside.

The inside is summed over by halves: from the left up to the first columns of V, and from the right in the
mirrored ring; both meet in the middle of V.
"""

import numba
import numpy as np

from rsmi.exact.dimers.columns import ACROSS, LOWER, TAKEN, UPPER, rank


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
    vector[rank(string, columns.sizes)] = 1.0
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
def sum_inside(rings, mirrored, coupling, rows, size, columns, block, result):
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
