"""Columns of dimers as strings of letters, and how they are numbered.

Columns of vertices are strings of letters, from the top down: a vertex is `TAKEN` by the column before (or by
the ring), paired with the next column (`ACROSS`), or the upper or lower end of a dimer within the column
(`UPPER`, `LOWER`). Strings are in lexicographic order wherever they are numbered.
"""

from typing import NamedTuple

import numba
import numpy as np

TAKEN, ACROSS, UPPER, LOWER = range(4)

String = tuple[int, ...]


class Columns(NamedTuple):
    """How strings grow by a letter: those of r + 1 letters are the items first[r] to first[r + 1]."""

    sizes: np.ndarray
    """How many strings there are of 0, 1, ... letters."""
    first: np.ndarray
    parent: np.ndarray
    letter: np.ndarray
    before: np.ndarray
    """The letter before the last one."""


def strings(rows: int, above: bool, below: bool) -> list[tuple[int, ...]]:
    """Return the strings of `rows` letters, in order.

    above, below: whether a dimer comes in from above and one goes out below.
    """
    if rows == 0:
        return [()] if above == below else []
    if above:
        return [(LOWER, *rest) for rest in strings(rows - 1, False, below)]
    found = [(letter, *rest) for letter in (TAKEN, ACROSS) for rest in strings(rows - 1, False, below)]
    return found + [(UPPER, *rest) for rest in strings(rows - 1, True, below)]


def grow(rows: int) -> Columns:
    """Tabulate how strings of up to `rows` letters grow; they may end in the upper end of a dimer."""
    sizes = [1, 2]
    while len(sizes) <= rows:
        sizes.append(2 * sizes[-1] + sizes[-2])
    first = [0]
    # Parent, letter and the letter before.
    items: list[tuple[int, int, int]] = []
    last = [TAKEN]
    for row in range(rows):
        start = len(items)
        for parent, before in enumerate(last):
            following = [LOWER] if before == UPPER else [TAKEN, ACROSS, UPPER]
            items += [(parent, letter, before) for letter in following if letter != UPPER or row < rows - 1]
        last = [letter for _, letter, _ in items[start:]]
        first.append(len(items))
    parent, letter, before = np.array(items, np.int64).T
    return Columns(np.array(sizes), np.array(first), parent.copy(), letter.copy(), before.copy())


def kind_of_end(letter: int, leaving: int) -> int:
    """Return how V's column ends: 1 with a link across, 2 with the dimer `leaving` V, 0 in any other way."""
    return 1 if letter == ACROSS else 2 if letter == leaving else 0


def common(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Return how many plaquettes two columns of V share whose dimers are both vertical."""
    beside = sum(a == b == UPPER for a, b in zip(one, other, strict=True))
    return beside + (one[0] == other[0] == LOWER)


def links(string: tuple[int, ...]) -> set[int]:
    """Return the rows in which dimers within the column begin, without one that goes on below."""
    return {row for row, letter in enumerate(string[:-1]) if letter == UPPER}


@numba.njit(cache=True)
def rank(string, sizes):
    """Return the number of a whole string in the order of all of its length."""
    number = 0
    for row in range(string.size):
        rest = sizes[string.size - row - 1]
        if string[row] == ACROSS:
            number += rest
        elif string[row] == UPPER:
            number += 2 * rest
    return number
