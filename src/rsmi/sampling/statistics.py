"""Statistics of correlated series: autocorrelation times, agreement of chains, errors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr

# A chain must yield so many samples for its fluctuations to be told at all.
LEAST_SAMPLES = 4
# A series must hold this many autocorrelation times per chain for its own to be told.
TIMES_PER_CHAIN = 50


class ShortSeriesError(ValueError):
    """A series too short to tell its autocorrelation time; `measured` holds what it suggests."""

    def __init__(self, measured: "Autocorrelation", samples: int) -> None:
        """Keep the estimate and say how long the chains should be."""
        self.measured = measured
        super().__init__(
            f"{samples} samples per chain are too few to tell an autocorrelation time of {measured.tau:.3g} "
            f"samples or more; take at least {TIMES_PER_CHAIN} times that, or space them wider"
        )


@dataclass(frozen=True)
class Autocorrelation:
    """Integrated autocorrelation time tau = 1/2 + sum_t rho(t), in samples, with its standard error.

    `reliable` is False where the series is too short to tell: it holds fewer than 50 tau per chain, or its
    correlations never vanish; the error is infinite then. `effective` is the number of independent samples, N
    / (2 tau), at most N. `constant` says that the series never changes, and so knows nothing of its tau.
    """

    tau: float
    error: float
    effective: float
    reliable: bool
    constant: bool = False


def autocorrelation(series: np.ndarray, *, strict: bool = False) -> Autocorrelation:
    """Estimate the integrated autocorrelation time of `series`, of shape (chain, sample).

    The autocorrelation function rho is averaged over chains, about their common mean. The sums of its
    neighbours, rho(2 k) + rho(2 k + 1), are added up as long as they are positive, and none counts for more
    than those before it: the initial monotone sequence of C. J. Geyer, Stat. Sci. 7, 473 (1992). A small
    share of slow modes keeps them positive, where a window of a few tau would close too soon. The error is
    tau sqrt(2 (2 t + 1) / N) if t is the last lag (A. Sokal, Monte Carlo Methods in Statistical Mechanics
    (1997), section 3). A constant series has tau = 1/2 and counts as one effective sample, since it says
    nothing about its own fluctuations.

    Raises `ValueError` for fewer than four samples per chain or for values that are not finite, and, if
    `strict`, `ShortSeriesError` where the estimate is not reliable.
    """
    series = np.asarray(series, float)
    if series.ndim != 2 or series.shape[1] < LEAST_SAMPLES:
        raise ValueError(
            f"expected (chain, sample) with at least {LEAST_SAMPLES} samples, got shape {series.shape}"
        )
    if not np.isfinite(series).all():
        raise ValueError("the series holds values that are not finite")
    measured = _initial_sequence(series)
    if strict and not measured.reliable:
        raise ShortSeriesError(measured, series.shape[1])
    return measured


def _initial_sequence(series: np.ndarray) -> Autocorrelation:
    """Estimate the autocorrelation of a finite series (chain, sample)."""
    samples = series.shape[1]
    deviation = series - series.mean()
    variance = np.mean(deviation**2)
    if variance <= 1e-24 * max(1.0, series.mean() ** 2):
        return Autocorrelation(0.5, np.inf, 1.0, False, True)
    spectrum = np.abs(np.fft.rfft(deviation, 2 * samples, axis=1)) ** 2
    covariance = np.fft.irfft(spectrum, axis=1)[:, :samples].mean(axis=0)
    rho = covariance / (variance * np.arange(samples, 0, -1))
    pairs = rho[: samples // 2 * 2].reshape(-1, 2).sum(axis=1)
    negative = np.flatnonzero(pairs <= 0)
    number = int(negative[0]) if negative.size else pairs.size
    tau = max(0.5, float(np.minimum.accumulate(pairs[:number]).sum()) - 0.5) if number else 0.5
    reliable = bool(negative.size) and samples >= TIMES_PER_CHAIN * tau
    error = float(tau * np.sqrt(2.0 * (4 * number + 1) / series.size)) if reliable else np.inf
    return Autocorrelation(tau, error, series.size / (2.0 * tau), reliable)


def gelman_rubin(series: np.ndarray) -> float:
    """Return the split R-hat of `series`, shape (chain, sample): 1 where the chains agree, above where not.

    Every chain is cut in two halves, and the variance that their means suggest is compared with that within
    them (A. Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 11.4). Chains from different
    starts that have forgotten them give hardly more than 1. A constant series gives 1.

    Raises `ValueError` for fewer than four samples per chain.
    """
    series = np.asarray(series, float)
    if series.ndim != 2 or series.shape[1] < LEAST_SAMPLES:
        raise ValueError(
            f"expected (chain, sample) with at least {LEAST_SAMPLES} samples, got shape {series.shape}"
        )
    half = series.shape[1] // 2
    halves = np.concatenate([series[:, :half], series[:, -half:]])
    within = halves.var(axis=1, ddof=1).mean()
    between = halves.mean(axis=1).var(ddof=1)
    if between == 0.0:
        return 1.0
    return float(np.sqrt((half - 1) / half + between / within)) if within > 0 else np.inf


def start_p_value(series: np.ndarray, starts: Sequence[str]) -> float:
    """Return the probability that chains which have forgotten their starts differ as much by kind of start.

    `series` has shape (chain, sample), `starts` names the start of each chain. The mean of each kind is
    compared with that of the others by Student's t test on the means of chains, so that slow modes within a
    chain count, and the smallest p-value times the number of kinds is taken (Bonferroni). One where there is
    only one kind, or too few chains to tell; zero where each kind is stuck at a value of its own.
    """
    means = np.asarray(series, float).mean(axis=1)
    kinds = np.asarray(starts)
    names = np.unique(kinds)
    freedom = len(means) - len(names)
    if len(names) < 2 or freedom < 2:
        return 1.0
    residual = means - np.array([means[kinds == kind].mean() for kind in kinds])
    spread = np.sqrt(np.sum(residual**2) / freedom)
    smallest = 1.0
    for name in names:
        mine, others = means[kinds == name], means[kinds != name]
        difference = abs(mine.mean() - others.mean())
        error = spread * np.sqrt(1 / mine.size + 1 / others.size)
        # Rounding alone is no difference.
        if difference > 1e-12 * np.abs(means).max():
            smallest = min(smallest, 2 * float(stdtr(freedom, -difference / error)) if error > 0 else 0.0)
    return min(1.0, smallest * len(names))


def diagnostics(values: np.ndarray, starts: Sequence[str] | None = None) -> dict[str, str | float]:
    """Return how far a series of shape (chain, sample) can be trusted, as attributes of a variable.

    `starts` names the start of each chain, where that is known. Raises as `autocorrelation` does.
    """
    measured = autocorrelation(values)
    return {
        "autocorrelation_time": measured.tau,
        "autocorrelation_time_error": measured.error,
        "autocorrelation_time_units": "samples",
        "autocorrelation_time_reliable": str(measured.reliable).lower(),
        "constant": str(measured.constant).lower(),
        "effective_sample_size": measured.effective,
        "gelman_rubin": gelman_rubin(values),
        "start_p_value": 1.0 if starts is None else start_p_value(values, starts),
    }


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


def jackknife(function: Callable[..., float], *series: np.ndarray, blocks: int = 64) -> tuple[float, float]:
    """Return a function of means, such as a specific heat or a cumulant, and its standard error.

    `function` takes the mean of each of the `series`, all of shape (chain, sample), and returns a number.
    Every chain is cut into equal runs of consecutive samples, about `blocks` in all and at least two per
    chain; what remains of the division is left out of the error and the bias, not of the means (B. Efron, The
    Jackknife (1982)). The bias of first order is subtracted.

    Raises `ValueError` if there are fewer than two samples per chain.
    """
    chains, samples = np.shape(series[0])
    if samples < 2:
        raise ValueError("an error needs at least two samples per chain")
    runs = min(samples, max(2, round(blocks / chains)))
    length = samples // runs
    number = chains * runs
    sums = [np.asarray(s, float)[:, : runs * length].reshape(number, length).sum(axis=1) for s in series]
    total = number * length
    without = np.array(
        [function(*((s.sum() - s[k]) / (total - length) for s in sums)) for k in range(number)]
    )
    inside = function(*(s.sum() / total for s in sums))
    value = function(*(np.mean(np.asarray(s, float)) for s in series)) - (number - 1) * (
        without.mean() - inside
    )
    error = np.sqrt((number - 1) * np.mean((without - without.mean()) ** 2))
    return float(value), float(error)
