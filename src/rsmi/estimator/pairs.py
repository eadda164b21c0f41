"""Pairs of numbers as people hand them over: what can be read, and what makes an estimate doubtful."""

import math
import warnings
from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import ArrayLike
from scipy.special import ndtri
from scipy.stats import rankdata

from rsmi.external.missing import suspect
from rsmi.sampling.statistics import autocorrelation

PANDAS = pd.Series, pd.DataFrame
# Integrated autocorrelation time from which on pairs remember each other; 1/2 is none.
MEMORY = 1.0
# Sums of correlations up to one of these lags must be so many standard errors of independent pairs; a series
# must hold so many times a lag, for its sum to be nearly normal.
LAGS, LENGTHS, SIGNIFICANT = (1, 4, 16), 50, 6.0
# Discrete values coincide by chance: those that are so few, or so many equal steps at most from end to end.
FEW_LEVELS, STEPS = 100, 1e5
# So do numbers of half precision, whose mantissas have so many bits.
HALF = 11
# Steps are equal up to this share, so that rounded values in single precision are seen as such.
UNEQUAL = 0.05
# Different pairs that stand more than once, as a share of all.
MOST_COPIES = 0.01


def matrix_of(name: str, values: ArrayLike) -> np.ndarray:
    """Return real numbers as an array of floats (N, d); a vector (N,) is a column.

    Raises `ValueError`, with the name, for what holds anything but real numbers, and for masked values.
    """
    array = _array(name, values)
    if np.ma.is_masked(array):
        raise ValueError(f"{name} holds {np.ma.count_masked(array)} masked values; drop their pairs")
    kind = array.dtype.kind
    if kind == "c":
        raise ValueError(
            f"{name} holds complex numbers; give real and imaginary part as coordinates of their own: "
            f"np.column_stack([{name}.real, {name}.imag])"
        )
    if kind in "mM":
        raise ValueError(
            f"{name} holds times ({array.dtype}); give them as numbers, in a unit of your choice"
        )
    strange = [value for value in array.flat if not isinstance(value, Real | np.bool_)] if kind == "O" else []
    if kind not in "biufO" or strange:
        what = f"such as {strange[0]!r}" if strange else f"of type {array.dtype}"
        raise ValueError(f"{name} holds values that are no numbers, {what}; give integers or floats")
    numbers = np.asarray(array, float)
    return numbers[:, None] if numbers.ndim == 1 else numbers


def _array(name: str, values: Any) -> np.ndarray:
    """Return an array of whatever type, masked if it was."""
    if isinstance(values, Mapping):
        known = ", ".join(map(str, values)) or "none"
        raise ValueError(
            f"{name} is a {type(values).__name__} of arrays ({known}); give one of them, such as {name}[...]"
        )
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu()
        # NumPy has no bfloat16.
        values = values.double() if values.is_floating_point() else values
    try:
        return np.asanyarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{name} cannot be read as one array ({error}); give (N, d) numbers") from None


def require_one_order(x: Any, y: Any) -> None:
    """Raise `ValueError` if x and y are of pandas, and their rows are not of the same index."""
    if isinstance(x, PANDAS) and isinstance(y, PANDAS) and not x.index.equals(y.index):
        raise ValueError(
            "x and y have different indices, so that their rows are no pairs; give x and y.loc[x.index], or "
            "plain arrays if their order is right"
        )


def warn_of_marks(parts: dict[str, np.ndarray]) -> None:
    """Warn, at the caller's caller, if a coordinate of a part (N, d) holds what looks like a missing
    value."""
    for name, part in parts.items():
        for number, column in enumerate(part.T):
            # Only what programs write for it: real pairs may have heavy tails.
            value = suspect(column, "binary")
            if value is not None:
                warnings.warn(
                    f"coordinate {number} of {name} holds {value:g} {(column == value).sum()} times, far "
                    "from all other values: if it means that one is missing, drop these pairs, as both "
                    "members of a pair that are missing together tell of each other",
                    stacklevel=3,
                )


def warn_of_memory(parts: dict[str, np.ndarray]) -> None:
    """Warn, at the caller's caller, if a coordinate of a part (N, d) is autocorrelated in the given order."""
    tau, name, number = max(
        (memory(column), name, number) for name, part in parts.items() for number, column in enumerate(part.T)
    )
    if tau > MEMORY:
        warnings.warn(
            f"coordinate {number} of {name} is autocorrelated in the given order, with an integrated "
            f"autocorrelation time of {tau:.3g} pairs (0.5 if they were independent): neighbours stand in "
            "training and test, so the value may be too high and its error too small. Keep every "
            f"{math.ceil(2 * tau)}th pair only. To shuffle them does not help, as neighbours then stand in "
            "both all the same; only pairs that were independent before they were sorted can be left as "
            "they are",
            stacklevel=3,
        )


def memory(series: np.ndarray) -> float:
    """Return the integrated autocorrelation time of a series (N,), 1/2 where chance may have made it.

    It is that of the normal scores of the ranks, so that heavy tails neither hide it nor feign it.
    """
    lags = [lag for lag in LAGS if LENGTHS * lag <= series.size]
    if not lags:
        return 0.5
    scores = ndtri((rankdata(series) - 0.5) / series.size)
    measured = autocorrelation(scores[None])
    if measured.constant or measured.tau <= MEMORY:
        return 0.5
    deviation = scores - scores.mean()
    variance = np.mean(deviation**2)
    # A few values that stand out from one that all others have say no more than their number.
    count = scores.size * min(1.0, 3.0 * variance**2 / np.mean(deviation**4))
    products = [np.dot(deviation[lag:], deviation[:-lag]) for lag in range(1, max(lags) + 1)]
    sums = np.cumsum(products) / (variance * scores.size)
    significance = max(sums[lag - 1] * math.sqrt(count / lag) for lag in lags)
    return measured.tau if significance > SIGNIFICANT else 0.5


def warn_of_copies(parts: dict[str, np.ndarray]) -> None:
    """Warn, at the caller's caller, if pairs stand more than once that do not coincide by chance."""
    pairs = np.hstack(list(parts.values()))
    counts = _copies(pairs)
    if counts.size > MOST_COPIES * len(pairs):
        warnings.warn(
            f"{counts.sum()} of {len(pairs)} pairs are exact copies of others, which real numbers are never "
            "by chance: copies stand in training and test, so the value may be too high and its error too "
            "small. Keep the first of each, as drop_duplicates of a pandas.DataFrame does",
            stacklevel=3,
        )


def _copies(pairs: np.ndarray) -> np.ndarray:
    """Return how often more than once each pair (N, d) stands that does; none if they are discrete."""
    none = np.zeros(0, int)
    levels = [np.unique(column) for column in pairs.T]
    real = {len(values) for values in levels if len(values) > FEW_LEVELS and not _coarse(values)}
    if not real or len(pairs) in real:
        return none
    _, counts = np.unique(pairs, axis=0, return_counts=True)
    # No two different pairs share a real number.
    return counts[counts > 1] - 1 if len(counts) in real else none


def _coarse(levels: np.ndarray) -> bool:
    """Tell whether sorted values are whole multiples of one step, not too fine, or of half precision."""
    mantissas = np.frexp(levels)[0] * 2**HALF
    if np.all(mantissas == np.round(mantissas)):
        return True
    gaps = np.diff(levels)
    steps = gaps / gaps.min()
    return bool(steps.sum() <= STEPS and np.all(np.abs(steps - np.round(steps)) < UNEQUAL))
