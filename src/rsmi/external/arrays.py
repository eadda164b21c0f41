"""Arrays in NumPy, NetCDF and HDF5 files: their shapes without reading them, then their values."""

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rsmi.external import DataError, hdf5
from rsmi.external.conventions import doubt_of, require_scale, scaled

if TYPE_CHECKING:
    import netCDF4

NUMPY, ARCHIVE = (".npy",), (".npz",)
NETCDF, HDF5 = (".nc", ".nc4", ".cdf"), (".h5", ".hdf5", ".hdf")
FORMATS = NUMPY + ARCHIVE + NETCDF + HDF5
# With what files of these formats begin, where they are not text or another program's.
HDF5_START, CLASSIC = b"\x89HDF", (b"CDF\x01", b"CDF\x02")


@dataclass(frozen=True)
class Array:
    """An array in a file: where, its shape and type, and the names of its axes where the file has them.

    `read` returns its values, a masked array where the file marks some as missing. `doubt` says why the file
    does not tell which values are missing, where it contradicts itself. `unwritten` returns which values the
    file has no data for, bool, or None.
    """

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype
    dims: tuple[str, ...] | None
    read: Callable[[], np.ndarray]
    doubt: str | None = None
    unwritten: Callable[[], np.ndarray | None] = lambda: None
    reversed_by: str | None = None
    """The program that writes the axes of its arrays in reversed order, or None."""


def open_array(path: str, variable: str | None = None) -> Array:
    """Return what a file holds under `variable`, or its only array of two axes or more.

    Raises `DataError`, with the remedy, for a file that is not there, cannot be read, is of an unknown
    format, or holds no such array, several without a choice, or no numbers.
    """
    variable = variable.strip("/") if variable else None
    _require_file(path)
    if variable is None:
        names = variables(path, least=2)
        if len(names) != 1:
            held = f"the arrays {', '.join(names)}" if names else "no array of two axes or more"
            raise DataError(f"{path}: holds {held}; name one by the setting variable")
        (variable,) = names
    elif _suffix(path) in NUMPY and variable != Path(path).stem:
        raise DataError(
            f"{path}: an .npy file holds one array and no name {variable!r}; give a file in its place"
        )
    elif not _holds(path, variable):
        raise DataError(
            f"{path}: has no variable {variable!r}; it has {', '.join(variables(path)) or 'none'}. Correct "
            "the setting variable"
        )
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
    """Return the names of all arrays of a file that have at least so many axes; of one array, one name."""
    _require_file(path)
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
        return hdf5.names(path, least)


def _require_file(path: str) -> None:
    """Raise `DataError` for what is no file of a known format."""
    if Path(path).is_dir():
        raise DataError(
            f"{path}: is a folder; give a file ({', '.join(FORMATS)}). A Zarr store can be copied to one, by "
            "xarray.open_zarr(...).to_netcdf(...)"
        )
    if not Path(path).is_file():
        raise DataError(f"{path}: there is no such file; correct the path")
    if _suffix(path) not in FORMATS:
        raise DataError(
            f"{path}: the format of {_suffix(path) or 'a file without ending'!r} is not known; use one of "
            f"{', '.join(FORMATS)}"
        )


def _holds(path: str, variable: str) -> bool:
    """Tell whether a file has a variable, by whatever link it leads to it."""
    if _suffix(path) in HDF5:
        with _reading(path):
            return hdf5.holds(path, variable)
    return variable in variables(path)


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
        remedy = _remedy(path, error)
        raise DataError(f"{path}: cannot be read as {_suffix(path)} ({reason}); {remedy}") from error


def _remedy(path: str, error: Exception) -> str:
    """Say what to do about a file that cannot be read."""
    told = str(error).lower()
    if _suffix(path) in NETCDF and _begins(path, HDF5_START):
        # What netCDF4 says of HDF5 files is a number; h5py says more.
        import h5py

        try:
            h5py.File(path, "r").close()
        except OSError as better:
            told += str(better).lower()
    if isinstance(error, PermissionError) and "lock" not in told:
        return "you may not read it: change its permissions, or copy it"
    if "python objects" in told or "object arrays" in told:
        return "it holds Python objects: save one array of numbers"
    if "unable to lock" in told or "errno = 11" in told or "already open" in told:
        return "another program holds it open for writing: wait until that ends, or copy the file"
    if "filter" in told or "plugin" in told:
        return "its compression is of a filter that is not installed: pip install hdf5plugin"
    return "it may be cut short or of another format: copy or write it again"


def _begins(path: str, start: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(start)) == start
    except OSError:
        return False


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
        if Path(path).stat().st_size > getattr(mapped, "offset", np.inf) + mapped.nbytes:
            raise DataError(
                f"{path}: holds more than the array of its header, shape {mapped.shape}; write one array per "
                "file, or several to an .npz archive"
            )
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
        return _open_netcdf(path, variable, name, read_again)
    found = hdf5.describe(path, variable)

    def from_hdf5() -> np.ndarray:
        values, about = hdf5.read(path, variable)
        return scaled(values, about)

    return Array(
        name, found.shape, found.dtype, found.dims, read_again(from_hdf5), found.doubt,
        lambda: hdf5.unwritten(path, variable), found.reversed_by,
    )  # fmt: skip


def _open_netcdf(
    path: str,
    variable: str,
    name: str,
    read_again: Callable[[Callable[[], np.ndarray]], Callable[[], np.ndarray]],
) -> Array:
    import netCDF4

    def from_netcdf() -> np.ndarray:
        with netCDF4.Dataset(path) as dataset:
            v = dataset[variable]
            if doubt_of({key: v.getncattr(key) for key in v.ncattrs()}, v.dtype):
                # Its marks for missing values cannot be followed.
                v.set_auto_mask(False)
            return v[...]

    def no_chunk() -> np.ndarray | None:
        return hdf5.unwritten(path, variable) if _begins(path, HDF5_START) else None

    _require_whole(path)
    with netCDF4.Dataset(path) as dataset:
        v = dataset[variable]
        attributes = {key: v.getncattr(key) for key in v.ncattrs()}
        # Of variables of strings the type is Python's.
        dtype = np.dtype(object) if v.dtype is str else np.dtype(v.dtype)
        dims, shape = tuple(v.dimensions), v.shape
    require_scale(attributes, name)
    return Array(name, shape, dtype, dims, read_again(from_netcdf), doubt_of(attributes, dtype), no_chunk)


def _require_whole(path: str) -> None:
    """Raise `DataError` for a file of NetCDF-3 that is cut short, whose rest netCDF4 reads as zeros."""
    if not any(map(partial(_begins, path), CLASSIC)):
        return
    from scipy.io import netcdf_file

    with open(path, "rb") as file:
        try:
            # Mapped, so that only the header is read, and that the length of the file is checked.
            mapped = netcdf_file(file, mmap=True)
        except ValueError:
            raise DataError(f"{path}: is cut short; copy or write it again") from None
        mapped.variables.clear()
        mapped.close()


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
