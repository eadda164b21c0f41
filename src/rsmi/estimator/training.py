"""RSMI-NE training: filter and critic ascend the same bound together (algorithm 1)."""

import math
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import xarray as xr
from tqdm import tqdm

from rsmi.estimator.adam import Adam
from rsmi.estimator.bounds import entropy
from rsmi.estimator.checkpoint import Checkpoint
from rsmi.estimator.convergence import collapsed, near_ceiling, stalled, still_rising
from rsmi.estimator.data import Data, prepare
from rsmi.estimator.evaluation import (
    classify,
    evaluate_barber_agakov,
    evaluate_bound,
    evaluate_components,
    evaluate_continuous,
    respond,
)
from rsmi.estimator.network import Network
from rsmi.estimator.record import training_dataset, window_places
from rsmi.estimator.refinement import refine
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.split import SPLIT, Split, as_split, disagreement
from rsmi.estimator.symmetries import Symmetries
from rsmi.estimator.windows import FreshWindows, WindowSet
from rsmi.geometry.regions import Regions
from rsmi.sampling.seeds import stream
from rsmi.storage.digest import code_digest
from rsmi.storage.plain import whole

REFERENCE = (
    "Equations: D. E. Gökmen, Z. Ringel, S. D. Huber, M. Koch-Janusz, Phase diagrams with real-space mutual "
    "information neural estimation (2021)"
)

# What tells a collapsed member.
VALIDATION = "rsmi_validation", "rsmi_validation_error"


def train(
    samples: xr.Dataset,
    regions: Regions,
    components: int,
    seeds: list[int],
    settings: TrainingSettings,
    split: Split | Sequence[Any] | Mapping[str, Any] = SPLIT,
    key: tuple[str | int, ...] = (0, "train"),
    checkpoint: str | Path | None = None,
    share: float = 1.0,
) -> xr.Dataset:
    """Train one filter and critic per seed, batched, and evaluate them on chains they have not seen.

    `samples` holds `configuration` (chain, sample, [y,] x) as `rsmi.sampling.driver.sample` returns it. Every
    step draws `batch_size` training configurations, per member under a fresh random lattice translation.
    After each epoch every member is valued on the validation chains, and its best epoch is kept. Member s
    draws from ``stream(*key, control, L_B, components, s)`` whoever shares its batch; the order of the
    configurations and the windows of the evaluation, with a name in place of s, are common to all members. A
    member that finds no information where others do is trained anew from a stream of its own, ``stream(...,
    s, "restart", 1)``. `checkpoint` names a file from which a killed training goes on; delete it when the
    result is safe. With a `share` below one, training sees the first part of every training chain only, in as
    many more epochs, and everything else is as it would be.

    `split` is a `rsmi.estimator.split.Split`, or what makes one. Where training, validation or test lacks
    sectors that the samples have, errors include the information that may be missed (`split_samples`).

    Returns a Dataset over `seed`, `component`, [`y`,] `x` and `epoch`, all information in nats. Raises
    `ValueError` if the window does not fit the lattice, if there are too few chains or configurations, or if
    a declared symmetry is none, or as `rsmi.estimator.split.split_samples` does.
    """
    data, network, results = fit(samples, regions, components, seeds, settings, split, key, checkpoint, share)
    results |= {name: values[: len(seeds)] for name, values in _evaluate(data, network).items()}
    missed = data.parts.missed
    if settings.discretisation != "none":
        # No more than h can tell.
        missed = np.minimum(missed, components * math.log(settings.states) - np.maximum(results["rsmi"], 0))
    if np.any(missed > 0):
        warnings.warn(
            "chains stay in sectors, of which training, validation or test lacks some: up to "
            f"{np.max(missed):.2f} nat may be missed, and errors include that; sample more chains in each",
            stacklevel=2,
        )
        for name in ("rsmi_error", "barber_agakov_error"):
            if name in results:
                results[name] = np.hypot(results[name], missed)
    differs = disagreement(samples, data.parts)
    if differs:
        warnings.warn(f"{differs}; what is learned on one need not hold on the other", stacklevel=2)
    results["still_rising"] = still_rising(results["history_validation"])
    results["near_ceiling"] = near_ceiling(results["history_train"], settings)
    if results["near_ceiling"].any():
        warnings.warn(
            f"the bound of a batch is near its ceiling log K = {math.log(settings.batch_size):.2f} nat, "
            f"which holds the training back; raise training.batch_size (now {settings.batch_size})",
            stacklevel=2,
        )
    blocks = data.probe()
    filters = network.coarse.linear_response(blocks)[: len(seeds)]
    covariance = np.cov(blocks.numpy(), rowvar=False).reshape(2 * blocks.shape[1:])
    dataset = training_dataset(
        seeds, network, filters, data.mean, covariance, regions, results, samples["control"]
    )
    if settings.responses:
        dataset = dataset.assign(window_places(data))
    origin = {name: samples.attrs[name] for name in ("model", "parameters") if name in samples.attrs}
    chains, per_chain = data.training.shape[:2]
    origin |= {"share": share, "training_configurations": chains * per_chain}
    return dataset.assign_attrs(title="RSMI-NE training", references=REFERENCE, **origin)


