"""HDF5 files: links of every kind, what their filters and layouts need, and parts that were never written."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rsmi.external import DataError
from rsmi.external.conventions import doubt_of, require_scale

if TYPE_CHECKING:
    import h5py

# What h5py raises of a link that leads nowhere, to a file that is not there, or to itself.
NOWHERE = KeyError, OSError, RuntimeError
# Names that HDF5 and netCDF give to axes that nobody named.
PHONY = "phony_dim_", "This is a netCDF dimension but not a netCDF variable"


@dataclass(frozen=True)
class Described:
    """What the header of a dataset tells: see `rsmi.external.arrays.Array`."""

    shape: tuple[int, ...]
    dtype: np.dtype
    dims: tuple[str, ...] | None
    doubt: str | None
    reversed_by: str | None


def names(path: str, least: int = 0) -> list[str]:
    """Return the names of all datasets with at least so many axes, by hard, soft and external links.

    A dataset with several names has the first of them, where others than that are not asked for.
    """
    import h5py

    with h5py.File(path, "r") as file:
        found = [(name, dataset) for name, dataset in _datasets(file) if dataset.shape is not None]
        known, result = set(), []
        for name, dataset in found:
            about = h5py.h5o.get_info(dataset.id)
            where = about.fileno, about.addr
            if dataset.ndim >= least and not (least and where in known):
                result.append(name)
            known.add(where)
        return result


def _datasets(
    group: "h5py.Group", prefix: str = "", above: tuple[Any, ...] = ()
) -> Iterator[tuple[str, "h5py.Dataset"]]:
    """Yield name and dataset of a group and all below; links that lead nowhere, or back, are left out."""
    import h5py

    about = h5py.h5o.get_info(group.id)
    here = about.fileno, about.addr
    if here in above:
        return
    for name in group:
        try:
            item = group[name]
        except NOWHERE:
            continue
        if isinstance(item, h5py.Dataset):
            yield prefix + name, item
        elif isinstance(item, h5py.Group):
            yield from _datasets(item, f"{prefix}{name}/", (*above, here))


def holds(path: str, variable: str) -> bool:
    """Tell whether a file has a dataset of this name; raise `DataError` where its link leads nowhere."""
    import h5py

    with h5py.File(path, "r") as file:
        # The first part of the name that leads nowhere.
        for end in (*(i for i, letter in enumerate(variable) if letter == "/"), len(variable)):
            name = variable[:end]
            link = file.get(name, getlink=True)
            if link is None:
                return False
            try:
                found = file[name]
            except NOWHERE:
                where = getattr(link, "filename", None) or path
                target = getattr(link, "path", name)
                raise DataError(
                    f"{path}:{name}: is a link to {target!r} of {where}, which is not there; copy that file "
                    "beside this one, or mend the link"
                ) from None
        return isinstance(found, h5py.Dataset)


def describe(path: str, variable: str) -> Described:
    """Return what the header of a dataset tells.

    Raises `DataError` for a dataset without values, of rows of unlike length, of a filter that is not
    installed, or of other files that are not there.
    """
    import h5py

    with h5py.File(path, "r") as file:
        dataset, name = file[variable], f"{path}:{variable}"
        if dataset.shape is None:
            raise DataError(f"{name}: holds no array (null dataspace); name another by the setting variable")
        texts = h5py.check_string_dtype(dataset.dtype) is not None
        if h5py.check_vlen_dtype(dataset.dtype) is not None and not texts:
            raise DataError(f"{name}: holds rows of unlike length; store one array, of shape (sample, y, x)")
        require_scale(dataset.attrs, name)
        _require_filters(dataset, name)
        _require_sources(dataset, name, Path(path).parent)
        return Described(
            dataset.shape,
            dataset.dtype,
            _axes(dataset),
            doubt_of(dataset.attrs, dataset.dtype),
            "MATLAB" if "MATLAB_class" in dataset.attrs else None,
        )


def read(path: str, variable: str) -> tuple[np.ndarray, dict[str, Any]]:
    """Return the stored values of a dataset, and its attributes."""
    import h5py

    with h5py.File(path, "r") as file:
        return file[variable][...], dict(file[variable].attrs)


def _axes(dataset: "h5py.Dataset") -> tuple[str, ...] | None:
    """Return the names of the axes, from labels or from scales such as netCDF's; None if one has none."""
    found = []
    for axis in dataset.dims:
        label = axis.label or (axis[0].name.rpartition("/")[2] if len(axis) else "")
        found.append("" if label.startswith(PHONY) else label)
    return tuple(found) if found and all(found) else None


