"""Windows on configurations: a fixed set to evaluate on, and ever fresh ones to train on."""

from collections.abc import Iterator

import numpy as np
import torch

from rsmi.estimator.symmetries import Symmetries
from rsmi.geometry.regions import SLACK, Corners, Regions, gather, gather_sites, sites, with_slack

CHUNK = 4096


class _Cutter:
    """Cuts V minus its mean, and E out of configurations (N, Y, X), in memory that the next overwrites."""

    def __init__(
        self,
        configurations: np.ndarray,
        regions: Regions,
        mean: np.ndarray,
        members: int,
        rows: int,
        symmetries: Symmetries | None = None,
        precision: torch.dtype = torch.float32,
    ) -> None:
        self._flat = with_slack(configurations)
        self._lattice = configurations.shape[1:]
        self._parts = []
        parts = (
            (regions.visible_runs(), mean, torch.float32),
            (regions.environment_runs(), None, precision),
        )
        for runs, offset, dtype in parts:
            count = sites(runs)
            raw = torch.from_numpy(np.empty((members, rows * count + SLACK), configurations.dtype))
            mean_of_sites = None if offset is None else torch.tensor(offset, dtype=torch.float32)
            places = symmetries.places(runs) if symmetries else None
            # PyTorch aligns its memory alike in every run; matrix products may round by alignment.
            out = torch.empty(members, rows, count, dtype=dtype)
            self._parts.append((runs, places, raw, out, mean_of_sites))

    def cut(
        self,
        index: np.ndarray,
        corner: np.ndarray,
        element: np.ndarray | None = None,
        sign: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return V and E, both (member, B, sites), for at most `rows` configurations; see `gather`."""
        results = []
        for runs, places, raw, out, mean in self._parts:
            if places is None:
                gather(self._flat, self._lattice, index, corner, runs, raw.numpy())
            else:
                gather_sites(self._flat, self._lattice, index, corner, element, places, raw.numpy())
            target = out[:, : len(index)]
            target.copy_(raw[:, : target[0].numel()].view(target.shape))
            if sign is not None:
                target.mul_(sign[:, :, None])
            if mean is not None:
                target.sub_(mean)
            results.append(target)
        visible, environment = results
        return visible, environment


class WindowSet:
    """A fixed set of windows, `per_configuration` random translations of each configuration."""

    def __init__(
        self,
        configurations: np.ndarray,
        corners: Corners,
        mean: np.ndarray,
        per_configuration: int,
        rng: np.random.Generator | None,
        group: np.ndarray | None = None,
    ) -> None:
        """Draw the windows in configurations (chain, sample, Y, X); without `rng` all lie in one place.

        `mean`, shape (sites,), is subtracted from V. `group`, (chain,), says which chains belong together.
        """
        self.group = group
        self.shape = (*configurations.shape[:2], per_configuration)
        flat = configurations.reshape(-1, *configurations.shape[2:])
        self.index = np.repeat(np.arange(len(flat)), per_configuration)
        """Which configuration each window lies in, counted chain by chain, shape (windows,)."""
        shape = self.index.shape
        self.corner = corners.draw(rng, shape) if rng else np.tile(corners.first(), (*shape, 1))
        """The corner (y, x) of each window, shape (windows, 2)."""
        self._cutter = _Cutter(flat, corners.regions, mean, 1, CHUNK)

    def __len__(self) -> int:
        """Return the number of windows."""
        return len(self.index)

    def chunks(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield V minus its mean (B, sites) and E (B, sites) of at most `CHUNK` windows at a time, in order.

        The tensors are overwritten by the next chunk.
        """
        for start in range(0, len(self), CHUNK):
            chosen = slice(start, start + CHUNK)
            visible, environment = self._cutter.cut(self.index[chosen], self.corner[None, chosen])
            yield visible[0], environment[0]


class FreshWindows:
    """Batches for training: each epoch every configuration once, under new random translations.

    All members take the configurations in the same order, drawn from a generator of their own, so that each
    is fetched from memory once; where the windows lie, every member draws from its own, so that what it sees
    does not depend on the others.
    """

    def __init__(
        self,
        configurations: np.ndarray,
        corners: Corners,
        mean: np.ndarray,
        batch_size: int,
        members: int,
        symmetries: Symmetries | None = None,
        translations: bool = True,
        precision: torch.dtype = torch.float32,
    ) -> None:
        """Prepare for configurations (N, Y, X); a remainder of N / `batch_size` sits out.

        With `symmetries`, every window is also seen under one of them, drawn at random. Without
        `translations`, all windows lie in one place, as the published code has it. `precision` is that of E.
        """
        self.steps = len(configurations) // batch_size
        self._count, self._lattice = len(configurations), configurations.shape[1:]
        self._corners, self._symmetries, self._translations = corners, symmetries, translations
        self._shape = members, batch_size
        regions = corners.regions
        self._cutter = _Cutter(configurations, regions, mean, members, batch_size, symmetries, precision)

    def epoch(
        self, order: np.random.Generator, generators: list[np.random.Generator]
    ) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield V and E of every step, shape (member, batch, sites), overwritten by the next step."""
        members, batch_size = self._shape
        all_windows = self.steps * batch_size
        permutation = order.permutation(self._count)[:all_windows].reshape(self.steps, batch_size)
        corner = np.tile(self._corners.first(), (self.steps, members, batch_size, 1))
        if self._symmetries:
            element = np.empty(corner.shape[:3], np.int64)
            sign = np.empty(corner.shape[:3], np.float32)
        for member, rng in enumerate(generators):
            if self._translations:
                corner[:, member] = self._corners.draw(rng, (self.steps, batch_size))
            if self._symmetries:
                element[:, member], sign[:, member] = self._symmetries.draw(rng, (self.steps, batch_size))
                corner[:, member] += self._symmetries.shift(element[:, member], self._lattice)
                corner[:, member] %= np.array(self._lattice)
        for step in range(self.steps):
            where = permutation[step], corner[step]
            if self._symmetries:
                yield self._cutter.cut(*where, element[step], torch.from_numpy(sign[step]))
            else:
                yield self._cutter.cut(*where)