def fit(
    samples: xr.Dataset,
    regions: Regions,
    components: int,
    seeds: list[int],
    settings: TrainingSettings,
    split: Split | Sequence[Any] | Mapping[str, Any] = SPLIT,
    key: tuple[str | int, ...] = (0, "train"),
    checkpoint: str | Path | None = None,
    share: float = 1.0,
) -> tuple[Data, Network, dict[str, np.ndarray]]:
    """Train as `train` does, without the evaluation on test chains.

    Returns what was trained on, filters and critics at their best epochs (a lone one twice), and what
    happened on the way, arrays with the member as their first axis. Raises as `train` does.
    """
    components = whole("components", components, 1)
    seeds = [whole("seeds", seed, 0) for seed in seeds]
    if not seeds:
        raise ValueError("seeds = [] is not possible; name at least one seed")
    # As many steps as on all data: what differs is the data alone.
    epochs, patience = round(settings.epochs / share), round(settings.patience / share)
    settings = replace(settings, epochs=epochs, patience=patience)
    split = as_split(split)
    data = prepare(samples, regions, components, settings, split, key, share)
    store = None
    if checkpoint is not None:
        code = code_digest("rsmi.estimator.training"), torch.__version__, np.__version__
        everything = data.everything
        what = (
            settings,
            regions,
            components,
            list(seeds),
            split,
            key,
            share,
            code,
            everything.shape,
            everything.dtype,
        )
        store = Checkpoint(checkpoint, repr(what), everything)

    ascent = _ascend(data, seeds, [stream(*data.key, seed) for seed in seeds], "training", store)
    restarts = np.zeros(len(seeds), int)
    for attempt in range(1, settings.restarts + 1):
        lost = np.flatnonzero(collapsed(*(ascent.results[name] for name in VALIDATION)))
        if not lost.size:
            break
        again = [seeds[member] for member in lost]
        print(f"seeds {again} found no information where others did; training them anew", flush=True)
        streams = [stream(*data.key, seed, "restart", attempt) for seed in again]
        other = _ascend(data, again, streams, f"restart {attempt}", store)
        restarts[lost] += 1
        better = other.results["rsmi_validation"] > ascent.results["rsmi_validation"][lost]
        for row, member in enumerate(lost.tolist()):
            if better[row]:
                ascent.take(member, other, row)

    network = data.network([np.random.default_rng(0)] * max(2, len(seeds)))
    ascent.put(network)
    results = ascent.results | {"restarts": restarts, "refined": np.zeros(len(seeds), bool)}
    if settings.refine and settings.discretisation != "none":
        results["refined"] = _refine(data, network, results["rsmi_validation"])[: len(seeds)]
    return data, network, results


@dataclass
class _Ascent:
    """Parameters of every member at its best epoch, and what happened on the way; first axis: member."""

    parameters: list[torch.Tensor]
    results: dict[str, np.ndarray]

    def take(self, member: int, other: "_Ascent", row: int) -> None:
        """Replace a member by one of another ascent."""
        for mine, theirs in zip(self.parameters, other.parameters, strict=True):
            mine[member] = theirs[row]
        for name, values in self.results.items():
            values[member] = other.results[name][row]

    def put(self, network: Network) -> None:
        """Copy the parameters into a network."""
        for p, kept in zip(network.parameters(), self.parameters, strict=True):
            p.value.copy_(kept)


