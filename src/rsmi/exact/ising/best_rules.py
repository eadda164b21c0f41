"""The best linear rules for a block of Ising spins, found from exact results, without any network."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit, xlogy

from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.referee import information


@dataclass(frozen=True)
class ThresholdRule:
    """The rule h = sign(weights . v + bias), ties at random, and what it keeps of E in nats.

    `information` is the mean over the rings on which the rule was chosen, and so too high by the choice.
    `separate` is the mean over other rings with its standard error, or None.
    """

    weights: np.ndarray
    bias: float
    information: float
    separate: tuple[float, float] | None


def best_filter(
    referee: IsingReferee,
    rings: np.ndarray,
    *,
    biased: bool = True,
    separate: np.ndarray | None = None,
    starts: int = 6,
    rng: np.random.Generator | None = None,
) -> ThresholdRule:
    """Return the linear threshold rule on V's edge with the highest I(H:E) found, without any network.

    From several starts, the information of the channel p(h=+1|v) = 1 / (1 + exp(-2 z)), z = weights . v +
    bias, is maximised by L-BFGS, while z is scaled up step by step; then single weights of the hard rule are
    moved as long as that helps. No rule of any kind is better than the best deterministic one on the edge:
    given the edge, the interior of V is noise that does not depend on E, and I(H:E) is convex in p(h|edge).
    That best rule need not be a linear one, though, so a linear rule with weights inside V may still win by a
    little against the best linear one on the edge; weights inside V are 0 here.

    rings: as for `IsingReferee.conditional`; 2000 of them take 10 s for a block of 4. biased: whether a
    bias other than 0 is allowed. separate: further rings that the rule found is evaluated on, if they are
    given. starts: how many starts, the first from nearly equal weights and the others at random.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    conditional = referee.conditional(rings)
    spins = referee.edge_states.astype(float)
    inputs = np.column_stack([spins, np.ones(len(spins))]) if biased else spins
    number = inputs.shape[1]

    def loss(weights: np.ndarray, scale: float) -> tuple[float, np.ndarray]:
        """Return -I(H:E) of the soft channel and its gradient."""
        up = expit(2 * scale * (inputs @ weights))
        given = conditional @ up
        mean = given.mean()
        value = _binary_entropy(mean) - _binary_entropy(given).mean()
        # The derivative of the entropy is -logit, which is infinite at 0 and 1.
        given, mean = (np.clip(p, 1e-15, 1 - 1e-15) for p in (given, mean))
        slope = (logit(given) - logit(mean)) @ conditional / len(given)
        return -value, -2 * scale * (slope * up * (1 - up)) @ inputs

    def hard(weights: np.ndarray) -> np.ndarray:
        """Return I(H:E) of hard rules with `weights` (input, rule), shape (rule,)."""
        given = conditional @ (0.5 * (1 + np.sign(inputs @ weights)))
        return _binary_entropy(given.mean(axis=0)) - _binary_entropy(given).mean(axis=0)

    first = rng.normal(0, 0.5, (starts, number))
    # Equal weights and no bias stand at a symmetric point, where the gradient knows no way out.
    first[0] = rng.normal(0, 0.01, number)
    first[0, : spins.shape[1]] += 0.5
    found = []
    for weights in first:
        for scale in (1.0, 2.0, 4.0, 8.0):
            weights = minimize(loss, weights, scale, jac=True, method="L-BFGS-B", options={"maxiter": 30}).x
        found.append(_polish(weights, hard))
    equal = (inputs.std(axis=0) > 0).astype(float)
    found.append((hard(equal[:, None])[0], equal))
    value, weights = max(found, key=lambda pair: pair[0])

    whole = np.zeros((referee.visible,) * 2)
    whole[tuple(referee.edge.T)] = weights[: spins.shape[1]]
    other = None
    if separate is not None:
        up = 0.5 * (1 + np.sign(inputs @ weights))
        shares = information(referee.channel_given_ring(separate, np.stack([1 - up, up], axis=-1)[None]))[0]
        other = float(shares.mean()), float(shares.std(ddof=1) / np.sqrt(len(shares)))
    return ThresholdRule(whole, float(weights[-1]) if biased else 0.0, float(value), other)


def _polish(weights: np.ndarray, hard: Callable[[np.ndarray], np.ndarray]) -> tuple[float, np.ndarray]:
    """Return the information and weights of a hard rule that no move of a single weight improves."""
    weights = weights / np.abs(weights).max()
    value = hard(weights[:, None])[0]
    sizes = np.array([0.02, 0.05, 0.1, 0.2, 0.5, 1.0])
    moves = np.concatenate([np.kron(np.eye(len(weights)), sign * sizes) for sign in (1, -1)], axis=1)
    while True:
        tried = weights[:, None] + moves
        values = hard(tried)
        best = values.argmax()
        if values[best] <= value + 1e-12:
            return value, weights
        value, weights = values[best], tried[:, best]


def _binary_entropy(probability: np.ndarray) -> np.ndarray:
    """Return the entropy of two outcomes in nats."""
    return -xlogy(probability, probability) - xlogy(1 - probability, 1 - probability)
