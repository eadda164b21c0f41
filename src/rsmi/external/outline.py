"""What headers, labels and a mask tell of configurations before they are read."""

from dataclasses import dataclass
from typing import Any

from rsmi.external import DataError
from rsmi.external.arrays import Array, open_array
from rsmi.external.axes import Runs, axes_of, by_chain, by_label, named, one_series
from rsmi.external.companions import labels_of, open_companion
from rsmi.external.locate import Place
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
    labels = open_companion(parameters, "groups", place) if "groups" in parameters else None
    return outline_of(open_array(place.path, place.variable), parameters, labels)


def outline_of(array: Array, parameters: dict[str, Any], labels: Array | None) -> Outline:
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
        runs = by_label(labels_of(labels, array, axes).ravel())
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
    if (
        axes is None
        and "lattice" in parameters
        and not (named(array) or array.reversed_by)
        and len(array.shape) == 3
    ):
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
