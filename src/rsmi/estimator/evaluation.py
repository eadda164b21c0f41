"""What trained members are worth on a given set of windows."""

from dataclasses import dataclass

import numpy as np
import torch
from scipy.special import fdtri

from rsmi.estimator.bounds import Paired, penalty, pointwise
from rsmi.estimator.classifier import Classifier
from rsmi.estimator.coarse_graining import component_probabilities, hidden_states, joint_probabilities
from rsmi.estimator.network import Network
from rsmi.estimator.windows import WindowSet
from rsmi.sampling.statistics import blocked_error

# Runs of configurations that an error is taken from, and how rarely chance alone may prefer whole chains.
BLOCKS = 100
SIGNIFICANCE = 0.01


@dataclass(frozen=True)
class Responses:
    """What members answer to windows.

    z: the outputs of the coarse-graining, (member, N, outputs). components: p(h_c|v), (member, N, n, q).
    probabilities: p(h|v) of all joint states of h, (member, N, q^n). scores: f(h, e) of all of them, alike.
    features: what a classifier of h reads of e, (member, N, features). baseline: TUBA's a(e), (member, N), or
    None.
    """

    z: np.ndarray
    components: np.ndarray
    probabilities: np.ndarray
    scores: np.ndarray
    features: np.ndarray
    baseline: np.ndarray | None


def respond(network: Network, windows: WindowSet) -> Responses:
    """Pass all windows through filter and critic of every member."""
    members, settings = network.members, network.settings
    table = torch.from_numpy(hidden_states(network.components, settings.states)).to(settings.device)
    states = table.expand(members, -1, -1).contiguous()
    parts: dict[str, list[np.ndarray]] = {"z": [], "scores": [], "features": [], "baseline": []}

    def keep(name: str, values: torch.Tensor) -> None:
        parts[name].append(values.cpu().numpy().copy())

    critic = network.critic
    for visible, environment in windows.chunks():
        v, e = (part.to(settings.device).expand(members, -1, -1) for part in (visible, environment))
        keep("z", network.coarse.forward(v))
        keep("scores", critic.critic.forward(states, e))
        keep("features", critic.critic.features())
        if critic.baseline:
            keep("baseline", critic.baseline.forward(e).squeeze(2))
    whole = {name: np.concatenate(values, axis=1) for name, values in parts.items() if values}
    components = component_probabilities(whole["z"], settings.states, settings.channel)
    whole["scores"] = whole["scores"].astype(float)
    return Responses(
        z=whole["z"],
        components=components,
        probabilities=joint_probabilities(components),
        scores=whole["scores"],
        features=whole["features"],
        baseline=whole.get("baseline"),
    )


