"""Critics f(h, e) for many members at once: scores of all pairs of h and e, and their gradients."""

import numpy as np
import torch

from rsmi.estimator.layers import Parameter, Perceptron


class SeparableCritic:
    """f(h, e) = v(h) . u(e), equation (11): each network sees every h and every e once."""

    def __init__(
        self,
        inputs: int,
        environment: int,
        hidden: list[int],
        embedding: int,
        generators: list[np.random.Generator],
        centre: np.ndarray | None = None,
    ) -> None:
        """Set up v, which reads the `inputs` numbers of h, and u, which reads `environment` sites.

        `centre`, shape (environment,), is subtracted from e.
        """
        self.of_h = Perceptron([inputs, *hidden, embedding], generators)
        self.of_e = Perceptron([environment, *hidden, embedding], generators, centre=centre)

    def parameters(self) -> list[Parameter]:
        """Return the parameters of both networks."""
        return self.of_h.parameters() + self.of_e.parameters()

    def forward(self, h: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
        """Return scores F[m, j, i] = f(h_i, e_j) of h (M, I, inputs) and e (M, J, sites)."""
        self._v, self._u = self.of_h.forward(h), self.of_e.forward(e)
        return torch.bmm(self._u, self._v.mT)

    def backward(self, upstream: torch.Tensor, to_h: bool) -> torch.Tensor | None:
        """Set all gradients from that of the scores, (M, J, I); return that of h if asked."""
        self.of_e.backward(torch.bmm(upstream, self._v))
        return self.of_h.backward(torch.bmm(upstream.mT, self._u), to_h)

    def features(self) -> torch.Tensor:
        """Return what a classifier of h may read of the e last seen: u(e), shape (M, J, embedding)."""
        return self._u


class ConcatenatedCritic:
    """f(h, e) of one network that reads h and e together: every pair takes a pass of its own.

    Its first layer is linear in both, so that e is multiplied once, however many h it meets.
    """

    def __init__(
        self,
        inputs: int,
        environment: int,
        hidden: list[int],
        generators: list[np.random.Generator],
        centre: np.ndarray | None = None,
    ) -> None:
        """Set up the network; raise `ValueError` if `hidden` is empty: h and e would only add up.

        `centre`, shape (environment,), is subtracted from e.
        """
        if not hidden:
            raise ValueError("hidden = [] is not possible with critic = 'concatenated'; use [32, 32], say")
        self.of_h = Perceptron([inputs, hidden[0]], generators)
        self.of_e = Perceptron([environment, hidden[0]], generators, centre=centre)
        self.of_both = Perceptron([*hidden, 1], generators)

    def parameters(self) -> list[Parameter]:
        """Return the parameters of all layers."""
        return [p for part in (self.of_h, self.of_e, self.of_both) for p in part.parameters()]

    def forward(self, h: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
        """Return scores F[m, j, i] = f(h_i, e_j) of h (M, I, inputs) and e (M, J, sites)."""
        joined = self.of_e.forward(e)[:, :, None] + self.of_h.forward(h)[:, None]
        self._first = joined.relu_()
        members, many_e, many_h, width = joined.shape
        scores = self.of_both.forward(joined.view(members, many_e * many_h, width))
        self._scores = scores.view(members, many_e, many_h)
        return self._scores

    def backward(self, upstream: torch.Tensor, to_h: bool) -> torch.Tensor | None:
        """Set all gradients from that of the scores, (M, J, I); return that of h if asked."""
        gradient = self.of_both.backward(upstream.reshape(len(upstream), -1, 1), to_input=True)
        # It was asked for.
        assert gradient is not None
        gradient = gradient.view(self._first.shape).mul_(self._first > 0)
        self.of_e.backward(gradient.sum(dim=2))
        return self.of_h.backward(gradient.sum(dim=1), to_h)

    def features(self) -> torch.Tensor:
        """Return what a classifier of h may read of the e last seen: its scores, shape (M, J, I)."""
        return self._scores
