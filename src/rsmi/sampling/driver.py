"""The sampling driver: chains, thermalisation, spacing, extension and statistics, for any model."""

import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from tqdm import tqdm

from rsmi.sampling.models.base import Model, control_attributes
from rsmi.sampling.models.registry import model_class, model_name
from rsmi.sampling.seeds import stream
from rsmi.sampling.splitmix import random_states
from rsmi.sampling.statistics import LEAST_SAMPLES, autocorrelation, diagnostics
from rsmi.storage import netcdf
from rsmi.storage.plain import plain, whole

# Where the spacing is "auto", chains of their own decide it: it must not depend on how many are asked for.
PILOT_CHAINS = 8
PILOT_SAMPLES = 1000
# Beyond these, chains do not agree, or have not forgotten their starts.
MAXIMAL_R_HAT = 1.05
MINIMAL_START_P_VALUE = 1e-4


def sample(
    kind: str,
    control: float,
    parameters: dict[str, Any],
    *,
    chains: int,
    samples: int,
    thermalisation: int,
    spacing: int | str = "auto",
    maximal_spacing: int = 1000,
    effective_samples: int = 0,
    key: tuple[str | int | float, ...] = (0, "sample"),
    previous: xr.Dataset | None = None,
) -> xr.Dataset:
    """Sample a model at one value of its control parameter: a registered one, or one in a file of its own.

    `kind` is the name of the one, or the path of the other (``my_folder/blume_capel.py``).

    Every chain starts from one of the model's `starts` in turn, is thermalised for `thermalisation`
    sweeps and then yields `samples` configurations, `spacing` sweeps apart. With ``"auto"`` the spacing
    is twice the largest integrated autocorrelation time of all observables in a pilot run, at most
    `maximal_spacing` sweeps, so that consecutive samples are nearly independent. Chain c draws from
    ``stream(*key, control, c)`` (Metropolis sweeps of 64 Ising chains from that of the first of them).

    `previous` is a set with fewer samples per chain, and all else equal, that is gone on with: what returns
    is, bit for bit, what sampling all at once returns.

    Returns a Dataset with `configuration` (chain, sample, *lattice), int8 where masses do not need more, an
    array (chain, sample) of each observable, `start` (chain), and `random_state` (chain, word), with which
    the chains can go on. Each observable's attributes hold the autocorrelation time of the samples, its
    error, the effective sample size, the Gelman-Rubin R-hat and the p-value of the difference between chains
    from different starts. The attribute `effective_samples` is the smallest effective sample size, and
    `effective_samples_reached` says whether it is `effective_samples` at least, told reliably, of chains that
    agree (`chains_agree`). A warning names what falls short, and the remedy.

    Raises `ValueError` for an unknown kind, for numbers that are too small, if the model refuses its control
    value or parameters, or if `previous` was sampled with other settings, or has other chains or more
    samples; `rsmi.storage.extension.ExtensionError` for a file that holds no model.
    """
    cls, kind = model_class(kind), model_name(kind)
    control, parameters = float(control), plain(parameters)
    chains, samples = whole("chains", chains, 1), whole("samples", samples, LEAST_SAMPLES)
    thermalisation = whole("thermalisation", thermalisation, 0)
    if spacing != "auto":
        spacing = whole("spacing", spacing, 1)
    model = cls.checked(control, parameters)
    key = (*key, control)
    identity = {
        "model": kind,
        "parameters": json.dumps(parameters, sort_keys=True),
        "thermalisation": thermalisation,
        "seed_key": ", ".join(map(str, (*key, "chain"))),
    }
    starts = [model.starts[c % len(model.starts)] for c in range(chains)]
    if previous is None:
        if spacing == "auto":
            sweeps = _pilot_spacing(model, thermalisation, maximal_spacing, (*key, "pilot"))
        else:
            sweeps = int(spacing)
        states, random = _thermalised(model, starts, thermalisation, key)
        recorded = np.empty((chains, 0, *states.shape[1:]), states.dtype)
    else:
        asked = identity if spacing == "auto" else identity | {"spacing": spacing}
        for name, value in asked.items():
            if previous.attrs[name] != value:
                raise ValueError(
                    f"a set of {name} {previous.attrs[name]!r} cannot be extended by {value!r}; sample anew"
                )
        recorded, random = previous["configuration"].values, previous["random_state"].values.copy()
        if recorded.shape[0] != chains or recorded.shape[1] > samples:
            raise ValueError(
                f"{recorded.shape[1]} samples of {recorded.shape[0]} chains cannot be extended to {samples} "
                f"samples of {chains} chains; sample anew"
            )
        states, sweeps = recorded[:, -1].copy(), int(previous.attrs["spacing"])

    configurations = np.empty((chains, samples, *states.shape[1:]), states.dtype)
    first = recorded.shape[1]
    configurations[:, :first] = recorded
    label = f"{kind} {model.control.symbol}={control!r}"
    for s in tqdm(range(first, samples), desc=label, initial=first, total=samples, file=sys.stderr):
        model.advance(states, sweeps, random)
        configurations[:, s] = states

    dataset = xr.Dataset(
        {
            "configuration": (
                ("chain", "sample", *cls.dims),
                configurations,
                {"long_name": f"{kind} configuration", "units": "1"},
            ),
            "random_state": (
                ("chain", "word"),
                random,
                {"long_name": "SplitMix64 counter and step after the last sample", "units": "1"},
            ),
        },
        coords={
            "start": ("chain", starts, {"long_name": "initial state of the chain"}),
            "control": ((), control, control_attributes(model.control)),
        },
        attrs={
            "title": f"configurations of the model {kind}",
            **identity,
            "translation_period": list(cls.period),
            "spacing": sweeps,
            "spacing_units": "sweeps",
            "sweep": cls.sweep,
        },
    )
    for name, values in _observables(model, configurations).items():
        long_name, units = cls.observed[name]
        attributes = {"long_name": long_name, "units": units} | diagnostics(values, starts)
        dataset[name] = (("chain", "sample"), values, attributes)
    _judge(dataset, list(cls.observed), effective_samples)
    return dataset


