"""Quasi-Newton refinement of a trained filter, its critic left as it is: equation (B12)."""

import numpy as np
import torch
from scipy.optimize import minimize

from rsmi.estimator.bounds import OverStates
from rsmi.estimator.coarse_graining import CoarseGraining, output_count
from rsmi.estimator.discretisation import Exact
from rsmi.estimator.network import Network
from rsmi.estimator.windows import WindowSet

ITERATIONS = 100


def refine(network: Network, windows: WindowSet) -> None:
    """Move every member's filter, in place, to where InfoNCE of the given windows is highest.

    With the critic fixed its scores are constants, so that the bound is a smooth function of the few
    parameters of the channel p(h|v), which L-BFGS ascends over all windows at once.
    """
    blocks, scores = _blocks_and_scores(network, windows)
    for member in range(network.members):
        _refine_member(network, member, blocks, scores[member : member + 1])


def _blocks_and_scores(network: Network, windows: WindowSet) -> tuple[torch.Tensor, torch.Tensor]:
    """Return V of all windows, (1, N, sites), and the scores of all states of h, (member, N, states)."""
    settings = network.settings
    blocks, scores = [], []
    exact = Exact(network.components, settings.states, network.members)
    states = exact.h.to(settings.device)
    for visible, environment in windows.chunks():
        blocks.append(visible.clone())
        e = environment.to(settings.device).expand(network.members, -1, -1)
        scores.append(network.critic.critic.forward(states, e).cpu().clone())
    return torch.cat(blocks)[None], torch.cat(scores, dim=1)


def _refine_member(network: Network, member: int, blocks: torch.Tensor, scores: torch.Tensor) -> None:
    settings = network.settings
    outputs = output_count(network.components, settings.states)
    # What it draws at the start is overwritten.
    alone = CoarseGraining(blocks.shape[2], outputs, list(settings.filter_hidden), [np.random.default_rng(0)])
    exact = Exact(network.components, settings.states, 1)
    parameters = alone.parameters()
    sizes = [p.value.numel() for p in parameters]

    def put(flat: np.ndarray) -> None:
        for p, part in zip(parameters, np.split(flat, np.cumsum(sizes)[:-1]), strict=True):
            p.value.copy_(torch.from_numpy(part).view(p.value.shape))

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        put(flat)
        probabilities = exact.forward(alone.forward(blocks))
        form = OverStates(scores, probabilities, inclusive=True)
        slope = torch.full_like(form.log_mean, 1.0 / form.log_mean.shape[1])
        _, to_probabilities = form.backward(slope)
        alone.backward(exact.backward(to_probabilities))
        gradient = np.concatenate([p.gradient.numpy().ravel() for p in parameters]).astype(float)
        return -(form.joint - form.log_mean).double().mean().item(), -gradient

    theirs = network.coarse.parameters()
    start = np.concatenate([p.value[member].cpu().numpy().ravel() for p in theirs]).astype(float)
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    put(best.x)
    for mine, shared in zip(parameters, theirs, strict=True):
        shared.value[member] = mine.value[0].to(settings.device)
