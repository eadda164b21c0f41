"""The rules of dimers that keep most of E, found by ascending the referee itself, without any network.

They act on a block of pixels, as in `rsmi.exact.dimers.information`, and have several components or outcomes.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from rsmi.exact.dimers.information import DimersReferee
from rsmi.exact.referee import CHUNK, information


def threshold_channel(states: np.ndarray, weights: np.ndarray, bias: np.ndarray | float = 0.0) -> np.ndarray:
    """Return p(h|v) of the rules h_k = sign(weights_k . v + bias_k), ties at random; (state, 2^component).

    The outcomes are the numbers whose highest bit is h_0 = +1, and so on. states: (state, y, x). weights:
    (component, y, x). bias: (component,) or one for all.
    """
    z = states.reshape(len(states), -1) @ weights.reshape(len(weights), -1).T + bias
    # Sums that are equal but for rounding are ties.
    size = np.abs(weights).sum(axis=(1, 2)) + np.abs(bias)
    return _outcomes(0.5 * (1 + np.where(np.abs(z) < 1e-12 * size, 0, np.sign(z))))


def _outcomes(up: np.ndarray) -> np.ndarray:
    """Return the probabilities of all outcomes from p(h_k = +1), shape (state, component)."""
    joint = np.ones((len(up), 1), up.dtype)
    for p in up.T:
        joint = (joint[:, :, None] * np.stack([1 - p, p], axis=-1)[:, None]).reshape(len(up), -1)
    return joint


@dataclass(frozen=True)
class ThresholdRules:
    """The rules h_k = sign(weights_k . v + bias_k), ties at random, and what they keep of E in nats.

    weights: (component, visible, visible), 0 on vertices and plaquettes. bias: (component,). `information` is
    the mean over the rings on which the rules were chosen, and so too high by the choice. `separate` is the
    mean over other rings with its standard error, or None.
    """

    weights: np.ndarray
    bias: np.ndarray
    information: float
    separate: tuple[float, float] | None


def best_filter(
    referee: DimersReferee,
    rings: np.ndarray,
    components: int = 2,
    *,
    starts: int = 6,
    hops: int = 10,
    biased: bool = True,
    separate: np.ndarray | None = None,
    initial: list[np.ndarray] | None = None,
    rng: np.random.Generator | None = None,
) -> ThresholdRules:
    """Return the linear threshold rules on V with the highest I(H:E) found together, without any network.

    From several starts, the information of the channel with p(h_k=+1|v) = 1 / (1 + exp(-2 s z_k)), z_k =
    weights_k . v + bias_k, is maximised by L-BFGS, with s raised step by step. Then the best rules, by their
    hard information, are disturbed and maximised again, as often as `hops` says. There are many local optima
    above the transition: at T = inf, on 8 x 8 pixels with a buffer of 4, from 0.20 to 0.26 nat from random
    starts. What is found is a lower bound of the best rules' information.

    rings: as for `DimersReferee.conditional`; 2000 of them take 60 MB for 8 x 8 pixels, and a start or hop 1
    to 3 s. starts: how many random starts. biased: whether a bias other than 0 is allowed. separate: further
    rings that the rules are evaluated on. initial: weights to start from besides, without bias, each
    (components, visible, visible); they are compared as they are, too.

    Raises `ValueError` if there is nothing to start from, or for initial weights of another shape.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    flat = referee.states.reshape(len(referee.states), -1)
    links = np.flatnonzero(flat.any(axis=0))
    # About the mean of each link, so that random starts cut the states in the middle.
    shift = flat[:, links].mean(axis=0) * biased
    inputs = np.column_stack([flat[:, links] - shift, np.full(len(flat), float(biased))]).astype(np.float32)
    first = [rng.normal(0, 0.5, (components, len(links) + 1)) for _ in range(starts)]
    shape = (components, referee.visible, referee.visible)
    for weights in initial or []:
        if np.shape(weights) != shape:
            raise ValueError(f"initial weights have shape {np.shape(weights)}; make them {shape}")
        on_links = np.reshape(weights, (components, -1))[:, links]
        first.append(np.column_stack([on_links, on_links @ shift]))
    if not first:
        raise ValueError("there is nothing to start from; use starts = 1 or more, or initial weights")
    conditional = _single(referee, rings)

    def hard(weights: np.ndarray) -> tuple[float, np.ndarray, np.ndarray, np.ndarray]:
        """Return the information of hard rules, the weights, weights on V's pixels and biases."""
        whole = np.zeros((components, flat.shape[1]))
        whole[:, links] = weights[:, :-1]
        whole = whole.reshape(shape)
        bias = (weights[:, -1] - weights[:, :-1] @ shift) * biased
        channel = threshold_channel(referee.states, whole, bias).astype(np.float32)
        return _mean_information(conditional @ channel), weights, whole, bias

    def ascended(weights: np.ndarray) -> np.ndarray:
        """Return weights at the end of the ascent."""
        for scale in (1.0, 2.0, 4.0, 8.0):
            weights = minimize(
                _loss, weights.ravel(), (inputs, conditional, components, scale),
                jac=True, method="L-BFGS-B", options={"maxiter": 40},
            ).x.reshape(components, -1)  # fmt: skip
        return weights

    found = [hard(weights) for weights in first[starts:]]
    found += [hard(ascended(weights)) for weights in first]
    best = max(found, key=lambda item: item[0])
    for _ in range(hops):
        # At the scale at which the channel is soft, and by as much as the weights are large.
        spread = np.maximum((inputs @ best[1].T).std(axis=0), 1e-12)
        weights = best[1] / spread[:, None]
        weights += rng.normal(0, np.sqrt((weights**2).mean()), weights.shape)
        best = max(best, hard(ascended(weights)), key=lambda item: item[0])
    value, _, whole, bias = best
    other = None
    if separate is not None:
        other = _evaluated(referee, separate, threshold_channel(referee.states, whole, bias))
    return ThresholdRules(whole, bias, value, other)


