"""Information of channels p(h|v) on exactly known joint distributions p(v, e), in nats."""

import numpy as np
from scipy.special import rel_entr


def mutual_information(joint: np.ndarray) -> np.ndarray:
    """Return I(V:E) of joint probabilities p(v, e), shape (..., v, e); shape (...)."""
    independent = joint.sum(axis=-1, keepdims=True) * joint.sum(axis=-2, keepdims=True)
    return rel_entr(joint, independent).sum(axis=(-2, -1))


def channel_information(joint: np.ndarray, channel: np.ndarray) -> np.ndarray:
    """Return I(H:E) of channels p(h|v) that see V only.

    joint: p(v, e), shape (v, e). channel: p(h|v), shape (..., v, outcome). Returns shape (...).
    """
    return mutual_information(np.swapaxes(channel, -1, -2) @ joint)