def _require_filters(dataset: "h5py.Dataset", name: str) -> None:
    import h5py

    layout = dataset.id.get_create_plist()
    for i in range(layout.get_nfilters()):
        number, _, _, about = layout.get_filter(i)
        if not h5py.h5z.filter_avail(number):
            called = about.decode(errors="replace") if isinstance(about, bytes) else about
            raise DataError(
                f"{name}: is compressed by filter {number} ({called or 'without a name'}), which is not "
                "installed: pip install hdf5plugin, or write it again with gzip"
            )


def _require_sources(dataset: "h5py.Dataset", name: str, folder: Path) -> None:
    """Raise `DataError` if parts of a dataset lie in other files that are not there, or are cut short.

    HDF5 would fill them in silently.
    """
    if dataset.is_virtual:
        for source in dataset.virtual_sources():
            file = Path(dataset.file.filename) if source.file_name == "." else folder / source.file_name
            if "%b" in source.file_name:
                continue
            if not file.is_file():
                raise DataError(
                    f"{name}: a part of it lies in {file}, which is not there; copy that file, too"
                )
            part = f"{name}: a part of it is {source.dset_name!r} of {file}"
            with _opened(file) as other:
                if source.dset_name not in other:
                    raise DataError(f"{part}, which has none of that name; correct one of the two")
                if not _fits(source, other[source.dset_name]):
                    raise DataError(
                        f"{part}, whose shape {other[source.dset_name].shape} is another than it says; "
                        "correct one of the two"
                    )
    needed = dataset.nbytes
    for file_name, offset, size in dataset.external or ():
        file, held = folder / os.fsdecode(file_name), min(size, needed)
        if not file.is_file() or file.stat().st_size < offset + held:
            raise DataError(
                f"{name}: its values lie in {file}, which is not there or cut short; copy that file, too"
            )
        needed -= held


def _opened(file: Path) -> "h5py.File":
    """Open another file; what h5py raises then names that file."""
    import h5py

    try:
        return h5py.File(file, "r")
    except OSError as error:
        raise OSError(f"{file}: {error}") from error


def _fits(source: Any, held: "h5py.Dataset") -> bool:
    """Tell whether a dataset has all that is read of it as a source of a virtual one."""
    import h5py

    try:
        if source.src_space.get_select_type() == h5py.h5s.SEL_ALL:
            return bool(held.size == source.vspace.get_select_npoints())
        last = source.src_space.get_select_bounds()[1]
    except RuntimeError:
        # As much as there is, whatever that is.
        return True
    return len(last) == held.ndim and all(i < n for i, n in zip(last, held.shape, strict=True))


def unwritten(path: str, variable: str) -> np.ndarray | None:
    """Return which values of a dataset the file holds no data for, bool of its shape; None if it has all.

    HDF5 gives the fill value for them, most often 0. Of a file that cannot tell, None.
    """
    import h5py

    try:
        with h5py.File(path, "r") as file:
            dataset = file[variable]
            if dataset.is_virtual:
                return _without_source(dataset)
            if dataset.external or dataset.size == 0:
                return None
            if dataset.chunks is None:
                state = dataset.id.get_space_status()
                compact = dataset.id.get_create_plist().get_layout() == h5py.h5d.COMPACT
                if state == h5py.h5d.SPACE_STATUS_NOT_ALLOCATED and not compact:
                    return np.ones(dataset.shape, bool)
                return None
            expected = np.prod([-(-n // c) for n, c in zip(dataset.shape, dataset.chunks, strict=True)])
            held = dataset.id.get_num_chunks()
            if held >= expected:
                return None
            gone = np.ones(dataset.shape, bool)
            for i in range(held):
                at = dataset.id.get_chunk_info(i).chunk_offset
                gone[tuple(slice(a, a + c) for a, c in zip(at, dataset.chunks, strict=True))] = False
            return gone
    except (OSError, KeyError, RuntimeError):
        return None


def _without_source(dataset: "h5py.Dataset") -> np.ndarray | None:
    """Return which values of a virtual dataset no source fills, bool of its shape; None if all are filled."""
    gone = np.ones(dataset.shape, bool)
    for source in dataset.virtual_sources():
        first, last = source.vspace.get_select_bounds()
        gone[tuple(slice(a, b + 1) for a, b in zip(first, last, strict=True))] = False
    return gone if gone.any() else None
