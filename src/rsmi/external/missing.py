"""Missing values: those that a file or the settings mark, and numbers that look like marks."""

import numpy as np

from rsmi.external import DataError, warn

# Standard deviations beyond which one value, or one that occurs again and again, is no part of a field.
FAR, FAR_AGAIN = 50.0, 10.0
# Of its distance from the mean, the share by which a mark is away from the next value, as no heavy tail is.
ALONE = 0.8
# The only negative whole number is no part of a field from here on.
FAR_BELOW = 8
# What programs write for a missing value: nines and eights, limits of types, and what netCDF fills with.
NINES = [int(digit * count) for digit in "89" for count in range(2, 8)]
LIMITS = [limit for bits in (8, 16, 32, 64) for limit in (2.0 ** (bits - 1), 2.0**bits)]
CODES = np.array(
    [sign * nines for sign in (-1, 1) for nines in NINES]
    + [shift + limit for limit in LIMITS for shift in (-2, -1)]
    + [shift - limit for limit in LIMITS for shift in (0, 1)]
    + [sign * large for sign in (-1, 1) for large in (1e20, 1e30, 1e34, 1e36, 9.969209968386869e36)]
)


def marked(values: np.ndarray, codes: list[float] | None) -> tuple[np.ndarray, np.ndarray]:
    """Return values without a mask, and which of them are missing: masked, not finite, or one of `codes`.

    Missing integers are 0.
    """
    held = np.ma.getdata(values)
    gone = ~np.isfinite(held) if held.dtype.kind == "f" else np.zeros(held.shape, bool)
    if np.ma.is_masked(values):
        gone |= np.ma.getmaskarray(values)
    if codes:
        gone |= np.isin(held, np.array(codes, held.dtype if held.dtype.kind == "f" else None))
    return np.where(gone, held.dtype.type(0), held) if gone.any() else held, gone


def require_present(gone: np.ndarray, there: np.ndarray, name: str, why: str = "") -> None:
    """Raise `DataError` if values are `gone`, bool (sample, [Y,] X), where sites are `there`.

    `why` says what else the file tells of them.
    """
    if not gone.any():
        return
    bad = gone & there
    if not bad.any():
        return
    if bad.all():
        raise DataError(
            f"{name}: all values are missing, NaN or infinite{why}; write the configurations again, or leave "
            "this control value out"
        )
    always = int(bad.all(axis=0).sum())
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f"{bad.sum()} values are missing, NaN or infinite{why}, the first at (sample, *site) = {first}"
    if always and bad.sum() == always * len(gone):
        raise DataError(
            f"{name}: {where}: the same {always} sites in every sample; name them in a mask, 0 where they are"
        )
    whole = bad.reshape(len(bad), -1).all(axis=1)
    if whole.any() and bad.sum() == whole.sum() * bad[0].size:
        raise DataError(f"{name}: {where}: {whole.sum()} whole samples; leave those samples out")
    raise DataError(f"{name}: {where}; leave those samples out or fill the values")


def require_no_code(seen: np.ndarray, kind: str, name: str) -> None:
    """Raise `DataError` if a value looks like a mark of missing ones (`suspect`).

    `kind` is what `values` is set to. Warns of -1 as the only negative integer.
    """
    value = suspect(seen, kind)
    if value is not None:
        found = seen == value
        # With all digits of its own type, as only that number is found again.
        held = seen[found].flat[0]
        digits = str(int(held)) if float(held).is_integer() and abs(float(held)) < 2**64 else str(held)
        raise DataError(
            f"{name}: {found.sum()} values are {digits}, far from all other values: does it mean that one "
            f"is missing? If so, set missing: [{digits}], and name its sites in a mask or leave those "
            "samples out; if not, set missing: []"
        )
    if kind == "integer" and seen.size and seen.min() == -1 and seen.max() > 1:
        warn(
            "missing",
            f"{name}: the only negative value is -1; if it means a missing one, set missing: [-1]",
        )


def suspect(seen: np.ndarray, kind: str) -> float | None:
    """Return a value that looks like a mark of missing ones, as -9999 does, None if there is none.

    A mark lies across a gap wider than all other values span together, and is a number that programs write
    for it (`CODES`), or the only negative one. Of reals, whose span says little, an extreme value that lies
    `FAR_AGAIN` standard deviations from all others is enough, or `FAR` if it stands once, but for heavy tails
    (`ALONE`). Of two values none is a mark, unless it is a negative code.
    """
    if seen.dtype.kind == "b" or not seen.size:
        return None
    low, high = seen.min(), seen.max()
    known = CODES
    if seen.dtype.kind == "f":
        # Compared in the type of the data, as far as that reaches.
        known = CODES[np.abs(CODES) <= np.finfo(seen.dtype).max].astype(seen.dtype)
    codes = [code for code in known if low <= code <= high and (seen == code).any()]
    inner = seen[~np.isin(seen, codes)] if codes else seen
    for code in codes:
        # Both signs of a number are a scale, as -127 and 127.
        mark = inner.size > 0 and -code not in codes and _alone(code, inner)
        if mark and (code < 0 or (inner != inner.flat[0]).any()):
            return code
    if kind == "real":
        for extreme in (low, high):
            others = seen[seen != extreme]
            # What most sites hold is what there is.
            if 2 * others.size < seen.size:
                return None
            with np.errstate(over="ignore"):
                deviation = others.std(dtype=float)
            distance = abs(float(extreme) - others.mean(dtype=float))
            nearest = others.min() if extreme == low else others.max()
            alone = abs(float(extreme) - float(nearest)) > ALONE * distance
            again = seen.size - others.size > 1
            if deviation > 0 and alone and distance > (FAR_AGAIN if again else FAR) * deviation:
                return extreme
    elif kind != "binary" and low < -FAR_BELOW:
        others = seen[seen != low]
        if (
            others.size
            and 0 <= others.min() < others.max()
            and seen.size - others.size > 1
            and _alone(low, others)
        ):
            return low
    return None


def _alone(value: float, others: np.ndarray) -> bool:
    """Tell whether between a value and all others is a gap wider than they span together."""
    low, high = float(others.min()), float(others.max())
    return max(low - float(value), float(value) - high) > high - low
