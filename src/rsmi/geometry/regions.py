"""The visible block V, its buffer B and its environment E, as windows on a periodic lattice.

V is a block of `visible` sites per side, B a shell `buffer` wide around it, E a shell `environment` wide
around that. Configurations are arrays of shape (N, Y, X); a one-dimensional system has Y = 1. Where a lattice
ends, or sites are missing, `Corners` has windows only where they fit.
"""

from dataclasses import dataclass
from functools import cached_property

import numba
import numpy as np

from rsmi.storage.plain import whole

# Of each width in sites, and of the dimensions, the least that makes sense: V or E without a site, or with
# sites in common, has no information of the kind that is asked for.
LEAST = {"visible": 1, "buffer": 0, "environment": 1, "dimensions": 1}


@dataclass(frozen=True)
class Regions:
    """Index sets of V and E in a square window, or in an interval where `dimensions` is 1."""

    visible: int
    buffer: int
    environment: int
    dimensions: int = 2

    def __post_init__(self) -> None:
        """Take whole numbers of any type for what they are; raise `ValueError` for what is no region."""
        for name, least in LEAST.items():
            object.__setattr__(self, name, whole(name, getattr(self, name), least))
        if self.dimensions > 2:
            raise ValueError(f"dimensions = {self.dimensions} is not possible; use 1 or 2")

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


# Sites that `gather` copies at once. It reads and writes up to this many beyond the end of its arrays.
SLACK = 8


def with_slack(configurations: np.ndarray) -> np.ndarray:
    """Return configurations (N, Y, X) flattened, with `SLACK` sites behind them that mean nothing."""
    return np.concatenate([configurations.ravel(), np.zeros(SLACK, configurations.dtype)])


@numba.njit(inline="always")
def _copy(source, start, target, place):
    """Copy `SLACK` sites, all read before the first is written: so the compiler may use one wide move."""
    i = np.uint64(1)
    a, b, start = source[start], source[start + i], start + np.uint64(2)
    c, d, start = source[start], source[start + i], start + np.uint64(2)
    e, f, start = source[start], source[start + i], start + np.uint64(2)
    g, h = source[start], source[start + i]
    target[place], target[place + i], place = a, b, place + np.uint64(2)
    target[place], target[place + i], place = c, d, place + np.uint64(2)
    target[place], target[place + i], place = e, f, place + np.uint64(2)
    target[place], target[place + i] = g, h


@numba.njit(cache=True)
def gather(flat, lattice, index, corner, runs, out):
    """Copy the sites of `runs` out of windows of a periodic lattice into rows of `out`.

    flat: configurations of shape (N, *lattice), `with_slack`. index: (B,), which configurations; M windows
    are cut out of each while it is at hand. corner: (M, B, 2), their corners (y, x), 0 <= y < Y, 0 <= x < X.
    out: (M, B * sites + SLACK), filled in the order of `runs`. A window must not be larger than the lattice.
    What is copied beyond the end of a run is overwritten by the next one.
    """
    height, width = lattice
    count = np.uint64(runs[:, 2].sum())
    for b in range(index.shape[0]):
        first = index[b] * height * width
        for m in range(corner.shape[0]):
            row = out[m]
            column = np.uint64(b) * count
            for r in range(runs.shape[0]):
                y = corner[m, b, 0] + runs[r, 0]
                if y >= height:
                    y -= height
                x = corner[m, b, 1] + runs[r, 1]
                if x >= width:
                    x -= width
                length = runs[r, 2]
                before_wrap = min(length, width - x)
                # Unsigned indices spare the test for negative ones.
                source = np.uint64(first + y * width + x)
                for k in range(np.uint64(0), np.uint64(before_wrap), np.uint64(SLACK)):
                    _copy(flat, source + k, row, column + k)
                column += np.uint64(before_wrap)
                source = np.uint64(first + y * width)
                for k in range(np.uint64(0), np.uint64(length - before_wrap), np.uint64(SLACK)):
                    _copy(flat, source + k, row, column + k)
                column += np.uint64(length - before_wrap)


