"""What the curves of a training say: stalled, still rising, collapsed, or held back by a ceiling."""

import math

import numpy as np

from rsmi.estimator.settings import TrainingSettings

# A validation curve still rises if its last fifth gained more than this share of its value plus this
# many nats, the scatter of a converged one.
STILL_RISING = 0.02, 0.001
# A member has collapsed if it finds less than this share of what the best one finds, and the best one finds
# at least this many standard errors.
COLLAPSED = 0.1, 5.0
# Share of log K above which a batch bound is held back by that ceiling.
NEAR_CEILING = 0.8


def collapsed(value: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Tell, from validation values and errors, which members found nothing where the best one did."""
    share, errors = COLLAPSED
    best = value.argmax()
    return (value < share * value[best]) & (value[best] > errors * error[best])


def stalled(validation: np.ndarray, settings: TrainingSettings) -> np.ndarray:
    """Tell which members gained no more than `tolerance` for `patience` epochs: equations (B10) and (B11)."""
    members, epochs = validation.shape
    if not settings.patience or epochs <= settings.patience:
        return np.zeros(members, bool)
    smooth = validation[:, 0]
    highest, since = smooth.copy(), np.zeros(members, int)
    for now in validation[:, 1:].T:
        smooth = settings.smoothing * now + (1.0 - settings.smoothing) * smooth
        gained = smooth > highest + settings.tolerance
        since = np.where(gained, 0, since + 1)
        highest = np.where(gained, smooth, highest)
    return since >= settings.patience


def still_rising(validation: np.ndarray) -> np.ndarray:
    """Tell which validation curves (member, epoch) gained noticeably in the last fifth of what was run.

    A schedule that lowers the learning rate to zero flattens every curve: False does not prove convergence.
    """
    return np.array([_rises(curve[np.isfinite(curve)]) for curve in validation])


def _rises(curve: np.ndarray) -> bool:
    fifth = max(1, len(curve) // 5)
    if len(curve) < 2 * fifth:
        return True
    last, before = curve[-fifth:].mean(), curve[-2 * fifth : -fifth].mean()
    share, absolute = STILL_RISING
    return bool(last - before > share * abs(last) + absolute)


def near_ceiling(history_train: np.ndarray, settings: TrainingSettings) -> np.ndarray:
    """Tell which curves (member, epoch) came near log K; sums over the states of h have no such ceiling."""
    if settings.discretisation == "exact" or settings.bound != "infonce":
        return np.zeros(len(history_train), bool)
    return np.nanmax(history_train, axis=1) > NEAR_CEILING * math.log(settings.batch_size)
