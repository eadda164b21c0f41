"""Which axis is what, and which samples belong together."""

import re
from dataclasses import dataclass, replace

import numpy as np

from rsmi.external import DataError
from rsmi.external.arrays import Array
from rsmi.external.settings import KINDS, ONE

# A series without groups is cut into so many runs; errors come from runs, or parts of them.
RUNS = 16
# Below, no run has an autocorrelation time, or there is none for training, validation or test.
LEAST_SAMPLES, LEAST_RUNS = 4, 3
# Of samples that may be left over, for runs as long as can be.
MOST_LEFT_OVER = 0.05
BY_COUNT = {2: ["sample", "x"], 3: ["sample", "y", "x"], 4: ["chain", "sample", "y", "x"]}
# Names of axes that say what they are, whatever their order; all others are asked about.
KNOWN = {name: name for name in KINDS} | {
    "time": "sample",
    "lat": "y",
    "latitude": "y",
    "row": "y",
    "lon": "x",
    "longitude": "x",
    "column": "x",
    "col": "x",
}
# What xarray and netCDF call axes that nobody named.
UNNAMED = re.compile(r"(dim|phony_dim)_\d+")
THREE = (
    "Three dimensions, and channels, are not supported: take planes or channels as samples, with groups that "
    "keep those of one configuration together"
)


def axes_of(array: Array, axes: list[str] | None) -> list[str]:
    """Return what the axes of an array are: as told, else as it names them, else by their number.

    Raises `DataError` if they do not fit the array, or if the array does not say what they are.
    """
    name, shape = array.name, array.shape
    if axes is not None:
        if len(axes) != len(shape):
            raise DataError(
                f"axes: {axes!r} names {len(axes)} axes, but {name} has {len(shape)}, shape {shape}; name "
                "each, in order"
            )
        for axis, length in zip(axes, shape, strict=True):
            if axis == ONE and length != 1:
                raise DataError(
                    f"axes: {axes!r} calls an axis of length {length} of {name} {ONE!r}, shape {shape}; name "
                    f"it as what it is: {', '.join(KINDS)}. {THREE}"
                )
        return axes
    if array.reversed_by and len(shape) > 1:
        raise DataError(
            f"{name}: is written by {array.reversed_by}, which reverses the order of axes: shape {shape} in "
            "this file; say by the setting axes which of them is what"
        )
    if named(array):
        return _by_name(array)
    if 1 in shape:
        raise DataError(
            f"{name}: has an axis of length 1, shape {shape}; remove it (numpy.squeeze), or name every axis "
            f"by the setting axes, this one {ONE!r}"
        )
    if len(shape) not in BY_COUNT:
        raise DataError(
            f"{name}: has {len(shape)} axes, shape {shape}; say by the setting axes what they are. {THREE}"
        )
    if len(shape) == 4 and len(set(shape[1:])) == 1:
        raise DataError(
            f"{name}: has shape {shape}, which may be cubes; if not, name the axes by the setting "
            f"axes. {THREE}"
        )
    return BY_COUNT[len(shape)]


def named(array: Array) -> bool:
    """Tell whether an array has names of axes that somebody gave."""
    return array.dims is not None and not all(UNNAMED.fullmatch(dim) for dim in array.dims)


def _by_name(array: Array) -> list[str]:
    """Return what the axes are by their names; raise `DataError` if they do not tell."""
    dims = array.dims or ()
    found = [KNOWN.get(dim.lower()) for dim in dims]
    # An axis of length one tells nothing, whatever it is.
    axes = [
        axis if axis else ONE if length == 1 else None
        for axis, length in zip(found, array.shape, strict=True)
    ]
    told = [axis for axis in axes if axis and axis != ONE]
    if None in axes or len(set(told)) < len(told) or not {"sample", "x"} <= set(told):
        unknown = [dim for dim, axis in zip(dims, axes, strict=True) if axis is None]
        which = f"; {', '.join(unknown)} may mean anything" if unknown else ""
        raise DataError(
            f"{array.name}: calls its axes {', '.join(dims)}, shape {array.shape}{which}. Say by the setting "
            f"axes which of {', '.join(KINDS)} each of them is. {THREE}"
        )
    return [axis or ONE for axis in axes]


