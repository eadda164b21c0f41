"""Exact results for dimers on the square lattice, by enumeration of all coverings of small tori.

Interacting dimers have the weight exp(N_parallel / T), where N_parallel counts the plaquettes with two
parallel ones.
"""

import numba
import numpy as np


@numba.njit(cache=True)
def _coverings(size, found):
    """Write all coverings of the torus as directions (0 right, 1 down) of links into `found`, if it has rows.

    found: int8 (number, size, size), where a site has the direction of its link if that goes right or down,
    else -1. Returns the number of coverings. The first free site, in reading order, takes one of its free
    neighbours in turn.
    """
    sites = size * size
    partner = np.full(sites, -1)
    # The sites that were the first free ones, and which neighbour was tried last.
    order, tried = np.empty(sites, np.int64), np.empty(sites, np.int64)
    depth, site, number = 0, 0, 0
    order[0], tried[0] = 0, -1
    while depth >= 0:
        site = order[depth]
        if partner[site] >= 0:
            partner[partner[site]] = -1
            partner[site] = -1
        y, x = site // size, site % size
        placed = False
        for direction in range(tried[depth] + 1, 4):
            if direction == 0:
                other = y * size + (x + 1) % size
            elif direction == 1:
                other = (y + 1) % size * size + x
            elif direction == 2:
                other = y * size + (x - 1) % size
            else:
                other = (y - 1) % size * size + x
            if partner[other] < 0:
                tried[depth] = direction
                partner[site], partner[other] = other, site
                placed = True
                break
        if not placed:
            depth -= 1
            continue
        free = site + 1
        while free < sites and partner[free] >= 0:
            free += 1
        if free < sites:
            depth += 1
            order[depth], tried[depth] = free, -1
        else:
            if found.shape[0] > 0:
                for d in range(depth + 1):
                    first, direction = order[d], tried[d]
                    start = first if direction < 2 else partner[first]
                    found[number, start // size, start % size] = direction % 2
            number += 1
    return number


def enumerate_coverings(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all coverings of the `size` x `size` torus as links: horizontal and vertical, bool (n, L, L).

    horizontal[n, y, x] is the link from (y, x) to the right, vertical[n, y, x] the one downwards. There are
    272 for size 4 and 90,176 for size 6.

    Raises `ValueError` for any other size.
    """
    if size not in (4, 6):
        raise ValueError(f"size = {size} cannot be enumerated here; use 4 or 6")
    number = _coverings(size, np.empty((0, size, size), np.int8))
    found = np.full((number, size, size), -1, np.int8)
    _coverings(size, found)
    return found == 0, found == 1


def parallel_plaquettes(horizontal: np.ndarray, vertical: np.ndarray) -> np.ndarray:
    """Return N_parallel of coverings given as links, (..., L, L); shape (...)."""
    pairs = horizontal & np.roll(horizontal, -1, -2) | vertical & np.roll(vertical, -1, -1)
    return pairs.sum(axis=(-2, -1))


def thermodynamics(temperature: float, size: int) -> dict[str, float]:
    """Return N_parallel / N and the specific heat per site of the torus of size 4 or 6, by enumeration."""
    parallel = parallel_plaquettes(*enumerate_coverings(size))
    weights = np.exp((parallel - parallel.max()) / temperature)
    weights /= weights.sum()
    mean = np.sum(weights * parallel)
    variance = np.sum(weights * (parallel - mean) ** 2)
    return {
        "parallel": mean / size**2,
        "specific_heat": variance / temperature**2 / size**2,
    }
