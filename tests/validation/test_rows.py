import math

import numpy as np
import pytest
from scipy import stats

from rsmi.storage import csv
from rsmi.validation import rows


def test_independent_deviates_are_normal_and_independent_whatever_the_covariance():
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(3, 3))
    repeats = 4000
    z = np.array([rows.independent(rng.normal(size=(12, 3)) @ mixing) for _ in range(repeats)])
    for column in z.T:
        assert stats.kstest(column, "norm").pvalue > 1e-4
    correlation = np.corrcoef(z.T)[np.triu_indices(3, 1)]
    assert np.abs(correlation).max() < 4 / math.sqrt(repeats)


def test_the_first_deviate_is_that_of_the_first_mean_alone():
    values = np.random.default_rng(1).normal(0.3, 1.0, (20, 2))
    row = stochastic(values[:, 0], 0.0)
    assert row["deviation"] == pytest.approx(rows.independent(values)[0])


def stochastic(series, exact):
    error = series.std(ddof=1) / math.sqrt(series.size)
    return rows.stochastic("s", "m", {}, series.mean(), exact, error, series.size - 1)


def test_what_others_already_tell_has_no_deviate_of_its_own():
    values = np.random.default_rng(3).normal(size=(30, 2))
    found = rows.independent(np.column_stack([values, values @ [2.0, -1.0], values[:, 0]]))
    assert np.isfinite(found).tolist() == [True, True, False, False]


def test_too_few_chains_are_refused():
    with pytest.raises(ValueError, match="3 chains cannot tell 3 means apart"):
        rows.independent(np.zeros((3, 3)))


def test_a_deviate_of_t_is_as_improbable():
    assert rows.z_of_t(-2.3, 7) == pytest.approx(stats.norm.ppf(stats.t.cdf(-2.3, 7)))
    assert 13 < rows.z_of_t(40.0, 60) < 15


@pytest.mark.parametrize(("ours", "passes"), [(0.5, True), (0.539, True), (0.55, False), (math.nan, False)])
def test_a_bound_may_lie_below_but_not_above(ours, passes):
    row = rows.lower_bound("b", "m", {}, ours, 0.5, 0.01)
    assert row["pass"] is passes
    if passes:
        assert row["shortfall"] == pytest.approx(0.5 - ours)
    assert rows.lower_bound("b", "m", {}, 0.1, 0.5, 0.01)["pass"]


def test_a_bound_without_error_may_not_lie_above_at_all():
    assert rows.lower_bound("b", "m", {}, 0.5 + 1e-12, 0.5, 0.0)["pass"]
    assert rows.lower_bound("b", "m", {}, 0.1, 0.5, 1e-19)["deviation"] == 0.0
    assert not rows.lower_bound("b", "m", {}, 0.5001, 0.5, 0.0)["pass"]
    assert not rows.lower_bound("b", "m", {}, math.nan, 0.5, 0.0)["pass"]


@pytest.mark.parametrize(
    ("ours", "exact", "passes"), [(1.001, 1, False), (1 + 1e-9, 1, True), (1e-9, 0, True)]
)
def test_deterministic_rows_have_a_relative_error(ours, exact, passes):
    assert rows.deterministic("d", "m", {}, ours, exact, 1e-8)["pass"] is passes


def test_a_mean_must_not_deviate_to_either_side():
    series = np.random.default_rng(2).normal(1.0, 0.1, 50)
    assert stochastic(series, 1.0)["pass"]
    assert not stochastic(series, 1.2)["pass"]
    assert not stochastic(series, 0.8)["pass"]
    assert not stochastic(series, math.nan)["pass"]


def test_a_mean_without_error_must_be_exact():
    assert stochastic(np.ones(9), 1.0)["pass"]
    assert not stochastic(np.ones(9), 1.001)["pass"]
    assert not stochastic(np.ones(9), math.nan)["pass"]


def test_parameters_are_read_back_as_columns(tmp_path):
    path = tmp_path / "rows.csv"
    found = [
        rows.deterministic("d", "m", {"size": 4, "T": math.inf}, 1.0, 1.0, 0.0),
        rows.deterministic("d", "m", {}, 1.0, 1.0, 0.0),
    ]
    rows.write(found, path)
    table = rows.with_parameters(csv.read(path))
    assert table["size"].tolist()[0] == "4" and float(table["T"][0]) == math.inf
    assert table["size"].isna().tolist() == [False, True]
