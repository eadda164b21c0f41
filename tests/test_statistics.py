import numpy as np
import pytest

from rsmi.statistics import autocorrelation, blocked_error


def autoregressive(rho, shape, rng):
    """x_t = rho x_(t-1) + noise, stationary, unit variance: tau = 1/2 (1 + rho) / (1 - rho)."""
    x = np.empty(shape)
    x[..., 0] = rng.normal(size=shape[:-1])
    for t in range(1, shape[-1]):
        x[..., t] = rho * x[..., t - 1] + np.sqrt(1 - rho**2) * rng.normal(size=shape[:-1])
    return x


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_autocorrelation_time_of_a_known_process(rho):
    series = autoregressive(rho, (8, 5000), np.random.default_rng(1))
    measured = autocorrelation(series)
    exact = 0.5 * (1 + rho) / (1 - rho)
    assert abs(measured.tau - exact) < 4 * measured.error + 0.01 * exact
    assert measured.effective == pytest.approx(series.size / (2 * measured.tau))
    assert measured.reliable


def test_a_series_that_is_too_short_is_not_called_reliable():
    series = autoregressive(0.99, (2, 200), np.random.default_rng(2))
    assert not autocorrelation(series).reliable


def test_a_constant_series_is_one_sample():
    measured = autocorrelation(np.full((4, 100), 0.3))
    assert (measured.tau, measured.effective, measured.reliable) == (0.5, 1.0, False)


@pytest.mark.parametrize("series", [np.zeros((2, 3)), np.zeros(10), np.full((2, 10), np.nan)])
def test_bad_series_are_refused(series):
    with pytest.raises(ValueError):
        autocorrelation(series)


@pytest.mark.parametrize("rho", [0.0, 0.6])
def test_blocked_errors_cover_the_truth_at_their_rate(rho):
    values = autoregressive(rho, (400, 4, 1000), np.random.default_rng(3))
    z = values.mean(axis=(1, 2)) / blocked_error(values)
    # 400 repeats: the binomial error of the rate is 2.3 %; 31 degrees of freedom lower it by 1 %.
    assert abs(np.mean(np.abs(z) < 1) - 0.675) < 4 * 0.023
    assert abs(np.mean(np.abs(z) < 2) - 0.946) < 4 * 0.011


@pytest.mark.parametrize(("chains", "samples"), [(6, 33), (1, 63), (6, 100), (4, 8)])
def test_blocked_error_is_right_for_lengths_that_do_not_divide(chains, samples):
    values = np.random.default_rng(5).normal(size=(2000, chains, samples))
    # The mean of s underestimates sigma by 1 / (4 n) for n blocks, at most 3 % here.
    assert blocked_error(values).mean() * np.sqrt(chains * samples) == pytest.approx(1, abs=0.04)


def test_blocked_error_uses_every_sample():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(3, 103))
    changed = values.copy()
    changed[-1, -1] += 100.0
    assert blocked_error(changed) > blocked_error(values)


def test_blocked_error_needs_two_samples():
    with pytest.raises(ValueError, match="two samples"):
        blocked_error(np.zeros((4, 1)))
