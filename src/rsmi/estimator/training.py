"""RSMI-NE training: filter and critic ascend the same bound together (algorithm 1)."""

import math
import sys
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from tqdm import tqdm

from rsmi.estimator.adam import Adam
from rsmi.estimator.bounds import entropy, infonce
from rsmi.estimator.coarse_graining import LinearCoarseGraining, relax, relaxation_temperature
from rsmi.estimator.critics import SeparableCritic
from rsmi.estimator.evaluation import evaluate_barber_agakov, evaluate_infonce, respond
from rsmi.estimator.record import CHANNEL, training_dataset
from rsmi.estimator.split import split_chains
from rsmi.estimator.windows import FreshWindows, WindowSet
from rsmi.regions import Regions, sites
from rsmi.seeds import stream

REFERENCE = (
    "Equations: D. E. Gökmen, Z. Ringel, S. D. Huber, M. Koch-Janusz, Phase diagrams with real-space mutual "
    "information neural estimation (2021)"
)

# A validation curve still rises if its last fifth gained more than this share of its value plus this
# many nats, the scatter of a converged one.
STILL_RISING = 0.02, 0.001


@dataclass(frozen=True)
class TrainingSettings:
    """How to train; the schema of `config.yaml` describes each setting.

    Raises `ValueError` for a `schedule` or `channel` that does not exist.
    """

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

    def __post_init__(self) -> None:
        """Refuse names that would otherwise be taken for the other choice."""
        for name, choices in (("schedule", ("cosine", "constant")), ("channel", tuple(CHANNEL))):
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} = {getattr(self, name)!r} is not possible; use one of {choices}")

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
    key: tuple[str | int, ...] = (0, "train"),
) -> xr.Dataset:
    """Train one filter and critic per seed, batched, and evaluate them on chains they have not seen.

    `samples` holds `configuration` (chain, sample, [y,] x) as `rsmi.sampling.sample` returns it. Every
    step draws `batch_size` training configurations per member, each under a fresh random lattice
    translation. After each epoch every member is valued on the validation chains, and its best epoch is
    kept. Member s draws from ``stream(*key, control, L_B, components, s)`` whoever shares its batch; the
    windows of the evaluation, with the name of the part in place of s, are common to all members.

    Returns a Dataset over `seed`, `component`, [`y`,] `x` and `epoch`, all information in nats. Raises
    `ValueError` if the window does not fit the lattice or there are too few chains or configurations.
    """
    configuration = samples["configuration"]
    lattice = configuration.shape[2:]
    if len(lattice) != regions.dimensions:
        raise ValueError(
            f"regions of {regions.dimensions} dimensions do not fit a lattice of shape {lattice}"
        )
    if regions.window > min(lattice):
        raise ValueError(
            f"V = {regions.visible}, B = {regions.buffer}, E = {regions.environment} need a window of "
            f"{regions.window} sites per side, but the lattice is {lattice}"
        )
    key = (*key, samples["control"].item(), regions.buffer, components)
    # One dimension is a lattice of height one.
    values = configuration.values.reshape(*configuration.shape[:2], *(1, *lattice)[-2:])
    period = (1, *np.atleast_1d(samples.attrs["translation_period"]).tolist())[-2:]
    training, validation, test = split_chains(np.ascontiguousarray(values), *split)
    flat = training.reshape(-1, *training.shape[2:])
    if len(flat) < settings.batch_size:
        raise ValueError(f"fewer training configurations than batch_size = {settings.batch_size}")

    # A batch of one takes other matrix kernels, which round differently; with a twin beside it a lone
    # member is bit for bit what it would be in company.
    batch = [*seeds, *seeds] if len(seeds) == 1 else list(seeds)
    generators = [stream(*key, seed) for seed in batch]
    coarse = LinearCoarseGraining(_visible_mean(training, regions, period), components, generators)
    critic = SeparableCritic(
        components,
        sites(regions.environment_runs()),
        list(settings.hidden),
        settings.embedding,
        generators,
    )
    fresh = FreshWindows(flat, regions, period, settings.batch_size, len(batch))

    def fixed(part: np.ndarray, name: str, per_configuration: int) -> WindowSet:
        return WindowSet(part, regions, period, per_configuration, stream(*key, name))

    validation_windows = fixed(validation, "validation", settings.windows)
    results = _ascend(coarse, critic, fresh, validation_windows, generators, settings)

    # The in-sample value needs no small error.
    training_windows, test_windows = fixed(training, "training", 1), fixed(test, "test", settings.windows)
    seen, validated, unseen = (
        respond(coarse, critic, windows, settings.channel)
        for windows in (training_windows, validation_windows, test_windows)
    )
    results["rsmi"], results["rsmi_error"] = evaluate_infonce(unseen, test_windows)
    results["rsmi_validation"], results["rsmi_validation_error"] = evaluate_infonce(
        validated, validation_windows
    )
    results["rsmi_train"], results["rsmi_train_error"] = evaluate_infonce(seen, training_windows)
    ba = evaluate_barber_agakov(seen, unseen, test_windows)
    results["barber_agakov"], results["barber_agakov_error"] = ba
    results["entropy"] = entropy(unseen.probabilities)
    results["still_rising"] = _still_rising(results["history_validation"])
    dataset = training_dataset(seeds, coarse, regions, settings.channel, results, samples["control"])
    origin = {name: samples.attrs[name] for name in ("model", "parameters") if name in samples.attrs}
    return dataset.assign_attrs(title="RSMI-NE training", references=REFERENCE, **origin)


