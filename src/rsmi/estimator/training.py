"""RSMI-NE training: filter and critic ascend the same bound together (algorithm 1)."""

import math
import sys
import time
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from tqdm import tqdm

from rsmi.estimator.adam import Adam
from rsmi.estimator.bounds import infonce
from rsmi.estimator.coarse_graining import LinearCoarseGraining, relax, relaxation_temperature
from rsmi.estimator.critics import SeparableCritic
from rsmi.estimator.evaluation import WindowSet, evaluate, evaluate_barber_agakov, respond
from rsmi.estimator.split import split_chains
from rsmi.regions import Regions, gather, random_corners, sites
from rsmi.seeds import stream

# A validation curve still rises if its last fifth gained more than this share of its value plus this
# many nats, the scatter of a converged one.
STILL_RISING = 0.02, 0.001


@dataclass(frozen=True)
class TrainingSettings:
    """How to train; the schema of `config.yaml` describes each setting."""

    batch_size: int = 100
    epochs: int = 15
    learning_rate: float = 5e-3
    schedule: str = "cosine"
    hidden: tuple[int, ...] = (32, 32)
    embedding: int = 8
    relaxation_max: float = 0.5
    relaxation_min: float = 0.1
    relaxation_rate: float = 5e-3
    channel: str = "hard"
    windows: int = 4

    def rate(self, progress: float) -> float:
        """Return the learning rate at a fraction of the training, from 0 to 1."""
        if self.schedule == "cosine":
            return self.learning_rate * 0.5 * (1.0 + math.cos(math.pi * progress))
        return self.learning_rate


