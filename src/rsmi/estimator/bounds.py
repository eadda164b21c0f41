"""Lower bounds on mutual information, in nats."""

import math

import numpy as np
import torch
from scipy.optimize import minimize
from scipy.special import log_softmax, logsumexp, xlogy


class _InfoNCE(torch.autograd.Function):
    """InfoNCE with its gradient, which needs the same exponentials: one pass over K x K, not several."""

    @staticmethod
    def forward(ctx, scores):
        size = scores.shape[1]
        highest = scores.amax(dim=1, keepdim=True)
        weights = (scores - highest).exp_()
        total = weights.sum(dim=1, keepdim=True)
        ctx.weights, ctx.total = weights, total
        joint = scores.diagonal(dim1=1, dim2=2)
        normaliser = highest[:, 0] + total[:, 0].log()
        return (joint - normaliser).mean(dim=1) + math.log(size)

    @staticmethod
    def backward(ctx, upstream):
        size = ctx.weights.shape[1]
        share = (upstream / size)[:, None, None]
        gradient = ctx.weights.mul_(-share / ctx.total)
        gradient.diagonal(dim1=1, dim2=2).add_(share[:, :, 0])
        return gradient


def infonce(scores: torch.Tensor) -> torch.Tensor:
    """Return InfoNCE of each member from a batch of K joint samples, equation (10); shape (member,).

    `scores` F[m, i, j] = f(h_i, e_j), shape (member, K, K), has the joint pairs on its diagonal. The
    bound cannot exceed log K. Its gradient can be taken once.
    """
    return _InfoNCE.apply(scores)


def infonce_pointwise(probabilities: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return each sample's share of InfoNCE with all N samples as replicas, K = N; shape (..., N).

    `probabilities` p(h|v_i) and `scores` f(h, e_i) hold all states of h on their last axis, shape
    (..., N, states). Since h has few states, the replica sum of equation (9) is a sum over states
    weighted by their frequency, and the expectation over h given v is exact, not sampled. The mean over
    samples is the bound. It is free of the log K ceiling, and never exceeds the entropy of h.
    """
    frequency = probabilities.mean(axis=-2, keepdims=True)
    normaliser = logsumexp(scores, b=frequency, axis=-1, keepdims=True)
    return np.sum(probabilities * (scores - normaliser), axis=-1)


def entropy(probabilities: np.ndarray) -> np.ndarray:
    """Return H(h) from p(h|v_i) of shape (..., N, states); shape (...)."""
    frequency = probabilities.mean(axis=-2)
    return -xlogy(frequency, frequency).sum(axis=-1)


class Classifier:
    """A multinomial logistic regression q(h|x), for the Barber–Agakov bound."""

    # Keeps the fit finite where the classes are separable, as they are at low temperature.
    RIDGE = 1e-5

    def __init__(self, features: np.ndarray, probabilities: np.ndarray) -> None:
        """Fit to features of shape (N, d) and soft labels p(h|v_i) of shape (N, states)."""
        self.centre = features.mean(axis=0)
        self.scale = features.std(axis=0) + 1e-12
        x = self._design(features)
        shape = x.shape[1], probabilities.shape[1]

        def loss(flat):
            weight = flat.reshape(shape)
            log_q = log_softmax(x @ weight, axis=1)
            gradient = x.T @ (np.exp(log_q) - probabilities) / len(x)
            value = -np.sum(probabilities * log_q) / len(x) + 0.5 * self.RIDGE * np.sum(weight**2)
            return value, (gradient + self.RIDGE * weight).ravel()

        start = np.zeros(shape)
        # A frequency of zero would start at an infinite weight.
        start[0] = np.log(probabilities.mean(axis=0) + 1e-6)
        options = {"maxiter": 200, "gtol": 1e-6}
        fit = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options)
        self.weight = fit.x.reshape(shape)

    def _design(self, features: np.ndarray) -> np.ndarray:
        scaled = (features - self.centre) / self.scale
        return np.concatenate([np.ones((len(scaled), 1)), scaled], axis=1)

    def log_probability(self, features: np.ndarray) -> np.ndarray:
        """Return log q(h|x), shape (N, states)."""
        return log_softmax(self._design(features) @ self.weight, axis=1)


def barber_agakov_pointwise(probabilities: np.ndarray, log_q: np.ndarray) -> np.ndarray:
    """Return each sample's share of the Barber–Agakov bound, equation (3); shape (N,).

    H(h) - <-log q(h|e)>, from p(h|v_i) and log q(h|e_i), both of shape (N, states), where q was fitted to
    other samples. No log K limits it.
    """
    frequency = probabilities.mean(axis=0)
    # A state that never occurs has weight zero; its logarithm must not spoil the product.
    log_frequency = np.log(np.where(frequency > 0, frequency, 1.0))
    return np.sum(probabilities * (log_q - log_frequency), axis=1)
