"""Every figure of the validation can be drawn from any table, however poor."""

import math

import matplotlib.image
import numpy as np
import pandas as pd
import pytest

from rsmi.figures import style
from rsmi.storage import csv
from rsmi.validation import rows
from rsmi.validation.figures import bounds, free_dimers, z_scores


def bound(quantity, model, temperature, buffer, scan="a", **more):
    parameters = {"size": 32, "T": temperature, "V": 4, "L_B": buffer, "components": 1, "scan": scan}
    return rows.lower_bound(quantity, model, parameters, 0.3, 0.32, 0.01, **more)


def rich():
    found = [rows.deterministic("d", "m", {}, 1.0, 1.0, 0.0)]
    for quantity, *_ in bounds.ESTIMATES:
        for model in bounds.TITLES:
            for temperature in (1.0, 2.0, math.inf):
                found += [bound(quantity, model, temperature, b, in_sample=0.5) for b in (2, 4)]
        found.append(bound(quantity, "ising", 2.0, 4, "published", in_sample=0.6))
        found.append(bound(quantity, "dimers", math.inf, 8, "free_dimers"))
    series = np.random.default_rng(0).normal(size=(20, 3))
    z = rows.independent(series)
    found += [rows.stochastic("s", "m", {"size": 4}, 0.1, 0.0, 0.2, 9, deviate) for deviate in z]
    return found


def poor():
    return [rows.deterministic("d", "m", {}, 1.0, 1.0, 0.0)]


def lone():
    """The published recipe alone, and a point at infinite temperature alone."""
    return [
        bound(bounds.GIVEN_RING, "ising", 2.0, 4, "published", in_sample=0.6),
        bound(bounds.GIVEN_RING, "dimers", math.inf, 2),
    ]


@pytest.fixture(params=[rich, poor, lone])
def table(request, tmp_path):
    rows.write(request.param(), tmp_path / "summary.csv")
    return csv.read(tmp_path / "summary.csv")


@pytest.mark.parametrize("figure", [bounds, z_scores])
def test_figures_of_the_table(figure, table, tmp_path):
    style.save(figure.draw(table), [tmp_path / "figure.png"])
    assert matplotlib.image.imread(tmp_path / "figure.png")[..., :3].std() > 0.01


def test_the_figure_of_free_dimers(table, tmp_path):
    found = [
        {"L_B": b, "rule": rule, "information": 1 / b, "error": 0.01, "exponent": 1.0, "exponent_error": 0.1}
        for b in (2, 4)
        for rule in free_dimers.LABELS
    ]
    style.save(free_dimers.draw(pd.DataFrame(found), table), [tmp_path / "figure.png"])
    assert matplotlib.image.imread(tmp_path / "figure.png")[..., :3].std() > 0.01