def with_error(
    shares: np.ndarray, shape: tuple[int, int, int], group: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard error of pointwise values of shape (..., N).

    `shape` is (chains, configurations per chain, windows per configuration), with N in all. Windows of one
    configuration overlap, so they are averaged first; the error comes from blocks of consecutive
    configurations. Where the means of whole chains, or of chains of one `group`, shape (chains,), scatter
    more than that explains, by an F-test at `SIGNIFICANCE`, as where chains do not mix, the error comes from
    them.
    """
    values = shares.reshape(*shares.shape[:-1], *shape).mean(axis=-1)
    error = blocked_error(values, blocks=BLOCKS)
    chains = values.shape[-2]
    size = np.ones(chains) if group is None else np.unique(group, return_counts=True)[1]
    if len(size) > 1:
        of_chain = values.mean(axis=-1)
        if len(size) == chains:
            between = of_chain.std(axis=-1, ddof=1) / np.sqrt(chains)
        else:
            # Large groups count for more: the error of a ratio of sums over groups.
            deviation = of_chain - of_chain.mean(axis=-1, keepdims=True)
            sums = np.add.reduceat(deviation, np.cumsum(size) - size, axis=-1)
            between = np.sqrt(len(size) / (len(size) - 1) * (sums**2).sum(axis=-1)) / chains
        limit = np.sqrt(fdtri(len(size) - 1, BLOCKS - 1, 1.0 - SIGNIFICANCE))
        error = np.where(between > limit * error, between, error)
    return values.mean(axis=(-2, -1)), error


def evaluate_bound(bound: str, responses: Responses, windows: WindowSet) -> tuple[np.ndarray, np.ndarray]:
    """Return a bound of each member on a set of windows and its error, in nats; shape (member,)."""
    shares = pointwise(bound, responses.probabilities, responses.scores, responses.baseline)
    value, error = with_error(shares, windows.shape, windows.group)
    return value, np.hypot(error, _unseen(responses.scores, windows))


def _unseen(scores: np.ndarray, windows: WindowSet) -> np.ndarray:
    """Return by how much one configuration with another h would move a mean; shape (member,).

    Where all windows agree, deep in an ordered phase, their scatter is zero, but events too rare to have been
    seen still limit what they tell. `scores` are f(h, e) or log q(h|e), shape (member, N, states).
    """
    chains, samples, _ = windows.shape
    return np.ptp(scores, axis=-1).mean(axis=-1) / (chains * samples)


def classify(training: Responses, test: Responses) -> np.ndarray:
    """Return log q(h|e) of a classifier per member on the test windows; shape (member, N, states).

    It reads the features of e, and is fitted to `training`.
    """
    return _classify(training.features, training.probabilities, test.features)


def evaluate_barber_agakov(
    log_q: np.ndarray, test: Responses, windows: WindowSet
) -> tuple[np.ndarray, np.ndarray]:
    """Return the Barber–Agakov bound of each member on the test windows and its error, in nats.

    `log_q` is what `classify` returns.
    """
    return _barber_agakov(log_q, test.probabilities, windows)


def evaluate_components(
    training: Responses, test: Responses, windows: WindowSet
) -> tuple[np.ndarray, np.ndarray]:
    """Return the Barber–Agakov bound of each component of h alone, and its error; (member, component)."""
    values = [
        _barber_agakov(_classify(training.features, seen, test.features), unseen, windows)
        for seen, unseen in zip(
            np.moveaxis(training.components, 2, 0), np.moveaxis(test.components, 2, 0), strict=True
        )
    ]
    value, error = (np.stack(part, axis=1) for part in zip(*values, strict=True))
    return value, error


def _classify(features: np.ndarray, labels: np.ndarray, test_features: np.ndarray) -> np.ndarray:
    """Fit every member's features (member, N, d) to labels (member, N, q); return log q on others."""
    return np.stack(
        [
            Classifier(x, p).log_probability(test_x)
            for x, p, test_x in zip(features, labels, test_features, strict=True)
        ]
    )


def _barber_agakov(
    log_q: np.ndarray, labels: np.ndarray, windows: WindowSet
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bound of every member, and its error, from log q and labels, (member, N, q)."""
    value, error = with_error(pointwise("barber_agakov", labels, log_q), windows.shape, windows.group)
    return value, np.hypot(error, _unseen(log_q, windows))


def evaluate_continuous(
    network: Network, windows: WindowSet, batch_size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the bound of each member where h = z is a real number, and its error; shape (member,).

    Windows are compared in batches of at least `batch_size`, whose logarithm InfoNCE cannot exceed. Raises
    `ValueError` if there are fewer windows.
    """
    members, settings = network.members, network.settings
    batches = len(windows) // batch_size
    if not batches:
        raise ValueError(f"fewer windows than batch_size = {batch_size}; lower training.batch_size")
    z, e = _outputs_and_environments(network, windows)
    shares = np.empty((members, len(windows)))
    for start in range(batches):
        # A stride as wide as can be: windows of one configuration are no independent pairs.
        chosen = slice(start, None, batches)
        h = z[:, chosen].contiguous().to(settings.device)
        environment = e[chosen].to(settings.device).expand(members, -1, -1)
        form = Paired(network.critic.critic.forward(h, environment), settings.bound == "infonce")
        baseline = None
        if network.critic.baseline:
            baseline = network.critic.baseline.forward(environment).squeeze(2).cpu().numpy()
        log_mean = form.log_mean.cpu().numpy().astype(float)
        shares[:, chosen] = form.joint.cpu().numpy() - penalty(settings.bound, log_mean, baseline)
    return with_error(shares, windows.shape, windows.group)


def _outputs_and_environments(network: Network, windows: WindowSet) -> tuple[torch.Tensor, torch.Tensor]:
    """Return z, (member, N, outputs), and E, (N, sites), of all windows."""
    z, e = [], []
    for visible, environment in windows.chunks():
        v = visible.to(network.settings.device).expand(network.members, -1, -1)
        z.append(network.coarse.forward(v).cpu().clone())
        e.append(environment.clone())
    return torch.cat(z, dim=1), torch.cat(e)
