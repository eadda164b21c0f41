"""Trainings against the exact information of the very filters they found."""

import math

import numpy as np
import xarray as xr

from rsmi.estimator.bounds import pointwise
from rsmi.validation.member import Member
from rsmi.validation.referees import referee_of
from rsmi.validation.rows import lower_bound

BOUNDS = {
    "infonce": "InfoNCE",
    "nwj": "NWJ",
    "tuba": "TUBA",
    "donsker_varadhan": "Donsker-Varadhan",
    "barber_agakov": "Barber-Agakov",
}


def point(training: xr.Dataset) -> tuple[int, int]:
    """Return what tells trainings of one control value apart: buffer and number of components."""
    return int(training["L_B"]), int(training["components"])


def check(samples: xr.Dataset, trainings: list[xr.Dataset]) -> list[dict]:
    """Return rows for the member that validation chose among trainings of one point, all blocks of seeds.

    Two bounds on test chains are held to the information of the very filter found, by the referee, and that
    filter to the best rule. On large lattices a further row has the first bound with p(h|ring) in place of
    p(h|v): its expectation is the same, but most of its noise is gone, so that what the critic misses shows.
    `trainings` must have been made with ``responses: true``, from `samples`. There are no rows for models
    whose information is not known, and none for the filter where the best rule is not.

    Raises `ValueError` for trainings without responses and for more than two states of h.
    """
    member = Member(trainings)
    exact = referee_of(samples, member)
    if exact is None:
        print(f"nothing exact is known of the information at {member.point}")
        return []
    found = member.channel(exact.states)
    best, uncertain = exact.best(member, found) or (found, None)
    given, (of_filter, of_best) = exact.information(np.stack([found, best]))

    def row(quantity: str, ours: np.ndarray, theirs: np.ndarray, other: float = 0.0, **more: float) -> dict:
        """Return the row of a difference, whose error is `other` at least."""
        means = (member.mean(shares)[0] for shares in (ours, theirs))
        error = max(member.mean(ours - theirs)[1], other)
        return lower_bound(quantity, exact.model, member.point, *means, error, **more)

    rows = []
    for bound in dict.fromkeys((member.bound, "barber_agakov")):
        scores = member.log_q if bound == "barber_agakov" else member.scores
        shares = pointwise(bound, member.probabilities, scores, member.baseline)
        in_sample = member.in_sample if bound == member.bound else math.nan
        name = f"RSMI by {BOUNDS[bound]}"
        rows.append(row(name, shares, of_filter, _least_error(given, scores), in_sample=in_sample))
        if given is not None and bound == member.bound:
            shares = pointwise(bound, given[:, 0], scores, member.baseline)
            rows.append(row(f"{name}, mean of h given the ring", shares, of_filter))
    if uncertain is not None:
        rows.append(row(f"filter found, {exact.rule}", of_filter, of_best, uncertain))
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