def _single(referee: DimersReferee, rings: np.ndarray) -> np.ndarray:
    """Return p(v | ring) in single precision, made by chunks of rings."""
    conditional = np.empty((len(rings), len(referee.states)), np.float32)
    for start in range(0, len(rings), CHUNK):
        conditional[start : start + CHUNK] = referee.conditional(rings[start : start + CHUNK])
    return conditional


def _loss(
    weights: np.ndarray, inputs: np.ndarray, conditional: np.ndarray, components: int, scale: float
) -> tuple[float, np.ndarray]:
    """Return -I(H:E) of the soft channel and its gradient, in the precision of `inputs` and `conditional`.

    weights: (component * input,). inputs: (state, input). conditional: p(v | ring), (ring, state).
    """
    weights = weights.reshape(components, -1).astype(inputs.dtype)
    up = expit(2 * scale * (inputs @ weights.T))
    joint = _outcomes(up)
    given = (conditional @ joint).astype(float)
    slope = np.log(np.maximum(given, 1e-30) / np.maximum(given.mean(axis=0), 1e-30)) / len(given)
    value = (given * slope).sum()
    # Derivative by p(h|v), times p(h|v).
    share = (conditional.T @ slope.astype(inputs.dtype)) * joint
    total = share.sum(axis=1)
    gradient = np.empty(weights.shape)
    for k in range(components):
        bit = np.arange(joint.shape[1]) >> (components - 1 - k) & 1 == 1
        gradient[k] = 2 * scale * (share[:, bit].sum(axis=1) - up[:, k] * total) @ inputs
    return -value, -gradient.ravel()


def _mean_information(given: np.ndarray) -> float:
    """Return I(H:E) from p(h | ring), shape (ring, outcome)."""
    return float(information(given[:, None].astype(float)).mean())


