"""NetCDF in and out: what every file must say of itself, and writes that leave no half file behind."""

import json
import os
import subprocess
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from rsmi.version import __version__

SCHEMA_VERSION = 1
LIBRARIES = ("numpy", "numba", "scipy", "torch", "xarray", "netCDF4")


class StoreError(Exception):
    """A file that cannot be trusted; the message names it and the remedy."""


@cache
def provenance() -> dict[str, str]:
    """Return what made a file: versions of package and libraries, commit, and whether it was dirty."""
    package = Path(__file__).parent

    def git(*arguments: str) -> str:
        try:
            result = subprocess.run(
                ["git", *arguments], cwd=package, capture_output=True, text=True, timeout=10
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return result.stdout.strip() if result.returncode == 0 else ""

    # An installed copy may lie inside somebody else's repository, which says nothing about it.
    commit = git("rev-parse", "HEAD") if git("ls-files", Path(__file__).name) else ""
    return {
        "rsmi_version": __version__,
        "commit": commit or "unknown",
        "commit_dirty": str(bool(commit and git("status", "--porcelain", "--", "."))).lower(),
        "libraries": ", ".join(f"{name} {version(name)}" for name in LIBRARIES),
    }


def write(dataset: xr.Dataset, path: str | Path, kind: str, settings: dict[str, Any]) -> None:
    """Write `dataset` to `path` as compressed NetCDF4, all or nothing.

    The file gets the attributes `kind`, `settings` (JSON), the schema version and `provenance()`. It is
    written under a temporary name in the same directory, synchronised, opened and checked, then renamed,
    so that neither a kill nor a full disk leaves a file that looks finished.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    attributes = {
        "Conventions": "CF-1.11",
        "kind": kind,
        "schema_version": SCHEMA_VERSION,
        "settings": json.dumps(settings, sort_keys=True),
        **provenance(),
    }
    dataset = dataset.assign_attrs(attributes)
    encoding = {}
    for name, variable in dataset.variables.items():
        if variable.dtype.kind in "OUST":
            continue
        encoding[name] = {"_FillValue": None}
        if variable.size > 1000:
            encoding[name] |= {"zlib": True, "complevel": 1}
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        dataset.to_netcdf(temporary, format="NETCDF4", engine="netcdf4", encoding=encoding)
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        with xr.open_dataset(temporary) as written:
            _check(written, temporary, kind)
            if dict(written.sizes) != dict(dataset.sizes):
                raise StoreError(f"{path}: what was written does not read back; is the disk full?")
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def read(path: str | Path, kind: str) -> xr.Dataset:
    """Read a file that `write` made, wholly into memory, and check that it is of `kind`.

    Raises `StoreError`, naming the file and the remedy, if it is missing, damaged or of another kind.
    """
    try:
        dataset = xr.load_dataset(path, engine="netcdf4")
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(
            f"{path}: cannot be read as NetCDF ({error}). Delete it and run snakemake again to remake it."
        ) from error
    _check(dataset, path, kind)
    return dataset


def read_to_extend(
    path: str | Path, kind: str, settings: dict[str, Any], grows: tuple[str, ...]
) -> xr.Dataset | None:
    """Read a file that was written with the same settings but for those in `grows`, to go on from it.

    Returns None if there is none, if it cannot be read, or if its settings differ.
    """
    if not Path(path).exists():
        return None
    try:
        dataset = read(path, kind)
    except StoreError:
        return None

    def fixed(of: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in of.items() if name not in grows}

    # As JSON has it: tuples are lists there.
    asked = json.loads(json.dumps(settings))
    found = json.loads(dataset.attrs["settings"])
    return dataset if fixed(found) == fixed(asked) else None


def _check(dataset: xr.Dataset, path: str | Path, kind: str) -> None:
    """Raise `StoreError` unless the file is of `kind`, of this schema version and finite."""
    found = dataset.attrs.get("kind"), dataset.attrs.get("schema_version")
    if found != (kind, SCHEMA_VERSION):
        raise StoreError(
            f"{path}: expected kind and schema version {(kind, SCHEMA_VERSION)}, found {found}. "
            "Delete it and run snakemake again to remake it."
        )
    for name, variable in dataset.data_vars.items():
        # An ensemble has holes where a point was not trained, and a history ends where its member stopped.
        if kind == "ensemble" or "epoch" in variable.dims:
            continue
        if variable.dtype.kind == "f" and np.isnan(variable.values).any():
            raise StoreError(f"{path}: '{name}' holds NaN. Delete it and run snakemake again.")


def settings(dataset: xr.Dataset) -> dict[str, Any]:
    """Return the settings that made a dataset."""
    return json.loads(dataset.attrs["settings"])
