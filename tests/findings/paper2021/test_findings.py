"""A made-up world in which the paper is right, and others in which it is not."""

import json
import math

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from rsmi.analysis.dimer_filters import pristine_filters
from rsmi.analysis.ensemble import assemble
from rsmi.findings.paper2021.findings import table as findings
from rsmi.findings.rows import COLUMNS

T_C = 2.269185314213022
NEAR = [2.15, 2.19, 2.21, 2.23, 2.25, T_C, 2.29, 2.31, 2.33, 2.35, 2.4, 2.5]
ISING = [1.0, 1.5, 1.8, 2.0, *NEAR, 2.6, 2.8, 3.0, 4.5]
DIMERS = [0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9, 1.0, 1.4, 2.0, 3.0, 5.0, 15.0, 40.0, np.inf]
RATES = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.7, 1.0, 2.0]
SEEDS = np.arange(4)


def ensemble(controls, buffers, components, information, filters, attrs, environment=1):
    """Assemble trainings of made-up information(control, L_B, n) and filters(rng, control, n) (n, ...)."""
    rng = np.random.default_rng(0)
    trainings = []
    for control in controls:
        for buffer in buffers:
            for count in components:
                value = information(control, buffer, count)
                weights = np.stack([filters(rng, control, count) for _ in SEEDS])
                sites = weights[0, 0].size
                dims = ("seed", "component", *("y", "x")[4 - weights.ndim :])
                error = np.full(len(SEEDS), 0.002)
                named = {
                    "rsmi": rng.normal(value, 1e-5, len(SEEDS)),
                    "rsmi_error": np.minimum(error, 0.02 * abs(value) + 1e-5),
                    "rsmi_validation": np.full(len(SEEDS), value),
                    "rsmi_validation_error": error,
                }
                variables = {name: ("seed", values) for name, values in named.items()}
                variables["filter"] = (dims, weights)
                variables["covariance"] = (("site", "other_site"), np.eye(sites))
                coords = {
                    "seed": SEEDS,
                    "component": np.arange(count),
                    "epoch": [1],
                    "control": ((), control, attrs),
                    "L_B": buffer,
                    "components": count,
                }
                trainings.append(xr.Dataset(variables, coords))
    settings = {"visible": weights.shape[-1], "environment": environment}
    return assemble(trainings).assign_attrs(settings=json.dumps(settings), parameters='{"size": 256}')


def step(width):
    return lambda T, L_B, n: math.log(2) * 0.5 * (1 - math.tanh((T - T_C) / width)) * math.exp(-0.01 * L_B)


def decaying(T, L_B, n):
    """One bit below T_c, a power at T_c, an exponential above."""
    if T < T_C:
        return math.log(2) - 0.02 * math.exp(-(T_C - T) / 0.02)
    if T == T_C:
        return 0.9 * (L_B + 2) ** -0.3
    return 0.6 * math.exp(-(T - T_C) / 0.05 - L_B * (T - T_C) * 3)


def block(pattern, noise=0.02):
    return lambda rng, control, n: np.stack([pattern + rng.normal(0, noise, pattern.shape)] * n)


def ring_or_whole(rng, T, n):
    weights = np.ones((4, 4))
    weights[1:3, 1:3] = 1.0 if T < 2 else 0.0
    return np.stack([weights + rng.normal(0, 0.02, (4, 4))] * n)


def board(rng, T, n):
    weights = 1.0 - 2 * (np.indices((5, 5)).sum(axis=0) % 2)
    if T > 2:
        weights[1:-1, 1:-1] = 0
    return weights[None] + rng.normal(0, 0.02, (1, 5, 5))


def dimer_filters(rng, T, n):
    pristine = pristine_filters(8)
    if T < 0.65:
        names = rng.permutation(["plaquette_1", "plaquette_2", "columnar"])[:n]
        rows = [pristine[name] for name in names]
    elif T >= 15:
        rows = [pristine["staggered_1"], pristine["staggered_2"]][:n]
    else:
        angle = rng.uniform(0, np.pi / 2, 2)
        rows = [
            np.cos(a) * pristine[f"plaquette_{i}"] + np.sin(a) * 1.4 * pristine[f"staggered_{i}"]
            for i, a in zip((1, 2), angle, strict=True)
        ][:n]
    rows = np.stack([*rows, *[rows[0]] * (n - len(rows))])
    return rows + rng.normal(0, 0.02, rows.shape)


def dimer_information(T, L_B, n):
    enough = math.log(2) * min(n, 2)
    return enough * (1.0 if T < 0.6 else 0.5 * (L_B / 4) ** -1.16 * math.exp(-0.01 * min(T, 10)))


