"""Files of a study as a job reads them, whatever they hold: tables, and NetCDF files of a known kind."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, TypeAlias, overload

import pandas as pd
import xarray as xr

from rsmi.storage import FOLDERS, csv, netcdf

Result: TypeAlias = xr.Dataset | pd.DataFrame


def read(path: str, made_by: dict[str, Any] | None = None) -> Result:
    """Read a file below ``results/STUDY``: a table (.csv), or NetCDF of the kind that its folder holds.

    `made_by` are settings that a training must have been made by. Raises `rsmi.storage.files.FileError` for
    what is not there, damaged or of another kind.
    """
    if path.endswith(".csv"):
        return csv.read(path)
    kind = FOLDERS[PurePosixPath(path).parts[2]]
    return netcdf.read(path, kind, made_by if kind == "training" else None)


class Results(Sequence[Result]):
    """Several files, each of which is read when it is asked for: one at a time is in memory."""

    def __init__(self, paths: Sequence[str], made_by: dict[str, Any] | None = None) -> None:
        """Keep the paths; no file is read."""
        self._paths, self._made_by = list(paths), made_by

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> "Results": ...
    def __getitem__(self, index: int | slice) -> "Result | Results":
        """Read one, or take some of them."""
        if isinstance(index, slice):
            return Results(self._paths[index], self._made_by)
        return read(self._paths[index], self._made_by)

    def __iter__(self) -> Iterator[Result]:
        """Read one after the other."""
        return (read(path, self._made_by) for path in self._paths)


def read_inputs(files: dict[str, Any], made_by: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the inputs of a function by their names: of one file what it holds, of a list `Results`."""
    return {
        name: read(path, made_by) if isinstance(path, str) else Results(path, made_by)
        for name, path in files.items()
    }
