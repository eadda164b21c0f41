import numpy as np
import pytest
import xarray as xr

from rsmi.analysis.mass_rule import block_masses, mass_rule, mass_rules
from rsmi.exact.chipping import limit_of_fast_aggregation, limit_without_aggregation


def samples_of(masses):
    return xr.Dataset(
        {"configuration": (("chain", "sample", "x"), masses)}, coords={"control": ((), 0.5, {"symbol": "w"})}
    )


def test_masses_of_the_regions():
    ring = np.arange(12)
    inside, outside = block_masses(ring, 2, 1, 2)
    # The first window is E = 0, 1; B = 2; V = 3, 4; B = 5; E = 6, 7; the last one wraps.
    assert inside.tolist() == [7, 15, 11 + 0]
    assert outside.tolist() == [0 + 1 + 6 + 7, 4 + 5 + 10 + 11, 8 + 9 + 2 + 3]


def test_regions_that_do_not_fit():
    with pytest.raises(ValueError, match="need 14 sites"):
        block_masses(np.arange(12), 4, 2, 3)


def test_without_aggregation_the_bound_is_just_below_the_exact_limit():
    rng = np.random.default_rng(0)
    size = 32
    # Uniform over all ways to put 32 units on 32 sites: bars among stars.
    places = np.sort([rng.choice(2 * size - 1, size - 1, replace=False) for _ in range(20 * 400)], axis=1)
    edges = np.pad(places, ((0, 0), (1, 1)), constant_values=(-1, 2 * size - 1))
    edges[:, 0], edges[:, -1] = -1, 2 * size - 1
    masses = np.diff(edges, axis=1) - 1
    found = mass_rule(samples_of(masses.reshape(20, 400, size)), 4, 2, 12)
    exact = limit_without_aggregation(size, size, 4, 2)
    assert found["information"] < exact + 3 * found["error"]
    assert found["information"] == pytest.approx(exact, abs=5 * found["error"])


def test_of_a_lone_condensate():
    rng = np.random.default_rng(1)
    masses = np.zeros((10, 2000, 64), int)
    masses[np.arange(10)[:, None], np.arange(2000), rng.integers(0, 64, (10, 2000))] = 64
    found = mass_rule(samples_of(masses), 8, 4, 24)
    assert found["information"] == pytest.approx(limit_of_fast_aggregation(64, 8, 4), abs=0.01)


def test_independent_masses_tell_nothing():
    masses = np.random.default_rng(2).poisson(1.0, (10, 300, 64))
    # The total of a ring is fixed in a model; here it is not, so that most must hold any.
    masses[0, 0, 0] += 200
    found = mass_rule(samples_of(masses), 8, 4, 8)
    assert abs(found["information"]) < 4 * found["error"] + 1e-3


def test_a_row_per_sample_set():
    masses = np.random.default_rng(3).poisson(1.0, (4, 50, 32))
    masses[0, 0, 0] += 100
    table = mass_rules([samples_of(masses)] * 2, 4, 2, 4)
    assert table.columns.tolist() == ["w", "threshold", "information", "error"]
    assert len(table) == 2
