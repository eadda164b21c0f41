"""Checks of a study's configuration: every error at once, each with its key, its value and a remedy.

What a configuration file names (data, masks, groups, code) lies relative to that file.
"""

import copy
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jsonschema.exceptions import ValidationError

from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.split import chain_bounds, trained_samples
from rsmi.external import DataError
from rsmi.external import settings as file_settings
from rsmi.external.headers import Headers, headers
from rsmi.sampling.cost import speeds_of
from rsmi.sampling.models.base import Model, StrictValidator
from rsmi.sampling.models.contract import unfit, unfit_shape
from rsmi.sampling.models.registry import FILE, REGISTRY, model_class, model_cost, model_name
from rsmi.storage import extension
from rsmi.storage.words import nearest
from rsmi.study import project
from rsmi.study.catalogue import EACH, EXTENDED, AboutError, own
from rsmi.study.lattice import lattice_of
from rsmi.study.layout import OWN_CODE
from rsmi.study.yaml_file import ConfigError, duplicates, load

# Pattern of the schema for users' own code.
CODE = r"\.py\Z"
# Joint states of all components of h; every window of the evaluation holds a number for each.
MOST_STATES = 256


def read(path: str | Path) -> dict[str, Any]:
    """Read a configuration file and return it as `checked` does; raises `ConfigError` for what is wrong."""
    return checked(load(path), load(project.SCHEMA), Path(path).parent)


def checked(config: dict[str, Any], schema: dict[str, Any], folder: str | Path | None = "") -> dict[str, Any]:
    """Return a copy of `config` with all defaults of `schema` filled in.

    Paths in it are relative to `folder`, that of its file, and become relative to the working directory; None
    stands for several files, which may name none. A model of files also gets what their headers tell:
    `control`, if it names no values, `lattice`, `chains` and `samples` (of the largest set).

    Raises `ConfigError` with everything that is wrong: against the schema, and, for those models and scans
    that it finds sound, against the models' own schemas and across keys (does the window fit the lattice?).
    """
    found = _schema_errors(config, schema)
    # An unknown key does not keep one from checking the others.
    broken = {tuple(error.absolute_path)[:2] for error in found if error.validator != "additionalProperties"}
    complete = _with_defaults(copy.deepcopy(config), schema)
    sound = {section: _sound(config, complete, section, broken) for section in ("models", "scans")}
    wrong = {path[0] for path in broken if path}
    named = {name: complete[name] for name in ("figures", "tables") if name in complete and name not in wrong}
    astray = list(_locate(sound["models"], sound["scans"], named, folder))
    files, unread = _read_headers(sound["models"], config.get("models"))
    usable = {
        name: model for name, model in sound["models"].items() if model["kind"] != FILE or name in files
    }
    errors = [
        *map(_explain, found),
        *astray,
        *unread,
        *_model_errors(sound["models"]),
        *_scan_errors(sound["scans"], usable, files, declared=config.get("models")),
        *_item_errors(named, sound["scans"], schema["properties"]),
    ]
    if errors:
        raise ConfigError(errors)
    return complete


def _sound(
    config: dict[str, Any], complete: dict[str, Any], section: str, broken: set[tuple[str, ...]]
) -> dict[str, Any]:
    """Return the entries of a section that have no error, with their defaults."""
    if not isinstance(config.get(section), dict) or (section,) in broken:
        return {}
    return {name: part for name, part in complete[section].items() if (section, name) not in broken}


def _schema_errors(config: Any, schema: dict[str, Any]) -> list[ValidationError]:
    found = StrictValidator(schema).iter_errors(config)
    return sorted(found, key=lambda error: [str(part) for part in error.absolute_path])


def _key(path: Any, *more: str | int) -> str:
    """Write a path into the configuration as `scans.ising.buffers[1]`."""
    text = ""
    for part in (*path, *more):
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "the configuration"


def _hint(value: Any) -> str:
    """Say what to do about a value of the wrong type, such as a number that YAML reads as text."""
    try:
        number = float(value) if isinstance(value, str) else None
    except ValueError:
        number = None
    if number is None:
        return "change it."
    digits = repr(number)
    # YAML wants a point in what has an exponent, and one before inf and nan.
    mantissa, e, exponent = digits.partition("e")
    written = f".{digits}".replace(".-", "-.") if not math.isfinite(number) else digits
    if e and "." not in mantissa:
        written = f"{mantissa}.0e{exponent if exponent[0] in '+-' else '+' + exponent}"
    return f"YAML takes that for text: write {written}."


