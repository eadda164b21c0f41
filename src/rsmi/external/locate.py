"""Which file, and which variable in it, belongs to which value of the control parameter."""

import glob
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rsmi.external import DataError
from rsmi.external.arrays import FORMATS, variables
from rsmi.external.settings import PLACEHOLDER

NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?inf)"


@dataclass(frozen=True)
class Place:
    """Where the configurations of one control value lie: a file, the variable in it, and how they write
    it."""

    path: str
    variable: str | None
    text: str


def places(parameters: dict[str, Any]) -> dict[float, Place]:
    """Return where the configurations of every control value lie, ascending.

    Raises `DataError` if there is no file, if two say that they are of the same value, or if the
    placeholder stands both in the path and in the variable. Without a placeholder the only value is NaN: it
    must be told.
    """
    path: str = parameters["path"]
    variable: str | None = parameters.get("variable")
    if variable is not None and PLACEHOLDER in variable:
        if PLACEHOLDER in path:
            raise DataError(
                f"path and variable both hold {PLACEHOLDER}; it must stand in one of them: either a file per "
                "control value, or a variable per control value"
            )
        _must_exist(path)
        found = [
            (text, Place(path, name, text)) for name, text in _matches(variable.lstrip("/"), variables(path))
        ]
        held = ", ".join(variables(path)) or "none"
        where = f"no variable of {path} has a name like {variable!r}; it has {held}"
    elif PLACEHOLDER in path:
        found = [(text, Place(name, variable, text)) for name, text in _matches(path, _candidates(path))]
        where = f"there is no file like {path!r} with a number for {PLACEHOLDER}; correct path"
        if without_number(parameters):
            some = ", ".join(without_number(parameters)[:3])
            where += f". It finds {some}: write numbers as 2.5, 25e-1 or inf, and units outside {PLACEHOLDER}"
    else:
        _must_exist(path)
        return {float("nan"): Place(path, variable, "")}
    if not found:
        raise DataError(f"path: {where}")
    result: dict[float, Place] = {}
    for text, place in found:
        value = float(text)
        if value in result:
            other = result[value]
            raise DataError(
                f"{_name(other)} and {_name(place)} are both of {parameters['symbol']} = {value!r}; keep "
                "one, or write path so that it finds one"
            )
        result[value] = place
    return dict(sorted(result.items()))


def without_number(parameters: dict[str, Any]) -> list[str]:
    """Return the files that match the path, but whose name has no number that can be read in its place."""
    path: str = parameters["path"]
    if PLACEHOLDER not in path:
        return []
    candidates = _candidates(path)
    read = {name for name, _ in _matches(path, candidates)}
    for companion_path in (parameters.get("groups", ""), parameters.get("mask", "")):
        if PLACEHOLDER in companion_path:
            read |= {name for name, _ in _matches(companion_path, candidates)}
    return [name for name in candidates if name not in read]


def _candidates(path: str) -> list[str]:
    """Return all files that a path finds, whatever stands for the placeholder."""
    return sorted(glob.glob("*".join(map(glob.escape, path.split(PLACEHOLDER)))))


def place_of(parameters: dict[str, Any], control: float) -> Place:
    """Return where the configurations of one control value lie; NaN stands for the only one.

    Raises `DataError` if they are not there, or if there are several.
    """
    found = places(parameters)
    symbol = parameters["symbol"]
    if len(found) == 1 and (math.isnan(control) or any(map(math.isnan, found))):
        return next(iter(found.values()))
    if math.isnan(control):
        raise DataError(
            f"control: say which value of {symbol}; there are files for {', '.join(map(repr, found))}"
        )
    if control not in found:
        raise DataError(
            f"{symbol} = {control!r}: there is no file for it; {parameters['path']!r} finds "
            f"{', '.join(map(repr, found))}. Add the file or leave the value out"
        )
    return found[control]


def companion(parameters: dict[str, Any], name: str, place: Place) -> tuple[str, str | None]:
    """Return file and variable of `groups` or `mask`, which may lie beside the configurations or in a
    file."""
    given = parameters[name].replace(PLACEHOLDER, place.text)
    if Path(given).suffix.lower() in FORMATS:
        return given, None
    return place.path, given


def inputs(parameters: dict[str, Any], control: float) -> list[str]:
    """Return all files that the configurations of one control value are read from."""
    place = place_of(parameters, control)
    files = [place.path]
    files += [companion(parameters, name, place)[0] for name in ("groups", "mask") if name in parameters]
    return list(dict.fromkeys(files))


def _must_exist(path: str) -> None:
    if not Path(path).is_file():
        raise DataError(f"path: there is no file {path!r}; correct it")


def _matches(template: str, names: list[str]) -> list[tuple[str, str]]:
    """Return those names that the template becomes by a number, with that number as text."""
    before, *after = template.split(PLACEHOLDER)
    pattern = re.escape(before) + NUMBER
    # The same value again, where the placeholder stands more than once.
    pattern += r"\1".join(re.escape(part) for part in after)
    found = [(name, re.fullmatch(pattern, name)) for name in names]
    return [(name, match.group(1)) for name, match in found if match]


def _name(place: Place) -> str:
    return (
        f"{place.path}:{place.variable}" if place.variable and PLACEHOLDER not in place.path else place.path
    )
