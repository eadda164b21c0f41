"""The Ising model on a ring, by direct sampling: every configuration is an independent one.

E = -J sum of s_i s_(i+1), |J| = k_B = 1. Given s_0 and s_i, the next spin has the weight exp(K s_i s_(i+1))
times the sum over all spins between it and s_0 (the transfer matrix). The antiferromagnet on an even ring is
the ferromagnet with every other spin flipped.
"""

import math
from typing import ClassVar

import numba
import numpy as np

from rsmi.sampling.models.base import Control, Model
from rsmi.sampling.splitmix import mix


@numba.njit(cache=True)
def _draw(states, keep, random):
    """Draw each chain anew; states: int8 (chain, L).

    keep: (L, 2), where keep[i, a] is the probability that the spin i is like the one before, given that that
    one is unlike (a = 0) or like (a = 1) the spin 0.
    """
    unit = 1.0 / 2.0**53
    for chain in range(states.shape[0]):
        spins = states[chain]
        counter, step = random[chain, 0], random[chain, 1]
        counter += step
        first = np.int8(1) if mix(counter) >> np.uint64(63) else np.int8(-1)
        spin = first
        spins[0] = spin
        for i in range(1, spins.size):
            counter += step
            if np.float64(mix(counter) >> np.uint64(11)) * unit >= keep[i, np.int64(spin == first)]:
                spin = -spin
            spins[i] = spin
        random[chain, 0] = counter


class IsingChain(Model):
    """The Ising model at temperature T on a ring of `size` spins ±1."""

    control = Control(symbol="T", long_name="temperature", units="|J|/k_B", above=0.0)
    dims = ("x",)
    period = (1,)
    starts = ("random",)
    sweep = "a new configuration, independent of the one before"
    observed: ClassVar = {
        "energy": ("energy per site", "|J|"),
        "magnetisation": ("magnetisation per site, staggered for the antiferromagnet", "1"),
        "abs_magnetisation": ("modulus of the magnetisation per site", "1"),
    }
    parameters: ClassVar = {
        "type": "object",
        "additionalProperties": False,
        "required": ["size"],
        "properties": {
            "size": {"description": "Length L of the ring, in sites.", "type": "integer", "minimum": 3},
            "coupling": {
                "description": "Sign of J: ferromagnetic (positive) or antiferromagnetic, for even lengths.",
                "enum": ["ferromagnetic", "antiferromagnetic"],
                "default": "ferromagnetic",
            },
        },
    }

    def __init__(self, control: float, size: int, coupling: str = "ferromagnetic") -> None:
        """Set the temperature (in |J|/k_B, may be infinite) and the length (in sites).

        Raises `ValueError` for an antiferromagnet of odd length.
        """
        if coupling == "antiferromagnetic" and size % 2:
            raise ValueError(
                f"size = {size}: an antiferromagnet of odd length is frustrated; use an even one"
            )
        self.size = size
        # Sums over the spins between, up to a factor: 1 + t^n for equal ends at a distance n, 1 - t^n for
        # others. With t = tanh K and q = exp(-2 K); q must not underflow, or 0 / 0 would follow.
        q = max(math.exp(-2.0 / control), 1e-300)
        log_t = math.log1p(-q) - math.log1p(q) if q < 1 else -math.inf
        distance = size - np.arange(size)
        like, unlike = 1.0 + np.exp(distance * log_t), -np.expm1(distance * log_t)
        self.keep = np.stack([unlike / (unlike + q * like), like / (like + q * unlike)], axis=1)
        self.stagger = np.ones(size, np.int8)
        if coupling == "antiferromagnetic":
            self.stagger[1::2] = -1

    @staticmethod
    def shape(size: int, **_: str) -> tuple[int]:
        """Return (L,)."""
        return (size,)

    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return independent random spins, which the first sweep forgets; int8, shape (L,)."""
        return rng.choice(np.array([-1, 1], np.int8), self.size)

    def advance(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Draw `states`, int8 (chain, L), anew in place, once whatever the number of sweeps."""
        _draw(states, self.keep, random)
        states *= self.stagger

    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return energy (in |J|) and magnetisation per site and the latter's modulus.

        The magnetisation of the antiferromagnet is the staggered one. `configurations` has shape (..., L),
        the results have shape (...).
        """
        spins = configurations * self.stagger
        energy = -np.mean(spins * np.roll(spins, 1, -1), axis=-1)
        magnetisation = np.mean(spins, axis=-1)
        return {
            "energy": energy,
            "magnetisation": magnetisation,
            "abs_magnetisation": np.abs(magnetisation),
        }


# For `rsmi.sampling.cost`: the automatic spacing, in sweeps, of which one is enough; seconds per site and
# sweep, and per site of a sample that is kept; bytes of such a site in memory, and on disk.
COST = {"spacing": 1, "sweep": 10e-9, "keep": 27e-9, "bytes": 1, "compressed": 0.16}
MODEL = IsingChain
