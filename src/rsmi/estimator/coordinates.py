"""Coordinates in which critics learn from few samples, fitted to training samples alone.

A map of x alone, or of y alone, cannot raise their mutual information, and one that can be undone keeps it.
"""

import math

import numpy as np
from scipy.special import ndtri

# Directions that show no correlation are scaled down to this, beside a correlation of 1.
FAINTEST = 0.02


def normal_scores(values: np.ndarray, training: int) -> np.ndarray:
    """Map each coordinate of values (N, d) to a standard normal one, by its rank in the first `training`.

    Values outside the range of the training samples become the nearest one inside.
    """
    scores = np.empty(values.shape)
    for column, out in zip(values.T, scores.T, strict=True):
        levels, counts = np.unique(column[:training], return_counts=True)
        out[:] = np.interp(column, levels, ndtri((counts.cumsum() - counts / 2) / training))
    return scores


def size_of(values: np.ndarray, training: int) -> np.ndarray:
    """Return the logarithm of the mean square of the coordinates of each sample, standardised; (N, 1).

    Coordinates are measured from their medians, by their median deviations. A common scale of all of them,
    as in Student's distribution, is hard for a network to tell from the coordinates.
    """
    deviation = values - np.median(values[:training], axis=0)
    scale = np.median(np.abs(deviation[:training]), axis=0)
    # The floor keeps the middle of a distribution together.
    size = np.log(0.01 + np.square(deviation / np.where(scale > 0, scale, 1.0)).mean(axis=1, keepdims=True))
    return (size - size[:training].mean()) / max(size[:training].std(), 1e-6)


def canonical(x: np.ndarray, y: np.ndarray, training: int) -> list[np.ndarray]:
    """Return x (N, d_x) and y (N, d_y) along canonical directions, scaled by their correlations.

    Correlations that samples of independent normal x and y would show as well count as none. Source:
    H. Hotelling, Biometrika 28, 321 (1936); the edge of the noise, K. W. Wachter, Ann. Stat. 8, 937 (1980).
    """
    white = []
    for part in (x, y):
        variance, axes = np.linalg.eigh(np.atleast_2d(np.cov(part[:training].T)))
        white.append((part - part[:training].mean(axis=0)) @ (axes / np.sqrt(np.maximum(variance, 1e-6))))
    left, correlation, right = np.linalg.svd(white[0][:training].T @ white[1][:training] / training)
    a, b = (min(1.0, part.shape[1] / training) for part in (x, y))
    edge = math.sqrt(a * (1.0 - b)) + math.sqrt(b * (1.0 - a))
    gain = np.full(max(len(left), len(right)), FAINTEST)
    gain[: len(correlation)] = np.where(correlation > edge, np.maximum(correlation, FAINTEST), FAINTEST)
    # Where nothing is correlated, all directions count alike.
    gain /= gain[0]
    return [part @ turn * gain[: len(turn)] for part, turn in zip(white, (left, right.T), strict=True)]
