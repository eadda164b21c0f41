"""What a training works on: samples checked against its regions and settings, split, and cut into windows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import xarray as xr

from rsmi.estimator.network import Network
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.split import Parts, Split, as_split, split_samples, trained_samples
from rsmi.estimator.symmetries import check_symmetries
from rsmi.estimator.windows import WindowSet
from rsmi.geometry.regions import Corners, Regions, sites
from rsmi.sampling.seeds import stream


@dataclass
class Data:
    """What a training works on: configurations (chain, sample, Y, X), split by chains, and their windows."""

    corners: Corners
    components: int
    settings: TrainingSettings
    key: tuple[str | int | float, ...]
    mean: np.ndarray
    everything: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray
    parts: Parts

    @property
    def regions(self) -> Regions:
        """Return the regions of every window."""
        return self.corners.regions

    def windows(self, part: str, per_configuration: int) -> WindowSet:
        """Return the fixed windows of "training", "validation" or "test"."""
        # Without translations, what is seen in sample are the very windows that were trained on.
        fixed = part == "training" and not self.settings.translations
        rng = None if fixed else stream(*self.key, part)
        group = getattr(self.parts, part).group
        return WindowSet(getattr(self, part), self.corners, self.mean, per_configuration, rng, group)

    def network(self, generators: list[np.random.Generator]) -> Network:
        """Return fresh members, one per generator."""
        visible, environment = self.regions.visible_runs(), self.regions.environment_runs()
        centre = _mean(self.training, self.regions.distance() > self.regions.buffer, self.corners)
        counts = sites(visible), sites(environment)
        return Network(*counts, self.components, self.settings, generators, centre)

    def probe(self) -> torch.Tensor:
        """Return blocks V of validation, less their mean, to judge what a filter responds to."""
        visible, _ = next(self.windows("validation", 1).chunks())
        return visible.clone()


def prepare(
    samples: xr.Dataset,
    regions: Regions,
    components: int,
    settings: TrainingSettings,
    split: Split | Sequence[Any] | Mapping[str, Any],
    key: tuple[str | int | float, ...],
    share: float = 1.0,
) -> Data:
    """Check samples against regions and settings, and split them (`rsmi.estimator.split.split_samples`).

    Of every training chain, the first `share` of the samples is trained on; validation and test stay whole.

    The samples' attribute `boundary`, if it is "open", keeps windows from wrapping; `site_there`, if the
    samples have it, keeps them from sites that are masked.

    Raises `ValueError` if the window does not fit the lattice, if there are too few chains or configurations,
    if a declared symmetry is none, or as `split_samples` does.
    """
    configuration = samples["configuration"]
    lattice = configuration.shape[2:]
    if len(lattice) != regions.dimensions:
        raise ValueError(
            f"regions of {regions.dimensions} dimensions do not fit a lattice of shape {lattice}"
        )
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise ValueError("device = 'cuda' is not possible: PyTorch finds no GPU; use 'cpu'")
    if settings.precision == "bfloat16" and configuration.dtype != np.int8:
        raise ValueError(
            f"precision = 'bfloat16' is exact for int8 configurations, but these are {configuration.dtype}; "
            "use 'float32'"
        )
    # One dimension is a lattice of height one.
    values = configuration.values.reshape(*configuration.shape[:2], *(1, *lattice)[-2:])
    period = (1, *np.atleast_1d(samples.attrs["translation_period"]).tolist())[-2:]
    everything = np.ascontiguousarray(values)
    there = (
        samples["site_there"].values.reshape(everything.shape[2:]) != 0 if "site_there" in samples else None
    )
    wrap = samples.attrs.get("boundary") != "open"
    cell = int(samples.attrs.get("pixels_per_site", 1))
    for name in ("visible", "buffer", "environment"):
        if getattr(regions, name) % cell:
            raise ValueError(
                f"{name} = {getattr(regions, name)} pixels would cut sites, which are {cell} pixels wide; "
                "use multiples"
            )
    corners = Corners(everything.shape[2:], period, regions, wrap, there, cell)
    control = samples["control"].item()
    parts = split_samples(samples, as_split(split), stream(*key, control, "split"))
    training, validation, test = (
        part.of(everything) for part in (parts.training, parts.validation, parts.test)
    )
    training = training[:, : trained_samples(training.shape[1], share)]
    count = training.shape[0] * training.shape[1]
    if count < settings.batch_size:
        raise ValueError(f"fewer training configurations ({count}) than batch_size = {settings.batch_size}")
    if settings.symmetries:
        _require_room(corners, settings.symmetries)
        check_symmetries(samples, list(settings.symmetries))
    key = (*key, control, regions.buffer, components)
    mean = _mean(training, regions.distance() == 0, corners)
    return Data(corners, components, settings, key, mean, everything, training, validation, test, parts)


def _require_room(corners: Corners, symmetries: Sequence[str]) -> None:
    """Raise `ValueError` if windows cannot be turned in place, and moving them would leave the lattice.

    A reversed axis of sublattices moves the window (`Symmetries.shift`), for which a lattice that ends, has
    holes or no translations has no room.
    """
    pairs = zip(corners.lattice, corners.period, strict=True)
    fixed = [n > 1 and p == n for n, p in pairs]
    moved = [
        (corners.regions.window - 1) % p
        for n, p in zip(corners.lattice, corners.period, strict=True)
        if n > 1
    ]
    ends = not corners.wrap or corners.listed is not None
    if set(symmetries) - {"sign"} and (any(fixed) or (ends and any(moved))):
        raise ValueError(
            f"symmetries: {[s for s in symmetries if s != 'sign']} need windows that can be moved, but these "
            f"are bound to their places (translations by {corners.period} of {corners.lattice} sites); leave "
            "them out"
        )


def _mean(training: np.ndarray, part: np.ndarray, corners: Corners) -> np.ndarray:
    """Return the mean of every site of a part of the window over all configurations and translations.

    training: (chain, sample, Y, X). part: which sites of the window, bool. Masked sites do not count. Shape
    (sites,), row by row.
    """
    site_mean = training.mean(axis=(0, 1))
    (height, width), (py, px) = site_mean.shape, corners.period
    # Whole cells; where a lattice that ends holds a part of one more, that is left out.
    whole = np.s_[: height // py * py, : width // px * px]
    cells = height // py, py, width // px, px
    if corners.there is None:
        cell = site_mean[whole].reshape(cells).mean(axis=(0, 2))
    else:
        weight = corners.there.astype(float)
        total = (weight * site_mean)[whole].reshape(cells).sum(axis=(0, 2))
        cell = total / np.maximum(weight[whole].reshape(cells).sum(axis=(0, 2)), 1.0)
    rows, columns = np.nonzero(part)
    y, x = corners.origin
    return cell[(rows + y) % py, (columns + x) % px]
