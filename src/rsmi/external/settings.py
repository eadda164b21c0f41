"""What must be known of configurations in files: the parameters of a model of kind `file`."""

import math
from pathlib import PurePath
from typing import Any

from rsmi.external import DataError
from rsmi.external.arrays import FORMATS
from rsmi.sampling.models.base import Control, StrictValidator
from rsmi.sampling.models.symbols import collision
from rsmi.storage.plain import plain
from rsmi.storage.words import nearest

PLACEHOLDER = "{control}"
# Leading principal components whose autocorrelation is told, and all series that it is told of.
COMPONENTS = 3
SERIES = "mean", "neighbours", *(f"component_{k}" for k in range(1, COMPONENTS + 1))

# JSON schema of `models.NAME.parameters`.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path", "values", "boundary", "symbol", "name"],
    "properties": {
        "path": {
            "description": (
                "File of the configurations (.npy, .npz, .nc, .h5), with {control} where the control "
                "parameter's value stands in its name, written in any way that reads as that number; "
                "relative to the configuration file, in Python to the working directory."
            ),
            "type": "string",
            "minLength": 1,
        },
        "variable": {
            "description": (
                "Name of the array in a file that holds several, in HDF5 with its groups; may hold "
                "{control}, too."
            ),
            "type": "string",
            "minLength": 1,
        },
        "axes": {
            "description": (
                "What the axes of the array are, in their order: sample and x, with y in two dimensions, "
                "chain where independent runs have an axis of their own, and one for an axis of length 1, "
                "which is dropped. Without it: what the file calls them, if it names them (sample or time; "
                "y, lat, latitude or row; x, lon, longitude, column or col; chain), else [sample, x], "
                "[sample, y, x] or [chain, sample, y, x]. A third dimension of space is not supported: take "
                "planes as samples, with groups that keep those of one configuration together."
            ),
            "type": "array",
            "items": {
                "description": (
                    "One axis. There is none for a third dimension of space, or for channels: take planes as "
                    "samples, with groups."
                ),
                "enum": ["chain", "sample", "y", "x", "one"],
            },
        },
        "lattice": {
            "description": (
                "Rows and columns of the lattice, [Y, X], where every configuration is stored as one row of "
                "Y * X numbers, row by row; axes then has x, and no y."
            ),
            "type": "array",
            "items": {"description": "Sites along one axis.", "type": "integer", "minimum": 1},
            "minItems": 2,
            "maxItems": 2,
        },
        "values": {
            "description": (
                "What a site holds. binary: one of two values, read as -1 and +1. states: one of several "
                "that have no order, listed in levels, each read as a pixel of its own. integer: a number "
                "such as a mass. real: a real number, less the mean of its file and over their standard "
                "deviation."
            ),
            "enum": ["binary", "states", "integer", "real"],
        },
        "levels": {
            "description": "The values that a site can take, for binary (where not told by the data) and "
            "states.",
            "type": "array",
            "items": {"description": "One value.", "type": "number"},
        },
        "missing": {
            "description": (
                "Numbers that stand for a missing value, such as [-9999]; a mask must name the sites. [] "
                "says that none does, where one looks like it. Without it: what the file marks as missing, "
                "and an error where a value looks like a mark."
            ),
            "type": "array",
            "items": {"description": "One value.", "type": "number"},
        },
        "boundary": {
            "description": (
                "periodic: the last site is a neighbour of the first, and windows wrap. open: windows stand "
                "only where they fit."
            ),
            "enum": ["periodic", "open"],
        },
        "translations": {
            "description": (
                "Steps, in sites per axis in the order of y and x, by which a translation changes no "
                "statistics: 1 if all do, 2 for sublattices, 0 for an axis along which none does. Tested on "
                "the samples."
            ),
            "type": "array",
            "items": {"description": "Step along one axis.", "type": "integer", "minimum": 0},
        },
        "margin": {
            "description": (
                "With an open boundary, sites at every edge that windows keep off, where the edge is felt."
            ),
            "type": "integer",
            "minimum": 0,
            "default": 0,
        },
        "groups": {
            "description": (
                "Labels of the samples, as a variable of the same file or a file (which may hold {control}): "
                "samples of one label, such as a chain, a day or a specimen, are never split between "
                "training and test. Without it, an axis chain does that, else samples count as one series in "
                "order."
            ),
            "type": "string",
            "minLength": 1,
        },
        "mask": {
            "description": (
                "Which sites are there, 1 or 0 on the lattice, as a variable of the same file or a file: "
                "windows avoid the others, or, without translations, read nothing there."
            ),
            "type": "string",
            "minLength": 1,
        },
        "accept": {
            "description": (
                "What looks like a fault of the data, but is known to be sound. repeats: a stretch of "
                "samples comes again. copies: real-valued samples are exact copies of others. unwritten: "
                "samples in a row hold one value at all sites, or the file lacks parts of its array."
            ),
            "type": "array",
            "items": {"description": "One kind.", "enum": ["repeats", "copies", "unwritten"]},
            "default": [],
        },
        "symbol": {
            "description": (
                "Symbol of the control parameter, for file names, axes and the head of its column in tables, "
                "such as T, w or beta; no other column may be called so."
            ),
            "type": "string",
            "pattern": r"^[A-Za-z][A-Za-z0-9_]*\Z",
        },
        "name": {"description": "Name of the control parameter, for axes.", "type": "string", "minLength": 1},
        "unit": {
            "description": "Unit of the control parameter, for axes.",
            "type": "string",
            "minLength": 1,
            "default": "1",
        },
        "transition": {
            "description": "Known place of a transition, for figures only: a line to compare with.",
            "type": "number",
        },
        "transition_label": {"description": "What stands beside that line.", "type": "string", "default": ""},
    },
}