def _explain(error: ValidationError, prefix: tuple[str, ...] = ()) -> str:
    """Say what is wrong in a user's words."""
    path, value, schema = (*prefix, *error.absolute_path), error.instance, error.schema
    key = _key(path)
    about = f" ({schema['description'].strip()})" if "description" in schema else ""
    match error.validator:
        case "additionalProperties":
            known = schema.get("properties", {})
            unknown = [name for name in value if name not in known]
            return "; ".join(
                f"{_key(path, name)}: unknown setting; {nearest(str(name), known)}" for name in unknown
            )
        case "required":
            missing = [name for name in error.validator_value if name not in value]
            purpose = schema.get("properties", {}).get(missing[0], {}).get("description", "")
            return f"{_key(path, missing[0])}: is missing; add it. {purpose}".strip()
        case "type":
            return f"{key}: must be of type {error.validator_value}, not {value!r}; {_hint(value)}{about}"
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            sign = {
                "minimum": "at least",
                "exclusiveMinimum": "greater than",
                "maximum": "at most",
                "exclusiveMaximum": "less than",
            }[error.validator]
            return f"{key}: {value!r} must be {sign} {error.validator_value}; change it.{about}"
        case "minItems":
            return f"{key}: the list is empty; give at least one value.{about}"
        case "minProperties":
            return f"{key}: is empty; describe at least one.{about}"
        case "enum":
            return f"{key}: {value!r} is not possible; {nearest(str(value), error.validator_value)}{about}"
        case "pattern" if error.validator_value == CODE:
            return f"{key}: {value!r} is not possible; give the path of a Python file.{about}"
        case "pattern":
            return (
                f"{key}: {value!r} would be part of file names; use letters, digits, '-' and '_' only, "
                "and begin with a letter or digit."
            )
        case "oneOf" if "default" in schema:
            return f"{key}: {value!r} is not possible; use e.g. {schema['default']!r}.{about}"
    return f"{key}: {error.message}.{about}"


def _with_defaults(value: Any, schema: dict[str, Any]) -> Any:
    """Fill in, in place, the defaults of missing keys, at every depth."""
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for name, sub in properties.items():
            if "default" in sub:
                value.setdefault(name, copy.deepcopy(sub["default"]))
        for name in value:
            sub = properties.get(name, schema.get("additionalProperties"))
            if isinstance(sub, dict):
                _with_defaults(value[name], sub)
    return value


def _locate(
    models: dict[str, Any], scans: dict[str, Any], study: dict[str, Any], folder: str | Path | None
) -> Iterator[str]:
    """Make all paths, in place, relative to the working directory.

    Yields a line for each that would be relative to no known folder, and takes it away.
    """
    places: list[tuple[str, Any, str | int]] = []
    for name, model in models.items():
        if model["kind"] == FILE:
            for setting in file_settings.paths(model["parameters"]):
                places.append((f"models.{name}.parameters.{setting}", model["parameters"], setting))
        elif extension.is_file(model["kind"]):
            places.append((f"models.{name}.kind", model, "kind"))
    for key, owner in [("", study), *((f"scans.{name}.", scan) for name, scan in scans.items())]:
        for kind in ("figures", "tables"):
            places += [(f"{key}{kind}[{i}]", owner[kind], i) for i in range(len(owner.get(kind, ())))]
    for key, section, entry in places:
        path = section[entry] = os.path.expanduser(section[entry])
        if os.path.isabs(path):
            continue
        if folder is None:
            yield (
                f"{key}: {path!r} would lie relative to the file that names it, but several configuration "
                "files are given; give one, or an absolute path."
            )
        else:
            section[entry] = os.path.relpath(os.path.join(folder, path))


