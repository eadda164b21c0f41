"""Whether a study, or configurations in files, can be used: ``rsmi check STUDY.yaml`` or ``rsmi check DATA``.

Of a configuration file all settings are checked, and every file of its models of kind `file`; ``--quick``
reads no more of these than their headers. DATA is a path with {control} where the control parameter's value
stands. Every file is read, checked as a run would, and told of in a line. What the numbers tell is said, and
what only you can know is asked about; at the end stand the lines of a configuration that passes this check.
"""

import argparse
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr
import yaml

from rsmi.estimator.split import as_split, disagreement, split_samples
from rsmi.external import DataError
from rsmi.external.headers import headers
from rsmi.external.locate import without_number
from rsmi.external.reading import load, marks_of_chains
from rsmi.external.settings import SCHEMA as SETTINGS
from rsmi.external.settings import contradictions, possible
from rsmi.sampling.models.registry import FILE
from rsmi.sampling.seeds import stream
from rsmi.study.config import checked
from rsmi.study.config import read as read_config
from rsmi.study.guess import guessed
from rsmi.study.project import SCHEMA
from rsmi.study.suggestion import BUFFERS, suggestion
from rsmi.study.yaml_file import ConfigError
from rsmi.study.yaml_file import load as load_file

CONFIGS = (".yaml", ".yml")


@dataclass
class Report:
    """What is found of the files of a model: a row per control value, warnings by kind, and the samples
    themselves without their configurations."""

    table: pd.DataFrame
    warnings: dict[str, list[str]]
    read: list[xr.Dataset]


def report(parameters: dict[str, Any], control: list[float] | None = None) -> Report:
    """Read all files as a run does, and report on them.

    Columns: the symbol; file; `runs` and `samples` per run; lattice; `effective` sample size; `memory`, the
    longest autocorrelation time in samples. Raises `DataError` for what cannot be used.
    """
    rows, read = [], []
    told: dict[str, list[str]] = {}
    owner: dict[str, float] = {}
    known = headers(parameters, control)
    for value in known.samples:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            dataset = load(parameters, value)
        for warning in caught:
            kind = getattr(warning.message, "kind", str(warning.message))
            told.setdefault(kind, []).append(str(warning.message))
        for mark in marks_of_chains(dataset):
            if owner.setdefault(mark, value) != value:
                symbol, other = parameters["symbol"], owner[mark]
                raise DataError(
                    f"{dataset.attrs['source']}: {symbol} = {other!r} and {symbol} = {value!r} have the "
                    "very same samples, at least of one run; was a file copied under another name? Remove "
                    "one of them"
                )
        memory = [
            v.attrs["autocorrelation_time"]
            for v in dataset.data_vars.values()
            if "effective_sample_size" in v.attrs
        ]
        rows.append(
            {
                # As it is written: values near a transition differ in their last digits only.
                parameters["symbol"]: repr(value).removesuffix(".0"),
                "file": dataset.attrs["source"],
                "runs": dataset.sizes["chain"],
                "samples": dataset.sizes["sample"],
                "lattice": " x ".join(map(str, known.lattice)),
                "effective": round(dataset.attrs["effective_samples"]),
                "memory": max(memory),
            }
        )
        read.append(dataset.drop_vars("configuration"))
    return Report(pd.DataFrame(rows), told, read)


def main(arguments: list[str]) -> str | None:
    """Check data or the files of a configuration, and print what is found; return what is wrong, if
    anything is."""
    parser = argparse.ArgumentParser(
        prog="rsmi check",
        description="Check a study, or configurations in files, before a run.",
        epilog="Lists have commas: --axes sample,y,x, and --levels=-1,1 where one begins with a minus.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "data", help="a configuration file, or a path with {control}, as 'data/T={control}.npy'"
    )
    parser.add_argument("--quick", action="store_true", help="of data, read only the headers")
    for name, sub in SETTINGS["properties"].items():
        if name != "path":
            choices = sub.get("enum")
            parser.add_argument(f"--{name.replace('_', '-')}", choices=choices, help=sub["description"])
    asked = vars(parser.parse_args(arguments))
    data, quick = asked.pop("data"), asked.pop("quick")
    try:
        if Path(data).suffix in CONFIGS:
            _check_config(data, quick)
            return None
        given = {name: _parsed(name, text) for name, text in asked.items() if text is not None}
        _check_data(data, given)
    except (DataError, ConfigError) as error:
        return str(error)
    return None


