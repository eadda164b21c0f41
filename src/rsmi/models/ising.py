"""The ferromagnetic Ising model on the periodic square lattice, by Swendsen–Wang cluster updates.

E = -sum over nearest neighbours of s_i s_j, with J = k_B = 1 (R. H. Swendsen and J.-S. Wang, Phys. Rev.
Lett. 58, 86 (1987)). Every sweep visits each bond once, whatever the temperature, and flips each cluster
with probability one half, so both signs of the magnetisation are sampled below T_c too.
"""

import math
from typing import ClassVar

import numba
import numpy as np

from rsmi.models.base import Control


@numba.njit(cache=True)
def _root(parent, site):
    """Return the root of the cluster of `site`, halving the path to it."""
    while parent[site] != site:
        parent[site] = parent[parent[site]]
        site = parent[site]
    return site


@numba.njit(cache=True)
def _join(parent, first, second):
    """Merge two clusters; the smaller index stays root, so a root precedes its cluster."""
    a = _root(parent, first)
    b = _root(parent, second)
    if a < b:
        parent[b] = a
    else:
        parent[a] = b


@numba.njit(cache=True)
def _swendsen_wang(spins, bond_probability, sweeps, rng):
    """Update `spins`, an int8 array of shape (L, L), in place."""
    length = spins.shape[0]
    sites = spins.ravel()
    parent = np.empty(sites.size, np.int32)
    sign = np.empty(sites.size, np.int8)
    for _ in range(sweeps):
        for site in range(sites.size):
            parent[site] = site
        for y in range(length):
            row = y * length
            row_below = row + length if y + 1 < length else 0
            for x in range(length):
                site = row + x
                right = site + 1 if x + 1 < length else row
                below = row_below + x
                if sites[site] == sites[right] and rng.random() < bond_probability:
                    _join(parent, site, right)
                if sites[site] == sites[below] and rng.random() < bond_probability:
                    _join(parent, site, below)
        # Parents precede their children, so one look-up finds the root where the sites before are done.
        for site in range(sites.size):
            root = parent[parent[site]]
            parent[site] = root
            if root == site:
                sign[site] = 1 if rng.random() < 0.5 else -1
            sites[site] *= sign[root]


class Ising:
    """The 2D Ising ferromagnet at temperature T, on a torus of `size` x `size` spins ±1."""

    control = Control(
        symbol="T",
        long_name="temperature",
        units="J/k_B",
        above=0.0,
        known_transition=2.0 / math.log(1.0 + math.sqrt(2.0)),
        known_transition_label="$T_c$ (Onsager)",
    )
    dims = ("y", "x")
    period = (1, 1)
    starts = ("up", "down", "random")
    observed: ClassVar = {
        "energy": ("energy per site", "J"),
        "magnetisation": ("magnetisation per site", "1"),
        "abs_magnetisation": ("modulus of the magnetisation per site", "1"),
    }
    parameters: ClassVar = {
        "type": "object",
        "additionalProperties": False,
        "required": ["size"],
        "properties": {
            "size": {
                "description": "Side length L of the periodic square lattice, in sites.",
                "type": "integer",
                "minimum": 3,
            }
        },
    }

    def __init__(self, control: float, size: int) -> None:
        """Set the temperature (in J/k_B, may be infinite) and the side length (in sites)."""
        self.size = size
        self.bond_probability = -math.expm1(-2.0 / control)

    @staticmethod
    def shape(size: int) -> tuple[int, int]:
        """Return (L, L)."""
        return size, size

    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return all spins up, all down, or independent random spins; int8, shape (L, L)."""
        shape = self.shape(self.size)
        if start == "random":
            return rng.choice(np.array([-1, 1], np.int8), shape)
        return np.full(shape, 1 if start == "up" else -1, np.int8)

    def advance(self, state: np.ndarray, sweeps: int, rng: np.random.Generator) -> None:
        """Run Swendsen–Wang sweeps on `state` in place."""
        _swendsen_wang(state, self.bond_probability, sweeps, rng)

    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return energy and magnetisation per site (in J and in spins) and the latter's modulus.

        `configurations` has shape (..., L, L), the results have shape (...).
        """
        sites = self.size * self.size
        bonds = sum(
            np.sum(configurations * np.roll(configurations, 1, axis), axis=(-2, -1), dtype=np.int32)
            for axis in (-2, -1)
        )
        magnetisation = configurations.sum(axis=(-2, -1), dtype=np.int32) / sites
        return {
            "energy": -bonds / sites,
            "magnetisation": magnetisation,
            "abs_magnetisation": np.abs(magnetisation),
        }


MODEL = Ising
