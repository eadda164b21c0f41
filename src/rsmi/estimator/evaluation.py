"""What a trained filter and critic are worth on a given set of windows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from rsmi.estimator.bounds import (
    Classifier,
    barber_agakov_pointwise,
    entropy,
    infonce_pointwise,
)
from rsmi.estimator.coarse_graining import (
    LinearCoarseGraining,
    channel_probabilities,
    hidden_states,
)
from rsmi.estimator.critics import SeparableCritic
from rsmi.regions import Regions, gather, random_corners, sites
from rsmi.statistics import blocked_error

CHUNK = 4096


class WindowSet:
    """A fixed set of windows, `per_configuration` random translations of each configuration."""

    def __init__(
        self,
        configurations: np.ndarray,
        regions: Regions,
        period: tuple[int, int],
        per_configuration: int,
        rng: np.random.Generator,
    ) -> None:
        """Draw the windows in configurations of shape (chain, sample, Y, X)."""
        self.shape = (*configurations.shape[:2], per_configuration)
        self._flat = configurations.reshape(-1, *configurations.shape[2:])
        self._index = np.repeat(np.arange(len(self._flat)), per_configuration)
        self._corner = random_corners(rng, self._index.shape, self._flat.shape[1:], period)
        self._runs = regions.visible_runs(), regions.environment_runs()

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self._index)

    def chunks(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield V (B, sites) and E (B, sites) of at most `CHUNK` windows at a time, in order."""
        buffers = [torch.empty(CHUNK, sites(runs)) for runs in self._runs]
        for start in range(0, len(self), CHUNK):
            chosen = slice(start, start + CHUNK)
            count = len(self._index[chosen])
            for buffer, runs in zip(buffers, self._runs, strict=True):
                out = buffer[:count].numpy()
                gather(self._flat, self._index[chosen], self._corner[chosen], runs, out)
            yield tuple(buffer[:count] for buffer in buffers)


@dataclass(frozen=True)
class Responses:
    """What members answer to windows: p(h|v) and f(h, e) of all states of h, and the embedding u(e).

    Shapes (member, N, states), (member, N, states), (member, N, embedding).
    """

    probabilities: np.ndarray
    scores: np.ndarray
    embedding: np.ndarray


@torch.no_grad()
def respond(
    coarse: LinearCoarseGraining, critic: SeparableCritic, windows: WindowSet, channel: str
) -> Responses:
    """Pass all windows through filter and critic of every member."""
    members, _, components = coarse.weight.shape
    states = torch.from_numpy(hidden_states(components)).expand(members, -1, -1)
    answers = critic.hidden(states.contiguous()).transpose(1, 2)
    z, scores, embeddings = [], [], []
    for visible, environment in windows.chunks():
        z.append(coarse(visible.expand(members, -1, -1)).numpy())
        embedding = critic.environment(environment.expand(members, -1, -1))
        scores.append(torch.bmm(embedding, answers).numpy())
        embeddings.append(embedding.numpy())
    return Responses(
        channel_probabilities(np.concatenate(z, axis=1), channel),
        np.concatenate(scores, axis=1).astype(float),
        np.concatenate(embeddings, axis=1).astype(float),
    )


def with_error(pointwise: np.ndarray, windows: WindowSet) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard error of pointwise values of shape (..., N).

    Windows of one configuration overlap, so they are averaged first; the error comes from blocks of
    consecutive configurations.
    """
    values = pointwise.reshape(*pointwise.shape[:-1], *windows.shape).mean(axis=-1)
    return values.mean(axis=(-2, -1)), blocked_error(values, blocks=100)


def evaluate(responses: Responses, windows: WindowSet) -> dict[str, np.ndarray]:
    """Return InfoNCE with its error, and H(h), of each member; arrays of shape (member,), in nats."""
    value, error = with_error(infonce_pointwise(responses.probabilities, responses.scores), windows)
    return {"rsmi": value, "rsmi_error": error, "entropy": entropy(responses.probabilities)}


def evaluate_barber_agakov(
    training: Responses, test: Responses, windows: WindowSet
) -> tuple[np.ndarray, np.ndarray]:
    """Return the Barber–Agakov bound of each member on the test windows and its error, in nats.

    Its classifier of h reads the embedding u(e) and is fitted to `training`.
    """
    shares = []
    for member in range(len(test.scores)):
        fitted = Classifier(training.embedding[member], training.probabilities[member])
        log_q = fitted.log_probability(test.embedding[member])
        shares.append(barber_agakov_pointwise(test.probabilities[member], log_q))
    return with_error(np.stack(shares), windows)