def _evaluated(referee: DimersReferee, rings: np.ndarray, channel: np.ndarray) -> tuple[float, float]:
    """Return I(H:E) of a channel p(h|v), (state, outcome), over rings, with its standard error."""
    shares = information(referee.channel_given_ring(rings, channel[None]))[0]
    return float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(len(shares)))


@dataclass(frozen=True)
class Partition:
    """A deterministic rule of any kind, h = labels[v] in the order of the states, and what it keeps in nats.

    `information` is the mean over the rings on which the rule was chosen, and so too high by the choice:
    there are as many choices as states. `separate` is the mean over other rings with its standard error,
    or None.
    """

    labels: np.ndarray
    information: float
    separate: tuple[float, float] | None


def best_partition(
    referee: DimersReferee,
    rings: np.ndarray,
    outcomes: int = 4,
    *,
    starts: int = 6,
    separate: np.ndarray | None = None,
    initial: list[np.ndarray] | None = None,
    rng: np.random.Generator | None = None,
) -> Partition:
    """Return the rule h(v) with the highest I(H:E) found among all with so many outcomes, linear or not.

    Every state in turn goes to the outcome h with the least Kullback-Leibler divergence of p(ring|v) from
    p(ring|h), all states at a time, until none moves (I. S. Dhillon, S. Mallela and R. Kumar, JMLR 3, 1265
    (2003)). No step lowers the information, so that from the labels of a given rule one gets at least what
    that keeps. It is a local optimum: what no rule found exceeds, not a bound of what any rule can keep, and
    on its own rings it is too high.

    rings, separate: as for `best_filter`. starts: how many random starts, by the likeness of p(ring|v) to
    that of states drawn. initial: labels to start from besides, 0 to outcomes - 1, each (state,).

    Raises `ValueError` if there is nothing to start from, or for initial labels of another shape or range.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    conditional = _single(referee, rings)
    marginal = conditional.mean(axis=0)
    first = []
    for _ in range(starts):
        # Halfway to p(ring), since single states are far from all others.
        drawn = rng.choice(len(marginal), outcomes, replace=False, p=marginal / marginal.sum(dtype=float))
        centres = conditional[:, drawn] / conditional[:, drawn].mean(axis=0)
        first.append(_nearest(conditional, 0.5 * centres + 0.5))
    for labels in initial or []:
        labels = np.asarray(labels)
        if labels.shape != marginal.shape or not np.isin(labels, range(outcomes)).all():
            raise ValueError(
                f"initial labels must be 0 to {outcomes - 1}, one for each of {len(marginal)} states"
            )
        first.append(labels)
    if not first:
        raise ValueError("there is nothing to start from; use starts = 1 or more, or initial labels")
    found = []
    for labels in first:
        value, labels = _ascend(conditional, labels, outcomes)
        found.append((value, labels))
    value, labels = max(found, key=lambda pair: pair[0])
    other = None
    if separate is not None:
        other = _evaluated(referee, separate, np.eye(outcomes)[labels])
    return Partition(labels, value, other)


def _nearest(conditional: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the outcome with the nearest p(ring|h) for each state; centres: p(ring|h) / p(ring)."""
    return (conditional.T @ np.log(np.maximum(centres, 1e-30)).astype(conditional.dtype)).argmax(axis=1)


def _ascend(
    conditional: np.ndarray, labels: np.ndarray, outcomes: int, steps: int = 300
) -> tuple[float, np.ndarray]:
    """Return the information and labels from which no move of all states at a time gains any more."""
    best = -1.0, labels
    for _ in range(steps):
        given = (conditional @ np.eye(outcomes, dtype=conditional.dtype)[labels]).astype(float)
        value = _mean_information(given)
        if value <= best[0] + 1e-7:
            break
        best = value, labels
        labels = _nearest(conditional, given / np.maximum(given.mean(axis=0), 1e-30))
    return best
