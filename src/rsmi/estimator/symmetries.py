"""Symmetries of a model as further data: every training window may be seen in any equivalent way.

They are declared, not found, and tested on the samples before they are used.
"""

from itertools import pairwise

import numpy as np
import xarray as xr
from scipy.special import stdtrit

from rsmi.geometry.regions import Regions

NAMES = ("reflections", "rotations", "sign")
# Probability, over all symmetries and features of a sample set, with which true ones are taken for broken
# ones.
SIGNIFICANCE = 1e-4


class Symmetries:
    """Reflections and quarter turns of the lattice, and the exchange of v and -v.

    Orientations are window maps (row, column) -> (row, column). A lattice whose translations have a `period`
    of more than one site is reflected about a point that maps its cells onto each other.
    """

    def __init__(self, names: list[str], regions: Regions, period: tuple[int, int]) -> None:
        """Take some of `NAMES`; raise `ValueError` for others, and for rotations that do not exist."""
        for name in names:
            if name not in NAMES:
                raise ValueError(f"symmetries: {name!r} is not possible; use some of {', '.join(NAMES)}")
        flat = regions.dimensions == 1
        if "rotations" in names and (flat or period[0] != period[1]):
            raise ValueError("symmetries: a lattice needs two equal axes for 'rotations'; leave it out")
        self._window, self._period = regions.window, period
        # Whether rows are reversed, columns are reversed, and the axes exchanged afterwards.
        turns = [(0, 0, 0), (1, 0, 1), (1, 1, 0), (0, 1, 1)] if "rotations" in names else [(0, 0, 0)]
        flips = [(0, 0)]
        if "reflections" in names:
            flips = [(0, 0), (0, 1)] if flat or "rotations" in names else [(0, 0), (0, 1), (1, 0), (1, 1)]
        self.elements = np.array(
            sorted({((a + r) % 2, (b + c) % 2, swap) for a, b, swap in turns for r, c in flips})
        )
        """Orientations as (rows reversed, columns reversed, axes exchanged), shape (elements, 3)."""
        self._flat, self._sign = flat, "sign" in names

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Draw orientations, as indices, and signs ±1 of that shape."""
        element = rng.integers(0, len(self.elements), shape)
        sign = 1.0 - 2.0 * rng.integers(0, 2, shape) if self._sign else np.ones(shape)
        return element, sign

    def places(self, runs: np.ndarray) -> np.ndarray:
        """Return where the sites of `runs` stand under every orientation, (elements, sites, 2)."""
        sites = np.array([(row, first + k) for row, first, length in runs for k in range(length)])
        last = self._window - 1
        places = np.empty((len(self.elements), *sites.shape), np.int64)
        for image, (rows, columns, swap) in zip(places, self.elements, strict=True):
            image[:] = sites[:, ::-1] if swap else sites
            if rows:
                image[:, 0] = last - image[:, 0]
            if columns:
                image[:, 1] = last - image[:, 1]
        return places

    def shift(self, element: np.ndarray, lattice: tuple[int, int]) -> np.ndarray:
        """Return what a corner moves by so that a reversed axis keeps its sublattices, (*element, 2)."""
        period = np.array(self._period)
        reversed_axes = self.elements[element][..., :2]
        return np.where(reversed_axes, -(self._window - 1) % period, 0) % np.array(lattice)


def check_symmetries(samples: xr.Dataset, names: list[str]) -> None:
    """Raise `ValueError` if the samples tell a declared symmetry to be broken.

    Features of small patches, one-, two- and three-site products, averaged over every chain, are compared
    with those of the transformed patches by Student's t over chains, which are independent.
    """
    configuration = samples["configuration"].values
    dimensions = configuration.ndim - 2
    configuration = configuration.reshape(*configuration.shape[:2], *(1, *configuration.shape[2:])[-2:])
    period = (1, *np.atleast_1d(samples.attrs["translation_period"]).tolist())[-2:]
    # Patches of an odd number of cells and one site, so that a reflection maps a patch to a patch.
    lattice = configuration.shape[2:]
    # An axis without translations has no cells to compare.
    step = max((p for p, n in zip(period, lattice, strict=True) if p < n), default=1)
    regions = Regions(1, 0, step, dimensions)
    images = []
    for name in names:
        symmetries = Symmetries([name], regions, period)
        signs = [-1.0] if name == "sign" else [1.0] * (len(symmetries.elements) - 1)
        first = 0 if name == "sign" else 1
        for element, sign in enumerate(signs, start=first):
            images.append((name, _patch(regions, symmetries, element, lattice), sign))
    original = _patch(regions, Symmetries([], regions, period), 0, lattice)
    places = _places(samples, [original, *(patch for _, patch, _ in images)], lattice, period)
    # Chain by chain, and means at once, to spare memory.
    identity = np.stack([_features(chain, original, places, 1.0) for chain in configuration])
    for name, patch, sign in images:
        image = np.stack([_features(chain, patch, places, sign) for chain in configuration])
        _refuse_if_significant(name, _by_group(image - identity, samples), len(images))


def _by_group(difference: np.ndarray, samples: xr.Dataset) -> np.ndarray:
    """Return the mean of differences (chain, feature) over the chains of every group."""
    if "group" not in samples.coords:
        return difference
    group = samples["group"].values
    return np.stack([difference[group == g].mean(axis=0) for g in np.unique(group)])


def _places(
    samples: xr.Dataset, patches: list[np.ndarray], lattice: tuple[int, int], period: tuple[int, int]
) -> np.ndarray:
    """Return where patches (sites, 2) may lie: on every cell where none leaves the lattice or meets a hole.

    Raises `ValueError` if there is no such cell.
    """
    y, x = np.meshgrid(*(np.arange(0, n, p) for n, p in zip(lattice, period, strict=True)), indexing="ij")
    places = np.stack([y.ravel(), x.ravel()], axis=1)
    fits = np.ones(len(places), bool)
    for patch in patches:
        sites = places[:, None] + patch
        if samples.attrs.get("boundary") == "open":
            fits &= ((sites >= 0) & (sites < lattice)).all(axis=(1, 2))
        if "site_there" in samples:
            there = samples["site_there"].values.reshape(lattice) != 0
            sites %= lattice
            fits &= there[sites[..., 0], sites[..., 1]].all(axis=1)
    if not fits.any():
        raise ValueError("symmetries: no part of the lattice is whole enough to test them on; leave them out")
    return places[fits]


def _patch(regions: Regions, symmetries: Symmetries, element: int, lattice: tuple[int, int]) -> np.ndarray:
    """Return the offsets (row, column) of the sites of a patch under one orientation, shape (sites, 2)."""
    rows = regions.window if regions.dimensions == 2 else 1
    runs = np.array([(row, 0, regions.window) for row in range(rows)])
    return symmetries.places(runs)[element] + symmetries.shift(np.array(element), lattice)


def _features(chain: np.ndarray, patch: np.ndarray, places: np.ndarray, sign: float) -> np.ndarray:
    """Return means of products of one, two and three sites of a patch, at all places, over (sample, Y, X)."""
    height, width = chain.shape[1:]
    flat = chain.reshape(len(chain), -1)
    sites = [flat[:, (places[:, 0] + y) % height * width + (places[:, 1] + x) % width] for y, x in patch]
    centre = sites[len(sites) // 2].astype(np.float32)
    means = [sign * site.mean(dtype=float) for site in sites]
    means += [np.mean(centre * site, dtype=float) for site in sites]
    means += [sign * np.mean(centre * one * two, dtype=float) for one, two in pairwise(sites)]
    return np.array(means)


def _refuse_if_significant(name: str, difference: np.ndarray, tests: int) -> None:
    """Raise `ValueError` if means per chain, (chain, features), differ from zero by more than chance.

    `tests` is how many such comparisons are made.
    """
    chains, features = difference.shape
    error = difference.std(axis=0, ddof=1) / np.sqrt(chains)
    # Differences of rounding error alone say nothing.
    told = np.abs(difference.mean(axis=0)) / np.maximum(error, 1e-9)
    threshold = -stdtrit(chains - 1, 0.5 * SIGNIFICANCE / (features * tests))
    if (told > threshold).any():
        raise ValueError(
            f"symmetries: '{name}' is no symmetry of these samples (a mean differs by {told.max():.1f} "
            f"standard errors over {chains} chains, {threshold:.1f} allowed); leave it "
            "out of training.symmetries"
        )