def _ascend(
    data: Data,
    seeds: list[int],
    streams: list[np.random.Generator],
    stage: str,
    store: Checkpoint | None,
) -> _Ascent:
    """Train a member per stream, or go on from a checkpoint."""
    settings = data.settings
    # A batch of one takes other matrix kernels, which round differently; with a twin beside it a lone
    # member is bit for bit what it would be in company.
    generators = streams if len(streams) > 1 else [*streams, stream(*data.key, seeds[0], "twin")]
    order = stream(*data.key, stage, "order")
    network = data.network(generators)
    parameters = network.parameters()
    optimiser = Adam(parameters)
    flat = data.training.reshape(-1, *data.training.shape[2:])
    names = list(settings.symmetries)
    symmetries = Symmetries(names, data.regions, data.corners.period) if names else None
    fresh = FreshWindows(
        flat,
        data.corners,
        data.mean,
        settings.batch_size,
        network.members,
        symmetries,
        settings.translations,
        torch.bfloat16 if settings.precision == "bfloat16" else torch.float32,
    )
    validation, probe = data.windows("validation", settings.windows), data.probe()

    shape = network.members, settings.epochs
    weights = network.coarse.linear_response(probe).shape[1:]
    results = {
        "rsmi_validation": np.full(network.members, -np.inf),
        "rsmi_validation_error": np.zeros(network.members),
        "rsmi_moving_average": np.zeros(network.members),
        "best_epoch": np.zeros(network.members, int),
        "epochs_run": np.full(network.members, settings.epochs),
        "history_train": np.full(shape, np.nan),
        "history_validation": np.full(shape, np.nan),
        "history_filter": np.full((*shape, *weights), np.nan, np.float32),
    }
    best = [p.value.clone() for p in parameters]
    running = np.ones(network.members, bool)
    first = 0
    # A restart is of some seeds only.
    name = f"{stage} of {seeds}"
    state = store.stage(name) if store else None
    if state:
        first, running = state["epoch"], state["running"]
        results, best = state["results"], state["best"]
        optimiser.resume(state["optimiser"])
        network.critic.resume(state["critic"])
        for rng, saved in zip([order, *generators], state["streams"], strict=True):
            rng.bit_generator.state = saved

    bar = tqdm(range(first, settings.epochs), desc=stage, unit="epoch", file=sys.stderr, mininterval=10)
    for epoch in bar:
        if not running.any():
            break
        mean, average = _one_epoch(network, optimiser, fresh, order, generators, results)
        value, error = _validate(network, validation)
        diverged = running & ~np.isfinite(value)
        if diverged.any():
            results["epochs_run"][diverged] = epoch
            running &= ~diverged
            if not (running.any() or np.isfinite(results["rsmi_validation"]).any()):
                raise FloatingPointError(
                    f"training diverged at learning_rate = {settings.learning_rate!r}; "
                    "lower training.learning_rate"
                )
            print(f"{diverged.sum()} of {len(diverged)} members diverged in epoch {epoch + 1}", flush=True)
        results["history_train"][running, epoch] = mean[running]
        results["history_validation"][running, epoch] = value[running]
        results["history_filter"][running, epoch] = network.coarse.linear_response(probe)[running]
        results["rsmi_moving_average"][running] = average[running]
        better = value > results["rsmi_validation"] if settings.keep == "best" else running
        for member in np.flatnonzero(running & better):
            results["rsmi_validation"][member] = value[member]
            results["rsmi_validation_error"][member] = error[member]
            results["best_epoch"][member] = epoch + 1
            for kept, p in zip(best, parameters, strict=True):
                kept[member] = p.value[member]
        done = running & stalled(results["history_validation"][:, : epoch + 1], settings)
        results["epochs_run"][done] = epoch + 1
        running &= ~done
        if running.any():
            bar.set_postfix_str(f"validation {value[running].min():.4f} to {value[running].max():.4f} nat")
        if store and (store.due() or epoch == settings.epochs - 1 or not running.any()):
            state = {
                "epoch": epoch + 1,
                "running": running,
                "results": results,
                "best": best,
                "optimiser": optimiser.state(),
                "critic": network.critic.state(),
                "streams": [rng.bit_generator.state for rng in (order, *generators)],
            }
            store.keep(name, state)
    count = len(seeds)
    # Copies, since the checkpoint keeps the originals.
    return _Ascent(
        [kept[:count].clone() for kept in best],
        {key: values[:count].copy() for key, values in results.items()},
    )


