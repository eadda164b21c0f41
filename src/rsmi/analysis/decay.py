"""How the information decays with the buffer: exponentially or as a power (figure 3b of the 2021 paper)."""

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.optimize import OptimizeWarning, curve_fit

LAWS = ("exponential", "power")


@dataclass(frozen=True)
class Decay:
    """One law fitted to I(L_B): `amplitude` exp(-r / `parameter`) or `amplitude` r^(-`parameter`).

    r = L_B + `offset`. `parameter` is a decay length in sites or an exponent. `error` is its standard error,
    widened by sqrt(chi_squared / degrees) where the law misses the data by more than their errors. NaN where
    the law could not be fitted.
    """

    law: str
    offset: float
    amplitude: float
    parameter: float
    error: float
    chi_squared: float
    degrees: int

    def __call__(self, buffer: np.ndarray) -> np.ndarray:
        """Return the fitted information at buffers, in nats."""
        return _LAWS[self.law](np.asarray(buffer, float) + self.offset, self.amplitude, self.parameter)


def _exponential(distance: np.ndarray, amplitude: float, length: float) -> np.ndarray:
    return amplitude * np.exp(-distance / length)


def _power(distance: np.ndarray, amplitude: float, exponent: float) -> np.ndarray:
    return amplitude * distance**-exponent


_LAWS = {"exponential": _exponential, "power": _power}


def fit_decay(
    buffer: np.ndarray, value: np.ndarray, error: np.ndarray, offset: float = 0.0
) -> dict[str, Decay]:
    """Fit both laws of `LAWS` by least squares to information at buffers, with its standard errors.

    The distance r of the laws is L_B + `offset` sites. An exponential is the same for every offset, a power
    is not: with half the side of V, r runs from the centre of V to E.

    Buffers of zero are left out, where neither law means anything, and so are values within two errors of
    zero, which are bounds that found nothing. Fewer than three values, or none that fall, give NaN.
    """
    buffer, value, error = (np.asarray(part, float) for part in (buffer, value, error))
    used = (buffer > 0) & (value > 2 * error) & (error > 0)
    distance, value, error = buffer[used] + offset, value[used], error[used]
    fits = {}
    for law, function in _LAWS.items():
        fits[law] = Decay(law, offset, np.nan, np.nan, np.nan, np.nan, max(len(value) - 2, 0))
        if len(value) < 3:
            continue
        along = distance if law == "exponential" else np.log(distance)
        slope, intercept = np.polyfit(along, np.log(value), 1, w=value / error)
        # A value that does not fall has no decay length: that of a slope next to nothing stands for it.
        steep = min(slope, -1e-3)
        start = np.exp(intercept), -1.0 / steep if law == "exponential" else -steep
        try:
            with warnings.catch_warnings():
                # Of values that do not fall the length is not determined, and its error infinite.
                warnings.simplefilter("ignore", OptimizeWarning)
                best, covariance = curve_fit(
                    function, distance, value, start, sigma=error, absolute_sigma=True
                )
        except RuntimeError:
            continue
        chi_squared = float(np.sum(((value - function(distance, *best)) / error) ** 2))
        degrees = len(value) - 2
        widening = max(1.0, np.sqrt(chi_squared / degrees))
        amplitude, parameter = map(float, best)
        spread = float(np.sqrt(covariance[1, 1]) * widening)
        fits[law] = Decay(law, offset, amplitude, parameter, spread, chi_squared, degrees)
    return fits


def preferred(fits: dict[str, Decay]) -> str:
    """Return the law of the smaller chi squared, "neither" if there is none.

    "undecided" where the two differ by less than 4: both have two parameters, so that the difference of chi
    squared is twice the logarithm of their likelihood ratio.
    """
    values = [fits[law].chi_squared for law in LAWS]
    if not np.isfinite(values).any():
        return "neither"
    if np.isfinite(values).all() and abs(values[0] - values[1]) < 4:
        return "undecided"
    return LAWS[int(np.nanargmin(values))]
