"""The sampling driver: chains, thermalisation, spacing and statistics, for any model."""

import json
import math
import sys
import warnings
from typing import Any

import numpy as np
import xarray as xr
from tqdm import tqdm

from rsmi.models.base import Model
from rsmi.models.registry import model_class
from rsmi.seeds import stream
from rsmi.statistics import autocorrelation

# A pilot run of this many sweeps per chain decides the spacing where it is "auto".
PILOT_SWEEPS = 1000
MAXIMAL_SPACING = 200


def sample(
    kind: str,
    control: float,
    parameters: dict[str, Any],
    *,
    chains: int,
    samples: int,
    thermalisation: int,
    spacing: int | str = "auto",
    key: tuple[str | int, ...] = (0, "sample"),
) -> xr.Dataset:
    """Sample a registered model at one value of its control parameter.

    Every chain starts from one of the model's `starts` in turn, is thermalised for `thermalisation`
    sweeps and then yields `samples` configurations, `spacing` sweeps apart. With ``"auto"`` the spacing
    is twice the largest integrated autocorrelation time of all observables in a pilot run, at most
    `MAXIMAL_SPACING`, so that consecutive samples are nearly independent; a warning says where the chains
    are too short to be sure of it. Chain c draws from ``stream(*key, control, c)``.

    Returns a Dataset with `configuration` (chain, sample, *lattice), int8, an array (chain, sample) of
    each observable, and `start` (chain). Each observable's attributes hold the autocorrelation time of
    the samples, its error, and the effective sample size.
    """
    cls = model_class(kind)
    model = cls(control, **parameters)
    shape = cls.shape(**parameters)
    starts = [cls.starts[c % len(cls.starts)] for c in range(chains)]
    streams = [stream(*key, control, c) for c in range(chains)]
    states = [model.initial(start, rng) for start, rng in zip(starts, streams, strict=True)]
    for state, rng in zip(states, streams, strict=True):
        model.advance(state, thermalisation, rng)
    if spacing == "auto":
        spacing = _pilot_spacing(model, states, streams)

    configurations = np.empty((chains, samples, *shape), np.int8)
    bar = tqdm(range(chains), desc=f"{kind} {cls.control.symbol}={control!r}", file=sys.stderr)
    for chain in bar:
        _record(model, states[chain], streams[chain], spacing, configurations[chain])

    dataset = xr.Dataset(
        {
            "configuration": (
                ("chain", "sample", *cls.dims),
                configurations,
                {"long_name": f"{kind} configuration", "units": "1"},
            )
        },
        coords={"start": ("chain", starts, {"long_name": "initial state of the chain"}), "control": control},
        attrs={
            "title": f"configurations of the model {kind}",
            "model": kind,
            "parameters": json.dumps(parameters, sort_keys=True),
            "translation_period": list(cls.period),
            "spacing": spacing,
            "spacing_units": "sweeps",
            "thermalisation": thermalisation,
            "seed_key": ", ".join(map(str, (*key, control, "chain"))),
        },
    )
    dataset["control"].attrs = control_attributes(cls)
    for name, values in model.observables(configurations).items():
        measured = autocorrelation(values)
        if not measured.reliable:
            warnings.warn(
                f"{cls.control.symbol} = {control!r}: {samples} samples per chain are too few to tell the "
                f"autocorrelation time of {name} ({measured.tau:.3g} samples); raise samples or spacing",
                stacklevel=2,
            )
        long_name, units = cls.observed[name]
        attributes = {
            "long_name": long_name,
            "units": units,
            "autocorrelation_time": measured.tau,
            "autocorrelation_time_error": measured.error,
            "autocorrelation_time_units": "samples",
            "autocorrelation_time_reliable": str(measured.reliable).lower(),
            "effective_sample_size": measured.effective,
        }
        dataset[name] = (("chain", "sample"), values, attributes)
    return dataset


def control_attributes(cls: type[Model]) -> dict[str, str | float]:
    """Return the attributes of the coordinate `control`: symbol, name, unit, known transition."""
    control = cls.control
    attributes: dict[str, str | float] = {
        "symbol": control.symbol,
        "long_name": control.long_name,
        "units": control.units,
    }
    if control.known_transition is not None:
        attributes |= {
            "known_transition": control.known_transition,
            "known_transition_label": control.known_transition_label,
        }
    return attributes


def _record(model: Model, state: np.ndarray, rng: np.random.Generator, spacing: int, out: np.ndarray):
    """Fill `out` with configurations that are `spacing` sweeps apart."""
    for row in out:
        model.advance(state, spacing, rng)
        row[...] = state


def _pilot_spacing(model: Model, states: list[np.ndarray], streams: list[np.random.Generator]) -> int:
    """Return twice the largest autocorrelation time of the observables, in whole sweeps."""
    pilot = np.empty((len(states), PILOT_SWEEPS, *states[0].shape), np.int8)
    for state, rng, out in zip(states, streams, pilot, strict=True):
        _record(model, state, rng, 1, out)
    series = model.observables(pilot).values()
    tau = max(autocorrelation(values).tau for values in series)
    return min(MAXIMAL_SPACING, math.ceil(2.0 * tau))
