"""Interacting dimers on small tori: all coverings counted by winding number and parallel plaquettes.

A covering has the weight exp(N_parallel / T), with N_parallel plaquettes of two parallel dimers and the
temperature in units of their attraction (F. Alet et al., Phys. Rev. E 74, 041124 (2006)). The counts hold
for all temperatures; they come from a row-to-row transfer matrix in z = exp(1 / T), taken at roots of unity.
"""

import math
from functools import cache

import numpy as np
from scipy.special import logsumexp


@cache
def density_of_states(size: int) -> np.ndarray:
    """Return how many coverings of the `size` x `size` torus have each winding number and each N_parallel.

    Integers, shape (size + 1, size^2 / 2 + 1), not to be written to: winding numbers from -size/2 to size/2,
    N_parallel from 0 to its maximum. The winding number is the sum of (-1)^x over the dimers that cross a
    horizontal line, with the sign of `winding_y` in `rsmi.sampling.models.dimers`; along the other axis the
    counts are the same. Computed once per process, in a second for size 8.

    Raises `ValueError` for sizes other than 4, 6 and 8.
    """
    if size not in (4, 6, 8):
        raise ValueError(f"size = {size} is not possible; use 4, 6 or 8")
    across, up, down = _rows(size)
    flux = down @ (-1) ** np.arange(size)
    inside = (down & np.roll(down, -1, axis=1)).sum(axis=1)
    most = size**2 // 2
    # The counts are real, so that half of the roots of unity do.
    roots = np.exp(-2j * math.pi * np.arange(most // 2 + 1) / (most + 1))
    powers = roots[:, None] ** np.arange(most + 1)

    def blocks(winding: int) -> tuple[np.ndarray, np.ndarray]:
        """Return where one row may follow another, and how many parallel plaquettes that makes."""
        # From one row to the next the flux changes its sign.
        above, below = np.flatnonzero(flux == winding), np.flatnonzero(flux == -winding)
        fits = (down[above, None] == up[below]).all(axis=-1)
        return fits, across[above].astype(int) @ across[below].T + inside[below]

    density = np.empty((size + 1, most + 1), np.int64)
    for winding in range(size // 2 + 1):
        first, second = blocks(winding), blocks(-winding)
        traces = []
        for power in powers:
            there, back = (np.where(fits, power[number], 0) for fits, number in (first, second))
            two_rows = there @ back
            half = np.linalg.matrix_power(two_rows, size // 4)
            traces.append(np.sum(half * np.linalg.matrix_power(two_rows, size // 2 - size // 4).T))
        counts = np.fft.irfft(traces, most + 1)
        rounded = np.rint(counts)
        if np.abs(counts - rounded).max() > 1e-3:
            raise ArithmeticError(
                f"size = {size}: counts are not whole numbers; the linear algebra is inexact"
            )
        density[size // 2 + winding] = density[size // 2 - winding] = rounded
    density.flags.writeable = False
    return density


def _rows(size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all rows of sites: links to the right, dimers upwards and downwards; bool (row, size) each."""
    subsets = (np.arange(2**size)[:, None] >> np.arange(size) & 1).astype(bool)
    links = subsets[~(subsets & np.roll(subsets, 1, axis=1)).any(axis=1)]
    covered = links | np.roll(links, 1, axis=1)
    across, down = np.nonzero(~(covered[:, None] & subsets).any(axis=-1))
    return links[across], ~covered[across] & ~subsets[down], subsets[down]


class InteractingTorus:
    """Exact averages of interacting dimers on the `size` x `size` torus at any temperature (v / k_B)."""

    def __init__(self, size: int) -> None:
        """Count the coverings, see `density_of_states`; raises `ValueError` for sizes but 4, 6 and 8."""
        self.size = size
        self.density = density_of_states(size)
        """Numbers of coverings by winding number and N_parallel, int64 (size + 1, size^2 / 2 + 1)."""
        self.windings = np.arange(size + 1) - size // 2
        """The winding numbers, shape (size + 1,)."""
        self.numbers = np.arange(self.density.shape[1])
        """The numbers of parallel plaquettes, shape (size^2 / 2 + 1,)."""

    def log_partition(self, temperature: float) -> float:
        """Return ln Z."""
        self._check(temperature)
        return float(logsumexp(self.numbers / temperature, b=self.density.sum(axis=0)))

    def probabilities(self, temperature: float) -> np.ndarray:
        """Return the joint distribution of winding number and N_parallel, shape as `density`.

        Raises `ValueError`, like all averages, for temperatures that are not positive; infinity is allowed.
        """
        self._check(temperature)
        weights = self.density * np.exp((self.numbers - self.numbers[-1]) / temperature)
        return weights / weights.sum()

    def parallel(self, temperature: float) -> float:
        """Return N_parallel per site; the energy per site is its negative."""
        return float(self.probabilities(temperature).sum(axis=0) @ self.numbers) / self.size**2

    def specific_heat(self, temperature: float) -> float:
        """Return the specific heat per site, in k_B: the variance of N_parallel over T^2 and sites."""
        probability = self.probabilities(temperature).sum(axis=0)
        deviation = self.numbers - probability @ self.numbers
        return float(probability @ deviation**2) / temperature**2 / self.size**2

    def winding_distribution(self, temperature: float) -> np.ndarray:
        """Return the probabilities of the winding numbers along one axis, shape (size + 1,)."""
        return self.probabilities(temperature).sum(axis=1)

    def square_winding(self, temperature: float) -> float:
        """Return the mean square winding number along one axis."""
        return float(self.winding_distribution(temperature) @ self.windings**2)

    @staticmethod
    def _check(temperature: float) -> None:
        if not temperature > 0:
            raise ValueError(f"temperature = {temperature} must be positive; infinity is allowed")
