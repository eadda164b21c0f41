"""What headers, labels and a mask tell of configurations before they are read."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rsmi.external import DataError
from rsmi.external.arrays import Array, open_array, variables
from rsmi.external.axes import KNOWN, Runs, axes_of, by_chain, by_label, named, one_series
from rsmi.external.locate import Place, companion
from rsmi.external.values import pixels_per_site


@dataclass(frozen=True)
class Outline:
    """What the header of a file tells: array, axes, lattice ([Y,] X) in sites, and its runs.

    `guessed` where only the number of axes says what they are.
    """

    array: Array
    axes: list[str]
    lattice: tuple[int, ...]
    runs: Runs
    guessed: bool

    def length(self, axis: str) -> int:
        """Return the length of an axis of the array, 1 if it has none of that name."""
        return dict(zip(self.axes, self.array.shape, strict=True)).get(axis, 1)


def outline(parameters: dict[str, Any], place: Place) -> Outline:
    """Return what can be told of the configurations of one control value from headers and labels alone.

    Raises `DataError` for what cannot be used: see `rsmi.external`.
    """
    labels = read_companion(parameters, "groups", place) if "groups" in parameters else None
    return outline_of(open_array(place.path, place.variable), parameters, labels)


def outline_of(array: Array, parameters: dict[str, Any], labels: np.ndarray | None) -> Outline:
    """Return the outline of an array with labels of its samples, if there are any."""
    if 0 in array.shape:
        raise DataError(f"{array.name}: is empty, shape {array.shape}; write the configurations again")
    if array.doubt and "missing" not in parameters:
        raise DataError(
            f"{array.name}: its attribute {array.doubt}; set missing: to the numbers that stand for a "
            "missing value, [] if none does, or correct the attribute"
        )
    axes = _axes(array, parameters)
    length = dict(zip(axes, array.shape, strict=True))
    chains, samples = length.get("chain", 1), length["sample"]
    if labels is not None:
        # As the file has its axes, or one per chain.
        whole = tuple(length[axis] for axis in axes if axis in ("chain", "sample"))
        if "chain" in axes and labels.shape == (chains,) != whole:
            labels = np.repeat(labels[:, None], samples, axis=1)
        elif labels.shape != whole:
            raise DataError(
                f"groups: labels of shape {labels.shape} do not belong to samples of shape {whole}; give one "
                "per sample"
            )
        elif "chain" in axes and axes.index("sample") < axes.index("chain"):
            labels = labels.T
        runs = by_label(labels.ravel())
    else:
        runs = by_chain(chains, samples) if "chain" in axes else one_series(samples)
    lattice = tuple(length[axis] for axis in ("y", "x") if axis in length)
    if max(lattice) == 1:
        raise DataError(f"{array.name}: the lattice has one site, shape {array.shape}; is axes right?")
    if 1 in lattice:
        raise DataError(
            f"{array.name}: the lattice {lattice} is a line, which is of one dimension; call the axis of "
            "length 1 one, and the other x, by the setting axes"
        )
    if "lattice" in parameters:
        rows, columns = parameters["lattice"]
        if lattice != (rows * columns,):
            raise DataError(
                f"lattice: [{rows}, {columns}] has {rows * columns} sites, but a configuration of "
                f"{array.name} has {' x '.join(map(str, lattice))}; correct it, or leave it out"
            )
        lattice = rows, columns
    guessed = "axes" not in parameters and "lattice" not in parameters and not named(array)
    return Outline(array, axes, lattice, runs, guessed)


def _axes(array: Array, parameters: dict[str, Any]) -> list[str]:
    """Return what the axes of an array are."""
    axes = parameters.get("axes")
    if axes is None and "lattice" in parameters and not named(array) and len(array.shape) == 3:
        # As there are no rows and columns, two axes are left for samples.
        return ["chain", "sample", "x"]
    return axes_of(array, axes)


def period_of(parameters: dict[str, Any], lattice: tuple[int, ...]) -> tuple[int, ...]:
    """Return the translations, in pixels per axis, that change no statistics; the lattice's length for none.

    lattice: ([Y,] X) in sites. Raises `DataError` for a number of axes, or a step, that does not fit it.
    """
    steps = parameters.get("translations", [1] * len(lattice))
    if len(steps) != len(lattice):
        raise DataError(
            f"translations: {steps!r} is not of {len(lattice)} axes; give a step per axis, y and x"
        )
    for step, length in zip(steps, lattice, strict=True):
        if step and length % step and parameters["boundary"] == "periodic":
            raise DataError(
                f"translations: steps of {step} do not close on a periodic lattice of {length} sites; use a "
                "divisor, or 0"
            )
        if step > length:
            raise DataError(
                f"translations: a step of {step} is wider than the lattice of {length} sites; use 0 for none"
            )
    side = pixels_per_site(parameters, len(lattice))
    return tuple(side * (step or length) for step, length in zip(steps, lattice, strict=True))


def read_companion(parameters: dict[str, Any], name: str, place: Place) -> np.ndarray:
    """Return what the setting `groups` or `mask` names.

    Raises `DataError` if it is not there, or if some of it is missing.
    """
    path, variable = companion(parameters, name, place)
    if not Path(path).is_file():
        raise DataError(f"{name}: there is no file {path!r}; correct it")
    array = open_array(path, variable) if variable else _only(path)
    return labels_in(array.read(), array.name) if name == "groups" else mask_in(array.read(), array)


def labels_in(values: np.ndarray, name: str) -> np.ndarray:
    """Return labels of samples, characters joined to words; raise `DataError` if some are missing."""
    held = np.ma.getdata(values)
    if held.dtype.kind == "S" and held.dtype.itemsize == 1 and held.ndim > 1:
        # NetCDF-3 has characters only, and blanks for the rest of a word.
        letters = np.ma.filled(values, b"")
        return np.array(
            [
                b"".join(word).decode(errors="replace").rstrip(" \0")
                for word in letters.reshape(-1, held.shape[-1])
            ]
        ).reshape(held.shape[:-1])
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


def mask_in(values: np.ndarray, array: Array) -> np.ndarray:
    """Return a mask as ([y,] x); raise `DataError` if some of it is missing."""
    gone = np.ma.getmaskarray(values)
    if gone.any():
        raise DataError(
            f"mask: {gone.sum()} values of {array.name} are missing; give 1 where a site is there, else 0"
        )
    names = [KNOWN.get(dim.lower()) for dim in array.dims or ()]
    held = np.ma.getdata(values)
    return held.T if names == ["x", "y"] else held


def _only(path: str) -> Array:
    """Return the only array of a file, of any number of axes."""
    names = variables(path)
    if len(names) != 1:
        raise DataError(f"{path}: holds {', '.join(names) or 'nothing'}; give a file of one array")
    return open_array(path, names[0])


def sites_there(mask: np.ndarray | None, lattice: tuple[int, ...]) -> np.ndarray:
    """Return which sites are there, bool ([Y,] X); raise `DataError` for a mask that does not say."""
    if mask is None:
        return np.ones(lattice, bool)
    if mask.shape != lattice:
        raise DataError(
            f"mask: shape {mask.shape} is not that of the lattice, {lattice}; give 1 or 0 for every site"
        )
    if mask.dtype.kind not in "biuf" or not np.isin(mask, (0, 1)).all():
        raise DataError("mask: holds other values than 0 and 1; give 1 where a site is there, else 0")
    if not mask.any():
        raise DataError("mask: leaves no site; give 1 where a site is there")
    return mask.astype(bool)
