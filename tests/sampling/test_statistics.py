import numpy as np
import pytest

from rsmi.sampling.statistics import (
    ShortSeriesError,
    autocorrelation,
    blocked_error,
    gelman_rubin,
    jackknife,
    start_p_value,
)


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
    measured = autocorrelation(series)
    assert not measured.reliable
    assert measured.error == np.inf
    with pytest.raises(ShortSeriesError, match="200 samples per chain are too few") as caught:
        autocorrelation(series, strict=True)
    assert caught.value.measured == measured
    long = autoregressive(0.5, (2, 2000), np.random.default_rng(2))
    assert autocorrelation(long, strict=True) == autocorrelation(long)


def test_a_constant_series_is_one_sample():
    measured = autocorrelation(np.full((4, 100), 0.3))
    assert (measured.tau, measured.effective, measured.reliable) == (0.5, 1.0, False)
    assert measured.constant


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


def test_gelman_rubin_of_chains_that_agree_and_that_do_not():
    series = autoregressive(0.5, (8, 2000), np.random.default_rng(6))
    assert gelman_rubin(series) == pytest.approx(1.0, abs=0.01)
    # One standard deviation between two halves of the chains: between-chain variance 1/4.
    apart = series + np.repeat([0.0, 1.0], 4)[:, None]
    assert gelman_rubin(apart) == pytest.approx(np.sqrt(1 + 0.25 * 16 / 15), abs=0.02)
    # A drift makes the halves of each chain differ.
    assert gelman_rubin(series + np.linspace(0, 3, 2000)) > 1.1
    assert gelman_rubin(np.ones((4, 10))) == 1.0
    assert gelman_rubin(np.repeat([[1.0], [2.0]], 10, axis=1)) == np.inf


def test_start_p_value_is_uniform_for_chains_that_have_forgotten_their_starts():
    rng = np.random.default_rng(7)
    starts = ["up", "down"] * 3
    p = np.array([start_p_value(autoregressive(0.9, (6, 200), rng), starts) for _ in range(600)])
    # Bonferroni: with two kinds the same test is made twice, so p is twice too large.
    for level in (0.05, 0.2):
        assert abs(np.mean(p < 2 * level) - level) < 4 * np.sqrt(level / 600)


def test_start_p_value_of_chains_that_remember():
    series = autoregressive(0.9, (12, 500), np.random.default_rng(7))
    shifted = series + np.array([0.0, 3.0] * 6)[:, None]
    assert start_p_value(shifted, ["up", "down"] * 6) < 1e-6
    assert start_p_value(shifted, ["up"] * 12) == 1.0
    stuck = np.repeat([[1.0], [2.0]] * 3, 10, axis=1)
    assert start_p_value(stuck, ["up", "down"] * 3) == 0.0
    assert start_p_value(np.ones((6, 10)), ["up", "down"] * 3) == 1.0


def test_a_small_share_of_slow_modes_is_not_overlooked():
    """A tenth of the variance with tau = 50: a window of a few tau of the fast mode would see tau = 1."""
    rng = np.random.default_rng(9)
    slow = 99 / 101
    series = np.sqrt(0.9) * rng.normal(size=(16, 8000)) + np.sqrt(0.1) * autoregressive(slow, (16, 8000), rng)
    exact = 0.9 * 0.5 + 0.1 * 50
    assert autocorrelation(series).tau == pytest.approx(exact, rel=0.25)
    # Chains of two tau of the slow modes cannot tell it, but do not miss that there are some.
    hopeless = np.sqrt(0.9) * rng.normal(size=(16, 2000)) + np.sqrt(0.1) * autoregressive(
        0.999, (16, 2000), rng
    )
    assert autocorrelation(hopeless).tau > 10


@pytest.mark.parametrize("rho", [0.0, 0.7])
def test_jackknife_errors_cover_a_variance_at_their_rate(rho):
    """The variance of a stationary process of unit variance, a function of two means."""
    rng = np.random.default_rng(8)
    found = np.array(
        [
            jackknife(lambda mean, square: square - mean**2, x, x**2)
            for x in (autoregressive(rho, (4, 1003), rng) for _ in range(300))
        ]
    )
    z = (found[:, 0] - 1) / found[:, 1]
    # Student's t with 63 degrees of freedom, of 64 blocks.
    for width, rate in ((1, 0.679), (2, 0.950)):
        assert abs(np.mean(np.abs(z) < width) - rate) < 3 * np.sqrt(rate * (1 - rate) / 300)


def test_jackknife_subtracts_the_bias():
    """The square of a mean of n numbers is too large by their variance over n."""
    rng = np.random.default_rng(10)
    values = rng.normal(size=(4000, 2, 4))
    found = np.array([jackknife(lambda mean: mean**2, x, blocks=8)[0] for x in values])
    assert abs(found.mean()) < 4 * found.std() / np.sqrt(4000)
    assert np.mean(values.mean(axis=(1, 2)) ** 2) == pytest.approx(1 / 8, rel=0.1)


def test_jackknife_needs_two_samples():
    with pytest.raises(ValueError, match="two samples"):
        jackknife(lambda mean: mean, np.zeros((4, 1)))