def _visible_mean(training: np.ndarray, regions: Regions, period: tuple[int, int]) -> np.ndarray:
    """Return the mean of every site of V over all configurations and translations; shape (sites,)."""
    site_mean = training.mean(axis=(0, 1))
    height, width = site_mean.shape
    py, px = period
    cell = site_mean.reshape(height // py, py, width // px, px).mean(axis=(0, 2))
    rows, columns = np.nonzero(regions.distance() == 0)
    return cell[rows % py, columns % px]


def _ascend(
    coarse: LinearCoarseGraining,
    critic: SeparableCritic,
    fresh: FreshWindows,
    validation: WindowSet,
    generators: list[np.random.Generator],
    settings: TrainingSettings,
) -> dict[str, np.ndarray]:
    """Train in place, leave every member at its best epoch, and return what happened on the way."""
    members, site_count, components = coarse.weight.shape
    parameters = [*coarse.parameters(), *critic.parameters()]
    optimiser = Adam(coarse, critic)
    best = [p.detach().clone() for p in parameters]
    highest = np.full(members, -np.inf)
    best_epoch = np.zeros(members, int)
    history_train, history_validation = np.zeros((2, members, settings.epochs))
    history_filter = np.zeros((members, settings.epochs, site_count, components), np.float32)

    bar = tqdm(range(settings.epochs), desc="training", unit="epoch", file=sys.stderr, mininterval=10)
    for epoch in bar:
        total = torch.zeros(members)
        for visible, environment in fresh.epoch(generators):
            temperature = relaxation_temperature(
                optimiser.steps,
                settings.relaxation_max,
                settings.relaxation_min,
                settings.relaxation_rate,
            )
            z = coarse(visible)
            noise = np.stack([rng.logistic(size=z.shape[1:]) for rng in generators]).astype(np.float32)
            h = relax(z, torch.from_numpy(noise), temperature)
            bound = infonce(critic(h, environment))
            bound.sum().backward()
            optimiser.step(settings.rate(optimiser.steps / (fresh.steps * settings.epochs)))
            total += bound.detach()
        responses = respond(coarse, critic, validation, settings.channel)
        value, _ = evaluate_infonce(responses, validation)
        history_train[:, epoch] = total.numpy() / fresh.steps
        history_validation[:, epoch] = value
        history_filter[:, epoch] = coarse.weight.detach().numpy()
        for member in np.flatnonzero(value > highest):
            highest[member], best_epoch[member] = value[member], epoch + 1
            for kept, p in zip(best, parameters, strict=True):
                kept[member] = p.detach()[member]
        bar.set_postfix_str(f"validation {value.min():.4f} to {value.max():.4f} nat")
    if not np.isfinite(history_validation).all():
        raise FloatingPointError(
            f"training diverged at learning_rate = {settings.learning_rate!r}; lower training.learning_rate"
        )
    with torch.no_grad():
        for kept, p in zip(best, parameters, strict=True):
            p.copy_(kept)
    return {
        "best_epoch": best_epoch,
        "history_train": history_train,
        "history_validation": history_validation,
        "history_filter": history_filter,
    }


def _still_rising(validation: np.ndarray) -> np.ndarray:
    """Tell which validation curves (member, epoch) gained noticeably in the last fifth.

    A schedule that lowers the learning rate to zero flattens every curve: False does not prove convergence.
    """
    epochs = validation.shape[1]
    fifth = max(1, epochs // 5)
    if epochs < 2 * fifth:
        return np.ones(len(validation), bool)
    last = validation[:, -fifth:].mean(axis=1)
    before = validation[:, -2 * fifth : -fifth].mean(axis=1)
    share, absolute = STILL_RISING
    return last - before > share * np.abs(last) + absolute
