import numpy as np
import pytest

from rsmi.exact.dimers.coverings import enumerate_coverings, parallel_plaquettes, thermodynamics
from rsmi.exact.dimers.free import FreeTorus, coverings
from rsmi.exact.dimers.torus import InteractingTorus, density_of_states


@pytest.mark.parametrize("size", [4, 6])
def test_counts_against_enumeration(size):
    horizontal, vertical = enumerate_coverings(size)
    signs = 1 - 2 * (np.arange(size) % 2)
    parallel = parallel_plaquettes(horizontal, vertical)
    for winding in (horizontal[:, :, 0] @ signs, vertical[:, 0] @ signs):
        expected = np.zeros((size + 1, size**2 // 2 + 1), int)
        np.add.at(expected, (winding + size // 2, parallel), 1)
        assert (density_of_states(size) == expected).all()


@pytest.mark.parametrize("size", [4, 6, 8])
def test_nothing_is_lost_and_bounds_are_reached(size):
    density = density_of_states(size)
    assert density.sum() == coverings(size, size)
    assert (density == density[::-1]).all() and (density >= 0).all()
    # The four columnar coverings, and the staggered ones.
    assert density[:, -1].sum() == 4
    assert density[0].sum() == density[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        density[0, 0] = 2


def test_published_counts():
    assert density_of_states(4).sum(axis=1).tolist() == [1, 36, 198, 36, 1]
    assert density_of_states(4).sum(axis=0).tolist() == [12, 0, 32, 64, 112, 0, 48, 0, 4]


def test_published_averages():
    assert InteractingTorus(8).parallel(1.0) == pytest.approx(0.36663, abs=5e-6)
    assert InteractingTorus(8).parallel(np.inf) == pytest.approx(0.24230, abs=5e-6)
    assert InteractingTorus(6).parallel(4.0) == pytest.approx(0.271903, abs=1e-6)
    assert InteractingTorus(6).specific_heat(4.0) == pytest.approx(0.008463, abs=1e-6)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1.0, 4.0])
@pytest.mark.parametrize("size", [4, 6])
def test_averages_against_enumeration(size, temperature):
    torus = InteractingTorus(size)
    exact = thermodynamics(temperature, size)
    assert torus.parallel(temperature) == pytest.approx(exact["parallel"])
    assert torus.specific_heat(temperature) == pytest.approx(exact["specific_heat"])
    horizontal, vertical = enumerate_coverings(size)
    parallel = parallel_plaquettes(horizontal, vertical)
    weights = np.exp(parallel / temperature)
    winding = horizontal[:, :, 0] @ (1 - 2 * (np.arange(size) % 2))
    assert torus.log_partition(temperature) == pytest.approx(np.log(weights.sum()))
    assert torus.square_winding(temperature) == pytest.approx(weights @ winding**2 / weights.sum())
    shares = [weights[winding == w].sum() / weights.sum() for w in torus.windings]
    assert torus.winding_distribution(temperature) == pytest.approx(shares)


def test_infinite_temperature_against_pfaffians():
    torus, free = InteractingTorus(8), FreeTorus(8)
    assert torus.log_partition(np.inf) == pytest.approx(free.log_partition())
    assert torus.parallel(np.inf) == pytest.approx(free.parallel())
    assert torus.square_winding(np.inf) == pytest.approx(free.square_winding(), rel=1e-6)
    assert torus.specific_heat(np.inf) == 0


@pytest.mark.parametrize("temperature", [0.3, 1.0, 3.0])
def test_energy_and_specific_heat_are_derivatives(temperature):
    torus, h = InteractingTorus(8), 1e-4
    beta = 1 / temperature
    slope = (torus.log_partition(1 / (beta + h)) - torus.log_partition(1 / (beta - h))) / (2 * h)
    assert torus.parallel(temperature) == pytest.approx(slope / 64, rel=1e-6)
    step = h * temperature
    slope = (torus.parallel(temperature - step) - torus.parallel(temperature + step)) / (2 * step)
    assert torus.specific_heat(temperature) == pytest.approx(slope, rel=1e-5)


def test_limits_of_low_temperature():
    torus = InteractingTorus(8)
    assert torus.parallel(1e-3) == pytest.approx(0.5)
    assert torus.log_partition(1e-3) == pytest.approx(32_000 + np.log(4))
    assert torus.square_winding(1e-3) == pytest.approx(0, abs=1e-30)


def test_settings_that_are_refused():
    with pytest.raises(ValueError, match="size = 10"):
        InteractingTorus(10)
    for temperature in (0.0, -1.0, np.nan):
        for average in (InteractingTorus(4).parallel, InteractingTorus(4).log_partition):
            with pytest.raises(ValueError, match=f"temperature = {temperature}"):
                average(temperature)
