"""The visible block V, its buffer B and its environment E, as windows on a periodic lattice.

V is a block of `visible` sites per side, B a shell `buffer` wide around it, E a shell `environment` wide
around that. Configurations are arrays of shape (N, Y, X); a one-dimensional system has Y = 1.
"""

from dataclasses import dataclass

import numba
import numpy as np


@dataclass(frozen=True)
class Regions:
    """Index sets of V and E in a square window, or in an interval where `dimensions` is 1."""

    visible: int
    buffer: int
    environment: int
    dimensions: int = 2

    @property
    def margin(self) -> int:
        """Sites between the window's corner and V, per side."""
        return self.buffer + self.environment

    @property
    def window(self) -> int:
        """Sites per side that V, B and E need together."""
        return self.visible + 2 * self.margin

    def distance(self) -> np.ndarray:
        """Return the Chebyshev distance of each window site from V, 0 inside; shape (Y, X)."""
        axis = np.arange(self.window)
        outside = np.maximum(self.margin - axis, axis - (self.margin + self.visible - 1)).clip(0)
        if self.dimensions == 1:
            return outside[None, :]
        return np.maximum(outside[:, None], outside[None, :])

    def visible_runs(self) -> np.ndarray:
        """Return V as horizontal runs (row, first column, length); shape (runs, 3)."""
        return _runs(self.distance() == 0)

    def environment_runs(self) -> np.ndarray:
        """Return E as horizontal runs (row, first column, length); shape (runs, 3)."""
        return _runs(self.distance() > self.buffer)


def _runs(mask: np.ndarray) -> np.ndarray:
    """Return the horizontal runs of True in `mask`, row by row."""
    edges = np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    rows, starts = np.nonzero(edges == 1)
    _, stops = np.nonzero(edges == -1)
    return np.stack([rows, starts, stops - starts], axis=1).astype(np.int64)


def sites(runs: np.ndarray) -> int:
    """Return the number of sites that `runs` cover."""
    return int(runs[:, 2].sum())


@numba.njit(cache=True)
def gather(configurations, index, corner, runs, out):
    """Copy the sites of `runs` out of windows of a periodic lattice into rows of `out`.

    configurations: (N, Y, X), C-contiguous, any dtype. index: (B,), which configuration. corner: (B, 2),
    the window's corner (y, x) with 0 <= y < Y, 0 <= x < X. out: (B, sites), filled in the order of
    `runs`. A window must not be larger than the lattice. Runs are contiguous in memory, up to one wrap,
    so that the conversion to the dtype of `out` is vectorised.
    """
    height, width = configurations.shape[1], configurations.shape[2]
    flat = configurations.ravel()
    for b in range(index.shape[0]):
        first = index[b] * height * width
        # Unsigned indices spare the test for negative ones, which would stop vectorisation.
        column = np.uint64(0)
        for r in range(runs.shape[0]):
            y = corner[b, 0] + runs[r, 0]
            if y >= height:
                y -= height
            x = corner[b, 1] + runs[r, 1]
            if x >= width:
                x -= width
            before_wrap = min(runs[r, 2], width - x)
            source = np.uint64(first + y * width + x)
            for k in range(np.uint64(before_wrap)):
                out[b, column + k] = flat[source + k]
            column += np.uint64(before_wrap)
            source = np.uint64(first + y * width)
            for k in range(np.uint64(runs[r, 2] - before_wrap)):
                out[b, column + k] = flat[source + k]
            column += np.uint64(runs[r, 2] - before_wrap)


def random_corners(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    lattice: tuple[int, int],
    period: tuple[int, int],
) -> np.ndarray:
    """Draw window corners uniformly among the lattice translations; int64, shape (*shape, 2).

    Translations are multiples of `period` sites per axis, those that map the lattice onto itself.
    """
    axes = [p * rng.integers(0, n // p, shape) for n, p in zip(lattice, period, strict=True)]
    return np.stack(axes, axis=-1)
