from itertools import product

import numpy as np
import pytest

from rsmi.exact.ising.thermodynamics import (
    CRITICAL_TEMPERATURE,
    energy,
    enumerate_states,
    infinite_energy,
    infinite_specific_heat,
    ring_thermodynamics,
    specific_heat,
    spontaneous_magnetisation,
)


@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize("temperature", [0.5, 1.5, 2.0, CRITICAL_TEMPERATURE, 2.6, 4.0, 50.0])
def test_kaufman_against_enumeration(temperature, size):
    exact = enumerate_states(temperature, size)
    assert energy(temperature, size) == pytest.approx(
        np.sum(exact["probability"] * exact["energy"]), rel=1e-12
    )


def test_onsager_is_the_limit_of_large_lattices():
    assert energy(CRITICAL_TEMPERATURE, 1024) == pytest.approx(-np.sqrt(2), abs=1e-3)
    assert energy(2.0, 256) == pytest.approx(-1.74556458, abs=1e-8)


def test_energy_is_smooth_through_criticality():
    around = [energy(CRITICAL_TEMPERATURE * (1 + d), 32) for d in (-1e-9, 0.0, 1e-9)]
    assert np.ptp(around) < 1e-7


def test_low_temperature_and_large_lattices_do_not_overflow():
    assert energy(0.02, 32) == pytest.approx(-2.0)
    assert -2 < energy(1.0, 1024) < -1.99


@pytest.mark.parametrize("size", [3, 4])
@pytest.mark.parametrize("temperature", [1.0, 1.5, CRITICAL_TEMPERATURE, 4.0, 10.0])
def test_specific_heat_against_enumeration(temperature, size):
    exact = enumerate_states(temperature, size)
    p, e = exact["probability"], exact["energy"]
    variance = p @ (e - p @ e) ** 2
    assert specific_heat(temperature, size) == pytest.approx(variance * size**2 / temperature**2, rel=1e-6)


def test_published_values_of_the_infinite_lattice():
    assert infinite_energy(2.0) == pytest.approx(-1.74556458, abs=1e-8)
    assert infinite_energy(CRITICAL_TEMPERATURE) == -np.sqrt(2)
    assert infinite_specific_heat(CRITICAL_TEMPERATURE) == np.inf


@pytest.mark.parametrize("temperature", [1.0, 1.5, 3.0, 10.0])
def test_infinite_lattice_against_kaufman(temperature):
    assert infinite_energy(temperature) == pytest.approx(energy(temperature, 64), rel=1e-10)
    assert infinite_specific_heat(temperature) == pytest.approx(specific_heat(temperature, 64), rel=1e-8)


@pytest.mark.parametrize("temperature", [0.6, 2.0, 2.26, 2.28, 5.0, 200.0])
def test_infinite_specific_heat_is_the_slope_of_the_energy(temperature):
    h = 1e-3 * min(temperature, abs(temperature - CRITICAL_TEMPERATURE))
    slope = np.dot([infinite_energy(temperature + h * i) for i in (-2, -1, 1, 2)], (1, -8, 8, -1)) / (12 * h)
    assert infinite_specific_heat(temperature) == pytest.approx(slope, rel=1e-7)


def test_specific_heat_diverges_as_the_logarithm_on_both_sides():
    """Onsager: its slope in -ln|T - T_c| is 2/pi (2/T_c)^2."""
    for side in (-1, 1):
        near, nearer = (infinite_specific_heat(CRITICAL_TEMPERATURE * (1 + side * d)) for d in (1e-6, 1e-7))
        slope = (nearer - near) / np.log(10)
        assert slope == pytest.approx(2 / np.pi * (2 / CRITICAL_TEMPERATURE) ** 2, rel=1e-4)
        assert infinite_energy(CRITICAL_TEMPERATURE * (1 + side * 1e-14)) == pytest.approx(-np.sqrt(2))


def test_limits_of_the_infinite_lattice():
    assert infinite_energy(np.inf) == infinite_specific_heat(np.inf) == 0
    # E = -2K (1 + 5 K^2 / 3) and C = 2 K^2 (1 + 5 K^2) at high temperatures.
    for k in (1e-3, 1e-4, 1e-6):
        assert infinite_energy(1 / k) == pytest.approx(-2 * k * (1 + 5 * k**2 / 3), rel=1e-10)
        assert infinite_specific_heat(1 / k) == pytest.approx(2 * k**2 * (1 + 5 * k**2), rel=1e-10)
    for temperature in (1e-300, 1e-3, 0.05):
        assert infinite_energy(temperature) == -2
        assert infinite_specific_heat(temperature) == pytest.approx(0, abs=1e-30)
    # The lowest excitations are single spins, of energy 8.
    assert infinite_specific_heat(0.4) == pytest.approx((8 / 0.4) ** 2 * np.exp(-8 / 0.4), rel=1e-3)


@pytest.mark.parametrize("temperature", [0.0, -1.0, np.nan])
def test_temperatures_that_are_refused(temperature):
    for function in (infinite_energy, infinite_specific_heat):
        with pytest.raises(ValueError, match=f"temperature = {temperature}"):
            function(temperature)


def test_yangs_magnetisation():
    assert spontaneous_magnetisation(2.0) == pytest.approx(0.91131938, abs=1e-8)
    assert spontaneous_magnetisation(CRITICAL_TEMPERATURE) == 0.0
    assert spontaneous_magnetisation(1e-3) == 1.0


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_ring_against_enumeration(temperature):
    spins = np.array(list(product((-1, 1), repeat=8)))
    e = -(spins * np.roll(spins, 1, 1)).mean(axis=1)
    p = np.exp(-8 * e / temperature)
    p /= p.sum()
    exact = ring_thermodynamics(temperature, 8)
    assert exact["energy"] == pytest.approx(p @ e)
    assert exact["specific_heat"] == pytest.approx(p @ (e - p @ e) ** 2 * 8 / temperature**2)
    assert exact["square_magnetisation"] == pytest.approx(p @ spins.mean(axis=1) ** 2)


def test_sizes_that_cannot_be_enumerated():
    with pytest.raises(ValueError, match="size = 5"):
        enumerate_states(2.0, 5)
