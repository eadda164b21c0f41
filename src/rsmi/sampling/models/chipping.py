"""Chipping and aggregation of masses on a ring, a model without detailed balance.

At rate 1 an occupied site loses one unit of mass, and at rate w all of it, to its left or right neighbour
with equal probability (D. E. Gökmen et al., Phys. Rev. E 104, 064106 (2021), equations 19 and 20; R. Rajesh
and S. N. Majumdar, Phys. Rev. E 63, 036114 (2001), whose w is the chipping rate). Time is discretised
exactly: every site is tried at rate 1 + w, and a trial at an empty one does nothing.
"""

import math
from dataclasses import replace
from typing import ClassVar

import numba
import numpy as np

from rsmi.sampling.models.base import Control, Model
from rsmi.sampling.splitmix import LOW, below, mix

LOWEST_RATE = 1e-6


@numba.njit(cache=True)
def _trials(states, trials, chip_threshold, random):
    """Try `trials` random sites of each chain, in place; states: integers (chain, L).

    The upper 32 bits of a word choose the site, the lowest one the direction, and the event is a chipping
    where the 31 between are below `chip_threshold`.
    """
    one, length = np.uint64(1), np.uint64(states.shape[1])
    for chain in range(states.shape[0]):
        masses = states[chain]
        counter, step = random[chain, 0], random[chain, 1]
        for _ in range(trials):
            counter += step
            word = mix(counter)
            site = np.uint64(below(word, length))
            # One site to the right or left, without branches, which would be mispredicted half of the time.
            to = site + length + ((word & one) << one) - one
            to = to - length if to >= length else to
            to = to - length if to >= length else to
            mass = masses[site]
            chips = np.int64(((word & LOW) >> one) < chip_threshold)
            stays = max(np.int64(mass) - 1, np.int64(0)) * chips
            masses[site] = stays
            masses[to] += mass - stays
        random[chain, 0] = counter


def critical_rate(density: float) -> float:
    """Return the aggregation rate w at which a condensate appears: density = sqrt(1 + 1/w) - 1."""
    return 1.0 / ((1.0 + density) ** 2 - 1.0)


class Chipping(Model):
    """Chipping (rate 1) and aggregation (rate w) on a ring of `size` sites, with `density` units each."""

    control = Control(
        symbol="w",
        long_name="aggregation rate",
        units="chipping rate",
        above=0.0,
        known_transition=critical_rate(1.0),
        known_transition_label="$w_c$ (Rajesh and Majumdar)",
    )
    dims = ("x",)
    period = (1,)
    starts = ("flat", "condensed")
    sweep = "a trial per site, which takes the time 1 / (1 + w)"
    observed: ClassVar = {
        "occupied": ("share of occupied sites", "1"),
        "second_moment": ("mean square mass of a site", "1"),
        "heaviest": ("share of all mass on the heaviest site", "1"),
    }
    parameters: ClassVar = {
        "type": "object",
        "additionalProperties": False,
        "required": ["size"],
        "properties": {
            "size": {"description": "Length L of the ring, in sites.", "type": "integer", "minimum": 3},
            "density": {
                "description": "Units of mass per site; size times density is a whole number.",
                "type": "number",
                "exclusiveMinimum": 0,
                "default": 1.0,
            },
        },
    }

    def __init__(self, control: float, size: int, density: float = 1.0) -> None:
        """Set the aggregation rate (in units of the chipping rate), the sites and the mass per site.

        Raises `ValueError` for rates so far apart that the random numbers, of 31 bits, do not resolve them,
        and where size times density is not a whole number.
        """
        if not LOWEST_RATE <= control <= 1.0 / LOWEST_RATE:
            raise ValueError(
                f"w = {control!r}: use an aggregation rate from {LOWEST_RATE!r} to {1.0 / LOWEST_RATE!r}"
            )
        self.size = size
        self.mass = round(size * density)
        if not 0 < self.mass < 2**31 or not math.isclose(self.mass, size * density):
            raise ValueError(
                f"density = {density!r}: {size} sites would hold a mass of {size * density!r}; "
                "use a density that gives a whole number, at least 1"
            )
        self.control = replace(Chipping.control, known_transition=critical_rate(self.mass / size))
        self.chip_threshold = np.uint64(round(2.0**31 / (1.0 + control)))

    @staticmethod
    def shape(size: int, **_: float) -> tuple[int]:
        """Return (L,)."""
        return (size,)

    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return the mass spread evenly, or all of it on one random site; integers, shape (L,)."""
        masses = np.zeros(self.size, np.min_scalar_type(-self.mass - 1))
        if start == "flat":
            masses[:] = np.diff(np.arange(self.size + 1) * self.mass // self.size)
        else:
            masses[rng.integers(self.size)] = self.mass
        return masses

    def advance(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Run trials on `states`, integers (chain, L), in place."""
        _trials(states, sweeps * self.size, self.chip_threshold, random)

    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return the share of occupied sites, the mean square mass and the heaviest site's share of all mass.

        `configurations` has shape (..., L), the results have shape (...).
        """
        masses = configurations.astype(np.int64)
        return {
            "occupied": np.mean(masses > 0, axis=-1),
            "second_moment": np.mean(masses**2, axis=-1),
            "heaviest": masses.max(axis=-1) / self.mass,
        }


# For `rsmi.sampling.cost`: the automatic spacing, which is as wide as it may be; seconds per site and sweep,
# and per site of a sample that is kept; bytes of such a site in memory, and on disk.
COST = {"spacing": None, "sweep": 4.3e-9, "keep": 10e-9, "bytes": 2, "compressed": 0.38}
MODEL = Chipping