@numba.njit(cache=True)
def gather_sites(flat, lattice, index, corner, element, places, out):
    """Copy listed sites out of windows of a periodic lattice, each window seen in an orientation of its own.

    As `gather`, but slower, with places: (elements, sites, 2), where in the window (row, column) each site of
    an orientation stands, and element: (M, B), which orientation each window has.
    """
    height, width = lattice
    count = places.shape[1]
    for b in range(index.shape[0]):
        first = index[b] * height * width
        for m in range(corner.shape[0]):
            for k in range(count):
                y = corner[m, b, 0] + places[element[m, b], k, 0]
                if y >= height:
                    y -= height
                x = corner[m, b, 1] + places[element[m, b], k, 1]
                if x >= width:
                    x -= width
                out[m, b * count + k] = flat[first + y * width + x]


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


@dataclass(frozen=True, eq=False)
class Corners:
    """Where windows may stand on a lattice (Y, X): translations by multiples of `period` sites per axis.

    `cell` is the number of pixels per axis that a site consists of; windows cut no site.

    A period as long as the lattice is no translation. With `wrap`, windows go over the edge to the other
    side; without, they stand only where they fit, and in the middle along an axis without translations.
    Windows avoid sites that are not `there`, bool (Y, X), unless there is only one place for them. Raises
    `ValueError` if no window fits or avoids them.
    """

    lattice: tuple[int, int]
    period: tuple[int, int]
    regions: Regions
    wrap: bool = True
    there: np.ndarray | None = None
    cell: int = 1

    def __post_init__(self) -> None:
        """Check that there is a place."""
        if any(size > length for size, length in zip(self.size, self.lattice, strict=True)):
            r = self.regions
            raise ValueError(
                f"V = {r.visible}, B = {r.buffer}, E = {r.environment} need a window of {r.window} sites per "
                f"side, but the lattice is {self.lattice[-r.dimensions :]}"
            )
        if self.listed is not None and not len(self.listed):
            raise ValueError(
                f"every window of {self.regions.window} sites per side covers masked sites; lower visible, "
                "buffers or environment, or, if no translation holds anyway, set translations to 0"
            )

    @property
    def size(self) -> tuple[int, int]:
        """Return the rows and columns of a window."""
        window = self.regions.window
        return (window if self.regions.dimensions == 2 else 1, window)

    @property
    def origin(self) -> tuple[int, int]:
        """Return the first place, (y, x)."""
        y, x = (
            (n - w) // (2 * self.cell) * self.cell if p == n and not self.wrap else 0
            for n, p, w in zip(self.lattice, self.period, self.size, strict=True)
        )
        return y, x

    @property
    def steps(self) -> tuple[int, int]:
        """Return how many places there are along every axis, masked sites aside."""
        rows, columns = (
            n // p if self.wrap else (n - w - o) // p + 1
            for n, p, w, o in zip(self.lattice, self.period, self.size, self.origin, strict=True)
        )
        return rows, columns

    @cached_property
    def listed(self) -> np.ndarray | None:
        """Return the places that avoid masked sites, (places, 2), or None where there is nothing to avoid."""
        if self.there is None or self.there.all() or self.steps == (1, 1):
            return None
        axes = [o + p * np.arange(n) for o, p, n in zip(self.origin, self.period, self.steps, strict=True)]
        rows = (axes[0][:, None] + np.arange(self.size[0])) % self.lattice[0]
        columns = (axes[1][:, None] + np.arange(self.size[1])) % self.lattice[1]
        whole = self.there[rows[:, None, :, None], columns[None, :, None, :]].all(axis=(2, 3))
        y, x = np.nonzero(whole)
        return np.stack([axes[0][y], axes[1][x]], axis=1)

    def first(self) -> np.ndarray:
        """Return one place, that of windows which are never moved, shape (2,)."""
        return np.array(self.origin if self.listed is None else self.listed[0])

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
        """Draw places uniformly; int64, shape (*shape, 2)."""
        if self.listed is not None:
            return self.listed[rng.integers(0, len(self.listed), shape)]
        axes = [
            o + p * rng.integers(0, n, shape)
            for o, p, n in zip(self.origin, self.period, self.steps, strict=True)
        ]
        return np.stack(axes, axis=-1)