def train(
    samples: xr.Dataset,
    regions: Regions,
    components: int,
    seeds: list[int],
    settings: TrainingSettings,
    split: tuple[float, float] = (0.5, 0.125),
    key: tuple[str | int | float, ...] = (0, "train"),
) -> xr.Dataset:
    """Train one filter and critic per seed, batched, and evaluate them on chains they have not seen.

    `samples` holds `configuration` (chain, sample, [y,] x) as `rsmi.sampling.sample` returns it. Every
    step draws `batch_size` training configurations per member, each under a fresh random lattice
    translation. After each epoch every member is valued on the validation chains, and its best epoch is
    kept. Member s draws from ``stream(*key, components, s)`` whoever shares its batch; the windows of
    the evaluation, from ``stream(*key, components, part)``, are common to all members.

    Returns a Dataset over `seed`, `component`, [`y`,] `x` and `epoch`, all information in nats. Raises
    `ValueError` if the window does not fit the lattice or there are too few chains or configurations.
    """
    started = time.perf_counter()
    configuration = samples["configuration"]
    dims = configuration.dims[2:]
    if len(dims) != regions.dimensions:
        raise ValueError(f"regions of {regions.dimensions} dimensions do not fit axes {dims}")
    lattice = (1, *configuration.shape[2:])[-2:]
    if regions.window > min(configuration.shape[2:]):
        raise ValueError(
            f"V = {regions.visible}, B = {regions.buffer}, E = {regions.environment} need a window of "
            f"{regions.window} sites per side, but the lattice is {configuration.shape[2:]}"
        )
    period = (1, *np.atleast_1d(samples.attrs["translation_period"]).tolist())[-2:]
    values = np.ascontiguousarray(configuration.values).reshape(*configuration.shape[:2], *lattice)
    parts = dict(zip(("training", "validation", "test"), split_chains(values, *split), strict=True))
    if parts["training"][..., 0, 0].size < settings.batch_size:
        raise ValueError(f"fewer training configurations than batch_size = {settings.batch_size}")
    # The in-sample value needs no small error.
    per_configuration = {"training": 1, "validation": settings.windows, "test": settings.windows}
    windows = {
        name: WindowSet(part, regions, period, per_configuration[name], stream(*key, components, name))
        for name, part in parts.items()
    }

    # A batch of one takes other matrix kernels, which round differently; with a twin beside it a lone
    # member is bit for bit what it would be in company.
    batch = [*seeds, *seeds] if len(seeds) == 1 else list(seeds)
    generators = [stream(*key, components, seed) for seed in batch]
    mean = _visible_mean(parts["training"], regions, period)
    coarse = LinearCoarseGraining(mean, components, generators)
    critic = SeparableCritic(
        components,
        sites(regions.environment_runs()),
        list(settings.hidden),
        settings.embedding,
        generators,
    )
    history = _ascend(coarse, critic, parts["training"], windows, regions, period, generators, settings)

    responses = {name: respond(coarse, critic, w, settings.channel) for name, w in windows.items()}
    results = {name: evaluate(responses[name], windows[name]) for name in windows}
    ba, ba_error = evaluate_barber_agakov(responses["training"], responses["test"], windows["test"])

    block = ("component", *dims)
    shape = (components, *([regions.visible] * regions.dimensions))

    def filters(weight: np.ndarray) -> np.ndarray:
        """Bring weights (..., sites, component) to (..., component, [y,] x)."""
        return np.moveaxis(weight, -1, -2).reshape(*weight.shape[:-2], *shape)

    nat = {"units": "nat"}
    test = results["test"]
    dataset = xr.Dataset(
        {
            "filter": (
                ("seed", *block),
                filters(coarse.weight.detach().numpy().copy()),
                {"long_name": "filter Lambda", "units": "1", "channel": _CHANNEL[settings.channel]},
            ),
            "bias": (("seed", "component"), coarse.bias.detach().numpy()[:, 0].copy()),
            "mean": (dims, mean.reshape(shape[1:]), {"long_name": "mean of V over training data"}),
            "rsmi": (
                "seed",
                test["rsmi"],
                nat | {"long_name": "RSMI, InfoNCE on test chains", "reference": "equation (10)"},
            ),
            "rsmi_error": ("seed", test["rsmi_error"], nat | {"long_name": "standard error"}),
            "rsmi_validation": ("seed", results["validation"]["rsmi"], nat),
            "rsmi_train": (
                "seed",
                results["training"]["rsmi"],
                nat | {"long_name": "RSMI in sample, on training chains"},
            ),
            "barber_agakov": (
                "seed",
                ba,
                nat | {"long_name": "Barber–Agakov bound on test chains", "reference": "equation (3)"},
            ),
            "barber_agakov_error": ("seed", ba_error, nat),
            "entropy": ("seed", test["entropy"], nat | {"long_name": "H(h) on test chains"}),
            "best_epoch": ("seed", history["best_epoch"]),
            "still_rising": ("seed", _still_rising(history["validation"])),
            "history_train": (
                ("seed", "epoch"),
                history["train"],
                nat | {"long_name": "mean relaxed InfoNCE of the training steps"},
            ),
            "history_validation": (("seed", "epoch"), history["validation"], nat),
            "history_filter": (("seed", "epoch", *block), filters(history["filter"])),
        },
        coords={
            "seed": batch,
            "component": np.arange(components),
            "epoch": np.arange(1, settings.epochs + 1),
            "control": samples["control"],
            "L_B": ((), regions.buffer, {"long_name": "buffer width", "units": "sites"}),
            "components": components,
        },
        attrs={"training_seconds": time.perf_counter() - started},
    )
    return dataset.isel(seed=slice(0, len(seeds)))


_CHANNEL = {
    "hard": "h = sign(z) with z = filter . (v - mean) + bias, summed over V",
    "sampled": "p(h = +1 | v) = 1 / (1 + exp(-2 z)) with z = filter . (v - mean) + bias, summed over V",
}


