"""Where curves of information over the control parameter show a transition, found from them alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rsmi.sampling.seeds import stream

RESAMPLES = 200
# Points of the curve on either side that a place is taken from; more for a peak, which may be flat.
NEIGHBOURS = 3
PEAK_NEIGHBOURS = 4


@dataclass(frozen=True)
class Location:
    """A control value with its bootstrap error; NaN where the curve shows no such place."""

    value: float
    error: float


def steepest_descent(
    control: np.ndarray, value: np.ndarray, error: np.ndarray, logarithmic: bool = False
) -> Location:
    """Return where information falls most steeply: the turning point of a cubic through the values around.

    `control` ascends; `value` and `error` are in nats. `logarithmic` seeks the descent over the logarithm of
    the control, for ranges of decades.
    """
    return _bootstrapped(_steepest, control, value, error, logarithmic)


def peak(control: np.ndarray, value: np.ndarray, error: np.ndarray, logarithmic: bool = False) -> Location:
    """Return where information is largest, by a parabola through the values around the largest one."""
    return _bootstrapped(_largest, control, value, error, logarithmic)


def crossing(
    control: np.ndarray,
    small: np.ndarray,
    small_error: np.ndarray,
    large: np.ndarray,
    large_error: np.ndarray,
) -> Location:
    """Return where the curves of two scales cross: at a critical point nothing depends on the scale.

    `small` and `large` are information for V, L_B and lattice of one shape and two sizes. In an ordered phase
    the larger knows more, in a disordered one less; taken is the change of sign at which the difference falls
    most, by a parabola through the differences around it.
    """
    return _bootstrapped(_falling_root, control, large - small, np.hypot(small_error, large_error), False)


def _bootstrapped(
    find: Callable[[np.ndarray, np.ndarray, np.ndarray], float],
    control: np.ndarray,
    value: np.ndarray,
    error: np.ndarray,
    logarithmic: bool,
) -> Location:
    """Find a place, and its scatter where every value is drawn anew within its error."""
    control, value, error = (np.asarray(part, float) for part in (control, value, error))
    used = np.isfinite(control) & np.isfinite(value) & np.isfinite(error)
    control, value, error = control[used], value[used], error[used]
    if len(control) < 2 * NEIGHBOURS:
        return Location(np.nan, np.nan)
    x = np.log(control) if logarithmic else control
    # Events too rare to be seen leave an error of zero, and a weight of infinity.
    error = np.maximum(error, 1e-3 * np.ptp(value) + 1e-12)
    rng = stream(0, "bootstrap", find.__name__)
    place = find(x, value, error)
    again = np.array([find(x, rng.normal(value, error), error) for _ in range(RESAMPLES)])
    again = again[np.isfinite(again)]
    if not np.isfinite(place) or len(again) < RESAMPLES // 2:
        return Location(np.nan, np.nan)
    if logarithmic:
        place, again = np.exp(place), np.exp(again)
    # Half the central 68 %: a resample whose place jumps elsewhere does not rule the error.
    low, high = np.quantile(again, (0.16, 0.84))
    return Location(float(place), float(high - low) / 2)


def _steepest(x: np.ndarray, value: np.ndarray, error: np.ndarray) -> float:
    # Over two intervals, since one of a fine grid is all noise.
    slope = (value[2:] - value[:-2]) / (x[2:] - x[:-2])
    centre = int(slope.argmin()) + 1
    near = _around(centre)
    first, last = near.start, min(near.stop, len(x)) - 1
    if value[first] - value[last] < 4 * np.hypot(error[first], error[last]):
        return np.nan
    x0 = x[centre]
    third, second, slope_there, _ = np.polyfit(x[near] - x0, value[near], 3, w=1.0 / error[near])
    turn = -second / (3 * third)
    falls = third > 0 and slope_there + second * turn < 0
    return x0 + turn if falls and x[near][0] < x0 + turn < x[near][-1] else np.nan


def _around(centre: int, neighbours: int = NEIGHBOURS) -> slice:
    return slice(max(0, centre - neighbours), centre + neighbours + 1)


def _largest(x: np.ndarray, value: np.ndarray, error: np.ndarray) -> float:
    near = _around(int(value.argmax()), PEAK_NEIGHBOURS)
    curvature, slope, _ = np.polyfit(x[near], value[near], 2, w=1.0 / error[near])
    place = -slope / (2 * curvature)
    return place if curvature < 0 and x[near][0] < place < x[near][-1] else np.nan


def _falling_root(x: np.ndarray, difference: np.ndarray, error: np.ndarray) -> float:
    falls = np.flatnonzero((difference[:-1] > 0) & (difference[1:] <= 0))
    if not falls.size:
        return np.nan
    first = falls[np.argmax(difference[falls] - difference[falls + 1])]
    near = _around(int(first))
    roots = np.roots(np.polyfit(x[near], difference[near], 2, w=1.0 / error[near]))
    real = roots[np.isreal(roots)].real
    middle = (x[first] + x[first + 1]) / 2
    return real[np.abs(real - middle).argmin()] if real.size else np.nan
