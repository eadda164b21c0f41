"""Configurations of one control value, from files to the form of our own samples."""

import hashlib
import json
import math
import os
from pathlib import PurePath
from typing import Any

import numpy as np
import xarray as xr

from rsmi.external import DataError, checks, flattened, warn
from rsmi.external.arrays import Array
from rsmi.external.axes import Runs, arranged
from rsmi.external.companions import mask_of, open_companion
from rsmi.external.in_memory import control_value, in_memory
from rsmi.external.locate import inputs, place_of
from rsmi.external.missing import marked, require_present
from rsmi.external.order import warn_of_order
from rsmi.external.outline import Outline, outline, outline_of, period_of
from rsmi.external.sectors import sectors_of
from rsmi.external.settings import completed, control_of, public
from rsmi.external.unwritten import require_whole_rows, require_written
from rsmi.external.values import encode
from rsmi.sampling.models.base import control_attributes
from rsmi.sampling.statistics import diagnostics

# Fewer samples can hardly show anything.
FEW_SAMPLES = 200
# Independent samples that a part of a series must hold to be independent of the next, and parts that suffice.
PART, ENOUGH_PARTS = 10, 32
# Of a series without labels, runs shorter than so many autocorrelation times remember each other.
RUN_MEMORY = 20
# Groups that disagree by more than this, as R-hat.
MOST_R_HAT = 1.2


def load(parameters: dict[str, Any], control: float | None = None) -> xr.Dataset:
    """Read, check and arrange the configurations of one control value.

    `parameters` are described by `rsmi.external.settings.SCHEMA`. `control` may be left out where there is
    only one file.

    Returns a Dataset as `rsmi.sampling.driver.sample` does: `configuration` (chain, sample, [y,] x), where a
    chain is a run of consecutive samples of one group, and `group` (chain); int8 for binary values (-1 and
    +1), float32 for real ones, standardised by `standardised_mean` and `standardised_deviation`;
    `site_there` ([y,] x) where some sites are masked (0 in all samples); series (chain, sample) with
    autocorrelation times, whose smallest effective sample size is the attribute `effective_samples`.

    Raises `DataError`, with the remedy, for what cannot be used, and warns of what can be but should be
    known: masked constant sites, copies, correlated or few samples, samples left over.
    """
    parameters = completed(parameters)
    place = place_of(parameters, np.nan if control is None else control_value(control))
    control = float(place.text or 0.0) if control is None else control_value(control)
    mask = open_companion(parameters, "mask", place) if "mask" in parameters else None
    files = inputs(parameters, control)
    before = [os.stat(file) for file in files]
    origin = {
        "parameters": json.dumps(public(parameters), sort_keys=True),
        "variable": place.variable or "",
        "source": ", ".join(PurePath(file).name for file in files),
        "source_sha256": ", ".join(map(_checksum, files)),
    }
    dataset = _arranged(outline(parameters, place), parameters, control, mask)
    for file, stat in zip(files, before, strict=True):
        now = os.stat(file)
        if (now.st_size, now.st_mtime_ns) != (stat.st_size, stat.st_mtime_ns):
            raise DataError(f"{file}: changed while it was read; wait until it is written, and start again")
    return dataset.assign_attrs(origin)


def from_array(
    configurations: Any,
    /,
    control: float = 0.0,
    *,
    groups: Any = None,
    mask: Any = None,
    **parameters: Any,
) -> xr.Dataset:
    """Check and arrange the configurations of one control value that are in memory.

    `configurations` is an array of any library, or nested lists; an xarray DataArray names its axes.
    `parameters` are those of `load` but for path and variable; `groups` and `mask` are arrays here: a label
    per sample, in the order of the axes of the array, or per chain; and 1 or 0 ([y,] x). Where all are
    DataArrays, their axes go by their names. Returns and raises as `load` does.
    """
    parameters = completed({"path": "array", "symbol": "c", "name": "control parameter"} | parameters)
    array = in_memory(configurations, "array")
    if array.dtype.kind not in "biuf":
        remedy = ", such as the real part of complex numbers" if array.dtype.kind == "c" else ""
        raise DataError(f"array: holds no real numbers (type {array.dtype}); give integers or floats{remedy}")
    labels = None if groups is None else in_memory(groups, "groups")
    found = outline_of(array, parameters, labels)
    where = None if mask is None else in_memory(mask, "mask")
    return _arranged(found, parameters, control_value(control), where)


