"""Signs that samples and chains are not in the order that they are said to be in."""

import numpy as np
from scipy.stats import ttest_1samp

from rsmi.external import warn
from rsmi.external.axes import Runs

# Errors of independent samples by which a correlation must stand out, and by how much from another.
TOLD, MORE = 6.0, 0.2
# Most chains that may be interleaved in one series, and samples for each, to tell.
MOST_CHAINS, LENGTHS = 64, 20
# How rarely chance alone may make all chains drift in one direction; fewer chains say nothing.
DRIFT, LEAST_CHAINS = 1e-4, 4


def warn_of_order(series: dict[str, np.ndarray], runs: Runs, name: str) -> None:
    """Warn of interleaved chains, of exchanged axes, and of a drift that all chains have.

    series: numbers that tell samples apart, (run, sample), by name (`rsmi.external.checks.series`).
    """
    changing = {of: part for of, part in series.items() if np.ptp(part) > 1e-9 * np.abs(part).max()}
    for of, part in changing.items():
        if runs.kind == "series" and _interleaved(part, of, name):
            return
        if runs.kind == "chains" and (_exchanged(part, of, name) or _drifts(part, of, name, len(changing))):
            return


def _correlation(first: np.ndarray, second: np.ndarray, variance: float) -> float:
    return float((first * second).mean() / variance)


def _interleaved(part: np.ndarray, of: str, name: str) -> bool:
    """Tell, and warn, if samples k apart are alike, and those less far apart are not."""
    flat = part.ravel() - part.mean()
    variance = float(np.mean(flat**2))
    farthest = min(MOST_CHAINS, len(flat) // LENGTHS)
    rho = [_correlation(flat[k:], flat[:-k], variance) for k in range(1, farthest + 1)]
    for k in range(2, farthest + 1):
        error = 1.0 / np.sqrt(len(flat) - k)
        if rho[k - 1] > TOLD * error and rho[k - 1] - max(rho[: k - 1]) > max(MORE, TOLD * error):
            warn(
                "interleaved",
                f"{name}: samples {k} apart are alike ({of}: correlation {rho[k - 1]:.2g}), and nearer ones "
                f"are not: were {k} chains written in turn? Then parts of the series are not independent; "
                f"name them by groups, as np.arange({len(flat)}) % {k}",
            )
            return True
    return False


def _exchanged(part: np.ndarray, of: str, name: str) -> bool:
    """Tell, and warn, if samples of neighbouring chains are more alike than consecutive ones."""
    centred = part - part.mean()
    variance = float(np.mean(centred**2))
    along_chains = _correlation(centred[1:], centred[:-1], variance)
    along_samples = _correlation(centred[:, 1:], centred[:, :-1], variance)
    error = 1.0 / np.sqrt(centred[1:].size)
    if along_chains > TOLD * error and along_chains - along_samples > max(MORE, TOLD * error):
        warn(
            "exchanged axes",
            f"{name}: samples of one chain and of the next are alike ({of}: correlation {along_chains:.2g}), "
            f"consecutive samples are less so ({along_samples:.2g}): are chain and sample exchanged? If so, "
            "correct the setting axes",
        )
        return True
    return False


def _drifts(part: np.ndarray, of: str, name: str, tests: int) -> bool:
    """Tell, and warn, if all chains go the same way from their first to their last quarter."""
    quarter = part.shape[1] // 4
    if len(part) < LEAST_CHAINS or quarter < 1:
        return False
    gone = part[:, -quarter:].mean(axis=1) - part[:, :quarter].mean(axis=1)
    if np.ptp(gone) == 0 or not ttest_1samp(gone, 0).pvalue < DRIFT / tests:
        return False
    warn(
        "drift",
        f"{name}: from the first to the last quarter of the samples, chains change alike ({of}: by "
        f"{gone.mean():.2g} on average, of a spread of {part.std():.2g}): were they not thermalised, or did "
        "something drift? Leave the beginning out",
    )
    return True
