"""The way from configurations to filters in a few lines, without Snakemake, for notebooks and first looks.

All names are also those of the package: ``import rsmi; rsmi.load(...)``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import assemble
from rsmi.estimator.split import SPLIT, Split
from rsmi.estimator.training import TrainingSettings, train
from rsmi.external import reading
from rsmi.figures import convergence, filters, rsmi_vs_control
from rsmi.geometry.regions import Regions
from rsmi.storage.plain import whole
from rsmi.storage.words import nearest

# What all sets of samples of an ensemble have in common.
MUST_AGREE: dict[str, Callable[[xr.Dataset], Any]] = {
    "lattice": lambda one: one["configuration"].shape[2:],
    "control parameter": lambda one: one["control"].attrs.get("symbol"),
    "boundary": lambda one: one.attrs.get("boundary", "periodic"),
    "model": lambda one: one.attrs.get("model"),
}


def load(path: str, control: float | None = None, **parameters: Any) -> xr.Dataset:
    """Read and check the configurations of one control value: `rsmi.external.reading.load`.

    `path` may hold {control}. `parameters` are those of a model of kind `file`
    (`rsmi.external.settings.SCHEMA`); `values` and `boundary` are needed, symbol and name of the control
    parameter are for axes only.

    Raises `rsmi.external.DataError`, with the remedy, for what cannot be used.
    """
    named = {"symbol": "c", "name": "control parameter"} | parameters
    return reading.load({"path": path} | named, control)


def train_ensemble(
    samples: xr.Dataset | Iterable[xr.Dataset],
    regions: Regions | Sequence[Regions],
    *,
    components: int = 1,
    seeds: int = 4,
    split: Split | Sequence[Any] | Mapping[str, Any] = SPLIT,
    study_seed: int = 0,
    **settings: Any,
) -> xr.Dataset:
    """Train filters on samples of one control value or several, for one buffer or several.

    `samples` are what `load`, `from_array` or `rsmi.sampling.driver.sample` returns. `split` is the shares of
    training and validation, and, where samples have labels of groups, "random" or "as_given", such as
    ``split=(0.5, 0.125, "random")`` (`rsmi.estimator.split.Split`). `settings` are those of
    `rsmi.estimator.settings.TrainingSettings`, such as ``epochs=30``. Takes seconds to minutes per control
    value and buffer, on the thread that calls it.

    Returns the ensemble, a Dataset over control, L_B, components and seed
    (`rsmi.analysis.ensemble.assemble`). Raises `ValueError` for sets of samples that do not belong to
    one ensemble (of one control value, or unlike lattices, say), and as `rsmi.estimator.training.train` does.
    """
    every = [samples] if isinstance(samples, xr.Dataset) else list(samples)
    _require_one_model(every)
    whole("seeds", seeds, 1)
    for name in settings:
        if name not in TrainingSettings.__dataclass_fields__:
            raise ValueError(
                f"{name}: there is no such setting; {nearest(name, TrainingSettings.__dataclass_fields__)}"
            )
    widths = [regions] if isinstance(regions, Regions) else list(regions)
    return assemble(
        train(
            one,
            region,
            components,
            list(range(seeds)),
            TrainingSettings(**settings),
            split,
            (study_seed, "train"),
        )
        for one in every
        for region in widths
    )


def _require_one_model(every: list[xr.Dataset]) -> None:
    """Raise `ValueError` for what are no samples, or not of one model at different control values."""
    for one in every:
        if not isinstance(one, xr.Dataset) or "configuration" not in one:
            raise ValueError(
                f"samples of type {type(one).__name__} are not possible; give what rsmi.load, "
                "rsmi.from_array or "
                "rsmi.sample returns"
            )
    values = [one["control"].item() for one in every]
    if len(set(values)) < len(values):
        raise ValueError(
            f"two sets of samples are of one control value, of {values}; give each its own, as by "
            "rsmi.from_array(..., control=2.5)"
        )
    for what, of in MUST_AGREE.items():
        found = {str(of(one)) for one in every}
        if len(found) > 1:
            raise ValueError(
                f"sets of samples differ in their {what}: {', '.join(sorted(found))}; train an ensemble of "
                "each"
            )
    owner: dict[str, float] = {}
    for one, value in zip(every, values, strict=True):
        for mark in reading.marks_of_chains(one):
            if owner.setdefault(mark, value) != value:
                raise ValueError(
                    f"sets of samples at {owner[mark]!r} and {value!r} have a chain in common; was one given "
                    "twice, or under another control value?"
                )


def plot_filters(ensemble: xr.Dataset) -> Figure:
    """Draw the chosen filters of an ensemble: a row per buffer, a column per control value."""
    return filters.draw(ensemble)


def plot_rsmi(ensemble: xr.Dataset) -> Figure:
    """Draw the information of an ensemble against the control parameter, a line per buffer."""
    return rsmi_vs_control.draw(ensemble)


def plot_convergence(ensemble: xr.Dataset) -> Figure:
    """Draw one training of an ensemble, epoch by epoch: near the transition, at the middle buffer."""
    return convergence.draw(ensemble)
