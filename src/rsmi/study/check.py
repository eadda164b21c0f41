"""Whether a study, or configurations in files, can be used: ``rsmi check STUDY.yaml`` or ``rsmi check DATA``.

Of a configuration file all settings are checked, and every file of its models of kind `file`; ``--quick``
reads no more of these than their headers. DATA is a path with {control} where the control parameter's value
stands. Every file is read, checked as a run would, and told of in a line; what can be told from the numbers
alone is guessed where no option says it; at the end stand the lines for a configuration.
"""

import argparse
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from rsmi.estimator.split import chain_bounds, trained_samples
from rsmi.external import DataError
from rsmi.external.arrays import open_array
from rsmi.external.axes import arranged, axes_of
from rsmi.external.headers import Headers, headers
from rsmi.external.locate import Place, places
from rsmi.external.reading import load
from rsmi.external.settings import SCHEMA
from rsmi.external.values import pixels_per_site
from rsmi.sampling.models.registry import FILE
from rsmi.study.config import read as read_config
from rsmi.study.yaml_file import ConfigError

CONFIGS = (".yaml", ".yml")
# Samples of a file that guesses are made from, and different whole numbers that are no measured field.
SOME, MOST_NUMBERS = 200, 20
# Of a configuration to begin with: shares of the data, and the split that the schema has.
SHARES, SPLIT = (0.25, 0.5), (0.5, 0.125)
# A seam whose correlation is nearer to that of neighbours than to that of distant sites is none.
SEAM = 0.5
# Errors by which neighbours must be more alike than distant sites, for the boundary to be told from them.
TOLD = 5.0