def _arranged(found: Outline, parameters: dict[str, Any], control: float, mask: Array | None) -> xr.Dataset:
    """Read, check and arrange what an outline tells of."""
    name, runs = found.array.name, found.runs
    values, there = _present(found, parameters, mask)
    encoded = encode(values, parameters, there, name)
    period = period_of(parameters, found.lattice)
    _require_no_copies(encoded.values, runs, name, parameters["accept"])
    _warn_of_exchanged_axes(found)

    chosen = encoded.values[runs.samples]
    # One dimension is a lattice of height one.
    flat = chosen.reshape(*chosen.shape[:2], *(1, *chosen.shape[2:])[-2:])
    series: dict[str, tuple[np.ndarray, dict[str, Any]]] = {
        name_of: (part, {"long_name": long_name, "units": "1"} | diagnostics(part))
        for name_of, long_name, part in checks.series(flat)
    }
    warn_of_order({name_of: part for name_of, (part, _) in series.items()}, runs, name)
    effective = _independent(runs, [about for _, about in series.values()])
    where = _pixels(there, encoded.side)
    constant = checks.constant_sites(chosen.reshape(-1, *chosen.shape[2:]), where, period, effective)
    if constant.any():
        _warn_of_constant(constant, name)
        where &= ~constant
    where &= _inside(where.shape, encoded.side * parameters["margin"])
    if not where.any():
        raise DataError(
            f"margin: {parameters['margin']} leaves no site of the lattice {found.lattice}; use a smaller one"
        )
    if not where.all():
        chosen[..., ~where] = 0
    _check_translations(flat, where, period, encoded.side, effective, found, parameters)
    dims = ("y", "x")[-len(found.lattice) :]
    dataset = xr.Dataset(
        {
            "configuration": (
                ("chain", "sample", *dims),
                chosen,
                {"long_name": "configuration", "units": "1", **encoded.attributes},
            )
        },
        coords={
            "group": (
                "chain",
                runs.group,
                {"long_name": "group, that training and test do not share", "kind": runs.kind},
            ),
            "control": ((), control, control_attributes(control_of(parameters))),
        },
        attrs={
            "title": "configurations from elsewhere",
            "model": "file",
            "translation_period": list(period),
            "boundary": parameters["boundary"],
            "pixels_per_site": encoded.side,
            "spacing": 1,
            "spacing_units": "samples as they come",
        },
    )
    if not where.all():
        dataset["site_there"] = (
            dims,
            where.astype(np.int8),
            {"long_name": "1 where a site is read", "units": "1"},
        )
    for series_name, (part, about) in series.items():
        dataset[series_name] = (("chain", "sample"), part, about)
    stuck = sectors_of(np.stack([part for part, _ in series.values()]), flat)
    if stuck is not None:
        dataset = dataset.assign_coords(sector=("chain", stuck.sector, stuck.attributes()))
        warn("sectors", f"{name}: {stuck.told(runs)}")
    _judge(dataset, runs, name, stuck is not None)
    return dataset


