"""What the sites hold, as numbers that a filter can weigh."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rsmi.external import DataError, warn
from rsmi.external.missing import require_no_code

# Samples that are looked at together.
CHUNK = 256
# Share of the range of a type, from which on it may have been too small.
FILLED = 0.97
# So few different values in some samples are a scale, not numbers that were cut.
FEW, LEVELS = 50, 20
# Integers up to here are exact in single precision.
EXACT = 2**24


@dataclass(frozen=True)
class Encoded:
    """Values for the estimator, (..., [Y,] X), `side` pixels per site and axis, and what was done to them."""

    values: np.ndarray
    side: int = 1
    attributes: dict[str, Any] = field(default_factory=dict)


def pixels_per_site(parameters: dict[str, Any], dimensions: int) -> int:
    """Return how many pixels per axis a site becomes: more than one for three states or more.

    q states are pixels in the smallest square that holds them, in one dimension in a row.
    """
    if parameters["values"] != "states":
        return 1
    q = len(parameters["levels"])
    return q if dimensions == 1 else math.isqrt(q - 1) + 1


def encode(values: np.ndarray, parameters: dict[str, Any], there: np.ndarray, name: str) -> Encoded:
    """Bring values (..., [Y,] X), finite where `there` ([Y,] X), to the form that is asked for; 0 elsewhere.

    Raises `DataError` for values that are none of the levels, for more or fewer than two where binary ones
    are not listed, for integers that are not whole, for what looks like a mark of missing values, and where
    nothing ever changes.
    """
    seen = values if there.all() else values[..., there]
    if seen.size and (seen == seen.flat[0]).all():
        raise DataError(
            f"{name}: every site of every sample holds {_number(seen.flat[0])}: a constant field tells "
            "nothing. Is it the right variable? Else leave this control value out"
        )
    kind = parameters["values"]
    if "missing" not in parameters:
        require_no_code(seen, kind, name)
    if kind == "binary":
        levels = _two_levels(seen, parameters.get("levels"), name)
        spins = np.full(values.shape, -1, np.int8)
        spins[values == levels[1]] = 1
        spins[..., ~there] = 0
        return Encoded(spins, attributes={"values": f"-1 for {levels[0]:g}, +1 for {levels[1]:g}"})
    if kind == "states":
        _must_be_levels(seen, parameters["levels"], name)
        return _one_hot(values, parameters["levels"], there)
    if kind == "integer":
        if not (seen == np.round(seen)).all():
            odd = seen[seen != np.round(seen)].flat[0]
            raise DataError(
                f"{name}: holds {_number(odd)}, which is no integer, but values = 'integer'; use values = "
                "'real', or correct the file"
            )
        size = max(abs(float(seen.min())), abs(float(seen.max())))
        _warn_of_limits(seen, name)
        if size > EXACT:
            raise DataError(
                f"{name}: holds integers up to {_number(size)}, and beyond {EXACT} single precision does not "
                "tell one from the next; subtract the smallest, or use values = 'real'"
            )
        dtype = next((t for t in (np.int8, np.int16) if size <= np.iinfo(t).max), np.float32)
        return Encoded(np.where(there, values, 0).astype(dtype), attributes={"values": "as in the file"})
    with np.errstate(over="ignore"):
        mean, deviation = float(seen.mean(dtype=float)), float(seen.std(dtype=float))
    if not math.isfinite(deviation):
        raise DataError(
            f"{name}: holds numbers up to {_number(np.abs(seen).max())}, too large for their standard "
            "deviation; divide them, or correct the file if it is of another byte order"
        )
    standardised = np.where(there, (values - mean) / deviation, 0.0).astype(np.float32)
    about = "(value of the file - standardised_mean) / standardised_deviation"
    return Encoded(
        standardised,
        attributes={"values": about, "standardised_mean": mean, "standardised_deviation": deviation},
    )


def _warn_of_limits(seen: np.ndarray, name: str) -> None:
    """Warn if integers fill the range of a type, as larger ones that were cut to it do."""
    low, high = float(seen.min()), float(seen.max())
    for bits in (8, 16):
        limits = np.iinfo(f"i{bits // 8}")
        fits = limits.min <= low and high <= limits.max
        if fits and high - low >= FILLED * (limits.max - limits.min) and len(np.unique(seen[:FEW])) > LEVELS:
            warn(
                "limits",
                f"{name}: holds integers from {low:g} to {high:g}, nearly all that {bits} bits can hold; "
                "were larger numbers cut to that? Then write them in a wider type",
            )
            return


def _two_levels(seen: np.ndarray, levels: list[float] | None, name: str) -> list[float]:
    """Return the lower and the upper value of binary sites."""
    if levels is not None:
        _must_be_levels(seen, levels, name)
        return _as_stored(sorted(levels), seen.dtype).tolist()
    found = np.unique(seen[:1])
    for start in range(0, len(seen), CHUNK):
        part = seen[start : start + CHUNK]
        # Most often there is nothing new, which is sooner told than by sorting.
        if not np.isin(part, found).all():
            found = np.union1d(found, part)
        if len(found) > 2:
            break
    if len(found) != 2:
        some = ", ".join(map(_number, found[:4]))
        raise DataError(
            f"{name}: values = 'binary', but sites hold {len(found)} different values or more ({some}, ...); "
            "use 'states' with their levels, 'integer' or 'real', or set missing: to the one that means a "
            "missing value"
        )
    return found.tolist()


def _must_be_levels(seen: np.ndarray, levels: list[float], name: str) -> None:
    strange = ~np.isin(seen, _as_stored(levels, seen.dtype))
    if strange.any():
        such = _number(seen[strange].flat[0])
        raise DataError(
            f"{name}: {strange.sum()} of {strange.size} values are none of levels = {levels!r}, such as "
            f"{such}; list all that occur, use values = 'integer' or 'real', or, if it means a missing one, "
            f"set missing: [{such}]"
        )


def _one_hot(values: np.ndarray, levels: list[float], there: np.ndarray) -> Encoded:
    """Return a pixel per state, 1 where the site is in that state, in blocks of `side` pixels per axis."""
    dimensions = there.ndim
    side = pixels_per_site({"values": "states", "levels": levels}, dimensions)
    blocks = np.zeros((*values.shape, side**dimensions), np.int8)
    for state, level in enumerate(levels):
        blocks[..., state] = (values == _as_stored([level], values.dtype)[0]) & there
    *outer, height, width = (*values.shape[:-dimensions], *(1, *there.shape)[-2:])
    tall = side if dimensions == 2 else 1
    pixels = blocks.reshape(*outer, height, width, tall, side).swapaxes(-3, -2)
    pixels = pixels.reshape(*outer, height * tall, width * side)
    text = f"one pixel per state, 1 in that of the site; {side} pixels per site and axis; states: {levels}"
    return Encoded(pixels if dimensions == 2 else pixels[..., 0, :], side, {"values": text})


def _as_stored(levels: list[float], dtype: np.dtype) -> np.ndarray:
    """Return levels as the file's type has them: 0.1 in single precision is another number."""
    return np.array(levels, dtype if dtype.kind == "f" else None)


def _number(value: Any) -> str:
    return f"{value:g}"