def _one_epoch(
    network: Network,
    optimiser: Adam,
    fresh: FreshWindows,
    order: np.random.Generator,
    generators: list[np.random.Generator],
    results: dict[str, np.ndarray],
) -> tuple[np.ndarray, np.ndarray]:
    """Train for one epoch; return the mean bound of its steps and the moving average (B11) at its end."""
    settings = network.settings
    total = torch.zeros(network.members)
    average = torch.from_numpy(results["rsmi_moving_average"].copy()).float()
    steps = fresh.steps * settings.epochs
    # The moving average remembers a tenth of an epoch.
    weight = min(1.0, 10.0 / fresh.steps)
    for visible, environment in fresh.epoch(order, generators):
        v, e = visible.to(settings.device), environment.to(settings.device)
        bound = network.ascend(v, e, optimiser.steps, generators).cpu()
        optimiser.step(settings.rate(optimiser.steps / steps))
        total += bound
        average += weight * (bound - average)
    return total.numpy() / fresh.steps, average.numpy()


def _validate(network: Network, windows: WindowSet) -> tuple[np.ndarray, np.ndarray]:
    """Return the bound of each member on fixed windows, and its error."""
    settings = network.settings
    if settings.discretisation == "none":
        return evaluate_continuous(network, windows, settings.batch_size)
    return evaluate_bound(settings.bound, respond(network, windows), windows)


def _evaluate(data: Data, network: Network) -> dict[str, np.ndarray]:
    """Return all that is said of the finished members, on validation, test and training windows."""
    settings = data.settings
    # The in-sample value needs no small error.
    training, test = data.windows("training", 1), data.windows("test", settings.windows)
    results = {}
    if settings.discretisation == "none":
        results["rsmi"], results["rsmi_error"] = _validate(network, test)
        results["rsmi_train"], results["rsmi_train_error"] = _validate(network, training)
    else:
        seen, unseen = respond(network, training), respond(network, test)
        bound = settings.bound
        results["rsmi"], results["rsmi_error"] = evaluate_bound(bound, unseen, test)
        results["rsmi_train"], results["rsmi_train_error"] = evaluate_bound(bound, seen, training)
        log_q = classify(seen, unseen)
        pairs = {
            "barber_agakov": evaluate_barber_agakov(log_q, unseen, test),
            "component_information": evaluate_components(seen, unseen, test),
        }
        for name, (value, error) in pairs.items():
            results[name], results[f"{name}_error"] = value, error
        results["entropy"] = entropy(unseen.probabilities)
        held = np.maximum(results["entropy"], np.finfo(float).tiny)
        results["captured"] = np.where(results["entropy"] > 0, results["rsmi"] / held, 0.0)
        if settings.responses:
            kept = {"probability": unseen.probabilities, "score": unseen.scores, "log_q": log_q}
            if unseen.baseline is not None:
                kept["baseline"] = unseen.baseline
            results |= {name: values.astype(np.float32) for name, values in kept.items()}
    validation = data.windows("validation", settings.windows)
    results["rsmi_validation"], results["rsmi_validation_error"] = _validate(network, validation)
    return results


def _refine(data: Data, network: Network, before: np.ndarray) -> np.ndarray:
    """Refine all filters, keep those that gained on the validation windows, and tell which."""
    kept = [p.value.clone() for p in network.coarse.parameters()]
    refine(network, data.windows("training", 1))
    after, _ = _validate(network, data.windows("validation", data.settings.windows))
    worse = after <= before
    for p, old in zip(network.coarse.parameters(), kept, strict=True):
        p.value[worse] = old[worse]
    return ~worse