def _read_headers(models: dict[str, Any], given: Any) -> tuple[dict[str, Headers], list[str]]:
    """Complete, in place, models that are read from files; return what headers tell, and what is wrong."""
    told: dict[str, Headers] = {}
    errors: list[str] = []
    for name, model in models.items():
        if model["kind"] != FILE:
            continue
        key, before = f"models.{name}", len(errors)
        errors += [
            f"{key}.{setting}: configurations from files are not sampled; leave it out."
            for setting in given[name]
            if setting not in ("kind", "parameters", "control")
        ]
        faults = _schema_errors(model["parameters"], file_settings.SCHEMA)
        errors += [_explain(error, ("models", name, "parameters")) for error in faults]
        if not faults:
            model["parameters"] = file_settings.with_defaults(model["parameters"])
            contradictions = file_settings.contradictions(model["parameters"])
            errors += [f"{key}.parameters.{text}." for text in contradictions]
        if len(errors) > before:
            continue
        try:
            told[name] = headers(model["parameters"], model["control"])
        except DataError as error:
            errors.append(f"{key}: {error}.")
        else:
            chains, samples = told[name].largest()
            model |= {
                "control": model["control"] or sorted(told[name].samples),
                "lattice": list(told[name].lattice),
                "chains": chains,
                "samples": samples,
            }
    return told, errors


def _model_errors(models: dict[str, Any]) -> Iterator[str]:
    for name, model in models.items():
        key = f"models.{name}"
        if model["kind"] == FILE:
            for value in duplicates(model["control"]):
                yield f"{key}.control: {value!r} is listed twice; remove one of them."
            continue
        fault = _fault(model["kind"])
        if fault:
            yield f"{key}.kind: {fault}"
            continue
        if not model["control"]:
            yield f"{key}.control: is missing or empty; give at least one value to sample at."
        cls = model_class(model["kind"])
        for error in _schema_errors(model["parameters"], cls.parameters):
            yield _explain(error, ("models", name, "parameters"))
        symbol, above = cls.control.symbol, cls.control.above
        for i, value in enumerate(model["control"]):
            if math.isnan(value) or value <= above:
                yield (
                    f"{key}.control[{i}]: {symbol} = {value!r} is not possible; "
                    f"use values greater than {above!r}."
                )
        for value in duplicates(model["control"]):
            yield f"{key}.control: {symbol} = {value!r} is listed twice; remove one of them."
        yield from sorted(_refusals(key, cls, model))


def _fault(kind: str) -> str | None:
    """Return why there is no model of a kind, None if there is one."""
    if kind in REGISTRY:
        return None
    if not extension.is_file(kind):
        known = [*REGISTRY, FILE]
        return f"there is no model '{kind}'; {nearest(kind, known)} A file of your own ends in .py."
    if model_name(kind) in (*REGISTRY, FILE):
        return f"{kind!r} is named as a model of rsmi, whose results it would be taken for; rename the file."
    try:
        model_class(kind)
        speeds_of(model_cost(kind), model_name(kind))
    except (extension.ExtensionError, ValueError) as error:
        return _sentence(f"{kind!r}: {error}")
    return None


def _refusals(key: str, cls: type[Model], model: dict[str, Any]) -> set[str]:
    """Return what the model says of parameters and control values that its schema allows."""
    refusals = set()
    if not _schema_errors(model["parameters"], cls.parameters):
        refusals |= {f"{key}: {text}." for text in _shape_errors(cls, model["parameters"])}
        for value in model["control"]:
            if value > cls.control.above:
                try:
                    refusals |= {f"{key}: {text}." for text in unfit(cls(value, **model["parameters"]))}
                except ValueError as error:
                    refusals.add(f"{key}: {error}.")
                except Exception as error:
                    refusals.add(f"{key}: {_failure(error)}.")
    return refusals


def _shape_errors(cls: type[Model], parameters: dict[str, Any]) -> list[str]:
    """Return why a model has no lattice at these parameters, which its schema allows."""
    try:
        return unfit_shape(cls, parameters)
    except Exception as error:
        return [_failure(error)]


def _failure(error: Exception) -> str:
    """Say that a model failed, as users' own may."""
    return f"the model fails with {type(error).__name__} ({error}); mend it"


