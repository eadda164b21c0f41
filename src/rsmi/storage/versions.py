"""Versions of the forms of NetCDF files: which ones this package reads, and what to do with the others.

The form of a kind of file is the names, dimensions and types of its variables, and the names of attributes.
Where it changes, the version of that kind rises here, and tests/storage/old keeps a small file of it.
"""

from collections.abc import Callable

import numpy as np
import xarray as xr

from rsmi.storage.files import REMEDY, FileError

SCHEMA_VERSIONS = {"samples": 3, "training": 2, "ensemble": 2}


class VersionError(FileError):
    """A file in the form of another version, `version`; the message says what to do."""

    def __init__(self, message: str, version: int) -> None:
        """Keep the version of the file beside the message."""
        super().__init__(message)
        self.version = version


def _samples_1(dataset: xr.Dataset) -> xr.Dataset | None:
    """Bring samples to version 2. The last of the forms that were called 1 is version 2 already."""
    # Without its width, sites of several states would be taken for sites of one pixel, and cut.
    marks = {"chains_agree", "pixels_per_site"} if _from_files(dataset) else {"chains_agree"}
    return dataset if marks <= dataset.attrs.keys() else None


def _samples_2(dataset: xr.Dataset) -> xr.Dataset | None:
    """Bring samples to version 3, by which those from files say of what kind their groups are."""
    return None if _from_files(dataset) and "kind" not in dataset["group"].attrs else dataset


def _training_1(dataset: xr.Dataset) -> xr.Dataset | None:
    """Bring a training to version 2. The last of the forms that were called 1 is version 2 already."""
    return dataset if "covariance" in dataset and "share" in dataset.attrs else None


def _ensemble_1(dataset: xr.Dataset) -> xr.Dataset | None:
    """Bring an ensemble to version 2. The last of the forms that were called 1 is version 2 already."""
    return dataset if "pattern" in dataset else None


# From a version to the next one, without loss; None for a file that lacks what the next one must have.
STEPS: dict[tuple[str, int], Callable[[xr.Dataset], xr.Dataset | None]] = {
    ("samples", 1): _samples_1,
    ("samples", 2): _samples_2,
    ("training", 1): _training_1,
    ("ensemble", 1): _ensemble_1,
}


def current(dataset: xr.Dataset, path: str, kind: str) -> xr.Dataset:
    """Return a dataset that was read from `path` in the present form of its kind.

    Raises `FileError` if it is of another kind, and `VersionError` if its form is newer, or older and cannot
    be converted without loss. Both say what to do.
    """
    found, version = dataset.attrs.get("kind"), dataset.attrs.get("schema_version")
    wanted = SCHEMA_VERSIONS[kind]
    if found != kind or not isinstance(version, int | np.integer):
        raise FileError(
            f"{path}: expected kind and version {(kind, wanted)}, found {(found, version)}. "
            f"Move it away. {REMEDY}"
        )
    if version > wanted:
        raise VersionError(
            f"{_described(dataset, path)}, which is newer than the version {wanted} that this rsmi knows. "
            "Update rsmi; or move it away and run the study again, which makes it anew in the older form.",
            int(version),
        )
    result = dataset
    for older in range(version, wanted):
        step = STEPS.get((kind, older))
        converted = step(result) if step else None
        if converted is None:
            raise VersionError(_outdated(dataset, path, wanted), int(version))
        result = converted.assign_attrs(schema_version=older + 1)
    return result


def _outdated(dataset: xr.Dataset, path: str, wanted: int) -> str:
    """Say of a file of an older form what to do."""
    text = (
        f"{_described(dataset, path)}, which lacks what version {wanted} has, and cannot be converted. "
        "Move it away and run the study again, which makes it anew; or read it with the rsmi that wrote it."
    )
    if dataset.attrs["kind"] == "samples" and not _from_files(dataset):
        text += (
            " Samples that took long can still be trained on: a model of kind 'file' reads them, with "
            "variable = 'configuration' and the file as its path."
        )
    return text


def _described(dataset: xr.Dataset, path: str) -> str:
    """Say what a file is of, and which rsmi wrote it."""
    of = dataset.attrs
    return (
        f"{path}: is of kind '{of['kind']}', version {of['schema_version']}, written by rsmi "
        f"{of.get('rsmi_version', 'unknown')} (commit {of.get('commit', 'unknown')})"
    )


def _from_files(dataset: xr.Dataset) -> bool:
    """Tell whether samples came from somebody's own files."""
    return dataset.attrs.get("model") == "file"
