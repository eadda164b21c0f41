"""What a training works on: samples checked against its regions and settings, split, and cut into windows."""

from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr

from rsmi.estimator.network import Network
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.split import split_chains
from rsmi.estimator.symmetries import check_symmetries
from rsmi.estimator.windows import WindowSet
from rsmi.regions import Regions, sites
from rsmi.seeds import stream


@dataclass
class Data:
    """What a training works on: configurations (chain, sample, Y, X), split by chains, and their windows."""

    regions: Regions
    components: int
    settings: TrainingSettings
    key: tuple
    period: tuple[int, int]
    mean: np.ndarray
    everything: np.ndarray
    training: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    def windows(self, part: str, per_configuration: int) -> WindowSet:
        """Return the fixed windows of "training", "validation" or "test"."""
        # Without translations, what is seen in sample are the very windows that were trained on.
        fixed = part == "training" and not self.settings.translations
        rng = None if fixed else stream(*self.key, part)
        arguments = getattr(self, part), self.regions, self.period, self.mean, per_configuration, rng
        return WindowSet(*arguments)

    def network(self, generators: list[np.random.Generator]) -> Network:
        """Return fresh members, one per generator."""
        visible, environment = self.regions.visible_runs(), self.regions.environment_runs()
        centre = _mean(self.training, self.regions.distance() > self.regions.buffer, self.period)
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
    split: tuple[float, float],
    key: tuple[str | int, ...],
) -> Data:
    """Check samples against regions and settings, and split them by chains.

    Raises `ValueError` if the window does not fit the lattice, if there are too few chains or configurations,
    or if a declared symmetry is none.
    """
    configuration = samples["configuration"]
    lattice = configuration.shape[2:]
    if len(lattice) != regions.dimensions:
        raise ValueError(
            f"regions of {regions.dimensions} dimensions do not fit a lattice of shape {lattice}"
        )
    if regions.window > min(lattice):
        raise ValueError(
            f"V = {regions.visible}, B = {regions.buffer}, E = {regions.environment} need a window of "
            f"{regions.window} sites per side, but the lattice is {lattice}"
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
    training, validation, test = split_chains(everything, *split)
    count = training.shape[0] * training.shape[1]
    if count < settings.batch_size:
        raise ValueError(f"fewer training configurations ({count}) than batch_size = {settings.batch_size}")
    if settings.symmetries:
        check_symmetries(samples, list(settings.symmetries))
    key = (*key, samples["control"].item(), regions.buffer, components)
    mean = _mean(training, regions.distance() == 0, period)
    parts = everything, training, validation, test
    return Data(regions, components, settings, key, period, mean, *parts)


def _mean(training: np.ndarray, part: np.ndarray, period: tuple[int, int]) -> np.ndarray:
    """Return the mean of every site of a part of the window over all configurations and translations.

    training: (chain, sample, Y, X). part: which sites of the window, bool. Shape (sites,), row by row.
    """
    site_mean = training.mean(axis=(0, 1))
    height, width = site_mean.shape
    py, px = period
    cell = site_mean.reshape(height // py, py, width // px, px).mean(axis=(0, 2))
    rows, columns = np.nonzero(part)
    return cell[rows % py, columns % px]
