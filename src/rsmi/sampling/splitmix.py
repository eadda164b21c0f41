"""Random numbers for numba kernels: SplitMix64, a counter, its odd step and a mixing function.

A kernel keeps the counter in a register and goes on by ``counter += step; word = mix(counter)`` (G. L.
Steele, D. Lea and C. H. Flood, OOPSLA 2014). Streams of different chains have different counters and steps,
drawn from `rsmi.sampling.seeds.stream`. A `random` array has one row
(counter, step) per chain; it is all that is needed to go on with a chain later.
"""

from collections.abc import Iterable

import numba
import numpy as np

HALF = np.uint64(32)
LOW = np.uint64(0xFFFFFFFF)


@numba.njit(cache=True)
def mix(counter):
    """Return 64 random bits for a counter, both uint64."""
    word = (counter ^ (counter >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@numba.njit(cache=True)
def below(word, number):
    """Turn 64 random bits into an integer in 0, ..., number - 1, uniform up to number / 2^32."""
    return np.int64(((word >> HALF) * np.uint64(number)) >> HALF)


def threshold(probability: float) -> np.uint64:
    """Return the t for which 32 random bits are below t with this probability, up to 2^-33."""
    return np.uint64(round(probability * 2.0**32))


def random_states(generators: Iterable[np.random.Generator]) -> np.ndarray:
    """Draw a row (counter, step) from each generator; uint64, shape (chain, 2).

    A step is odd, and redrawn until neighbouring bits differ in at least 24 places, as for a good Weyl
    sequence.
    """
    rows = []
    for rng in generators:
        counter, step = (int(word) for word in rng.integers(0, 2**64, 2, np.uint64, endpoint=False))
        while ((step | 1) ^ (step | 1) >> 1).bit_count() < 24:
            step = int(rng.integers(0, 2**64, dtype=np.uint64))
        rows.append((counter, step | 1))
    return np.array(rows, np.uint64)