def _parsed(name: str, text: str) -> Any:
    """Turn the text of an option into what the setting takes."""
    kind = SETTINGS["properties"][name].get("type", "string")
    try:
        if kind == "array":
            parts = [part for part in text.split(",") if part]
            return parts if name in ("axes", "accept") else [yaml.safe_load(part) for part in parts]
        return yaml.safe_load(text) if kind in ("number", "integer") else text
    except (ValueError, yaml.YAMLError):
        raise DataError(
            f"{name}: {text!r} is not possible. {SETTINGS['properties'][name]['description']}"
        ) from None


def _check_config(path: str, quick: bool) -> None:
    config = read_config(path)
    for name, model in config["models"].items():
        if model["kind"] != FILE:
            continue
        if quick:
            _print_nameless(model["parameters"])
            continue
        print(f"models.{name}")
        found = report(model["parameters"], model["control"])
        _print_report(found, model["parameters"])
        for scan_name, scan in config["scans"].items():
            if scan["model"] == name:
                _print_parts(scan_name, scan, found, config["seed"])
    print(f"{path}: nothing is wrong with its settings.")


def _check_data(path: str, given: dict[str, Any]) -> None:
    parameters = possible({"path": path, "symbol": "c", "name": "control parameter"} | given)
    # Levels of states are told by the data.
    ready = parameters if "levels" in parameters else {n: v for n, v in parameters.items() if n != "values"}
    for problem in contradictions(ready):
        raise DataError(problem)
    guess = guessed(parameters)
    parameters |= guess.settings
    # A path without a placeholder is one file; its control value is of no importance here.
    single = [0.0] if "{control}" not in path + given.get("variable", "") else None
    found = report(parameters, single)
    _print_report(found, parameters)
    for text in guess.told:
        print(f"Told by the numbers: {text}.")
    asked = list(guess.asked)
    if "groups" in parameters:
        asked.append(
            "scans.mine.split.order: random or as_given? random, if groups are specimens or regions; "
            "as_given, as assumed here, if they are neighbours in time or space"
        )
    for text in asked:
        print(f"Asked: {text}.")
    suggested = suggestion(parameters, headers(parameters, single).lattice, found.read, single)
    above = [b for b in suggested["scans"]["mine"]["buffers"] if b]
    if len(above) < BUFFERS:
        print(f"The lattice has room for {len(above)} buffers above zero; a law of decay needs {BUFFERS}.")
    print("\nFor a configuration file (correct symbol, name, unit, and what is asked about):\n")
    print(yaml.safe_dump(suggested, sort_keys=False, default_flow_style=None).rstrip())
    try:
        checked(suggested, load_file(SCHEMA))
    except ConfigError as error:
        raise DataError(f"With these data no study can be made yet. {error}") from None


def _print_report(found: Report, parameters: dict[str, Any]) -> None:
    print(found.table.to_string(index=False, float_format=lambda x: f"{x:.4g}"))
    _print_nameless(parameters)
    for texts in found.warnings.values():
        more = f" (and {len(texts) - 1} more files alike)" if len(texts) > 1 else ""
        print(f"warning: {texts[0]}{more}")
    count = len(found.table)
    print(f"{count} files can be used." if count > 1 else "The file can be used.")


def _print_parts(name: str, scan: dict[str, Any], found: Report, seed: int) -> None:
    """Say where training and test of a scan disagree, or lack sectors."""
    for samples in found.read:
        control = samples["control"].item()
        if scan["control"] and control not in scan["control"]:
            continue
        where = f"scans.{name} at {samples['control'].attrs['symbol']} = {control!r}"
        parts = split_samples(samples, as_split(scan["split"]), stream(seed, "train", name, control, "split"))
        differs = disagreement(samples, parts)
        if differs:
            print(f"warning: {where}: {differs}")
        if parts.missed:
            print(
                f"warning: {where}: training, validation or test lacks sectors that chains stay in; up to "
                f"{parts.missed:.2f} nat may be missed, and errors include that. Sample more chains in each"
            )


def _print_nameless(parameters: dict[str, Any]) -> None:
    """Say which files match the path but are left out, as their names hold no number."""
    left_out = without_number(parameters)
    if left_out:
        some = ", ".join(left_out[:3]) + (", ..." if len(left_out) > 3 else "")
        print(
            f"warning: {len(left_out)} files match {parameters['path']!r}, but hold no number in the place "
            f"of {{control}}, and are left out: {some}. Rename them, as T=2.5 or T=25e-1"
        )
