"""The visible block of dimers: its coverings by halves, and how columns of the buffer go over into them."""

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from rsmi.exact.dimers.columns import (
    ACROSS,
    LOWER,
    TAKEN,
    UPPER,
    Columns,
    String,
    common,
    kind_of_end,
    links,
    rank,
    strings,
)

# Directions of dimers, as in the model.
RIGHT, DOWN, LEFT, UP = range(4)


@dataclass(frozen=True)
class Coverings:
    """All coverings of a block V, each made of two halves of which the right one is mirrored."""

    columns: list[String]
    """The states of a column of V."""
    halves: list[tuple[int, ...]]
    """The columns of each half, by their numbers, from the outside in."""
    joined: np.ndarray
    """The two halves of each covering, (covering, 2)."""
    directions: np.ndarray
    """Where the dimer of each vertex points, (covering, row, column)."""
    states: np.ndarray
    """All pixel states of V, int8, (number, visible, visible).

    Whether the first vertex is matched upwards or to the left cannot be seen: these are one state.
    """
    state: np.ndarray
    """The pixel state of each covering, (covering,)."""


class Block(NamedTuple):
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


def coverings_of(visible: int) -> Coverings:
    """List the coverings of a block of `visible` x `visible` pixels, 4 or 8."""
    size = visible // 2
    columns = [string for ends in product((False, True), repeat=2) for string in strings(size, *ends)]
    halves: list[tuple[int, ...]]
    if size == 2:
        halves = [(i,) for i in range(len(columns))]
    else:
        halves = [
            (i, j)
            for (i, old), (j, new) in product(enumerate(columns), repeat=2)
            if all((a == ACROSS) == (b == TAKEN) for a, b in zip(old, new, strict=True))
        ]
    across: dict[tuple[bool, ...], list[int]] = {}
    for number, half in enumerate(halves):
        pattern = tuple(letter == ACROSS for letter in columns[half[-1]])
        across.setdefault(pattern, []).append(number)
    joined = np.array([pair for group in across.values() for pair in product(group, repeat=2)])
    # Shape (half, column, row).
    letters = np.array(columns)[np.array(halves)]
    towards = np.array([LEFT, RIGHT, DOWN, UP]), np.array([RIGHT, LEFT, DOWN, UP])
    left = towards[0][letters][joined[:, 0]]
    right = towards[1][letters][joined[:, 1]][:, ::-1]
    directions = np.concatenate([left, right], axis=1).swapaxes(1, 2)
    pixels = np.zeros((len(joined), visible, visible), np.int8)
    pixels[:, ::2, 1::2] = directions == RIGHT
    pixels[:, 1::2, ::2] = directions == DOWN
    states, state = np.unique(pixels.reshape(len(pixels), -1), axis=0, return_inverse=True)
    return Coverings(columns, halves, joined, directions, states.reshape(-1, visible, visible), state.ravel())


