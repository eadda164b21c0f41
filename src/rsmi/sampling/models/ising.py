"""The Ising model on the periodic square lattice, by Wolff clusters or multi-spin-coded Metropolis.

E = -J sum over nearest neighbours of s_i s_j, with |J| = k_B = 1. The antiferromagnet on a lattice of even
side is the ferromagnet with one sublattice flipped, and sampled as such.
"""

import math
from functools import cached_property
from typing import ClassVar

import numba
import numpy as np

from rsmi.sampling.models.base import Control, Model
from rsmi.sampling.splitmix import HALF, LOW, below, mix, threshold

# Not taken from the exact results: samples would be drawn again whenever a formula is added there.
CRITICAL_TEMPERATURE = 2.0 / math.log(1.0 + math.sqrt(2.0))
# Metropolis yields more independent samples per second than Wolff, with 16 chains, where the correlation
# length, in sites, is below the one and the coupling above the other.
METROPOLIS_LENGTH = 5.0
METROPOLIS_COUPLING = 0.07
REPLICAS = 64
# Binary digits of a uniform number that are drawn for a whole row, in one vectorised loop.
PREPARED = 16
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


@numba.njit(cache=True)
def _wolff(states, neighbours, clusters, bond_threshold, random):
    """Flip `clusters` Wolff clusters (U. Wolff, Phys. Rev. Lett. 62, 361 (1989)) in each chain, in place.

    states: int8 (chain, L, L). neighbours: uint32 (4 L^2), the four of each site in turn. A bond to a
    neighbour of equal spin is set where 32 random bits are below `bond_threshold`. Without branches, which
    would be mispredicted half of the time: a neighbour that does not join is overwritten in the queue.
    """
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    size = states.shape[1] * states.shape[2]
    # First in, first out: the next sites are known early, which a stack would deny the processor. A site
    # joins once, and up to four entries beyond the end are written.
    queue = np.empty(size + 4, np.uint32)
    for chain in range(states.shape[0]):
        spins = states[chain].ravel()
        counter, step = random[chain, 0], random[chain, 1]
        for _ in range(clusters):
            counter += step
            seed = below(mix(counter), size)
            spin = spins[seed]
            spins[seed] = -spin
            queue[0] = seed
            begin, end = np.uint64(0), np.uint64(1)
            while begin < end:
                first = np.uint64(queue[begin]) << two
                begin += one
                a, b = np.uint64(neighbours[first]), np.uint64(neighbours[first + one])
                c, d = np.uint64(neighbours[first + two]), np.uint64(neighbours[first + three])
                spin_a, spin_b, spin_c, spin_d = spins[a], spins[b], spins[c], spins[d]
                counter += step
                word = mix(counter)
                joins_a = (spin_a == spin) & ((word & LOW) < bond_threshold)
                joins_b = (spin_b == spin) & ((word >> HALF) < bond_threshold)
                counter += step
                word = mix(counter)
                joins_c = (spin_c == spin) & ((word & LOW) < bond_threshold)
                joins_d = (spin_d == spin) & ((word >> HALF) < bond_threshold)
                spins[a] = -spin if joins_a else spin_a
                spins[b] = -spin if joins_b else spin_b
                spins[c] = -spin if joins_c else spin_c
                spins[d] = -spin if joins_d else spin_d
                queue[end] = a
                end += np.uint64(joins_a)
                queue[end] = b
                end += np.uint64(joins_b)
                queue[end] = c
                end += np.uint64(joins_c)
                queue[end] = d
                end += np.uint64(joins_d)
        random[chain, 0] = counter