def _visible_mean(training: np.ndarray, regions: Regions, period: tuple[int, int]) -> np.ndarray:
    """Return the mean of every site of V over all configurations and translations; shape (sites,)."""
    site_mean = training.mean(axis=(0, 1))
    height, width = site_mean.shape
    py, px = period
    cell = site_mean.reshape(height // py, py, width // px, px).mean(axis=(0, 2))
    rows, columns = np.nonzero(regions.distance() == 0)
    return cell[rows % py, columns % px]


def _ascend(coarse, critic, training, windows, regions, period, generators, settings):
    """Train in place, leave every member at its best epoch, and return the history."""
    members, site_count, components = coarse.weight.shape
    flat = training.reshape(-1, *training.shape[2:])
    steps = len(flat) // settings.batch_size
    batch = members * settings.batch_size
    runs = regions.visible_runs(), regions.environment_runs()
    # PyTorch aligns its memory alike in every run; matrix products may round by alignment.
    visible, environment = (torch.empty(batch, sites(r)) for r in runs)
    blocks = [x.view(members, settings.batch_size, -1) for x in (visible, environment)]
    parameters = [*coarse.parameters(), *critic.parameters()]
    optimiser = Adam(coarse, critic)
    best = [p.detach().clone() for p in parameters]
    history = {
        "train": np.zeros((members, settings.epochs)),
        "validation": np.zeros((members, settings.epochs)),
        "filter": np.zeros((members, settings.epochs, site_count, components), np.float32),
    }
    highest = np.full(members, -np.inf)
    best_epoch = np.zeros(members, int)

    bar = tqdm(range(settings.epochs), desc="training", unit="epoch", file=sys.stderr, mininterval=2)
    for epoch in bar:
        draws = [_epoch_draws(rng, flat.shape, steps, period, components, settings) for rng in generators]
        index = np.stack([d[0] for d in draws], axis=1).reshape(steps, batch)
        corner = np.stack([d[1] for d in draws], axis=1).reshape(steps, batch, 2)
        noise = torch.from_numpy(np.stack([d[2] for d in draws], axis=1))
        total = torch.zeros(members)
        for step in range(steps):
            gather(flat, index[step], corner[step], runs[0], visible.numpy())
            gather(flat, index[step], corner[step], runs[1], environment.numpy())
            temperature = relaxation_temperature(
                optimiser.steps,
                settings.relaxation_max,
                settings.relaxation_min,
                settings.relaxation_rate,
            )
            h = relax(coarse(blocks[0]), noise[step], temperature)
            bound = infonce(critic(h, blocks[1]))
            bound.sum().backward()
            optimiser.step(settings.rate(optimiser.steps / (steps * settings.epochs)))
            total += bound.detach()
        responses = respond(coarse, critic, windows["validation"], settings.channel)
        value = evaluate(responses, windows["validation"])["rsmi"]
        history["train"][:, epoch] = total.numpy() / steps
        history["validation"][:, epoch] = value
        history["filter"][:, epoch] = coarse.weight.detach().numpy()
        for member in np.flatnonzero(value > highest):
            highest[member] = value[member]
            best_epoch[member] = epoch + 1
            for kept, p in zip(best, parameters, strict=True):
                kept[member] = p.detach()[member]
        bar.set_postfix_str(f"validation {value.min():.4f} to {value.max():.4f} nat")
    if not np.isfinite(highest).all():
        raise FloatingPointError("training diverged; lower training.learning_rate")
    with torch.no_grad():
        for kept, p in zip(best, parameters, strict=True):
            p.copy_(kept)
    history["best_epoch"] = best_epoch
    return history


def _epoch_draws(rng, configurations, steps, period, components, settings):
    """Draw one member's configurations, window corners and relaxation noise for an epoch."""
    count, *lattice = configurations
    shape = steps, settings.batch_size
    index = rng.permutation(count)[: steps * settings.batch_size].reshape(shape)
    corner = random_corners(rng, shape, lattice, period)
    noise = rng.logistic(size=(*shape, components)).astype(np.float32)
    return index, corner, noise


def _still_rising(validation: np.ndarray) -> np.ndarray:
    """Tell which validation curves (member, epoch) gained noticeably in the last fifth."""
    epochs = validation.shape[1]
    fifth = max(1, epochs // 5)
    if epochs < 2 * fifth:
        return np.ones(len(validation), bool)
    last = validation[:, -fifth:].mean(axis=1)
    before = validation[:, -2 * fifth : -fifth].mean(axis=1)
    share, absolute = STILL_RISING
    return last - before > share * np.abs(last) + absolute