def tabulate(coverings: Coverings, depth: int, coupling: float, columns_of_inside: Columns) -> Block:
    """Tabulate the last column of each half of V, and which halves make up which state of V.

    Both halves hold the links across the middle, and each takes the root of their weights. `depth` is the
    width of the buffer in vertices, at least 1.
    """
    k, columns = coupling, coverings.columns
    size = len(columns[0])
    parts = {
        (above, below): strings(depth, above, below)
        for above, below in ((False, False), (False, True), (True, False))
    }
    counts = np.array([len(parts[False, False]), len(parts[False, True])])
    start = np.zeros((len(columns), counts[0]), np.int64)
    for i, column in enumerate(columns):
        tops, bottoms = parts[False, column[0] == LOWER], parts[column[-1] == UPPER, False]
        for j, top in enumerate(tops):
            whole = np.array(top + column + bottoms[0], np.int64)
            start[i, j] = rank(whole, columns_of_inside.sizes)

    tables = np.zeros((2, 2, 2, 2, 3, counts[0], counts[0]))
    flipped = np.array([TAKEN, ACROSS, LOWER, UPPER])
    for crossing, parallel, ended in product(range(2), repeat=3):
        from_above = parts[False, bool(ended)]
        from_below = [tuple(flipped[list(string[::-1])]) for string in parts[bool(ended), False]]
        for table, old in ((tables[0], from_above), (tables[1], from_below)):
            for kind in range(3):
                # The last column of V is also its first if V has two.
                weights = (
                    _last_column(old, parts, kind, bool(crossing), bool(parallel), k)
                    if size > 2
                    else _overlap(old, parts[False, False], k)
                )
                table[crossing, parallel, ended, kind, :, : len(old)] = weights
    # Below, the new states are the second axis, and next to each other in memory.
    above, below = tables[0], np.ascontiguousarray(tables[1].swapaxes(-1, -2))

    key = np.full((len(columns), 3, 3), -1)
    keys = np.empty(len(coverings.halves), np.int64)
    energy = np.zeros(len(coverings.halves))
    for number, half in enumerate(coverings.halves):
        first, last = columns[half[0]], columns[half[-1]]
        place = half[0], kind_of_end(last[0], LOWER), kind_of_end(last[-1], UPPER)
        if key[place] < 0:
            key[place] = key.max() + 1
        keys[number] = key[place]
        if size > 2:
            beside = sum(a == b == ACROSS for a, b in zip(last[1:], last[:-1], strict=True))
            energy[number] = common(first, last) + beside / 2
    pairs, pair = np.unique(keys[coverings.joined], axis=0, return_inverse=True)
    total = energy[coverings.joined].sum(axis=1)
    total += [
        common(columns[coverings.halves[i][-1]], columns[coverings.halves[j][-1]])
        for i, j in coverings.joined
    ]
    weight = np.exp(k * (total - total.max()))
    entering, leaving = (
        np.array([c[end] == kind for c in columns]) for end, kind in ((0, LOWER), (-1, UPPER))
    )
    return Block(
        entering, leaving, start, above, below, counts, key, pairs, pair.ravel(), weight, coverings.state
    )


def _overlap(new: list[String], kept: list[String], coupling: float) -> np.ndarray:
    """Return the matrix (kept, new) by which columns that meet in the middle become vectors to be multiplied.

    exp(K) for each link that both columns have is the sum over sets of such links of exp(K) - 1 for each
    link of the set. So the sum over both columns is a scalar product over links across and sets of links.
    """
    root = np.sqrt(np.expm1(coupling))
    matrix = np.zeros((len(kept), len(new)))
    for (i, one), (j, other) in product(enumerate(kept), enumerate(new)):
        if [a == ACROSS for a in one] == [b == ACROSS for b in other] and links(one) <= links(other):
            matrix[i, j] = root ** len(links(one))
    return matrix


def _last_column(
    old: list[String],
    parts: dict[tuple[bool, bool], list[String]],
    kind: int,
    crossing: bool,
    parallel: bool,
    coupling: float,
) -> np.ndarray:
    """Return the matrix from the buffer's part above V of one column to that of the last one, by `_overlap`.

    kind: how V's part of the last column ends, as from `kind_of_end`. crossing, parallel: whether the ring
    has a dimer into the last column, and one beside a link across from the last column's end. Shape
    (kept, old).
    """
    new, kept = parts[False, kind == 2], parts[False, False]
    both, root = np.exp(coupling), np.exp(coupling / 2)
    matrix = np.zeros((len(new), len(old)))
    for (i, after), (j, before) in product(enumerate(new), enumerate(old)):
        ends = [int(letter == ACROSS) for letter in before]
        ends[0] += crossing
        if ends == [int(letter == TAKEN) for letter in after]:
            across = [letter == ACROSS for letter in after] + [kind == 1]
            pairs = sum(a and b for a, b in zip(across[1:], across[:-1], strict=True))
            pairs += across[0] and parallel
            matrix[i, j] = both ** len(links(after) & links(before)) * root**pairs
    return _overlap(new, kept, coupling) @ matrix
