"""What attributes of a variable say of its values, by the conventions of NetCDF: packed, unsigned, missing.

netCDF4 follows them by itself; of an HDF5 file they are followed here. See "NetCDF Climate and Forecast (CF)
Metadata Conventions", sections 2.5.1 (missing data) and 8.1 (packed data).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from rsmi.external import DataError

MISSING = "_FillValue", "missing_value"
VALID = "valid_range", "valid_min", "valid_max"
SCALE = "scale_factor", "add_offset"


def doubt_of(attributes: Mapping[str, Any], dtype: np.dtype) -> str | None:
    """Return why attributes do not tell which values of a type are missing; None where they do."""
    if np.dtype(dtype).kind not in "biuf":
        return None
    for name in (*MISSING, *VALID):
        if name in attributes:
            given = np.ravel(attributes[name])
            if given.dtype.kind not in "biuf" or not _kept(given, np.dtype(dtype)):
                shown = given.tolist()[0] if given.size == 1 else given.tolist()
                return (
                    f"{name} = {shown if isinstance(shown, int | float) else str(shown)!r} is of another "
                    f"type than the data ({np.dtype(dtype).name}), so that it marks nothing"
                )
    return None


def _kept(given: np.ndarray, dtype: np.dtype) -> bool:
    """Tell whether numbers are what they are in another type, too, rounding of fractions aside."""
    if dtype.kind not in "iu":
        return True
    limits = np.iinfo(dtype)
    return all(float(g).is_integer() and limits.min <= g <= limits.max for g in given.tolist())


def require_scale(attributes: Mapping[str, Any], name: str) -> None:
    """Raise `DataError` if what packed values are to be multiplied by, or added to, is no number."""
    for key in SCALE:
        if key in attributes and np.ravel(attributes[key]).dtype.kind not in "iuf":
            raise DataError(
                f"{name}: its attribute {key} = {_text(attributes[key])!r} is no number; correct or remove it"
            )


def scaled(values: np.ndarray, attributes: Mapping[str, Any]) -> np.ndarray:
    """Return the values that stored ones stand for, masked where they are missing or not valid."""
    if values.dtype.kind not in "biuf":
        return values
    stored = seen = values.dtype
    if stored.kind == "i" and _text(attributes.get("_Unsigned", "")).lower() == "true":
        seen = np.dtype(f"{stored.byteorder}u{stored.itemsize}")
        values = values.view(seen)
    gone = np.zeros(values.shape, bool)
    if doubt_of(attributes, stored) is None:
        # Compared in the type of the data, in which 1e20 may be rounded.
        marks = {
            name: np.ravel(attributes[name]).astype(stored).view(seen)
            for name in (*MISSING, *VALID)
            if name in attributes
        }
        for name in MISSING:
            gone |= np.isin(values, marks.get(name, []))
        low, high = marks.get("valid_range", [None, None])[:2]
        for mark in (low, *marks.get("valid_min", ())):
            gone |= False if mark is None else values < mark
        for mark in (high, *marks.get("valid_max", ())):
            gone |= False if mark is None else values > mark
    scale, offset = (np.ravel(attributes.get(n, d))[0] for n, d in zip(SCALE, (1, 0), strict=True))
    result = values if (scale, offset) == (1, 0) else values * scale + offset
    return np.ma.masked_array(result, gone) if gone.any() else result


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
