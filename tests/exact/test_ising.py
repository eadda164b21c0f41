import numpy as np
import pytest

from rsmi.exact.ising import CRITICAL_TEMPERATURE, energy, enumerate_states


@pytest.mark.parametrize("temperature", [0.5, 1.5, 2.0, CRITICAL_TEMPERATURE, 2.6, 4.0, 50.0])
def test_kaufman_against_enumeration(temperature):
    exact = enumerate_states(temperature, 4)
    assert energy(temperature, 4) == pytest.approx(np.sum(exact["probability"] * exact["energy"]), rel=1e-12)


def test_onsager_is_the_limit_of_large_lattices():
    assert energy(CRITICAL_TEMPERATURE, 1024) == pytest.approx(-np.sqrt(2), abs=1e-3)
    assert energy(2.0, 256) == pytest.approx(-1.74556458, abs=1e-8)


def test_energy_is_smooth_through_criticality():
    around = [energy(CRITICAL_TEMPERATURE * (1 + d), 32) for d in (-1e-9, 0.0, 1e-9)]
    assert np.ptp(around) < 1e-7


@pytest.mark.parametrize(("function", "size"), [(energy, 5), (enumerate_states, 5)])
def test_sizes_that_are_not_possible(function, size):
    with pytest.raises(ValueError, match="size = 5"):
        function(2.0, size)
