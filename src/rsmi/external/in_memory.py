"""What is handed over in a notebook: arrays of any library, and control values."""

import math
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

import numpy as np
import xarray as xr

from rsmi.external import DataError
from rsmi.external.arrays import Array


def in_memory(given: Any, name: str) -> Array:
    """Return what is handed over as an array, with the names of its axes where it has some.

    Raises `DataError` for collections of several arrays, and for what is none.
    """
    if isinstance(given, Mapping | xr.Dataset) or hasattr(given, "files"):
        names = ", ".join(map(str, list(given)[:5]))
        raise DataError(
            f"{name}: is a collection ({names}); give one array of it, such as "
            f"x[{str(next(iter(given), 'name'))!r}]"
        )
    dims = tuple(map(str, given.dims)) if isinstance(given, xr.DataArray) else None
    if isinstance(given, xr.DataArray):
        given = given.values
    elif hasattr(given, "ncattrs"):
        # A variable of netCDF4, which is masked only where it is sliced.
        dims, given = tuple(given.dimensions), given[...]
    elif hasattr(given, "detach"):
        # A tensor of PyTorch may lie on a GPU, or be part of a graph.
        try:
            given = given.detach().cpu().numpy()
        except TypeError as error:
            raise DataError(
                f"{name}: is a tensor that NumPy cannot read ({error}); give x.to_dense().float()"
            ) from None
    elif isinstance(given, str | bytes | PurePath):
        raise DataError(f"{name}: {given!r} is no array; read files by rsmi.load")
    try:
        held: np.ndarray = given if np.ma.isMaskedArray(given) else np.asarray(given)
    except ValueError as error:
        raise DataError(f"{name}: is no array ({error}); give numbers of one shape, (sample, y, x)") from None
    return Array(name, held.shape, held.dtype, dims, lambda: held)


def control_value(control: Any) -> float:
    """Return a control value as a number; raise `DataError` if it is none."""
    try:
        value = float(control)
    except (TypeError, ValueError):
        value = math.nan
    if math.isnan(value):
        raise DataError(f"control: {control!r} is no number; give the value of the control parameter")
    return value
