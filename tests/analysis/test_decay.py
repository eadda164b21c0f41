import numpy as np
import pytest

from rsmi.analysis.decay import fit_decay, preferred

BUFFERS = np.array([0, 1, 2, 3, 4, 6, 8])


def noisy(values, share=0.01, seed=0):
    error = share * np.abs(values)
    return np.random.default_rng(seed).normal(values, error), error


def test_an_exponential_is_told_and_its_length_found_with_its_error():
    lengths = []
    for seed in range(60):
        value, error = noisy(0.5 * np.exp(-BUFFERS / 2.5), 0.02, seed)
        fits = fit_decay(BUFFERS, value, error)
        assert preferred(fits) == "exponential"
        lengths.append((fits["exponential"].parameter - 2.5) / fits["exponential"].error)
    assert abs(np.mean(lengths)) < 4 / np.sqrt(60)
    assert 0.6 < np.std(lengths) < 1.3


@pytest.mark.parametrize("offset", [0.0, 2.0])
def test_a_power_of_the_distance_is_told_and_its_exponent_found(offset):
    value, error = noisy(0.3 * (np.maximum(BUFFERS, 1) + offset) ** -1.2)
    fits = fit_decay(BUFFERS, value, error, offset)
    assert preferred(fits) == "power"
    assert fits["power"].parameter == pytest.approx(1.2, abs=4 * fits["power"].error)
    assert fits["power"](4.0) == pytest.approx(0.3 * (4 + offset) ** -1.2, rel=0.02)


def test_the_offset_does_not_change_an_exponential():
    value, error = noisy(0.5 * np.exp(-BUFFERS / 2.5))
    lengths = [fit_decay(BUFFERS, value, error, offset)["exponential"].parameter for offset in (0, 3)]
    assert lengths[0] == pytest.approx(lengths[1], rel=1e-4)


def test_a_law_that_misses_the_data_has_a_wider_error():
    value = np.exp(-BUFFERS / 2.0)
    fits = fit_decay(BUFFERS, value, 0.001 * value)
    assert fits["power"].chi_squared > 100
    assert fits["power"].error > 0.05


def test_what_does_not_decay_is_undecided():
    value, error = noisy(np.full(len(BUFFERS), 0.693))
    assert preferred(fit_decay(BUFFERS, value, error)) == "undecided"


def test_too_few_values_give_nothing():
    value = np.array([0.5, 0.3, 0.1, 1e-4, 1e-4, 0, 0])
    fits = fit_decay(BUFFERS, value, np.full(7, 1e-3))
    assert preferred(fits) == "neither"
    assert np.isnan(fits["power"].parameter) and np.isnan(fits["exponential"].error)
