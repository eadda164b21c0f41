"""What the headers of all files of a model tell, before any is read: control values, lattice, samples."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rsmi.external import DataError
from rsmi.external.locate import places
from rsmi.external.outline import outline, period_of
from rsmi.external.settings import completed


@dataclass(frozen=True)
class Headers:
    """Of every control value the `group` of each run, (run,), samples per run, and the `kind` of groups
    (`rsmi.external.axes.Runs`); the `lattice` ([Y,] X) of all."""

    lattice: tuple[int, ...]
    group: dict[float, np.ndarray]
    samples: dict[float, int]
    kind: dict[float, str]

    def largest(self) -> tuple[int, int]:
        """Return runs and samples per run where there are most samples."""
        value = max(self.samples, key=lambda v: len(self.group[v]) * self.samples[v])
        return len(self.group[value]), self.samples[value]


def headers(parameters: dict[str, Any], control: list[float] | None = None) -> Headers:
    """Return what the headers of the files tell, of some control values or of all that are found.

    Raises `DataError`, with the remedy, if a file is missing or cannot be used, or if lattices differ.
    """
    parameters = completed(parameters)
    found = places(parameters)
    if any(np.isnan(value) for value in found):
        if not control or len(control) != 1:
            raise DataError(
                f"path: {parameters['path']!r} has no {{control}} where the value of {parameters['symbol']} "
                "stands, so it is one file for one value; put {control} there, or give control: [that value]"
            )
        found = {float(control[0]): next(iter(found.values()))}
    missing = [value for value in control or [] if float(value) not in found]
    if missing:
        raise DataError(
            f"control: there is no file for {parameters['symbol']} = {', '.join(map(repr, missing))}; "
            f"{parameters['path']!r} finds {', '.join(map(repr, found))}. Add files, or leave the values out"
        )
    chosen = {float(value): found[float(value)] for value in control or found}
    outlines = {value: outline(parameters, place) for value, place in chosen.items()}
    shapes = {value: one.lattice for value, one in outlines.items()}
    first, lattice = next(iter(shapes.items()))
    for value, shape in shapes.items():
        if shape != lattice:
            symbol = parameters["symbol"]
            raise DataError(
                f"path: the lattice has shape {lattice} at {symbol} = {first!r}, but {shape} at {symbol} = "
                f"{value!r}; all control values of a model need one shape: make models of their own of "
                "different sizes"
            )
    period_of(parameters, lattice)
    return Headers(
        lattice,
        {value: one.runs.group for value, one in outlines.items()},
        {value: one.runs.samples.shape[1] for value, one in outlines.items()},
        {value: one.runs.kind for value, one in outlines.items()},
    )
