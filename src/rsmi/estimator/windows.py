"""Windows on configurations: a fixed set to evaluate on, and ever fresh ones to train on."""

from collections.abc import Iterator

import numpy as np
import torch

from rsmi.regions import Regions, gather, random_corners, sites

CHUNK = 4096


class WindowSet:
    """A fixed set of windows, `per_configuration` random translations of each configuration."""

    def __init__(
        self,
        configurations: np.ndarray,
        regions: Regions,
        period: tuple[int, int],
        per_configuration: int,
        rng: np.random.Generator,
    ) -> None:
        """Draw the windows in configurations of shape (chain, sample, Y, X)."""
        self.shape = (*configurations.shape[:2], per_configuration)
        self._flat = configurations.reshape(-1, *configurations.shape[2:])
        self._index = np.repeat(np.arange(len(self._flat)), per_configuration)
        self._corner = random_corners(rng, self._index.shape, self._flat.shape[1:], period)
        self._runs = regions.visible_runs(), regions.environment_runs()

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self._index)

    def chunks(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield V (B, sites) and E (B, sites) of at most `CHUNK` windows at a time, in order.

        The tensors are overwritten by the next chunk.
        """
        buffers = [torch.empty(CHUNK, sites(runs)) for runs in self._runs]
        for start in range(0, len(self), CHUNK):
            chosen = slice(start, start + CHUNK)
            parts = [buffer[: len(self._index[chosen])] for buffer in buffers]
            for part, runs in zip(parts, self._runs, strict=True):
                gather(self._flat, self._index[chosen], self._corner[chosen], runs, part.numpy())
            yield tuple(parts)


class FreshWindows:
    """Batches for training: each epoch every configuration once, under a new random translation.

    Every member draws from its own generator, so what it sees does not depend on the others.
    """

    def __init__(
        self,
        configurations: np.ndarray,
        regions: Regions,
        period: tuple[int, int],
        batch_size: int,
        members: int,
    ) -> None:
        """Prepare for configurations of shape (N, Y, X); a remainder of N / `batch_size` sits out."""
        self._configurations = configurations
        self._period = period
        self._runs = regions.visible_runs(), regions.environment_runs()
        self.steps = len(configurations) // batch_size
        self._shape = self.steps, members, batch_size
        # PyTorch aligns its memory alike in every run; matrix products may round by alignment.
        self._buffers = [torch.empty(members, batch_size, sites(runs)) for runs in self._runs]

    def epoch(self, generators: list[np.random.Generator]) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield V and E of every step, shape (member, batch, sites), overwritten by the next step."""
        steps, members, batch_size = self._shape
        index = np.empty(self._shape, np.int64)
        corner = np.empty((*self._shape, 2), np.int64)
        lattice = self._configurations.shape[1:]
        for member, rng in enumerate(generators):
            order = rng.permutation(len(self._configurations))[: steps * batch_size]
            index[:, member] = order.reshape(steps, batch_size)
            corner[:, member] = random_corners(rng, (steps, batch_size), lattice, self._period)
        for step in range(steps):
            rows, corners = index[step].ravel(), corner[step].reshape(-1, 2)
            for buffer, runs in zip(self._buffers, self._runs, strict=True):
                out = buffer.view(members * batch_size, -1).numpy()
                gather(self._configurations, rows, corners, runs, out)
            yield tuple(self._buffers)
