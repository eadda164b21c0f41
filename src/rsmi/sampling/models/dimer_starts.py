"""Dimer coverings of the L x L torus to start from: random ones, by spanning forests, and columnar ones.

A covering is an array (L, L) of directions from each site to its partner: 0 right, 1 down, 2 left, 3 up.
"""

import numba
import numpy as np

from rsmi.sampling.splitmix import mix, random_states

EMPTY = 4
STEP_Y = np.array([0, 1, 0, -1])
STEP_X = np.array([1, 0, -1, 0])


def columnar(size: int, kind: str) -> np.ndarray:
    """Return the columnar covering in which the site (0, 0) has its partner right, down, left or up."""
    along_y, backwards = kind in ("down", "up"), kind in ("left", "up")
    position = np.indices((size, size))[0 if along_y else 1]
    first = (position + backwards) % 2 == 0
    forward = 1 if along_y else 0
    return np.where(first, forward, forward + 2).astype(np.uint8)


def random_covering(size: int, rng: np.random.Generator) -> np.ndarray:
    """Return a random covering of the `size` x `size` torus (even), from any of its winding sectors.

    The sites with both coordinates even are the nodes of a graph, those with both odd the nodes of its dual,
    and the others are edges of both. D. B. Wilson's loop-erased random walks, with the loops that wind around
    the torus kept as roots (A. Kassel and R. Kenyon, Ann. Probab. 45, 932 (2017)), give a spanning forest of
    the graph, in which every node points to one edge; the edges left over do so for the dual (R. W. Kenyon,
    J. G. Propp and D. B. Wilson, Electron. J. Comb. 7, R25 (2000)). Every covering may result. Those of
    forests with k roots, whose dual cycles are turned at random, have weights 2^-k: a start, not a sample.
    """
    covering = np.full((size, size), EMPTY, np.uint8)
    counter, step = random_states([rng])[0]
    counter = np.uint64(_spanning_forest(covering, counter, step))
    _dual_forest(covering, counter, step)
    return covering


@numba.njit(cache=True)
def _spanning_forest(covering, counter, step):
    """Match the sites with both coordinates even with edges; return the next counter."""
    length = covering.shape[0]
    nodes = length // 2
    # Walk coordinates that are not wrapped tell loops around the torus from others. `place` is 0 where no
    # walk has been, i + 1 for the i-th node of the present walk and -1 for the nodes of the forest.
    place = np.zeros((nodes, nodes), np.int64)
    path = np.empty((nodes * nodes, 2), np.int64)
    for start in range(nodes * nodes):
        y, x = start // nodes, start % nodes
        if place[y, x] != 0:
            continue
        path[0] = y, x
        place[y, x] = 1
        end = 1
        while True:
            counter += step
            direction = np.int64(mix(counter) >> np.uint64(62))
            here_y, here_x = path[end - 1, 0] % nodes, path[end - 1, 1] % nodes
            covering[2 * here_y, 2 * here_x] = direction
            y = path[end - 1, 0] + STEP_Y[direction]
            x = path[end - 1, 1] + STEP_X[direction]
            before = place[y % nodes, x % nodes]
            if before < 0 or (before > 0 and (path[before - 1, 0] != y or path[before - 1, 1] != x)):
                break
            if before > 0:
                for i in range(before, end):
                    place[path[i, 0] % nodes, path[i, 1] % nodes] = 0
                end = before
            else:
                path[end] = y, x
                end += 1
                place[y % nodes, x % nodes] = end
        for i in range(end):
            place[path[i, 0] % nodes, path[i, 1] % nodes] = -1
    for y in range(0, length, 2):
        for x in range(0, length, 2):
            _match(covering, y, x, covering[y, x])
    return counter


@numba.njit(cache=True)
def _match(covering, y, x, direction):
    """Let the site (y, x) and its neighbour point to each other."""
    length = covering.shape[0]
    covering[y, x] = direction
    covering[(y + STEP_Y[direction]) % length, (x + STEP_X[direction]) % length] = direction ^ 2


@numba.njit(cache=True)
def _free_direction(covering, y, x, first, backwards):
    """Return a direction in which the neighbour has no partner, and the number of them.

    They are tried from `first` on, or in the other order if `backwards` is 1, so that, with both at random,
    each of two is equally likely to be found first.
    """
    length = covering.shape[0]
    found, number = -1, 0
    for turn in range(4):
        direction = (first + (3 - turn if backwards else turn)) % 4
        if covering[(y + STEP_Y[direction]) % length, (x + STEP_X[direction]) % length] == EMPTY:
            number += 1
            if found < 0:
                found = direction
    return found, number


@numba.njit(cache=True)
def _dual_forest(covering, counter, step):
    """Match the sites with both coordinates odd with the edges that are left: leaves first, then cycles."""
    length = covering.shape[0]
    for leaves_only in (True, False):
        for start_y in range(1, length, 2):
            for start_x in range(1, length, 2):
                y, x = start_y, start_x
                counter += step
                word = mix(counter)
                first, backwards = np.int64(word >> np.uint64(62)), np.int64(word & np.uint64(1))
                while covering[y, x] == EMPTY:
                    direction, number = _free_direction(covering, y, x, first, backwards)
                    if leaves_only and number > 1:
                        break
                    _match(covering, y, x, direction)
                    # What the edge led to has one edge less and is next.
                    y = (y + 2 * STEP_Y[direction]) % length
                    x = (x + 2 * STEP_X[direction]) % length
