"""Whether a model in a file of one's own keeps to the contract: ``rsmi test-model my_folder/blume_capel.py``.

The file says at which settings and control values, the smallest and over the range, in ``EXAMPLE``, such as
``EXAMPLE = ({"size": 4}, (1.2, 1.7, float("inf")))``. The tests are those of the models that come with rsmi.
"""

import argparse
import contextlib
import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from rsmi.sampling.driver import sample
from rsmi.sampling.models.contract import check
from rsmi.sampling.models.registry import model_class
from rsmi.storage import extension
from rsmi.storage.extension import ExtensionError

# Of the trial of the driver: chains, samples of each, and how many of these are made first.
CHAINS, SAMPLES, FIRST = 4, 10, 6


def check_driver(kind: str, parameters: dict[str, Any], control: float) -> None:
    """Raise `AssertionError` unless samples that are gone on with are, bit for bit, those made at once."""
    options: dict[str, Any] = {"chains": CHAINS, "thermalisation": 2, "spacing": 1}
    with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
        # So few samples tell nothing of the physics, and need no progress bar.
        warnings.simplefilter("ignore")
        first = sample(kind, control, parameters, samples=FIRST, **options)
        more = sample(kind, control, parameters, samples=SAMPLES, previous=first, **options)
        once = sample(kind, control, parameters, samples=SAMPLES, **options)
    same = np.array_equal(more["configuration"], once["configuration"])
    assert same, "samples that are gone on with are not those made at once; keep no state in the model"


def trial(path: str) -> tuple[str, tuple[float, ...]]:
    """Apply the contract to the model in a file; return its class's name and the control values tried.

    Raises `ExtensionError` for a file without a model or an `EXAMPLE`, `AssertionError` for what breaks the
    contract, and `ValueError` for an example that the model refuses.
    """
    cls = model_class(path)
    example = getattr(extension.load(path), "EXAMPLE", None)
    if example is None or not _is_example(example):
        raise ExtensionError(
            f"EXAMPLE is {example!r}; set it to (settings, control values), the smallest settings and a few "
            "values over the range"
        )
    parameters, controls = example
    check(cls, parameters, controls)
    for control in controls:
        check_driver(path, parameters, control)
    return cls.__name__, controls


def _is_example(value: Any) -> bool:
    """Tell whether a value is a pair of settings and of some control values."""
    pair = isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], dict)
    if not pair or not isinstance(value[1], tuple | list) or not value[1]:
        return False
    return all(isinstance(control, int | float) for control in value[1])


def main(arguments: list[str]) -> str | None:
    """Try the model in a file; return what is wrong, if anything is."""
    parser = argparse.ArgumentParser(prog="rsmi test-model", description="Try a model of your own.")
    parser.add_argument("file", help="such as my_folder/blume_capel.py")
    path = parser.parse_args(arguments).file
    if not extension.is_file(path) or not Path(path).exists():
        return f"{path}: is no Python file; give the path of one"
    try:
        name, controls = trial(path)
    except (ExtensionError, AssertionError, ValueError) as error:
        return f"{path}: {error}"
    print(f"{name} keeps to the contract at {', '.join(map(repr, controls))}.")
    print("That says nothing of its physics: compare its means with an enumeration of a small lattice.")
    return None
