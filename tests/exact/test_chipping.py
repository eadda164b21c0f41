import numpy as np
import pytest

from rsmi.exact.chipping import (
    condensate,
    critical_density,
    critical_rate,
    occupancy,
    ring_moments,
    second_moment,
    states,
    steady_state,
)
from rsmi.models import chipping as model


def test_all_states_are_found():
    found = states(4, 4)
    assert len(found) == 35 and (found.sum(axis=1) == 4).all() and (found >= 0).all()
    assert len(np.unique(found, axis=0)) == 35


def test_published_values():
    found, probability = steady_state(1.0, 4, 4)
    assert probability.sum() == pytest.approx(1)
    assert probability @ (found > 0).mean(axis=1) == pytest.approx(0.42404771, abs=1e-8)
    assert probability @ (found**2).mean(axis=1) == pytest.approx(2.96833, abs=1e-5)


def test_two_units_on_three_sites_by_hand():
    """From together to apart at rate 1; back at rate 1 + w, in either direction half the time."""
    w = 0.7
    found, probability = steady_state(w, 3, 2)
    together = probability[found.max(axis=1) == 2].sum()
    assert together / (1 - together) == pytest.approx((1 + w) / 1)


def test_too_many_states():
    with pytest.raises(ValueError, match="too many"):
        steady_state(1.0, 12, 12)


def test_moments_of_a_ring():
    w, size, mass = 0.6, 4, 5
    found, probability = steady_state(w, size, mass)
    moments = ring_moments(w, size, mass)
    assert moments["occupied"] == pytest.approx(probability @ (found > 0).mean(axis=1))
    assert moments["second_moment"] == pytest.approx(probability @ (found**2).mean(axis=1))
    assert moments["heaviest"] == pytest.approx(probability @ found.max(axis=1) / mass)
    distribution = moments["mass_distribution"]
    assert distribution == pytest.approx([probability[found[:, 1] == m].sum() for m in range(mass + 1)])
    assert distribution @ np.arange(mass + 1) == pytest.approx(mass / size)
    assert ring_moments(1.0, 4, 4)["occupied"] == pytest.approx(0.42404771, abs=1e-8)


@pytest.mark.parametrize(
    ("w", "size", "mass"), [(1.0, 4, 4), (0.3, 5, 7), (2.5, 6, 4), (0.2, 3, 9), (0.7, 7, 6)]
)
def test_two_point_functions_of_rings(w, size, mass):
    """What is constant among all pairs of sites ties <m^2> to the share of occupied sites."""
    found, probability = steady_state(w, size, mass)
    moments, density = ring_moments(w, size, mass), mass / size
    empty = density - moments["occupied"]
    for other in range(1, size):
        products = w * found[:, 0] * found[:, other] + found[:, 0] * (found[:, other] > 0)
        assert probability @ products == pytest.approx(empty)
    share = density * (1 - density * w) + w * moments["second_moment"] / size
    assert share == pytest.approx(moments["occupied"] * (1 + density - 1 / size))


def mean_field(w, density, largest=150, step=0.15):
    """The stationary distribution of masses on independent sites, by following the rates of change."""
    m = np.arange(largest)
    p = density**m / (1 + density) ** (m + 1)
    for _ in range(3000):
        leaving = np.where(m > 0, p, 0)
        occupied = leaving.sum()
        change = -(1 + w) * leaving - (1 + w) * occupied * p
        change += np.append(leaving[1:], 0) + occupied * np.append(0, p[:-1])
        change += w * np.convolve(leaving, p)[:largest]
        change[0] += w * occupied
        p = p + step * change
    assert p @ m == pytest.approx(density, rel=1e-8)
    return p


@pytest.mark.parametrize(("w", "density"), [(0.1, 1.0), (0.5, 0.3), (1.0, 0.2), (0.1, 0.5)])
def test_fluid_against_independent_sites(w, density):
    assert density < critical_density(w)
    assert occupancy(w, density) == pytest.approx(1 - mean_field(w, density)[0], abs=1e-7)


def test_published_values_of_the_infinite_ring():
    assert critical_rate(1.0) == pytest.approx(1 / 3) and critical_density(1 / 3) == pytest.approx(1)
    assert [condensate(w, 1.0) for w in (0.25, 1 / 3, 0.45, 0.7)] == pytest.approx(
        [0, 0, 0.205, 0.442], abs=5e-4
    )
    for w in (0.1, 0.25, 1 / 3):
        assert occupancy(w, 1.0) == pytest.approx((1 - w) / 2)


@pytest.mark.parametrize("density", [1e-6, 0.3, 1.0, 2.0, 50.0])
def test_the_critical_line(density):
    w = critical_rate(density)
    assert w == pytest.approx(model.critical_rate(density), rel=1e-8)
    assert critical_density(w) == pytest.approx(density, rel=1e-12)
    # The share of occupied sites has its maximum there, and stays at it beyond.
    assert occupancy(w, density) == pytest.approx(density / (density + 2))
    assert occupancy(w, 0.9 * density) < occupancy(w, density) == pytest.approx(occupancy(w, 3 * density))
    assert condensate(w, 2 * density) == pytest.approx(1 / 2)
    assert critical_density(1e9) == pytest.approx(0.5e-9, rel=1e-8)


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_values_that_are_refused(value):
    for function, arguments in (
        (critical_density, (value,)),
        (occupancy, (value, 1.0)),
        (condensate, (value, 1.0)),
        (ring_moments, (value, 4, 4)),
    ):
        with pytest.raises(ValueError, match=f"w = {value} must be positive"):
            function(*arguments)
    for function, arguments in (
        (critical_rate, (value,)),
        (occupancy, (1.0, value)),
        (condensate, (1.0, value)),
    ):
        with pytest.raises(ValueError, match=f"density = {value} must be positive"):
            function(*arguments)


def test_rings_that_are_refused():
    with pytest.raises(ValueError, match="size = 2"):
        ring_moments(1.0, 2, 4)
    with pytest.raises(ValueError, match="mass = 0"):
        ring_moments(1.0, 4, 0)


@pytest.mark.parametrize(("w", "size", "mass"), [(0.2, 4, 4), (1.0, 5, 3), (2.5, 3, 7)])
def test_the_second_moment_follows_from_occupied_sites(w, size, mass):
    exact = ring_moments(w, size, mass)
    assert second_moment(w, size, mass / size, exact["occupied"]) == pytest.approx(exact["second_moment"])