def guessed(parameters: dict[str, Any]) -> dict[str, str]:
    """Return `values` and `boundary`, where not given, by the look of the first, middle and last file.

    Two values are binary, a few whole numbers integer, all else real. The boundary is periodic if opposite
    ends are as correlated as neighbours rather than as distant sites, open if not, or if that cannot be told.
    """
    files = list(places(parameters).values())
    looked_at = [_some(parameters, files[k]) for k in sorted({0, len(files) // 2, len(files) - 1})]
    found = {}
    if "values" not in parameters:
        numbers = np.unique(np.concatenate([np.unique(some) for some in looked_at]))
        few = len(numbers) <= MOST_NUMBERS and (numbers == np.round(numbers)).all()
        found["values"] = "binary" if len(numbers) == 2 else "integer" if few else "real"
    if "boundary" not in parameters:
        votes = [vote for some in looked_at for vote in _meets(some)]
        found["boundary"] = "periodic" if True in votes and False not in votes else "open"
    return found


def _some(parameters: dict[str, Any], place: Place) -> np.ndarray:
    """Return some samples of a file, (sample, [y,] x)."""
    array = open_array(place.path, place.variable)
    axes = axes_of(array.name, array.shape, array.dims, parameters.get("axes"))
    values = arranged(array.read(), axes)
    values = values.reshape(-1, *values.shape[1 + ("chain" in axes) :])
    return np.nan_to_num(values[:: max(1, len(values) // SOME)].astype(float))


def _meets(some: np.ndarray) -> Iterator[bool | None]:
    """Tell for every axis of samples (sample, [y,] x) if its ends look like neighbours; None: unclear."""
    centred = some - some.mean()
    for axis in range(1, some.ndim):
        turned = np.moveaxis(centred, axis, -1)
        length = turned.shape[-1]

        def correlation(distance: int, turned: np.ndarray = turned, length: int = length) -> np.ndarray:
            product = turned[..., distance:] * turned[..., : length - distance]
            return product.reshape(len(product), -1).mean(axis=1)

        near, far = correlation(1), correlation(max(1, length // 2))
        seam = (turned[..., 0] * turned[..., -1]).reshape(len(turned), -1).mean(axis=1)
        falls = near - far
        error = falls.std() / np.sqrt(len(falls))
        if not abs(falls.mean()) > TOLD * error:
            yield None
        else:
            yield bool(abs((near - seam).mean()) < SEAM * abs(falls.mean()))


def report(parameters: dict[str, Any], control: list[float] | None = None) -> tuple[pd.DataFrame, list[str]]:
    """Return a row per control value, and all warnings.

    Columns: the symbol; file; `runs` and `samples` per run; lattice; `effective` sample size; `memory`, the
    longest autocorrelation time in samples. Raises `DataError` for what cannot be used.
    """
    rows, told = [], []
    known_files: dict[tuple[str, str], float] = {}
    known = headers(parameters, control)
    for value in known.samples:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            dataset = load(parameters, value)
        told += [str(warning.message) for warning in caught]
        content = dataset.attrs["source_sha256"], dataset.attrs["variable"]
        if content in known_files:
            symbol, other = parameters["symbol"], known_files[content]
            raise DataError(
                f"{dataset.attrs['source']}: {symbol} = {other!r} and {symbol} = {value!r} have the very "
                "same samples; was a file copied under another name?"
            )
        known_files[content] = value
        memory = [
            v.attrs["autocorrelation_time"]
            for v in dataset.data_vars.values()
            if "effective_sample_size" in v.attrs
        ]
        rows.append(
            {
                parameters["symbol"]: value,
                "file": dataset.attrs["source"],
                "runs": dataset.sizes["chain"],
                "samples": dataset.sizes["sample"],
                "lattice": " x ".join(map(str, known.lattice)),
                "effective": round(dataset.attrs["effective_samples"]),
                "memory": max(memory),
            }
        )
    return pd.DataFrame(rows), told


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
    for name, sub in SCHEMA["properties"].items():
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
    kind = SCHEMA["properties"][name].get("type", "string")
    try:
        if kind == "array":
            parts = [part for part in text.split(",") if part]
            return parts if name == "axes" else [yaml.safe_load(part) for part in parts]
        return float(text) if kind == "number" else text
    except (ValueError, yaml.YAMLError):
        raise DataError(
            f"{name}: {text!r} is not possible. {SCHEMA['properties'][name]['description']}"
        ) from None


def _check_config(path: str, quick: bool) -> None:
    config = read_config(path)
    for name, model in config["models"].items():
        if model["kind"] == FILE and not quick:
            print(f"models.{name}")
            _print_report(*report(model["parameters"], model["control"]))
    print(f"{path}: nothing is wrong with its settings.")


def _check_data(path: str, given: dict[str, Any]) -> None:
    parameters = {"path": path, "symbol": "c", "name": "control parameter"} | given
    guesses = guessed(parameters)
    parameters |= guesses
    # A path without a placeholder is one file; its control value is of no importance here.
    single = [0.0] if "{control}" not in path + given.get("variable", "") else None
    table, told = report(parameters, single)
    _print_report(table, told)
    if guesses:
        said = ", ".join(f"{name} = {value}" for name, value in guesses.items())
        print(f"Guessed from the numbers: {said}. Correct it if wrong.")
    print("\nFor a configuration file (correct symbol, name, unit):\n")
    suggestion = _suggestion(parameters, headers(parameters, single), single)
    print(yaml.safe_dump(suggestion, sort_keys=False, default_flow_style=None).rstrip())


def _print_report(table: pd.DataFrame, told: list[str]) -> None:
    print(table.to_string(index=False, float_format=lambda x: f"{x:.4g}"))
    for text in told:
        print(f"warning: {text}")
    print(f"{len(table)} files can be used." if len(table) > 1 else "The file can be used.")


def _suggestion(parameters: dict[str, Any], known: Headers, control: list[float] | None) -> dict[str, Any]:
    """Return a configuration to begin with; windows fit the lattice, and batches the fewest samples."""
    side, cell = min(known.lattice), pixels_per_site(parameters, len(known.lattice))
    visible = max(1, min(4, side // 4))
    room = side // 2 if parameters["boundary"] == "periodic" else 3 * side // 4
    buffers = [cell * b for b in (0, 2, 4, 6) if visible + 2 * (b + 1) <= max(visible + 2, room)]
    scan = {"model": "mine", "visible": cell * visible, "buffers": buffers, "environment": cell}
    fewest = min(
        chain_bounds(len(group), *SPLIT, group)[0] * trained_samples(known.samples[value], min(SHARES))
        for value, group in known.group.items()
    )
    if fewest > 1:
        scan["shares"] = list(SHARES)
        scan["training"] = {"batch_size": min(100, fewest)}
    model = {"kind": "file", "parameters": parameters} | ({"control": control} if control else {})
    return {"study": "mine", "models": {"mine": model}, "scans": {"mine": scan}}
