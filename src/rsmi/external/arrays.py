"""Arrays in NumPy, NetCDF and HDF5 files: their shapes without reading them, then their values."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rsmi.external import DataError

if TYPE_CHECKING:
    import netCDF4

NUMPY, ARCHIVE = (".npy",), (".npz",)
NETCDF, HDF5 = (".nc", ".nc4", ".cdf"), (".h5", ".hdf5", ".hdf")
FORMATS = NUMPY + ARCHIVE + NETCDF + HDF5
# What NetCDF's conventions call the scaling of packed values, which HDF5 files may follow.
SCALING = ("scale_factor", 1), ("add_offset", 0)


@dataclass(frozen=True)
class Array:
    """An array in a file: where, its shape and type, names of its axes where the file has them.

    `read` returns its values; what the file marks as missing is NaN in them, or an error where integers have
    none.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    dims: tuple[str, ...] | None
    read: Callable[[], np.ndarray]


def open_array(path: str, variable: str | None = None) -> Array:
    """Return what a file holds under `variable`, or its only array of two axes or more.

    Raises `DataError`, with the remedy, for a file that is not there, cannot be read, is of an unknown
    format, or holds no such array, several without a choice, or no numbers.
    """
    variable = variable.lstrip("/") if variable else None
    names = variables(path, least=0 if variable else 2)
    if variable is None:
        if len(names) != 1:
            held = f"the arrays {', '.join(names)}" if names else "no array of two axes or more"
            raise DataError(f"{path}: holds {held}; name one by the setting variable")
        (variable,) = names
    elif _suffix(path) in NUMPY and variable != Path(path).stem:
        raise DataError(
            f"{path}: an .npy file holds one array and no name {variable!r}; give a file in its place"
        )
    elif variable not in names:
        raise DataError(f"{path}: has no variable {variable!r}; it has {', '.join(names) or 'none'}")
    with _reading(path):
        array = _open(path, variable)
    if array.dtype.kind == "c":
        raise DataError(f"{array.name}: holds complex numbers; store their real part, or a phase as states")
    if array.dtype.kind not in "biufSUO" or (array.dtype.kind == "O" and _suffix(path) in NUMPY + ARCHIVE):
        raise DataError(
            f"{array.name}: holds no numbers (type {array.dtype}); store it as integers or floats"
        )
    return array


def variables(path: str, least: int = 0) -> list[str]:
    """Return the names of all arrays of a file that have at least so many axes."""
    if not Path(path).is_file():
        raise DataError(f"{path}: there is no such file; correct the path")
    suffix = _suffix(path)
    with _reading(path):
        if suffix in NUMPY:
            return [Path(path).stem]
        if suffix in ARCHIVE:
            with zipfile.ZipFile(path) as archive:
                return [
                    n.removesuffix(".npy") for n in archive.namelist() if len(_header(archive, n)[0]) >= least
                ]
        if suffix in NETCDF:
            import netCDF4

            with netCDF4.Dataset(path) as dataset:
                return [name for name, v in _netcdf(dataset) if v.ndim >= least]
        if suffix in HDF5:
            import h5py

            found = []
            with h5py.File(path, "r") as file:
                file.visititems(lambda name, item: found.append((name, getattr(item, "ndim", -1))))
            return [name for name, dimensions in found if dimensions >= max(least, 0)]
    known = ", ".join(FORMATS)
    raise DataError(
        f"{path}: the format of {suffix or 'a file without ending'!r} is not known; use one of {known}"
    )


def _suffix(path: str) -> str:
    return Path(path).suffix.lower()


@contextmanager
def _reading(path: str) -> Iterator[None]:
    """Turn what readers raise of a damaged file into a `DataError`."""
    try:
        yield
    except DataError:
        raise
    except (OSError, ValueError, EOFError, RuntimeError, KeyError, zipfile.BadZipFile) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(
            f"{path}: cannot be read as {_suffix(path)} ({reason}); it may be cut short or of another "
            "format: copy or write it again"
        ) from error


def _open(path: str, variable: str) -> Array:
    """Return an array; readers' own errors pass through."""
    suffix = _suffix(path)
    name = path if suffix in NUMPY else f"{path}:{variable}"

    def read_again(read: Callable[[], np.ndarray]) -> Callable[[], np.ndarray]:
        def guarded() -> np.ndarray:
            with _reading(path):
                return read()

        return guarded

    if suffix in NUMPY:
        # Mapped, so that only the header is read, and that the length of the file is checked.
        mapped = np.load(path, mmap_mode="r", allow_pickle=False)
        return Array(
            name, mapped.shape, mapped.dtype, None, read_again(lambda: np.load(path, allow_pickle=False))
        )
    if suffix in ARCHIVE:
        with zipfile.ZipFile(path) as archive:
            shape, dtype = _header(archive, f"{variable}.npy")

        def from_archive() -> np.ndarray:
            with np.load(path, allow_pickle=False) as archive:
                return archive[variable]

        return Array(name, shape, dtype, None, read_again(from_archive))
    if suffix in NETCDF:
        import netCDF4

        def from_netcdf() -> np.ndarray:
            with netCDF4.Dataset(path) as dataset:
                values = dataset[variable][...]
            return without_missing(values, name)

        with netCDF4.Dataset(path) as dataset:
            v = dataset[variable]
            return Array(name, v.shape, np.dtype(v.dtype), tuple(v.dimensions), read_again(from_netcdf))
    import h5py

    def from_hdf5() -> np.ndarray:
        with h5py.File(path, "r") as file:
            values, about = file[variable][...], file[variable].attrs
            missing = [np.ravel(about[key])[0] for key in ("_FillValue", "missing_value") if key in about]
            scale, offset = (np.ravel(about.get(key, default))[0] for key, default in SCALING)
        if missing:
            values = without_missing(np.ma.masked_array(values, np.isin(values, missing)), name)
        return values if (scale, offset) == (1, 0) else values * scale + offset

    with h5py.File(path, "r") as file:
        v = file[variable]
        return Array(name, v.shape, v.dtype, None, read_again(from_hdf5))


def _header(archive: zipfile.ZipFile, name: str) -> tuple[tuple[int, ...], np.dtype]:
    """Return shape and type of a member of an .npz archive."""
    with archive.open(name) as file:
        version = np.lib.format.read_magic(file)
        read = (
            np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(file)
    return shape, dtype


def _netcdf(group: "netCDF4.Dataset", prefix: str = "") -> Iterator[tuple[str, "netCDF4.Variable"]]:
    """Yield name and variable of a NetCDF group and all below."""
    for name, variable in group.variables.items():
        yield prefix + name, variable
    for name, below in group.groups.items():
        yield from _netcdf(below, f"{prefix}{name}/")


def without_missing(values: np.ndarray, name: str) -> np.ndarray:
    """Return a masked array's values, NaN where masked; raise `DataError` where integers are."""
    if not np.ma.isMaskedArray(values):
        return np.asarray(values)
    if not np.ma.is_masked(values):
        return values.data
    if values.dtype.kind != "f":
        raise DataError(
            f"{name}: {np.ma.count_masked(values)} values are missing (fill value); fill them, or name the "
            "sites in a mask if they are always the same"
        )
    return values.filled(np.nan)
