"""Mutual information of paired real-valued samples, without a coarse-graining: critic and bound alone.

Samples are split into folds (cross-fitting): a member is trained on all folds but two, stopped by one, and
tested on the other, so that every sample is tested once, by a member that has not seen it. All members are
trained as one batch.
"""

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import ArrayLike

from rsmi.estimator.adam import Adam
from rsmi.estimator.bounds import Paired, penalty
from rsmi.estimator.convergence import NEAR_CEILING
from rsmi.estimator.coordinates import canonical, normal_scores, size_of
from rsmi.estimator.network import Critic
from rsmi.estimator.pairs import matrix_of, require_one_order, warn_of_copies, warn_of_marks, warn_of_memory
from rsmi.estimator.settings import TrainingSettings
from rsmi.sampling.seeds import stream

BOUNDS = ("infonce", "nwj", "tuba", "donsker_varadhan")
# Pairs that are compared with each other, at least (or all), after each epoch and in the test.
VALIDATION_BATCH, TEST_BATCH = 250, 1000
# Pairs that pass through a critic at once, to bound the memory of a concatenated one.
PAIRS = 30_000


@dataclass(frozen=True)
class Candidate:
    """A critic to try. Of `settings`, those of critic, batch, epochs, learning rate and patience are used.

    `canonical` turns x and y to their canonical directions, scaled by their correlation: what is correlated
    stands out from many coordinates. Without it, the coordinates are taken as they are.
    """

    settings: TrainingSettings
    canonical: bool


# Products of features are quick and find what hangs together in curved coordinates; a network of x and y
# together finds narrow ridges.
CANDIDATES = (
    Candidate(TrainingSettings(batch_size=64, epochs=20, hidden=(64,) * 3, embedding=16, patience=5), False),
    Candidate(
        TrainingSettings(
            critic="concatenated",
            batch_size=32,
            epochs=20,
            learning_rate=6e-3,
            hidden=(32, 16, 16, 16),
            patience=4,
        ),
        True,
    ),
)


@dataclass(frozen=True)
class MutualInformation:
    """An estimate of I(X:Y), in nats.

    value, error: the bound on samples that neither trained nor chose, and its standard error. validation,
    in_sample: the bound on the samples that chose, and on some that trained. chosen, epochs: the candidate
    and the epoch that validation chose for each fold.
    """

    bound: str
    value: float
    error: float
    validation: float
    in_sample: float
    chosen: tuple[int, ...]
    epochs: tuple[int, ...]


def mutual_information(
    x: ArrayLike,
    y: ArrayLike,
    bound: str = "infonce",
    candidates: Sequence[Candidate] = CANDIDATES,
    folds: int = 5,
    seed: int = 0,
) -> MutualInformation:
    """Estimate I(X:Y) of independent pairs x (N, d_x) and y (N, d_y), in nats; vectors (N,) are columns.

    x and y are plain real numbers, integers or booleans: arrays, lists, tensors, objects of pandas or xarray.
    `bound` is one of `BOUNDS`. Every fold tries all candidates, and validation chooses. Critics read the
    normal scores of the coordinates and the size of each sample (`rsmi.estimator.coordinates`), so the value
    is a lower bound but for its statistical error. Value and error take pairs as independent: thin a
    correlated series first, to every 2 tau-th pair if tau is its integrated autocorrelation time.

    Raises `ValueError` for samples that are no real numbers, not finite, masked, all the same, or do not
    pair, for too few of them, and for a bound that needs discrete x; `FloatingPointError` if training
    diverges. Warns where a coordinate is autocorrelated in the given order, where real pairs stand more than
    once, and where log K of a training batch holds InfoNCE back. Source: cross-fitting, V. Chernozhukov et
    al., Econometrics J. 21, C1 (2018).
    """
    x, y = _check(x, y, bound, candidates, folds)
    warn_of_marks({"x": x, "y": y})
    warn_of_memory({"x": x, "y": y})
    warn_of_copies({"x": x, "y": y})
    part = len(x) // folds
    order = stream(seed, "mutual_information", "folds").permutation(len(x))
    # Per fold: training samples, then those of validation, then those of the test.
    orders = [np.roll(order, -(fold + 1) * part) for fold in range(folds)]
    outcomes = []
    for number, candidate in enumerate(candidates):
        settings = replace(candidate.settings, bound=bound)
        pairs = [_prepare(x[rows], y[rows], len(x) - 2 * part, candidate.canonical) for rows in orders]
        read_x, read_y = (torch.from_numpy(np.stack(values)) for values in zip(*pairs, strict=True))
        streams = [stream(seed, "mutual_information", number, fold) for fold in range(folds)]
        outcomes.append(_fit(read_x, read_y, part, settings, streams))
    chosen = np.argmax([outcome["validation"] for outcome in outcomes], axis=0)
    best = {name: np.stack([outcomes[c][name][m] for m, c in enumerate(chosen)]) for name in outcomes[0]}
    value, size = best["test"].mean(), min(candidates[c].settings.batch_size for c in chosen)
    if bound == "infonce" and value > NEAR_CEILING * math.log(size):
        warnings.warn(
            f"{value:.2f} nat is near log K = {math.log(size):.2f} nat of a training batch, which holds the "
            f"training back; raise batch_size of the candidates (now {size})",
            stacklevel=2,
        )
    return MutualInformation(
        bound=bound,
        value=float(value),
        error=float(best["test"].std(ddof=1) / math.sqrt(best["test"].size)),
        validation=float(best["validation"].mean()),
        in_sample=float(best["in_sample"].mean()),
        chosen=tuple(chosen.tolist()),
        epochs=tuple(best["epoch"].tolist()),
    )


