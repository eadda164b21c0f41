"""Trainings against the exact information of the very filters they found."""

import math
from collections.abc import Iterable
from itertools import groupby

import numpy as np
import xarray as xr

from rsmi.estimator.bounds import pointwise
from rsmi.estimator.evaluation import BLOCKS
from rsmi.validation.member import Member
from rsmi.validation.referees import referee_of
from rsmi.validation.rows import BOUNDS, Row, deterministic, lower_bound, stochastic, unchecked, z_of_t

ABOUT = {
    "title": "Trainings against the exact information of their filters",
    "each": "refereed point",
    "target": "validate",
    "inputs": {"samples": "samples/{model}/{control}.nc", "trainings": ["training/{scan}/{training}.nc"]},
}

# Expected windows whose h is not the likely one given its ring, that make a mean nearly normal.
FEWEST_EVENTS = 100


def check(samples: xr.Dataset, trainings: Iterable[xr.Dataset]) -> list[Row]:
    """Return the rows of `check_point` for all buffers and numbers of components, of one set of samples.

    Only those of the first enter chi squared, since the others are of the same samples.
    """

    def point(training: xr.Dataset) -> tuple[int, int]:
        return int(training["L_B"]), int(training["components"])

    rows = []
    for number, (_, block) in enumerate(groupby(sorted(trainings, key=point), key=point)):
        found = check_point(samples, list(block))
        rows += [row | {"independent_z": math.nan} for row in found] if number else found
    return rows


def check_point(samples: xr.Dataset, trainings: list[xr.Dataset]) -> list[Row]:
    """Return rows for the member that validation chose among trainings of one point, all blocks of seeds.

    The two bounds that are quoted of test chains are checked against the information of the very filter
    found, by the referee, and that filter against the best rule. On large lattices two more rows use that
    p(h|v) and p(h|ring) have the same mean, whatever they are multiplied by that depends on e only. Their
    difference, weighted by the critic's scores, is zero on average, unless the samples, windows or rings are
    wrong. The bound with p(h|ring) in place of p(h|v) has lost most of its noise, so that what the critic
    misses shows.
    `trainings` must have been made with ``responses: true``, from `samples`. Where nothing exact is known of
    the information, a row says so, and there is none for the filter where the best rule is not known.

    Raises `ValueError` for trainings without responses.
    """
    member = Member(trainings)
    kind = samples.attrs["model"]
    exact = referee_of(samples, member)
    if exact is None:
        return [unchecked("training", kind, member.point)]
    found = member.channel(exact.states)
    best, uncertain = exact.best(member, found) or (found, None)
    given, (of_filter, of_best) = exact.information(np.stack([found, best]))
    truth, _ = member.mean(of_filter)

    again = member.channel(member.blocks(samples))
    different = np.mean(np.abs(again - member.probabilities).max(axis=1) > 1e-3)
    # A filter's output may be zero but for rounding.
    rows = [
        deterministic(
            "windows whose h is not that of the file's filter", kind, member.point, different, 0, 1e-3
        )
    ]
    for name, bound, scores in (
        ("rsmi", member.bound, member.scores),
        ("barber_agakov", "barber_agakov", member.log_q),
    ):
        shares = pointwise(bound, member.probabilities, scores, member.baseline)
        _, error = member.mean(shares - of_filter)
        by_critic = name == "rsmi"
        quantity = f"RSMI by {BOUNDS[bound]}"
        if by_critic and bound == "barber_agakov":
            quantity += ", critic as classifier"
        rows.append(
            lower_bound(
                quantity, kind, member.point, member.quoted[name], truth,
                np.maximum(error, _least_error(given, scores)),
                in_sample=member.in_sample if by_critic else math.nan,
            )
        )  # fmt: skip
    if given is not None:
        rows += _given_ring(member, kind, given[:, 0], of_filter)
    if uncertain is not None:
        ours, theirs = (member.mean(shares)[0] for shares in (of_filter, of_best))
        error = max(member.mean(of_filter - of_best)[1], uncertain)
        rows.append(lower_bound(f"filter found, {exact.rule}", kind, member.point, ours, theirs, error))
    return rows


def _given_ring(member: Member, kind: str, given: np.ndarray, of_filter: np.ndarray) -> list[Row]:
    """Return the rows that compare p(h|v) with p(h|ring), shape (window, outcome)."""
    shares = pointwise(member.bound, given, member.scores, member.baseline)
    name = f"RSMI by {BOUNDS[member.bound]}, mean of h given the ring"
    ours, exact = (member.mean(values)[0] for values in (shares, of_filter))
    rows = [lower_bound(name, kind, member.point, ours, exact, member.mean(shares - of_filter)[1])]
    if (1 - given.max(axis=1)).sum() >= FEWEST_EVENTS:
        difference = ((member.probabilities - given) * member.scores).sum(axis=1)
        mean, error = member.mean(difference)
        name = "h given v less h given the ring, in the critic's scores"
        z = z_of_t(mean / error, BLOCKS - 1)
        rows.append(stochastic(name, kind, member.point, mean, 0.0, error, BLOCKS - 1, z))
    return rows


def _least_error(given: np.ndarray | None, scores: np.ndarray) -> float:
    """Return the standard error that a mean over windows has from h alone; scores: (window, outcome).

    Deep in an ordered phase a few rare windows decide, which may be missing among them. Given the ring, the
    scatter of h is known exactly. Where it is not, that of one window with another h is taken.
    """
    if given is None:
        return float(np.ptp(scores, axis=-1).mean()) / len(scores)
    p = given[:, 0]
    variance = (p * scores**2).sum(axis=1) - (p * scores).sum(axis=1) ** 2
    return math.sqrt(max(variance.mean(), 0.0) / len(scores))