def arranged(values: np.ndarray, axes: list[str]) -> np.ndarray:
    """Return values as (sample, [y,] x), or (chain, sample, [y,] x) where there are chains."""
    order = [axes.index(axis) for axis in KINDS if axis in axes]
    singles = [i for i, axis in enumerate(axes) if axis == ONE]
    # An axis of length one is last, and goes.
    return np.transpose(values, order + singles).reshape([values.shape[i] for i in order])


@dataclass(frozen=True)
class Runs:
    """Samples as runs of equal length: `samples`, their places (run, sample) in the series; `group` of runs.

    `length` in all, of which `left_over` fit into no run. `kind` says what a group is: "labels" of samples,
    "chains" of an axis, or runs of one "series".
    """

    samples: np.ndarray
    group: np.ndarray
    length: int
    kind: str
    alone: bool = False
    """Whether every sample has a label of its own."""

    @property
    def labelled(self) -> bool:
        """Tell whether groups are more than parts of one series."""
        return self.kind != "series"

    @property
    def left_over(self) -> int:
        """Return how many samples fit into no run."""
        return self.length - self.samples.size


def one_series(length: int) -> Runs:
    """Cut a series without labels into `RUNS` runs of equal length, fewer where it is short.

    Raises `DataError` if it is too short for `LEAST_RUNS` runs of `LEAST_SAMPLES`.
    """
    _enough(length)
    runs = min(RUNS, length // LEAST_SAMPLES)
    each = length // runs
    return Runs(np.arange(runs * each).reshape(runs, each), np.arange(runs), length, "series")


def by_label(labels: np.ndarray) -> Runs:
    """Bring samples of one label together, in order, and cut all groups into runs of one length.

    labels: (sample,). Runs are as long as leaves at most `MOST_LEFT_OVER` of the samples over, so that
    groups of equal size are a run each. If every sample has a label of its own, consecutive ones are a group.

    Raises `DataError` if there are fewer than three groups, or too few samples.
    """
    _enough(len(labels))
    _, first, inverse, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    if len(sizes) < LEAST_RUNS:
        raise DataError(
            f"groups: {len(sizes)} groups are too few for training, validation and test, which need one "
            "each; add data, or leave the setting out if parts of a group are independent"
        )
    if sizes.max() == 1:
        return replace(one_series(len(labels)), kind="labels", alone=True)
    order = np.argsort(first)
    members = [np.flatnonzero(inverse == label) for label in order]
    lengths = range(int(sizes.max()), 1, -1)
    left_over = [len(labels) - sum(len(m) // n * n for m in members) for n in lengths]
    enough = [i for i, left in enumerate(left_over) if left <= MOST_LEFT_OVER * len(labels)]
    each = lengths[enough[0] if enough else int(np.argmin(left_over))]
    runs = [(g, m[k : k + each]) for g, m in enumerate(members) for k in range(0, len(m) - each + 1, each)]
    group = np.array([g for g, _ in runs])
    if len(np.unique(group)) < LEAST_RUNS:
        raise DataError(
            f"groups: sizes from {sizes.min()} to {sizes.max()} samples leave {len(np.unique(group))} groups "
            f"of {each} or more; training, validation and test need one each: join small groups"
        )
    return Runs(np.array([m for _, m in runs]), group, len(labels), "labels")


def by_chain(chains: int, samples: int) -> Runs:
    """Return a run per chain.

    Raises `DataError` if there are fewer than three chains or four samples of each.
    """
    if chains < LEAST_RUNS or samples < LEAST_SAMPLES:
        raise DataError(
            f"{chains} chains of {samples} samples are too few: training, validation and test need one each, "
            f"of {LEAST_SAMPLES} samples at least. Is axes right? Without an axis chain, samples count as "
            "one series"
        )
    places = np.arange(chains * samples).reshape(chains, samples)
    return Runs(places, np.arange(chains), chains * samples, "chains")


def _enough(length: int) -> None:
    if length < LEAST_RUNS * LEAST_SAMPLES:
        what = "one sample is" if length == 1 else f"{length} samples are"
        raise DataError(
            f"{what} too few: training, validation and test need {LEAST_SAMPLES} each at the very least, and "
            "hundreds to find anything. Is axes right, with sample where it belongs? Else add data"
        )