# What axes may be; one is an axis of length 1.
*KINDS, ONE = SCHEMA["properties"]["axes"]["items"]["enum"]


def completed(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with the defaults of `SCHEMA`; raise `DataError` for what it forbids."""
    given = possible(parameters)
    for name in SCHEMA["required"]:
        if name not in given:
            raise DataError(f"{name}: is missing; add it. {SCHEMA['properties'][name]['description']}")
    complete = with_defaults(given)
    for problem in contradictions(complete):
        raise DataError(problem)
    return complete


def possible(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters, of which some may be missing, as plain values; raise `DataError` for wrong ones."""
    given = {n: str(v) if isinstance(v, PurePath) else v for n, v in plain(parameters).items()}
    for name in given:
        if name not in SCHEMA["properties"]:
            raise DataError(f"{name}: there is no such setting; {nearest(name, SCHEMA['properties'])}")
    for error in StrictValidator(SCHEMA | {"required": []}).iter_errors(given):
        where = ".".join(map(str, error.absolute_path)) or "parameters"
        raise DataError(f"{where}: {error.message}. {error.schema.get('description', '')}".strip())
    return given


def with_defaults(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters with the defaults of `SCHEMA`."""
    return {n: sub["default"] for n, sub in SCHEMA["properties"].items() if "default" in sub} | parameters


def contradictions(parameters: dict[str, Any]) -> list[str]:
    """Return what settings, each sound by itself, get wrong together: a line per error, with the remedy."""
    found = []
    axes, levels = parameters.get("axes"), parameters.get("levels")
    clash = collision(parameters["symbol"], SERIES)
    if clash:
        found.append(f"symbol: {clash}")
    if axes is not None:
        twice = {axis for axis in axes if axis != ONE and axes.count(axis) > 1}
        missing = [axis for axis in ("sample", "x") if axis not in axes]
        if twice:
            found.append(f"axes: {', '.join(sorted(twice))} stands twice in {axes!r}; name every axis once")
        if missing:
            found.append(
                f"axes: {axes!r} lacks {' and '.join(missing)}; name every axis of the array, in order"
            )
    if parameters.get("values") == "binary" and levels is not None and len(set(levels)) != 2:
        found.append(f"levels: {levels!r} must be two different values for values = 'binary'; give both")
    if parameters.get("values") == "states" and len(set(levels or [])) < 3:
        found.append(
            f"levels: {levels!r} must list at least three different values for values = 'states'; list all "
            "that a site can take (two are values = 'binary')"
        )
    if levels is not None and parameters.get("values") in ("integer", "real"):
        found.append(
            f"levels: {levels!r} belongs to binary or states, not to {parameters['values']!r}; leave it out"
        )
    if levels is not None and len(set(levels)) < len(levels):
        found.append(f"levels: {levels!r} lists a value twice; list each once")
    marks = set(parameters.get("missing", ())) & set(levels or ())
    if marks:
        found.append(
            f"missing: {sorted(marks)!r} is also among levels = {levels!r}; leave it out of one of them"
        )
    if parameters.get("margin") and parameters.get("boundary") == "periodic":
        found.append(
            f"margin: {parameters['margin']!r} belongs to boundary = 'open', as a periodic lattice has no "
            "edge; leave one of them out"
        )
    if "lattice" in parameters and axes is not None and "y" in axes:
        found.append(
            f"lattice: {parameters['lattice']!r} folds an axis x, but axes = {axes!r} has y already; leave "
            "one of them out"
        )
    for name in ("groups", "mask"):
        if PLACEHOLDER in parameters.get(name, "") and PLACEHOLDER not in _template(parameters):
            found.append(
                f"{name}: {parameters[name]!r} holds {PLACEHOLDER}, but path does not; use both or none"
            )
    return found


def _template(parameters: dict[str, Any]) -> str:
    return parameters["path"] + parameters.get("variable", "")


def control_of(parameters: dict[str, Any]) -> Control:
    """Return the control parameter that the settings describe."""
    return Control(
        symbol=parameters["symbol"],
        long_name=parameters["name"],
        units=parameters.get("unit", "1"),
        above=-math.inf,
        known_transition=parameters.get("transition"),
        known_transition_label=parameters.get("transition_label", ""),
    )


def paths(parameters: dict[str, Any]) -> dict[str, str]:
    """Return those settings that are paths of files; groups and mask may be variables of the same file."""
    named = {name: parameters.get(name) for name in ("path", "groups", "mask")}
    return {
        name: value
        for name, value in named.items()
        if isinstance(value, str)
        and (name == "path" or PurePath(value.replace(PLACEHOLDER, "0")).suffix.lower() in FORMATS)
    }


def public(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters for files that others may see: paths that lead out of here lose their folders."""
    hidden = {
        name: PurePath(value).name
        for name, value in paths(parameters).items()
        if PurePath(value).is_absolute() or value.startswith("..")
    }
    return parameters | hidden