def _present(found: Outline, parameters: dict[str, Any], mask: Array | None) -> tuple[np.ndarray, np.ndarray]:
    """Return values (sample, [y,] x), and which sites are there, bool ([y,] x).

    Raises `DataError` for values that are missing or were never written, and for lattices that are none.
    """
    name, written = found.array.name, "unwritten" not in parameters["accept"]
    values = arranged(found.array.read(), found.axes).reshape(-1, *found.lattice)
    if values.dtype.kind not in "biuf":
        raise DataError(f"{name}: holds no numbers (type {values.dtype}); store it as integers or floats")
    if values.dtype.kind == "b":
        values = values.astype(np.int8)
    elif values.dtype == np.float16:
        # Means and deviations need more digits than that has.
        values = values.astype(np.float32)
    there = np.ones(found.lattice, bool)
    if mask is not None:
        there = mask_of(mask, found.array, found.axes, found.lattice)
    values, gone = marked(values, parameters.get("missing"))
    absent = found.array.unwritten() if written else None
    share = ""
    if absent is not None:
        gone |= arranged(absent, found.axes).reshape(gone.shape)
        share = f" (the file holds no data for {absent.mean():.2g} of the array)"
    require_present(gone, there, name, share)
    if written:
        require_written(values, there, found.runs.length // found.length("sample"), name)
        if parameters["values"] == "real":
            require_whole_rows(values, there, name)
    if there.all() and found.guessed:
        flattened.require_no_rows(values, name)
    elif there.all() and "lattice" in parameters:
        flattened.require_rows(values, name)
    checks.require_no_twins(values, there, name)
    return values, there


def _check_translations(
    flat: np.ndarray,
    where: np.ndarray,
    period: tuple[int, ...],
    side: int,
    effective: float,
    found: Outline,
    parameters: dict[str, Any],
) -> None:
    """Raise `DataError` if places are not alike that should be, and warn if that cannot be told.

    flat: (run, sample, Y, X). where: which pixels are read, of which a site has `side` per axis. The samples
    are as good as `effective` independent ones.
    """
    name, runs, lattice = found.array.name, found.runs, flat.shape[2:]
    step_y, step_x = (1, *period)[-2:]
    if (step_y, step_x) == lattice:
        return
    parts, group = _parts(runs, runs.samples.size / effective)
    there = where.reshape(lattice)
    if not checks.require_translations(flat, parts, group, there, (step_y, step_x), side, parameters, name):
        warn(
            "independent groups",
            f"{name}: too few independent groups, or parts of the series, to see whether translations and "
            "boundary are what they are said to be; more chains, or a longer series, would tell",
        )


def _inside(shape: tuple[int, ...], margin: int) -> np.ndarray:
    """Return which pixels lie so far from every edge, bool ([Y,] X)."""
    inside = np.zeros(shape, bool)
    inside[tuple(slice(margin, n - margin) for n in shape)] = True
    return inside


def _independent(runs: Runs, about: list[dict[str, Any]]) -> float:
    """Return how many samples are as good as independent, by the longest memory of all series.

    Where the series are too short to tell theirs, only groups are.
    """
    changing = [a for a in about if a["constant"] == "false"]
    memory = max((a["autocorrelation_time"] for a in changing), default=0.5)
    if memory > 1 and any(a["autocorrelation_time_reliable"] == "false" for a in changing):
        return float(len(np.unique(runs.group))) if runs.labelled else 1.0
    return runs.samples.size / (2.0 * memory)


def _parts(runs: Runs, spacing: float) -> tuple[int, np.ndarray]:
    """Return into how many parts to cut every run, and the group of each run, of which all parts are.

    spacing: samples per independent one. Parts hold `PART` independent samples at least. A series without
    labels has no groups but parts of it that are so long.
    """
    count, samples = runs.samples.shape
    each = math.ceil(PART * spacing)
    if runs.labelled:
        return max(1, min(ENOUGH_PARTS // len(np.unique(runs.group)), samples // each)), runs.group
    return 1, np.arange(count) // math.ceil(each / samples)


def _warn_of_exchanged_axes(found: Outline) -> None:
    """Warn where samples are as many as sites along one of two axes of unlike length."""
    length = dict(zip(found.axes, found.array.shape, strict=True))
    y, x, samples = length.get("y"), length["x"], length["sample"]
    if y is not None and y != x and samples in (y, x):
        warn(
            "exchanged axes",
            f"{found.array.name}: axes say that y has {y} sites, x {x}, and that there are {samples} "
            "samples; axes of equal length are most often y and x. If so, correct the setting axes",
        )


def _pixels(there: np.ndarray, side: int) -> np.ndarray:
    for axis in range(there.ndim):
        there = np.repeat(there, side, axis)
    return there


def _warn_of_constant(constant: np.ndarray, name: str) -> None:
    first = tuple(int(i) for i in np.argwhere(constant)[0])
    warn(
        "constant sites",
        f"{name}: {constant.sum()} of {constant.size} sites never change, the first at {first}; they are "
        "masked, and windows avoid them. Are they a frame, or dead pixels? Name them in a mask. Or a "
        "sublattice? Then translations must be its period",
    )


def _require_no_copies(values: np.ndarray, runs: Runs, name: str, accepted: list[str]) -> None:
    group = np.empty(runs.length, int)
    group[:] = -1
    group[runs.samples] = runs.group[:, None]
    found = checks.copies(values, group)
    if found.standing == len(values) - 1:
        raise DataError(
            f"{name}: all {len(values)} samples are the same, which tells nothing; is it the right variable? "
            "Else leave this control value out"
        )
    if found.stretch and "repeats" not in accepted:
        raise DataError(
            f"{name}: the samples from {found.stretch[1]} on repeat those from {found.stretch[0]} on, one "
            "by one: was a file joined twice, or a chain copied? Training would see the test; remove the "
            "copies. If they are sound, as planes that a cluster move left as they were, set accept: "
            "[repeats]"
        )
    copied = found.elsewhere if runs.labelled else found.again
    real = len(np.unique(values[: checks.FEW])) > checks.MOST_STATES
    if copied and real and not {"copies", "repeats"} & set(accepted):
        of_others = "samples of another group" if runs.labelled else "others"
        raise DataError(
            f"{name}: {copied} samples are exact copies of {of_others}, as real numbers never are by "
            "chance: training would see the test. Remove them, or correct the groups; if they are sound, "
            "set accept: [copies]"
        )
    if found.repeated > checks.MOST_COPIES * len(values) and "copies" not in accepted:
        if 2 * (found.standing - found.ordered) > found.repeated:
            warn(
                "standing still",
                f"{name}: {found.standing} of {len(values)} samples are the same as the one before. Does "
                "the sampler reject most proposals, or was every sample written several times? Space them "
                "wider; if that is sound, set accept: [copies]",
            )
        else:
            warn(
                "copies",
                f"{name}: {found.repeated} of {len(values)} samples are exact copies of others. In an "
                "ordered phase, or on a small lattice, that is natural: set accept: [copies]. If not, is "
                "the sampler stuck? Remove copies",
            )


def _judge(dataset: xr.Dataset, runs: Runs, name: str, stuck: bool) -> None:
    """Write the effective sample size into the attributes; warn of samples that are few or correlated."""
    changing = {str(n): v.attrs for n, v in dataset.data_vars.items() if v.attrs.get("constant") == "false"}
    worst = max(changing, key=lambda n: changing[n]["autocorrelation_time"])
    tau, effective = changing[worst]["autocorrelation_time"], changing[worst]["effective_sample_size"]
    reliable = all(a["autocorrelation_time_reliable"] == "true" for a in changing.values())
    torn = [n for n, a in changing.items() if a["gelman_rubin"] > MOST_R_HAT]
    dataset.attrs |= {
        "effective_samples": effective,
        "effective_samples_target": 0,
        "effective_samples_reached": str(reliable and not torn).lower(),
        "chains_agree": str(not torn).lower(),
    }
    samples = runs.samples.shape[1]
    if runs.left_over:
        warn(
            "left over",
            f"{name}: {runs.left_over} of {runs.length} samples fit into no run of {samples} samples and are "
            "left out; nothing need be done",
        )
    if runs.samples.size < FEW_SAMPLES:
        warn(
            "few samples",
            f"{name}: {runs.samples.size} samples are few; expect wide errors and little found, or add data",
        )
    if runs.alone and samples < RUN_MEMORY * tau and tau > 1:
        warn(
            "memory",
            f"{name}: groups of one sample each are like their neighbours ({worst}: autocorrelation time "
            f"{tau:.3g} samples or more): are they a series? Dealt out at random (split.order), training "
            "would know the test; leave groups out, or name what belongs together",
        )
    if runs.kind == "series" and samples < RUN_MEMORY * tau and tau > 1:
        warn(
            "memory",
            f"{name}: consecutive samples are alike ({worst}: autocorrelation time {tau:.3g} samples or "
            f"more, runs of {samples}), so training, validation and test, cut from one series, remember each "
            "other; give longer or independent series (axis chain, or groups)",
        )
    if torn and not stuck:
        warn(
            "disagreement",
            f"{name}: {'groups' if runs.labelled else 'parts of the series'} disagree about "
            f"{', '.join(torn)}: they are not samples of one distribution, or too few. Errors are taken from "
            "whole groups where that shows; longer runs, or more groups, would tell",
        )


def marks_of_chains(samples: xr.Dataset) -> set[str]:
    """Return a digest of each chain that changes, by which it is known again in another set of samples."""
    chains = samples["configuration"].values
    return {
        hashlib.sha256(np.ascontiguousarray(chain).data).hexdigest()
        for chain in chains
        if (chain != chain[0]).any()
    }


def _checksum(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