def _scan_errors(
    scans: dict[str, Any], models: dict[str, Any], files: dict[str, Headers], declared: Any
) -> Iterator[str]:
    for name, scan in scans.items():
        key = f"scans.{name}"
        for setting in ("buffers", "components", "control", "shares"):
            for value in duplicates(scan[setting]):
                yield f"{key}.{setting}: {value!r} is listed twice; remove one of them."
        for i, value in enumerate(scan["shares"]):
            if not math.isfinite(value):
                yield f"{key}.shares[{i}]: {value!r} is not possible; use numbers between 0 and 1."
        training = scan["training"]
        yield from _training_errors(f"{key}.training", scan)
        for setting, value in training.items():
            if isinstance(value, float) and not math.isfinite(value):
                yield f"{key}.training.{setting}: {value!r} is not possible; use a finite number."
        if training["relaxation_min"] > training["relaxation_max"]:
            yield (
                f"{key}.training.relaxation_min: {training['relaxation_min']!r} is above relaxation_max = "
                f"{training['relaxation_max']!r}; annealing goes down, so exchange them."
            )
        if isinstance(declared, dict) and scan["model"] not in declared:
            yield (
                f"{key}.model: '{scan['model']}' is not declared under models; "
                f"{nearest(scan['model'], declared)}"
            )
        if scan["model"] not in models:
            continue
        model = models[scan["model"]]
        for i, value in enumerate(scan["control"]):
            if value not in model["control"]:
                yield (
                    f"{key}.control[{i}]: {value!r} is not among models.{scan['model']}.control; add it "
                    "there or remove it here."
                )
        if scan["model"] in files:
            yield from _order_errors(key, scan["split"], files[scan["model"]])
        for where, chains, samples, group in _sets(scan, model, files.get(scan["model"])):
            yield from _split_errors(key, scan, where, chains, samples, group)
        yield from _window_errors(key, scan, model)
        yield from _symmetry_errors(key, scan, model)


def _sets(
    scan: dict[str, Any], model: dict[str, Any], headers_of_files: Headers | None
) -> Iterator[tuple[str, int, int, np.ndarray | None]]:
    """Yield the sets of samples of a scan: where, chains, samples per chain, and the groups of chains."""
    if headers_of_files is None:
        yield "", model["chains"], model["samples"], None
        return
    symbol = model["parameters"]["symbol"]
    for value, group in headers_of_files.group.items():
        if not scan["control"] or value in scan["control"]:
            yield f" at {symbol} = {value!r}", len(group), headers_of_files.samples[value], group


def _order_errors(key: str, split: dict[str, Any], told: Headers) -> Iterator[str]:
    """Yield a line if it is not said in which order groups are dealt out, or if that would tear a series."""
    kinds, order = set(told.kind.values()), split.get("order")
    if "labels" in kinds and order is None:
        yield (
            f"{key}.split.order: is missing, and samples have labels of groups; add order: random where "
            "groups are specimens or regions, as_given where they are neighbours in time or space."
        )
    if "series" in kinds and order == "random":
        yield (
            f"{key}.split.order: 'random' would tear one series, whose parts remember each other; use "
            "as_given, or name independent samples by groups."
        )


def _split_errors(
    key: str, scan: dict[str, Any], where: str, chains: int, samples: int, group: np.ndarray | None
) -> Iterator[str]:
    """Yield a line if a set of samples cannot be split, or is too small for a batch."""
    split, training, model = scan["split"], scan["training"], scan["model"]
    more = "add data" if where else "sample more"
    try:
        first, second = chain_bounds(chains, split["training"], split["validation"], group)
    except ValueError as error:
        remedy = "the shares or the data" if where else f"the shares or models.{model}.chains"
        yield f"{key}.split: {error}{where}; change {remedy}."
        return
    for share in [1.0, *filter(math.isfinite, scan["shares"])]:
        count = first * trained_samples(samples, share)
        if count < training["batch_size"]:
            part = "" if share == 1 else f" that a share of {share!r} leaves"
            yield (
                f"{key}.training.batch_size: {training['batch_size']} is more than the "
                f"{count} training configurations{part}{where}; lower it or {more}."
            )
    windows = min(second - first, chains - second) * samples * training["windows"]
    if training["discretisation"] == "none" and windows < training["batch_size"]:
        yield (
            f"{key}.training.batch_size: {training['batch_size']} is more than the {windows} windows "
            f"of validation or test{where}, which discretisation = 'none' compares in batches; lower it."
        )


def _sentence(text: str) -> str:
    """End a text with a stop, if it has no end."""
    return text if text.endswith((".", "?")) else f"{text}."


