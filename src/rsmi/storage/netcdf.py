"""NetCDF in and out: what every file must say of itself, and writes that leave no half file behind."""

import json
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from rsmi.storage import files, versions
from rsmi.storage.files import REMEDY, FileError
from rsmi.storage.provenance import provenance
from rsmi.storage.versions import VersionError


def write(dataset: xr.Dataset, path: str | Path, kind: str, settings: dict[str, Any]) -> None:
    """Write `dataset` to `path` as compressed NetCDF4, all or nothing.

    The file gets the attributes `kind`, `settings` (JSON), `schema_version` (that of its kind, in
    `rsmi.storage.versions`) and `provenance()`, and a seal. It is opened and checked before it takes its
    name, so that neither a kill nor a full disk leaves a file that looks finished.
    """
    attributes = {
        "Conventions": "CF-1.11",
        "kind": kind,
        "schema_version": versions.SCHEMA_VERSIONS[kind],
        "settings": json.dumps(settings, sort_keys=True),
        **provenance(),
    }
    dataset = dataset.assign_attrs(attributes)
    encoding: dict[Hashable, dict[str, Any]] = {}
    for name, variable in dataset.variables.items():
        if variable.dtype.kind in "OUST":
            continue
        encoding[name] = {"_FillValue": None}
        if variable.size > 1000:
            encoding[name] |= {"zlib": True, "complevel": 1}
    with files.replacing(path, sealed=True) as temporary:
        dataset.to_netcdf(temporary, format="NETCDF4", engine="netcdf4", encoding=encoding)
        with xr.open_dataset(temporary) as written:
            _checked(written, path, kind)
            if dict(written.sizes) != dict(dataset.sizes):
                raise FileError(f"{path}: what was written does not read back; is the disk full?")


def read(path: str | Path, kind: str, expected: dict[str, Any] | None = None) -> xr.Dataset:
    """Read a file that `write` made, wholly into memory, and check it: seal, kind, version, finite values.

    A file of an older version that can be converted without loss is returned in the present form. `expected`
    are settings that it must have been made by, among others. Raises `FileError`, naming the file and the
    remedy, if it is missing, damaged, of another kind or made by other settings; `VersionError`, which is
    one, if it is of a newer version, or of an older one that cannot be converted.
    """
    files.check(path)
    try:
        dataset = xr.load_dataset(path, engine="netcdf4")
    except (OSError, ValueError, RuntimeError) as error:
        raise FileError(f"{path}: cannot be read as NetCDF ({error}). {REMEDY}") from error
    dataset = _checked(dataset, path, kind)
    made_by = settings(dataset)
    for name, value in _as_stored(expected or {}).items():
        if made_by.get(name) != value:
            raise FileError(
                f"{path}: was made with {name} = {made_by.get(name)!r}, but the study asks for {value!r}. "
                f"Move it away. {REMEDY}"
            )
    return dataset


def read_to_extend(
    path: str | Path, kind: str, settings: dict[str, Any], grows: tuple[str, ...]
) -> xr.Dataset | None:
    """Read a file that was written with the same settings but for those in `grows`, to go on from it.

    Returns None if there is none, if it cannot be read, which the log then says, or if its settings differ. A
    file that is whole, but of a version that cannot be read, is set aside (``NAME.version1``): what is made
    next takes its name.
    """
    if not Path(path).exists():
        return None
    try:
        dataset = read(path, kind)
    except VersionError as error:
        aside = files.set_aside(path, f".version{error.version}")
        print(f"{path}: version {error.version} cannot be gone on with; kept as {aside}, and made anew")
        return None
    except FileError as error:
        print(f"{path}: cannot be gone on with, and is made anew: {error}")
        return None

    def fixed(of: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in of.items() if name not in grows}

    return dataset if fixed(json.loads(dataset.attrs["settings"])) == fixed(_as_stored(settings)) else None


def _as_stored(settings: dict[str, Any]) -> dict[str, Any]:
    """Return settings as JSON has them: tuples are lists there."""
    return json.loads(json.dumps(settings))


def _checked(dataset: xr.Dataset, path: str | Path, kind: str) -> xr.Dataset:
    """Return a dataset in the present form; raise `FileError` unless it is of `kind` and finite."""
    dataset = versions.current(dataset, str(path), kind)
    for name, variable in dataset.data_vars.items():
        # An ensemble has holes where a point was not trained, and a history ends where its member stopped.
        if kind == "ensemble" or "epoch" in variable.dims:
            continue
        # Minus infinity is what a member that diverged has.
        if variable.dtype.kind == "f" and not (variable.values < np.inf).all():
            raise FileError(f"{path}: '{name}' holds NaN or infinity. Move it away. {REMEDY}")
    return dataset


def settings(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the settings that made a dataset."""
    return json.loads(dataset.attrs["settings"])
