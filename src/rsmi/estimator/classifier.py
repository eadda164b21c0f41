"""A classifier of h given e, for the Barber–Agakov bound."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax


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

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
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