def extendable(path: str | Path, settings: dict[str, Any]) -> xr.Dataset | None:
    """Return the samples in a file that `sample` can go on with, or None.

    They must have been written with the same settings and code, and not more samples.
    """
    dataset = netcdf.read_to_extend(path, "samples", settings, grows=("samples", "effective_samples"))
    return dataset if dataset is not None and dataset.sizes["sample"] <= settings["samples"] else None


def _thermalised(
    model: Model, starts: list[str], sweeps: int, key: tuple[str | int | float, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return a thermalised state per start (chain, *lattice) and the random states (chain, 2)."""
    generators = [stream(*key, c) for c in range(len(starts))]
    states = np.stack([model.initial(start, rng) for start, rng in zip(starts, generators, strict=True)])
    random = random_states(generators)
    model.thermalise(states, sweeps, random)
    return states, random


def _pilot_spacing(
    model: Model, thermalisation: int, maximal_spacing: int, key: tuple[str | int | float, ...]
) -> int:
    """Return twice the largest autocorrelation time of the observables, in whole sweeps, up to the maximum.

    The pilot run is made anew with wider strides until it is long enough to tell that time.
    """
    starts = [model.starts[c % len(model.starts)] for c in range(PILOT_CHAINS)]
    states, random = _thermalised(model, starts, thermalisation, key)
    pilot = np.empty((PILOT_CHAINS, PILOT_SAMPLES, *states.shape[1:]), states.dtype)
    stride = 1
    while True:
        for s in range(PILOT_SAMPLES):
            model.advance(states, stride, random)
            pilot[:, s] = states
        measured = [autocorrelation(values) for values in _observables(model, pilot).values()]
        changing = [m for m in measured if not m.constant]
        spacing = math.ceil(2.0 * stride * max((m.tau for m in changing), default=0.5))
        if spacing >= maximal_spacing or all(m.reliable for m in changing):
            return min(maximal_spacing, spacing)
        stride *= 4


def _observables(model: Model, configurations: np.ndarray) -> dict[str, np.ndarray]:
    """Return the observables of (chain, sample, *lattice), a chain at a time to spare memory."""
    parts = [model.observables(chain) for chain in configurations]
    return {name: np.stack([part[name] for part in parts]) for name in parts[0]}


def _judge(dataset: xr.Dataset, names: list[str], target: int) -> None:
    """Write the smallest effective sample size into the attributes and warn of all that falls short.

    What never changes is left out, unless nothing does.
    """
    control = f"{dataset['control'].attrs['symbol']} = {float(dataset['control'])!r}"
    attributes = {name: dataset[name].attrs for name in names}
    changing = {name: a for name, a in attributes.items() if a["constant"] == "false"}
    least = min((changing or attributes).items(), key=lambda item: item[1]["effective_sample_size"])
    unclear = [name for name, a in changing.items() if a["autocorrelation_time_reliable"] == "false"]
    effective = least[1]["effective_sample_size"]
    torn = {
        name: f"{name} (Gelman-Rubin {a['gelman_rubin']:.3g}, starts alike with p = {a['start_p_value']:.1g})"
        for name, a in changing.items()
        if a["gelman_rubin"] > MAXIMAL_R_HAT or a["start_p_value"] < MINIMAL_START_P_VALUE
    }
    dataset.attrs |= {
        "effective_samples": effective,
        "effective_samples_target": target,
        "effective_samples_reached": str(effective >= target and not unclear and not torn).lower(),
        "chains_agree": str(not torn).lower(),
    }
    if unclear:
        longest = max(attributes[name]["autocorrelation_time"] for name in unclear)
        _warn(
            f"{control}: {dataset.sizes['sample']} samples per chain are too few to tell the autocorrelation "
            f"times of {', '.join(unclear)} (up to {longest:.3g} samples or more); raise samples or spacing"
        )
    if effective < target:
        _warn(
            f"{control}: {least[0]} has {effective:.0f} effective samples of the {target} that "
            "effective_samples asks for; raise samples, or spacing (maximal_spacing where it is auto)"
        )
    if torn:
        _warn(
            f"{control}: chains disagree about {', '.join(torn.values())}; raise thermalisation, or samples "
            "and spacing where they mix slowly"
        )


def _warn(message: str) -> None:
    """Warn at the place that called `sample`."""
    warnings.warn(message, stacklevel=4)
