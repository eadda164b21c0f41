"""The exact steady state of chipping and aggregation on small rings, by its Markov matrix."""

from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve


def states(size: int, mass: int) -> np.ndarray:
    """Return all ways to put `mass` units on `size` sites; integers, shape (number, size)."""
    bars = np.array(list(combinations(range(mass + size - 1), size - 1)))
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, mass + size - 1)))
    return np.diff(edges, axis=1) - 1


def steady_state(w: float, size: int, mass: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all states (number, size) of the ring and their probabilities in the steady state (number,).

    Each occupied site loses one unit at rate 1 and all its mass at rate `w`, to either neighbour with equal
    probability (D. E. Gökmen et al., Phys. Rev. E 104, 064106 (2021), equations 19 and 20).

    Raises `ValueError` for more than 20,000 states.
    """
    found = states(size, mass)
    if len(found) > 20_000:
        raise ValueError(f"{len(found)} states are too many to solve for; lower size or mass")
    index = {tuple(state): i for i, state in enumerate(found.tolist())}
    rows, columns, rates = [], [], []
    for i, state in enumerate(found.tolist()):
        for site, units in enumerate(state):
            if units == 0:
                continue
            for moved, rate in ((1, 1.0), (units, w)):
                for to in ((site + 1) % size, (site - 1) % size):
                    after = state.copy()
                    after[site] -= moved
                    after[to] += moved
                    j = index[tuple(after)]
                    rows += [j, i]
                    columns += [i, i]
                    rates += [rate / 2, -rate / 2]
    generator = coo_array((rates, (rows, columns)), (len(found),) * 2).tolil()
    # The equations are dependent; the last is replaced by the normalisation.
    generator[-1] = 1.0
    right = np.zeros(len(found))
    right[-1] = 1.0
    return found, spsolve(generator.tocsc(), right)
