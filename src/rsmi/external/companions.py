"""What belongs to configurations beside them: labels of their samples, and a mask of their sites."""

from pathlib import Path
from typing import Any

import numpy as np

from rsmi.external import DataError
from rsmi.external.arrays import Array, open_array, variables
from rsmi.external.axes import KNOWN, named
from rsmi.external.locate import Place, companion


def open_companion(parameters: dict[str, Any], name: str, place: Place) -> Array:
    """Return the array that the setting `groups` or `mask` names; raise `DataError` if it is not there."""
    path, variable = companion(parameters, name, place)
    if not Path(path).is_file():
        raise DataError(f"{name}: there is no file {path!r}; correct it")
    return open_array(path, variable) if variable else _only(path)


def _only(path: str) -> Array:
    """Return the only array of a file, of any number of axes."""
    names = variables(path)
    if len(names) != 1:
        raise DataError(f"{path}: holds {', '.join(names) or 'nothing'}; give a file of one array")
    return open_array(path, names[0])


def labels_of(labels: Array, array: Array, axes: list[str]) -> np.ndarray:
    """Return a label per sample, (sample,) or (chain, sample), of an array with these axes.

    Labels have a value per sample, in the order of the axes of the array, or of their own if these are named;
    or one per chain. Characters are joined to words.

    Raises `DataError` if some are missing, or do not belong to the samples.
    """
    values = _words(labels.read(), labels.name)
    length = dict(zip(axes, array.shape, strict=True))
    order = [axis for axis in axes if axis in ("chain", "sample")]
    whole = tuple(length[axis] for axis in order)
    if values.shape != whole and values.squeeze().shape in (whole, (length.get("chain"),)):
        # MATLAB has no vectors but matrices of one row or column.
        values = values.squeeze()
    if values.ndim == 2 and _roles(labels, array, axes)[:2] == order[::-1]:
        values = values.T
    if "chain" in axes and values.shape == (length["chain"],) != whole:
        return np.repeat(values[:, None], length["sample"], axis=1)
    if values.shape != whole:
        raise DataError(
            f"groups: labels of shape {values.shape} do not belong to samples of shape {whole}; give one "
            "per sample"
        )
    return values.T if order == ["sample", "chain"] else values


def mask_of(mask: Array, array: Array, axes: list[str], lattice: tuple[int, ...]) -> np.ndarray:
    """Return which sites are there, bool of the shape of the `lattice` ([Y,] X).

    A mask is ([y,] x), or in the order of its own axes, if these are named as in the array, or if its program
    reverses them.

    Raises `DataError` if it does not say it for every site, or could be meant in either order.
    """
    values = mask.read()
    if np.ma.is_masked(values):
        raise DataError(
            f"mask: {np.ma.count_masked(values)} values of {mask.name} are missing; give 1 where a site is "
            "there, else 0"
        )
    held = np.ma.getdata(values)
    exchanged = [axis for axis in axes if axis in ("y", "x")] == ["x", "y"]
    roles = _roles(mask, array, axes)
    if roles == ["x", "y"] or (exchanged and mask.reversed_by):
        held = held.T
    elif (
        exchanged
        and "y" not in roles
        and held.ndim == 2
        and held.shape == held.T.shape
        and (held != held.T).any()
    ):
        raise DataError(
            f"mask: {mask.name} of shape {held.shape} may be (y, x) or (x, y), as {array.name} has x before "
            "y; name its axes (NetCDF, HDF5 labels, xarray), or write the array with y before x"
        )
    return _sites_there(held, lattice)


def _roles(beside: Array, array: Array, axes: list[str]) -> list[str | None]:
    """Return what the axes of an array beside another are, by their names; empty if they have none."""
    if not named(beside):
        return []
    known = {**KNOWN, **{dim.lower(): axis for dim, axis in zip(array.dims or (), axes, strict=False)}}
    return [known.get(dim.lower()) for dim in beside.dims or ()]


def _words(values: np.ndarray, name: str) -> np.ndarray:
    """Return labels, characters joined to words; raise `DataError` if some are missing."""
    held = np.ma.getdata(values)
    if held.dtype.kind == "S" and held.dtype.itemsize == 1 and held.ndim > 1:
        # NetCDF-3 has characters only, and blanks for the rest of a word.
        letters = np.ma.filled(values, b"").reshape(-1, held.shape[-1])
        words = [b"".join(word).decode(errors="replace").rstrip(" \0") for word in letters]
        values = held = np.array(words).reshape(held.shape[:-1])
    gone = np.ma.getmaskarray(values) | _nothing(held)
    if gone.any():
        raise DataError(
            f"groups: {gone.sum()} labels of {name} are missing; give every sample the label of its group"
        )
    return held.astype(str) if held.dtype.kind == "O" else held


def _nothing(labels: np.ndarray) -> np.ndarray:
    """Return which labels say nothing: NaN, no date, None, or no letters."""
    if labels.dtype.kind in "fc":
        return np.isnan(labels)
    if labels.dtype.kind in "mM":
        return np.isnat(labels)
    if labels.dtype.kind in "OSU":
        blank = [
            label is None or label != label or not str(label).strip() for label in labels.ravel().tolist()
        ]
        return np.reshape(blank, labels.shape) | (labels == b"")
    return np.zeros(labels.shape, bool)


def _sites_there(mask: np.ndarray, lattice: tuple[int, ...]) -> np.ndarray:
    """Return which sites are there, bool ([Y,] X); raise `DataError` for a mask that does not say."""
    if mask.shape != lattice:
        raise DataError(
            f"mask: shape {mask.shape} is not that of the lattice, {lattice}; give 1 or 0 for every site"
        )
    if mask.dtype.kind not in "biuf" or not np.isin(mask, (0, 1)).all():
        raise DataError("mask: holds other values than 0 and 1; give 1 where a site is there, else 0")
    if not mask.any():
        raise DataError("mask: leaves no site; give 1 where a site is there")
    return mask.astype(bool)