@numba.njit(cache=True)
def _metropolis(words, sweeps, digits_four, digits_eight, counter, step):
    """Sweep `words`, uint64 (L, L), one replica per bit, by Metropolis updates; return the next counter.

    A flip that costs 4 or 8 J is accepted where a uniform number, whose binary digits are drawn one by one,
    is below the Boltzmann factor with the digits `digits_four` or `digits_eight`, most significant first.
    Each bit of a random word belongs to one replica alone, so replicas are independent. Every site has 64
    counters to itself: how many digits were needed for one replica is nothing to the others.
    """
    length = words.shape[0]
    prepared = np.empty(PREPARED * length, np.uint64)
    for _ in range(sweeps):
        for y in range(length):
            number = counter
            for i in range(prepared.size):
                number += step
                prepared[i] = mix(number)
            above = words[y - 1 if y > 0 else length - 1]
            row = words[y]
            below_row = words[y + 1 if y + 1 < length else 0]
            for x in range(length):
                spin = row[x]
                a = spin ^ row[x - 1 if x > 0 else length - 1]
                b = spin ^ row[x + 1 if x + 1 < length else 0]
                c = spin ^ above[x]
                d = spin ^ below_row[x]
                # Among the neighbours, none or exactly one is antiparallel: the flip costs 8 or 4.
                two = (a & b) | (c & d) | ((a | b) & (c | d))
                one = a ^ b ^ c ^ d
                costs_four = one & ~two
                costs_eight = ~(one | two)
                undecided = costs_four | costs_eight
                accepted = ~undecided
                for k in range(0, 64, 8):
                    for i in range(k, k + 8):
                        digit = i * length + x
                        word = prepared[digit] if k < PREPARED else mix(counter + np.uint64(digit + 1) * step)
                        bound = (costs_four & digits_four[i]) | (costs_eight & digits_eight[i])
                        accepted |= undecided & bound & ~word
                        undecided &= ~(bound ^ word)
                    if undecided == np.uint64(0):
                        break
                row[x] = spin ^ accepted
            counter += np.uint64(64 * length) * step
    return counter


