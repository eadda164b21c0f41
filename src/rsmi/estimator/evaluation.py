"""What a trained filter and critic are worth on a given set of windows."""

from dataclasses import dataclass

import numpy as np
import torch

from rsmi.estimator.bounds import (
    Classifier,
    barber_agakov_pointwise,
    infonce_pointwise,
)
from rsmi.estimator.coarse_graining import (
    LinearCoarseGraining,
    channel_probabilities,
    hidden_states,
)
from rsmi.estimator.critics import SeparableCritic
from rsmi.estimator.windows import WindowSet
from rsmi.statistics import blocked_error


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


def evaluate_infonce(responses: Responses, windows: WindowSet) -> tuple[np.ndarray, np.ndarray]:
    """Return InfoNCE of each member on a set of windows and its error, in nats; shape (member,)."""
    return with_error(infonce_pointwise(responses.probabilities, responses.scores), windows)


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
