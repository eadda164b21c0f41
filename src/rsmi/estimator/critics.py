"""The critic f(h, e) = v(h) . u(e), for many members at once."""

import math
from itertools import pairwise

import numpy as np
import torch
from torch import nn


class BatchedLinear(nn.Module):
    """An affine map per member, applied as one batched matrix product."""

    def __init__(self, inputs: int, outputs: int, generators: list[np.random.Generator]) -> None:
        """Draw each member's weights from its own generator, uniform in ±1 / sqrt(inputs)."""
        super().__init__()
        bound = 1.0 / math.sqrt(inputs)
        weights = [rng.uniform(-bound, bound, (inputs, outputs)) for rng in generators]
        self.weight = nn.Parameter(torch.tensor(np.stack(weights), dtype=torch.float32))
        self.bias = nn.Parameter(torch.zeros(len(generators), 1, outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (member, B, inputs) to (member, B, outputs)."""
        return torch.baddbmm(self.bias, x, self.weight)


class Perceptron(nn.Module):
    """Fully connected layers with ReLU between them, one network per member."""

    def __init__(self, widths: list[int], generators: list[np.random.Generator]) -> None:
        """Set up layers of the given widths, input first, embedding last."""
        super().__init__()
        self.layers = nn.ModuleList(BatchedLinear(a, b, generators) for a, b in pairwise(widths))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (member, B, widths[0]) to (member, B, widths[-1])."""
        for layer in self.layers[:-1]:
            x = torch.relu_(layer(x))
        return self.layers[-1](x)


class SeparableCritic(nn.Module):
    """f(h, e) = v(h) . u(e), equation (11): K passes give all K x K scores."""

    def __init__(
        self,
        components: int,
        environment_sites: int,
        hidden: list[int],
        embedding: int,
        generators: list[np.random.Generator],
    ) -> None:
        """Set up v and u with the same hidden layers and embedding dimension."""
        super().__init__()
        self.hidden = Perceptron([components, *hidden, embedding], generators)
        self.environment = Perceptron([environment_sites, *hidden, embedding], generators)

    def forward(self, h: torch.Tensor, e: torch.Tensor) -> torch.Tensor:
        """Return scores F[m, i, j] = f(h_i, e_j) of h (M, I, component) and e (M, J, sites)."""
        return torch.bmm(self.hidden(h), self.environment(e).transpose(1, 2))
