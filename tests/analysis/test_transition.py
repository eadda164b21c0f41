import numpy as np
import pytest

from rsmi.analysis.transition import crossing, peak, steepest_descent

CONTROL = np.array(
    [1.0, 1.5, 1.8, 2.0, 2.1, 2.15, 2.2, 2.23, 2.26, 2.29, 2.32, 2.35, 2.4, 2.5, 2.7, 3.0, 4.0]
)


def step(control, centre, width):
    return 0.35 * (1 - np.tanh((control - centre) / width))


def test_the_steepest_descent_is_found_and_its_error_is_its_scatter():
    found = []
    for seed in range(40):
        value = np.random.default_rng(seed).normal(step(CONTROL, 2.27, 0.1), 0.003)
        found.append(steepest_descent(CONTROL, value, np.full(len(CONTROL), 0.003)))
    places = np.array([place.value for place in found])
    assert np.mean(places) == pytest.approx(2.27, abs=0.01)
    assert 0.5 < np.mean([place.error for place in found]) / places.std() < 2.0


def test_a_descent_over_decades():
    control = np.geomspace(0.1, 40, 25)
    value = step(np.log(control), np.log(0.7), 0.3)
    place = steepest_descent(control, value, np.full(25, 1e-3), logarithmic=True)
    assert place.value == pytest.approx(0.7, rel=0.02)


def test_a_curve_that_rises_has_no_descent():
    assert np.isnan(steepest_descent(CONTROL, -step(CONTROL, 2.27, 0.1), np.full(17, 1e-3)).value)


def test_curves_cross_where_nothing_depends_on_the_scale():
    error = np.full(len(CONTROL), 0.002)
    found = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        small, large = (rng.normal(step(CONTROL, 2.27, width), error) for width in (0.2, 0.1))
        found.append(crossing(CONTROL, small, error, large, error))
    places = np.array([place.value for place in found])
    assert np.mean(places) == pytest.approx(2.27, abs=0.006)
    assert 0.4 < np.mean([place.error for place in found]) / places.std() < 2.5


def test_curves_that_do_not_cross():
    error = np.full(len(CONTROL), 0.002)
    value = step(CONTROL, 2.27, 0.1)
    assert np.isnan(crossing(CONTROL, value, error, value + 0.1, error).value)


def test_a_peak():
    rates = np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 1 / 3, 0.4, 0.5, 0.7, 1.0, 2.0])
    value = 0.18 - 0.01 * np.log(rates / 0.33) ** 2
    place = peak(rates, value, np.full(len(rates), 2e-4), logarithmic=True)
    assert place.value == pytest.approx(0.33, rel=0.02)
    assert 0 < place.error < 0.05


def test_a_largest_value_at_the_end_is_no_peak():
    assert np.isnan(peak(CONTROL, CONTROL, np.full(17, 1e-3)).value)


def test_holes_and_too_few_points():
    error = np.full(len(CONTROL), 1e-3)
    value = step(CONTROL, 2.27, 0.1)
    value[0] = np.nan
    assert steepest_descent(CONTROL, value, error).value == pytest.approx(2.27, abs=0.01)
    assert np.isnan(steepest_descent(CONTROL[:4], value[:4], error[:4]).value)


def test_the_same_curve_has_the_same_error():
    value, error = step(CONTROL, 2.27, 0.1), np.full(len(CONTROL), 3e-3)
    assert steepest_descent(CONTROL, value, error) == steepest_descent(CONTROL, value, error)