@numba.njit(cache=True)
def _metropolis_replicas(states, sweeps, digits_four, digits_eight, heat_bath, random):
    """Run Metropolis sweeps on the chains, in place, up to 64 at once; states: int8 (chain, L, L).

    The random numbers of a group are those of its first chain. Sweeps in sequence are not ergodic: where
    every flip costs nothing when its turn comes, all spins turn round for ever. One site per chain, chosen at
    random, is therefore drawn from the heat bath after the sweeps: its spin is up where 32 random bits are
    below `heat_bath`, uint64 (5,), at the sum of its neighbours -4, -2, 0, 2, 4.
    """
    length = states.shape[1]
    words = np.empty(states.shape[1:], np.uint64)
    for first in range(0, states.shape[0], REPLICAS):
        group = states[first : first + REPLICAS]
        _pack(group, words)
        random[first, 0] = _metropolis(
            words, sweeps, digits_four, digits_eight, random[first, 0], random[first, 1]
        )
        for chain in range(group.shape[0]):
            spins = group[chain]
            _unpack(words, np.uint64(chain), spins)
            random[first + chain, 0] += random[first + chain, 1]
            word = mix(random[first + chain, 0])
            y, x = divmod(below(word, length * length), length)
            field = (
                spins[y, x - 1] + spins[y, (x + 1) % length] + spins[y - 1, x] + spins[(y + 1) % length, x]
            )
            spins[y, x] = 1 if (word & LOW) < heat_bath[(field + 4) // 2] else -1


@numba.njit(cache=True)
def _turn(states, random):
    """Flip all spins of a chain with probability 1/2, in place; states: int8 (chain, L, L)."""
    for chain in range(states.shape[0]):
        random[chain, 0] += random[chain, 1]
        sign = np.int8(1) if mix(random[chain, 0]) >> np.uint64(63) else np.int8(-1)
        spins = states[chain].ravel()
        for i in range(spins.size):
            spins[i] *= sign


@numba.njit(cache=True)
def _pack(states, words):
    """Write the spins of up to 64 chains into the bits of `words`; states: int8 (chain, L, L)."""
    words[:] = np.uint64(0)
    flat = words.ravel()
    for chain in range(states.shape[0]):
        spins = states[chain].ravel()
        bit = np.uint64(chain)
        for i in range(spins.size):
            flat[i] |= np.uint64(spins[i] > 0) << bit


@numba.njit(cache=True)
def _unpack(words, bit, state):
    """Write one bit of `words` as spins into `state`, int8 (L, L)."""
    flat, spins = words.ravel(), state.ravel()
    for i in range(spins.size):
        up = (flat[i] >> bit) & np.uint64(1)
        spins[i] = np.int8(up + up) - np.int8(1)


def _binary_digits(probability: float) -> np.ndarray:
    """Return the 64 binary digits of a number in [0, 1), each as a word of equal bits."""
    number = min(int(probability * 2.0**64), 2**64 - 1)
    return np.array([FULL if number >> (63 - k) & 1 else 0 for k in range(64)], np.uint64)


def correlation_length(temperature: float) -> float:
    """Return the exact correlation length along an axis, in sites (L. Onsager, Phys. Rev. 65, 117 (1944)).

    Of the infinite lattice, ferromagnet or antiferromagnet; infinite at T_c, half of the dual one below it.
    """
    if math.isinf(temperature):
        return 0.0
    coupling = 1.0 / temperature
    # For large couplings, tanh(K) rounds to 1 and the length tends to 1 / (4 K).
    inverse = -math.log(math.tanh(coupling)) - 2.0 * coupling
    if inverse == 0.0:
        return math.inf
    return 1.0 / inverse if inverse > 0 else -0.5 / inverse


def expected_cluster(temperature: float, size: int) -> float:
    """Return a rough mean size of a Wolff cluster, in sites, by which a sweep is a fixed number of clusters.

    N m^2 below T_c with Yang's m, and above the susceptibility's leading singularity, at most its
    finite-size value 1.09 L^(7/4). Being rough costs nothing but the meaning of "sweep".
    """
    critical = 1.09 * size**1.75
    if math.isinf(temperature):
        return 1.0
    if temperature < CRITICAL_TEMPERATURE:
        # (1 - sinh(2 K)^-4)^(1/8), where sinh must not overflow.
        magnetisation = (1.0 - math.sinh(min(2.0 / temperature, 300.0)) ** -4) ** 0.125
        return max(critical, size**2 * magnetisation**2)
    reduced = 1.0 - CRITICAL_TEMPERATURE / temperature
    return max(1.0, min(critical, 0.9625 * reduced**-1.75)) if reduced > 0 else critical


class Ising(Model):
    """The 2D Ising model at temperature T, on a torus of `size` x `size` spins ±1.

    Metropolis sweeps run on 64 replicas at once, one chain per bit, and are most economical with a multiple
    of 64 chains. Below T_c they alone would not turn the magnetisation round, and Wolff clusters would do so
    nearly every time: every call of `advance` ends with a flip of all spins with probability one half, which
    leaves the energy as it is.
    """

    control = Control(
        symbol="T",
        long_name="temperature",
        units="|J|/k_B",
        above=0.0,
        known_transition=CRITICAL_TEMPERATURE,
        known_transition_label="$T_c$ (Onsager)",
    )
    dims = ("y", "x")
    period = (1, 1)
    starts = ("up", "down", "random")
    sweep = "wolff: as many clusters as have about L^2 sites together; metropolis: a trial at each site"
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
            "size": {
                "description": "Side length L of the periodic square lattice, in sites.",
                "type": "integer",
                "minimum": 3,
                "maximum": 65535,
            },
            "coupling": {
                "description": "Sign of J: ferromagnetic (positive) or antiferromagnetic, for even sides.",
                "enum": ["ferromagnetic", "antiferromagnetic"],
                "default": "ferromagnetic",
            },
            "algorithm": {
                "description": (
                    "Updates: wolff, metropolis (not at T = inf), or auto for the one that yields more "
                    "independent samples per second at this temperature."
                ),
                "enum": ["auto", "wolff", "metropolis"],
                "default": "auto",
            },
        },
    }

    def __init__(
        self, control: float, size: int, coupling: str = "ferromagnetic", algorithm: str = "auto"
    ) -> None:
        """Set the temperature (in |J|/k_B, may be infinite), the side length (in sites) and the updates.

        Raises `ValueError` for an antiferromagnet of odd side and for Metropolis at infinite temperature.
        """
        if coupling == "antiferromagnetic" and size % 2:
            raise ValueError(f"size = {size}: an antiferromagnet of odd side is frustrated; use an even side")
        if algorithm == "metropolis" and math.isinf(control):
            raise ValueError(
                "algorithm = metropolis: it flips every spin at T = inf and is not ergodic; use wolff or auto"
            )
        self.size = size
        if algorithm == "auto":
            local = correlation_length(control) < METROPOLIS_LENGTH and 1.0 / control > METROPOLIS_COUPLING
            algorithm = "metropolis" if local else "wolff"
        self.algorithm = algorithm
        self.clusters = max(1, round(size**2 / expected_cluster(control, size)))
        self.bond_threshold = threshold(-math.expm1(-2.0 / control))
        fields = np.arange(-4, 5, 2) / control
        self.heat_bath = np.array([threshold(p) for p in 1.0 / (1.0 + np.exp(-2.0 * fields))], np.uint64)
        self.digits = _binary_digits(math.exp(-4.0 / control)), _binary_digits(math.exp(-8.0 / control))
        self.stagger = np.ones((size, size), np.int8)
        if coupling == "antiferromagnetic":
            self.stagger[np.indices((size, size)).sum(axis=0) % 2 == 1] = -1

    @staticmethod
    def shape(size: int, **_: str) -> tuple[int, int]:
        """Return (L, L)."""
        return size, size

    @cached_property
    def neighbours(self) -> np.ndarray:
        """The four neighbours of each site, one site after the other; uint32, shape (4 L^2,)."""
        sites = np.arange(self.size**2, dtype=np.uint32).reshape(self.size, self.size)
        rolled = [np.roll(sites, shift, axis) for axis in (1, 0) for shift in (-1, 1)]
        return np.stack(rolled, axis=-1).ravel()

    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return independent random spins, or the ground state that is up or down at the site (0, 0)."""
        if start == "random":
            return rng.choice(np.array([-1, 1], np.int8), (self.size, self.size))
        return self.stagger * np.int8(1 if start == "up" else -1)

    def advance(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Run sweeps on `states`, int8 (chain, L, L), in place."""
        if self.algorithm == "wolff":
            self.thermalise(states, sweeps, random)
        else:
            self._flip_sublattice(states)
            _metropolis_replicas(states, sweeps, *self.digits, self.heat_bath, random)
            self._flip_sublattice(states)
        _turn(states, random)

    def thermalise(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Run Wolff sweeps, whatever the algorithm: Metropolis may be caught between domains."""
        self._flip_sublattice(states)
        _wolff(states, self.neighbours, sweeps * self.clusters, self.bond_threshold, random)
        self._flip_sublattice(states)

    def _flip_sublattice(self, states: np.ndarray) -> None:
        """Turn the antiferromagnet into the ferromagnet, or back, in place."""
        if self.stagger[0, 1] < 0:
            states *= self.stagger

    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return energy (in |J|) and magnetisation per site and the latter's modulus.

        The magnetisation of the antiferromagnet is the staggered one. `configurations` has shape (..., L, L),
        the results have shape (...).
        """
        sites = self.size * self.size
        spins = configurations * self.stagger
        bonds = sum(
            np.sum(spins * np.roll(spins, 1, axis), axis=(-2, -1), dtype=np.int32) for axis in (-2, -1)
        )
        magnetisation = spins.sum(axis=(-2, -1), dtype=np.int32) / sites
        return {
            "energy": -bonds / sites,
            "magnetisation": magnetisation,
            "abs_magnetisation": np.abs(magnetisation),
        }


# For `rsmi.sampling.cost`: the usual automatic spacing, in sweeps; seconds per site and sweep, and per site
# of a sample that is kept; bytes of such a site in memory, and on disk.
COST = {"spacing": 5, "sweep": 0.9e-9, "keep": 27e-9, "bytes": 1, "compressed": 0.16}
MODEL = Ising
