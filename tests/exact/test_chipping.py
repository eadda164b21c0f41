import numpy as np
import pytest
from scipy.special import ndtr

from rsmi.exact.channel import mutual_information
from rsmi.exact.chipping import (
    condensate,
    critical_density,
    critical_rate,
    limit_of_fast_aggregation,
    limit_without_aggregation,
    occupancy,
    ring_moments,
    second_moment,
    states,
    steady_state,
)
from rsmi.sampling.models import chipping as model


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


# Rings and regions: size, mass, visible, buffer, environment.
RINGS = [(6, 5, 2, 1, None), (5, 4, 1, 1, None), (6, 4, 2, 0, 1), (7, 4, 1, 1, 1), (5, 6, 3, 0, None)]


def joint_of_configurations(found, probability, visible, buffer, environment):
    """The joint distribution of the mass of V and the configuration of E; shape (mass + 1, states of E)."""
    size, mass = found.shape[1], found[0].sum()
    wide = size - visible - 2 * buffer if environment is None else 2 * environment
    # Of E to the right of V, and to the left of it.
    right, first = -(-wide // 2), visible + buffer
    places = [*range(first, first + right), *range(size - buffer - wide + right, size - buffer)]
    _, state = np.unique(found[:, places], axis=0, return_inverse=True)
    joint = np.zeros((mass + 1, state.max() + 1))
    np.add.at(joint, (found[:, :visible].sum(axis=1), state.ravel()), probability)
    return joint


def information_of_rules(joint, rules):
    """I(h:E) of rules h, yes or no for each mass of V, the best of them."""
    rules = np.asarray(rules, float)
    return mutual_information(np.stack([rules, 1 - rules], axis=1) @ joint).max()


def thresholds(mass):
    return np.tri(mass, mass + 1)


@pytest.mark.parametrize("ring", RINGS)
def test_without_aggregation_all_states_are_equally_likely(ring):
    size, mass, *regions = ring
    found, probability = steady_state(1e-9, size, mass)
    assert probability == pytest.approx(1 / len(found), rel=1e-6)
    joint = joint_of_configurations(found, np.full(len(found), 1 / len(found)), *regions)
    exact = limit_without_aggregation(*ring)
    assert exact == pytest.approx(information_of_rules(joint, thresholds(mass)), rel=1e-10)


@pytest.mark.parametrize("ring", RINGS)
def test_limits_are_those_of_the_steady_state(ring):
    size, mass, visible, *others = ring

    def at(w):
        joint = joint_of_configurations(*steady_state(w, size, mass), visible, *others)
        return information_of_rules(joint, thresholds(mass))

    # What is left after one step of an extrapolation is of second order in w, or in log(w) / w.
    assert 2 * at(1e-4) - at(2e-4) == pytest.approx(limit_without_aggregation(*ring), abs=1e-6)
    fast = limit_of_fast_aggregation(size, visible, *others)
    assert at(1e6) == pytest.approx(fast, abs=2e-4)
    assert abs(at(1e6) - fast) < 0.02 * abs(at(1e4) - fast) + 1e-7


def test_fast_aggregation_by_entropies():
    def entropy(p):
        return -p * np.log(p) - (1 - p) * np.log1p(-p)

    exact = entropy(32 / 256) - 48 / 256 * entropy(32 / 48)
    assert limit_of_fast_aggregation(256, 32, 8) == pytest.approx(exact) == pytest.approx(0.2574, abs=5e-5)
    exact = entropy(32 / 256) - 224 / 256 * entropy(32 / 224)
    assert limit_of_fast_aggregation(256, 32, 8, 16) == pytest.approx(exact)
    # Half of a ring tells all of the other half.
    assert limit_of_fast_aggregation(2, 1, 0) == pytest.approx(np.log(2))


def test_without_aggregation_in_known_cases():
    # A single unit is on one site, as for w -> infinity.
    for regions in ((8, 2), (32, 8, 5), (60, 0)):
        assert limit_without_aggregation(100, 1, *regions) == pytest.approx(
            limit_of_fast_aggregation(100, *regions)
        )
    # Without a buffer the mass of E is that of V, and the best threshold is its median.
    exact = limit_without_aggregation(400, 400, 200, 0)
    assert exact == pytest.approx(np.log(2), abs=2e-3) and exact < np.log(2)
    # Masses of a large ring are normal: p(h) given that of E, of correlation -r, is a normal integral.
    large = limit_without_aggregation(600, 1800, 100, 25)
    r = np.sqrt(100 * 450 / (500 * 150))
    z = np.linspace(-8, 8, 4001)
    p = np.clip(ndtr(r * z / np.sqrt(1 - r**2)), 1e-300, 1)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    normal = np.log(2) + 2 * np.trapezoid(density * p * np.log(p), z)
    assert large == pytest.approx(normal, rel=0.02)


def test_wider_buffers_and_narrower_environments_know_less():
    values = [limit_without_aggregation(64, 64, 8, buffer) for buffer in (0, 4, 8, 16, 27)]
    values += [limit_without_aggregation(64, 64, 8, 0, wide) for wide in (28, 14, 7, 1)]
    assert np.all(np.diff(values[:5]) < 0) and np.all(np.diff(values[5:]) < 0) and min(values) > 0
    assert values[0] == values[5]


@pytest.mark.parametrize(
    "regions", [(0, 1), (4, -1), (4, 2), (8, 0), (9, 0), (2, 1, 0), (2, 1, 3), (2, 1, -1)]
)
def test_regions_that_are_refused(regions):
    for function, ring in ((limit_without_aggregation, (8, 8)), (limit_of_fast_aggregation, (8,))):
        with pytest.raises(ValueError, match=f"visible = {regions[0]}, buffer = {regions[1]}"):
            function(*ring, *regions)


def test_a_ring_without_mass_has_no_limit():
    with pytest.raises(ValueError, match="mass = 0"):
        limit_without_aggregation(8, 0, 2, 1)