def _check(
    x: ArrayLike, y: ArrayLike, bound: str, candidates: Sequence[Candidate], folds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y as matrices, or say what is wrong."""
    require_one_order(x, y)
    x, y = matrix_of("x", x), matrix_of("y", y)
    if x.ndim != 2 or y.ndim != 2 or len(x) != len(y) or 0 in x.shape + y.shape:
        raise ValueError(f"x and y have shapes {x.shape} and {y.shape}; give (N, d_x) and (N, d_y) of pairs")
    for name, part in (("x", x), ("y", y)):
        if not np.isfinite(part).all():
            raise ValueError(f"{name} holds {np.sum(~np.isfinite(part))} values not finite; drop their pairs")
    if bound not in BOUNDS:
        raise ValueError(f"bound = {bound!r} is not possible for real-valued samples; use one of {BOUNDS}")
    if folds < 3:
        raise ValueError(f"folds = {folds} leave nothing to train on; use 3 or more")
    largest = max(candidate.settings.batch_size for candidate in candidates)
    if len(x) < folds * largest:
        raise ValueError(
            f"{len(x)} samples are too few for folds = {folds} and batch_size = {largest}; "
            f"give {folds * largest} or more, or lower these"
        )
    for name, part in (("x", x), ("y", y)):
        if (part == part[0]).all():
            raise ValueError(
                f"{name} never changes: its first coordinate is {part[0, 0]:g} in every sample, so it "
                "shares no information; is it the right variable?"
            )
    return x, y


def _prepare(x: np.ndarray, y: np.ndarray, training: int, turned: bool) -> list[np.ndarray]:
    """Return x (N, d_x + 1) and y (N, d_y + 1) as critics read them, fitted to the first `training`."""
    scores = [normal_scores(part, training) for part in (x, y)]
    if turned:
        scores = canonical(scores[0], scores[1], training)
    sizes = [size_of(part, training) for part in (x, y)]
    return [np.hstack(pair).astype(np.float32) for pair in zip(scores, sizes, strict=True)]


def _fit(
    x: torch.Tensor,
    y: torch.Tensor,
    part: int,
    settings: TrainingSettings,
    generators: list[np.random.Generator],
) -> dict[str, np.ndarray]:
    """Train a critic per fold on x, y (fold, N, d); return its values at its best epoch on validation.

    The results, first axis fold: `validation`, `in_sample`, `epoch`, and `test` (fold, part) by sample.
    """
    folds, training = len(x), x.shape[1] - 2 * part
    critic = Critic(x.shape[2], y.shape[2], settings, generators)
    parameters = critic.parameters()
    optimiser = Adam(parameters)
    steps, rows = training // settings.batch_size, torch.arange(folds)[:, None]
    best, kept = np.full(folds, -np.inf), [p.value.clone() for p in parameters]
    epoch_of = np.zeros(folds, int)
    for epoch in range(1, settings.epochs + 1):
        shuffled = torch.from_numpy(np.stack([rng.permutation(training) for rng in generators]))
        for chosen in shuffled[:, : steps * settings.batch_size].split(settings.batch_size, dim=1):
            critic.ascend(x[rows, chosen], y[rows, chosen], None, to_h=False)
            optimiser.step(settings.rate(optimiser.steps / (steps * settings.epochs)))
        value = _shares(critic, x, y, slice(training, training + part), VALIDATION_BATCH).mean(axis=1)
        better = value > best
        best[better], epoch_of[better] = value[better], epoch
        for old, p in zip(kept, parameters, strict=True):
            old[better] = p.value[better]
        if settings.patience and epoch - epoch_of.max() >= settings.patience:
            break
    if not np.isfinite(best).all():
        raise FloatingPointError(
            f"training diverged at learning_rate = {settings.learning_rate!r}; lower that of the candidate"
        )
    for old, p in zip(kept, parameters, strict=True):
        p.value.copy_(old)
    return {
        "validation": best,
        "epoch": epoch_of,
        "in_sample": _shares(critic, x, y, slice(part), VALIDATION_BATCH).mean(axis=1),
        "test": _shares(critic, x, y, slice(training + part, None), TEST_BATCH),
    }


def _shares(critic: Critic, x: torch.Tensor, y: torch.Tensor, where: slice, size: int) -> np.ndarray:
    """Return each sample's share of the bound, (fold, samples), batch by batch of `size` or more."""
    x, y = x[:, where], y[:, where]
    batches = max(1, x.shape[1] // size)
    shares = np.empty(x.shape[:2])
    for start in range(batches):
        h, e = x[:, start::batches].contiguous(), y[:, start::batches].contiguous()
        rows = max(1, PAIRS // (len(h) * h.shape[1]))
        scores = [critic.critic.forward(h, piece.contiguous()).clone() for piece in e.split(rows, dim=1)]
        form = Paired(torch.cat(scores, dim=1), critic.bound == "infonce")
        baseline = critic.baseline.forward(e).squeeze(2).numpy() if critic.baseline else None
        log_mean = form.log_mean.numpy().astype(float)
        shares[:, start::batches] = form.joint.numpy() - penalty(critic.bound, log_mean, baseline)
    return shares
