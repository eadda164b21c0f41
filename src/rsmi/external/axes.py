"""Which axis is what, and which samples belong together."""

from dataclasses import dataclass

import numpy as np

from rsmi.external import DataError
from rsmi.external.settings import AXES

# A series without groups is cut into so many runs; errors come from runs, or parts of them.
RUNS = 16
# Below, no run has an autocorrelation time, or there is none for training, validation or test.
LEAST_SAMPLES, LEAST_RUNS = 4, 3
# Of samples that may be left over, for runs as long as can be.
MOST_LEFT_OVER = 0.05
BY_COUNT = {2: ["sample", "x"], 3: ["sample", "y", "x"], 4: ["chain", "sample", "y", "x"]}


def axes_of(
    name: str, shape: tuple[int, ...], dims: tuple[str, ...] | None, axes: list[str] | None
) -> list[str]:
    """Return what the axes of an array are: as told, else as it names them, else by their number.

    Raises `DataError` if they do not fit the array.
    """
    if axes is None:
        if dims and set(dims) <= set(AXES) and {"sample", "x"} <= set(dims):
            return list(dims)
        if len(shape) not in BY_COUNT:
            raise DataError(
                f"{name}: has {len(shape)} axes, shape {shape}; say by the setting axes what they are"
            )
        guess = BY_COUNT[len(shape)]
        if dims and any(own in AXES and own != ours for own, ours in zip(dims, guess, strict=True)):
            raise DataError(
                f"{name}: calls its axes {', '.join(dims)}; say by the setting axes which of chain, sample, "
                "y and x each of them is"
            )
        return guess
    if len(axes) != len(shape):
        raise DataError(
            f"axes: {axes!r} names {len(axes)} axes, but {name} has {len(shape)}, shape {shape}; name each, "
            "in order"
        )
    return axes


def arranged(values: np.ndarray, axes: list[str]) -> np.ndarray:
    """Return values as (sample, [y,] x), or (chain, sample, [y,] x) where there are chains."""
    return np.transpose(values, [axes.index(axis) for axis in AXES if axis in axes])


@dataclass(frozen=True)
class Runs:
    """Samples as runs of equal length: `samples`, their places (run, sample) in the series; `group` of runs.

    `length` in all, of which `left_over` fit into no run. Without labels every run is its own group.
    """

    samples: np.ndarray
    group: np.ndarray
    length: int
    labelled: bool

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
    return Runs(np.arange(runs * each).reshape(runs, each), np.arange(runs), length, False)


def by_label(labels: np.ndarray) -> Runs:
    """Bring samples of one label together, in order, and cut all groups into runs of one length.

    labels: (sample,). Runs are as long as leaves at most `MOST_LEFT_OVER` of the samples over, so that
    groups of equal size are a run each. If every sample has a label of its own, they count as a series.

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
        return one_series(len(labels))
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
    return Runs(np.array([m for _, m in runs]), group, len(labels), True)


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
    return Runs(
        np.arange(chains * samples).reshape(chains, samples), np.arange(chains), chains * samples, True
    )


def _enough(length: int) -> None:
    if length < LEAST_RUNS * LEAST_SAMPLES:
        what = "one sample is" if length == 1 else f"{length} samples are"
        raise DataError(
            f"{what} too few: training, validation and test need {LEAST_SAMPLES} each at the very least, and "
            "hundreds to find anything. Is axes right, with sample where it belongs? Else add data"
        )