def world(**changed):
    ising = {"symbol": "T", "known_transition": T_C}
    dimers, chipping = {"symbol": "T"}, {"symbol": "w", "known_transition": 1 / 3}

    def bump(w, L_B, n):
        return 0.165 + 0.01 * math.exp(-(math.log(3 * w) ** 2))

    def rise(w, L_B, n):
        return 0.37 + 0.03 * math.tanh(2 * math.log(3 * w))

    def rule(information):
        return pd.DataFrame({"w": RATES, "information": [information(w) for w in RATES], "error": 1e-4})

    masses = np.arange(1, 60.0)
    parts = {
        "ising": ensemble(ISING, [0, 1, 2, 4, 6, 8], [1], decaying, ring_or_whole, ising),
        "ising_thick": ensemble([2.0, T_C], [4], [1], decaying, ring_or_whole, ising, 10),
        "ising_components": ensemble(
            [1.5, T_C], [4], [1, 2, 3], lambda T, L_B, n: 0.5, block(np.ones((4, 4))), ising
        ),
        "scaled_16": ensemble(NEAR, [1], [1], step(0.2), block(np.ones((2, 2))), ising),
        "scaled_32": ensemble(NEAR, [2], [1], step(0.14), block(np.ones((4, 4))), ising),
        "scaled_64": ensemble(NEAR, [4], [1], step(0.1), block(np.ones((8, 8))), ising),
        "antiferromagnet": ensemble([1.5, T_C], [4], [1], lambda *_: math.log(2), board, ising),
        "dimers": ensemble(DIMERS, [2, 4, 6, 8], [2], dimer_information, dimer_filters, dimers, 2),
        "dimers_thick": ensemble([0.4, 1.0], [4], [2], dimer_information, dimer_filters, dimers, 4),
        "dimers_components": ensemble(
            [0.4, np.inf], [4], [1, 2, 3], dimer_information, dimer_filters, dimers, 2
        ),
        "dimers_one": ensemble([0.4], [2, 8], [1], dimer_information, dimer_filters, dimers, 2),
        "chipping_64": ensemble(RATES, [8], [1], rise, block(np.ones(64)), chipping, 88),
        "mass_rule": rule(lambda w: bump(w, 8, 1) - 0.02 * (w > 1)),
        "mass_rule_64": rule(lambda w: rise(w, 8, 1)),
        "chipping": ensemble(RATES, [8], [1], bump, block(np.ones(16)), chipping, 112),
        "ising_referee": pd.DataFrame(
            [
                {"T": T, "L_B": b, "rule": rule, "information": value, "error": 1e-4}
                for T in ISING
                for b in (2, 4, 6)
                for rule, value in (
                    ("chosen", decaying(T, b, 1)),
                    ("gain", 0.01 * math.exp(-(((T - T_C) / 0.2) ** 2))),
                )
            ]
        ),
        "dimers_referee": pd.DataFrame(
            [{"T": np.inf, "L_B": 4, "rule": "chosen", "information": 0.3, "error": 1e-3}]
        ),
        "masses": pd.DataFrame(
            {"w": 1 / 3, "mass": masses, "probability": masses**-2.5, "error": 0.01 * masses**-2.5}
        ),
        "training": pd.DataFrame({"scan": ["ising", "dimers"], "seconds_per_filter": [1.0, 3.0]}),
    }
    return findings(**(parts | changed))


@pytest.fixture(scope="module")
def table():
    return world()


def rows(table, claim):
    found = table[table["claim"].str.contains(claim, regex=False)]
    assert len(found), claim
    return found


def test_every_claim_has_a_verdict_and_a_figure(table):
    assert tuple(table.columns) == COLUMNS
    assert len(table) > 40
    verdicts = ("agrees", "disagrees", "partly", "off", "not decided", "within 0.7 %", "not within 0.7 %")
    assert table["verdict"].isin(verdicts).all()
    assert not table["claim"].duplicated().any()


@pytest.mark.parametrize(
    ("claim", "value", "tolerance"),
    [
        ("ordered states at T = 1", 2, 0.02),
        ("ordered states at T = 0.4", 4, 0.05),
        ("T_c by steepest descent, L_B = 4", T_C, 0.03),
        ("T_c by crossing", T_C, 0.01),
        ("exponential decay at T = 2.5", 1 / (3 * (2.5 - T_C)), 0.05),
        ("slower decay at T_c", 0.3, 0.02),
        ("exponent of the decay at T = inf", 1.16, 0.05),
        ("half of it by one component", math.log(2), 0.01),
        ("w_c by the steepest ascent", 1 / 3, 0.03),
        ("p(m) a power", -2.5, 0.01),
        ("I(boundary) - I(uniform)", T_C, 0.03),
    ],
)
def test_numbers_are_those_of_the_made_up_world(table, claim, value, tolerance):
    assert rows(table, claim)["ours"].to_numpy(float) == pytest.approx(value, abs=tolerance)


@pytest.mark.parametrize(
    "claim",
    [
        *(
            "log 4 by two",
            "columnar filters",
            "equally frequent",
            "staggered_",
            "plaquette_",
            "columnar is not",
        ),
        *(
            "gain by more than",
            "averages the mass",
            "boundary",
            "staggered on the edge",
            "E of L_E",
            "run time",
        ),
    ],
)
def test_claims_that_hold_in_the_made_up_world(table, claim):
    assert (rows(table, claim)["verdict"] == "agrees").all()


def test_claims_that_do_not_hold_are_told():
    attrs = {"symbol": "T", "known_transition": T_C}
    changed = world(
        dimers=ensemble(
            DIMERS, [2, 4, 6, 8], [2], lambda *_: 0.9, block(np.ones((8, 8))), {"symbol": "T"}, 2
        ),
        antiferromagnet=ensemble([1.5, T_C], [4], [1], lambda *_: 0.4, block(np.ones((5, 5))), attrs),
    )
    for claim in ("states at T = 0.4", "log 4 by two", "filter staggered", "to 1 bit", "staggered_1 is"):
        assert (rows(changed, claim)["verdict"] == "disagrees").all(), claim
