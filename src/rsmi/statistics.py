"""Statistics of correlated series: autocorrelation time, effective sample size, errors of means."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Autocorrelation:
    """Integrated autocorrelation time tau = 1/2 + sum_t rho(t), in samples, with its standard error.

    `reliable` is False where the series is too short to tell: it holds fewer than 50 tau per chain, or
    the window did not close. `effective` is the number of independent samples, N / (2 tau).
    """

    tau: float
    error: float
    effective: float
    reliable: bool


def autocorrelation(series: np.ndarray, window: float = 5.0) -> Autocorrelation:
    """Estimate the integrated autocorrelation time of `series`, of shape (chain, sample).

    The autocorrelation function is averaged over chains, about their common mean, and summed up to the
    first lag t >= `window` * tau(t) (A. Sokal, Monte Carlo Methods in Statistical Mechanics (1997),
    section 3). The error is tau sqrt(2 (2 t + 1) / N). A constant series has tau = 1/2 and counts as
    one effective sample, since it says nothing about its own fluctuations.

    Raises `ValueError` for fewer than four samples per chain or for values that are not finite.
    """
    series = np.asarray(series, float)
    if series.ndim != 2 or series.shape[1] < 4:
        raise ValueError(f"expected (chain, sample) with at least 4 samples, got shape {series.shape}")
    if not np.isfinite(series).all():
        raise ValueError("the series holds values that are not finite")
    samples = series.shape[1]
    deviation = series - series.mean()
    variance = np.mean(deviation**2)
    if variance <= 1e-24 * max(1.0, series.mean() ** 2):
        return Autocorrelation(0.5, 0.0, 1.0, False)
    spectrum = np.abs(np.fft.rfft(deviation, 2 * samples, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, axis=1)[:, :samples].mean(axis=0)
    rho = covariance / (variance * np.arange(samples, 0, -1))
    times = np.maximum(0.5 + np.cumsum(rho[1:]), 0.5)
    lags = np.arange(1, samples)
    closed = np.flatnonzero(lags >= window * times)
    lag = int(lags[closed[0]]) if closed.size else samples - 1
    tau = float(times[lag - 1])
    error = tau * np.sqrt(2.0 * (2 * lag + 1) / series.size)
    reliable = bool(closed.size) and samples >= 50 * tau
    return Autocorrelation(tau, float(error), series.size / (2.0 * tau), reliable)


def blocked_error(values: np.ndarray, blocks: int = 32) -> np.ndarray:
    """Return the standard error of the mean of `values`, shape (..., chain, sample), shape (...).

    Every chain is cut into runs of consecutive samples, equal up to one sample, about `blocks` in all but
    at least two per chain, and the scatter of their means is taken, so that correlations within a run do
    not make the error too small.

    Raises `ValueError` if there are fewer than two samples per chain.
    """
    values = np.asarray(values, float)
    chains, samples = values.shape[-2:]
    if samples < 2:
        raise ValueError("an error needs at least two samples per chain")
    runs = min(samples, max(2, round(blocks / chains)))
    edges = np.arange(runs) * samples // runs
    means = np.add.reduceat(values, edges, axis=-1) / np.diff(np.append(edges, samples))
    flat = means.reshape(*values.shape[:-2], chains * runs)
    return flat.std(axis=-1, ddof=1) / np.sqrt(chains * runs)