def _item_errors(study: dict[str, Any], scans: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """Yield a line for every file of a figure or table that cannot be used.

    `schema` is that of the keys of the study.
    """
    settings = {"scan": schema["scans"]["additionalProperties"]["properties"]}
    settings |= {"model": schema["models"]["additionalProperties"]["properties"]}
    for kind in EXTENDED:
        everywhere: set[str] = set()
        for key, owner in [("", study), *((f"scans.{name}.", scan) for name, scan in scans.items())]:
            names: set[str] = set()
            for i, path in enumerate(owner.get(f"{kind}s", ())):
                where, name = f"{key}{kind}s[{i}]: {path!r}", extension.name_of(path)
                try:
                    about = own(kind, path)
                except AboutError as error:
                    yield _sentence(f"{where}: {error}")
                    continue
                if name in names | everywhere:
                    yield f"{where}: another {kind} is called {name}; rename the file, or name it once."
                names.add(name)
                if key and "scan" not in EACH[about.each]:
                    yield f"{where}: is for each {about.each}; name it under {kind}s of the study itself."
                known = {*settings.get(about.each, {**schema, "benchmarks": None})} - {*OWN_CODE}
                for setting in about.settings:
                    if setting not in known:
                        yield f"{where}: ABOUT has the setting {setting!r}; {nearest(setting, known)}"
            everywhere |= names if not key else set()


def _training_errors(key: str, scan: dict[str, Any]) -> Iterator[str]:
    """Yield a line for settings that do not go together, and for more states of h than can be summed over."""
    training = scan["training"]
    try:
        TrainingSettings(**training)
    except ValueError as error:
        yield f"{key}: {error}."
    for name in duplicates(training["symmetries"]):
        yield f"{key}.symmetries: {name!r} is listed twice; remove one of them."
    for components in scan["components"]:
        count = training["states"] ** components
        if training["discretisation"] != "none" and count > MOST_STATES:
            yield (
                f"{key}.states: {training['states']} states of {components} components are {count} joint "
                f"states of h, more than {MOST_STATES}; lower one of the two."
            )


def _described(model: dict[str, Any]) -> bool:
    """Tell whether a model's settings are sound enough to know its lattice."""
    if model["kind"] == FILE:
        return True
    if _fault(model["kind"]) is not None:
        return False
    cls, parameters = model_class(model["kind"]), model["parameters"]
    return not _schema_errors(parameters, cls.parameters) and not _shape_errors(cls, parameters)


def _symmetry_errors(key: str, scan: dict[str, Any], model: dict[str, Any]) -> Iterator[str]:
    """Yield a line if the lattice has no quarter turns that are asked for."""
    if "rotations" not in scan["training"]["symmetries"] or not _described(model):
        return
    period = lattice_of(model).period
    if len(period) == 1 or period[0] != period[1]:
        yield (
            f"{key}.training.symmetries: the lattice of '{scan['model']}' has no 'rotations'; leave it out."
        )


def _window_errors(key: str, scan: dict[str, Any], model: dict[str, Any]) -> Iterator[str]:
    """Yield a line for every buffer whose window does not fit the model's lattice."""
    if not _described(model):
        return
    side, cell = min(lattice_of(model).shape), lattice_of(model).cell
    margin = model["parameters"].get("margin", 0) if model["kind"] == FILE else 0
    room = side - 2 * cell * margin
    widths = {"visible": scan["visible"], "environment": scan["environment"]}
    widths |= {f"buffers[{i}]": buffer for i, buffer in enumerate(scan["buffers"])}
    for name, width in widths.items():
        if width % cell:
            yield (
                f"{key}.{name}: {width} pixels would cut sites, which are {cell} pixels wide (a pixel per "
                "state); use multiples."
            )
    for i, buffer in enumerate(scan["buffers"]):
        window = scan["visible"] + 2 * (buffer + scan["environment"])
        if window > room:
            kept = f" inside a margin of {margin}" if margin else ""
            yield (
                f"{key}.buffers[{i}]: {buffer} needs a window of {window} sites per side (visible "
                f"{scan['visible']} + 2 x (buffer {buffer} + environment {scan['environment']})), but the "
                f"lattice of '{scan['model']}' has {room}{kept}; lower one of the three or enlarge it."
            )
