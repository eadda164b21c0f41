"""Which samples train, which choose, which test."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import xarray as xr
from scipy.stats import ttest_ind

ORDERS = "random", "as_given"
# Runs of a chain that is cut in time hold so many times its memory, and as much is left out between them.
RUN_MEMORY, GAP = 20, 2
# How rarely chance alone may make training and test differ.
DISAGREE = 1e-3
# Chains of one sector that training, validation and test need.
ENOUGH = 3


class Split(NamedTuple):
    """Shares of the chains for training and validation, the rest is for the test; and their `order`.

    Groups of specimens, or of regions, are dealt out at "random"; "as_given" is for groups that are
    neighbours in time or space, which remember each other. Samples with labels of groups need it.
    """

    training: float
    validation: float
    order: str | None = None


SPLIT = Split(0.5, 0.125)


def as_split(given: Split | Sequence[Any] | Mapping[str, Any]) -> Split:
    """Return a split, from its parts in order or by name; raise `ValueError` for what is none."""
    try:
        split = Split(**given) if isinstance(given, Mapping) else Split(*given)
    except TypeError:
        raise ValueError(f"split = {given!r} is not possible; give (training, validation, order)") from None
    if split.order is not None and split.order not in ORDERS:
        raise ValueError(f"split.order = {split.order!r} is not possible; use one of {', '.join(ORDERS)}")
    return split


@dataclass(frozen=True)
class Part:
    """Samples of training, validation or test: places in the whole, `chains` (chain,) from sample `first` on.

    `group`, (chain,), ascending, says which chains belong together; None where each is its own.
    """

    chains: np.ndarray
    first: int
    last: int
    group: np.ndarray | None

    def of(self, configurations: np.ndarray) -> np.ndarray:
        """Return the samples of this part, out of configurations (chain, sample, ...)."""
        start, stop = int(self.chains[0]), int(self.chains[-1]) + 1
        if stop - start == len(self.chains) and (np.diff(self.chains) == 1).all():
            return configurations[start:stop, self.first : self.last]
        return np.ascontiguousarray(configurations[self.chains, self.first : self.last])


@dataclass(frozen=True)
class Parts:
    """The parts of a set of samples; `missed` is the information, in nats, that one lacks of all sectors."""

    training: Part
    validation: Part
    test: Part
    missed: float


def split_samples(samples: xr.Dataset, split: Split, rng: np.random.Generator) -> Parts:
    """Split samples into training, validation and test.

    Whole chains go to one part, and chains of one `group` (a coordinate, (chain,)) to the same; chains hold
    the starts of a model in turn, so that consecutive ones hold them as equally as can be. Where chains each
    stay in one `sector` (a coordinate, (chain,)), every part gets all sectors: of each, chains are dealt by
    the shares. Where some sectors have too few for that, chains are cut in time into three parts, if samples
    forget each other fast within their sector; if not, parts may lack sectors. A filter that tells sectors
    apart knows their entropy, so `missed` is by how much that of a part that lacks some falls short of all.

    Raises `ValueError` if a part would be empty, or if samples have labels of groups and `split.order` is not
    given, or would tear a series.
    """
    chains, length = samples.sizes["chain"], samples.sizes["sample"]
    group = samples["group"].values if "group" in samples.coords else None
    kind = samples["group"].attrs.get("kind") if group is not None else None
    order = _order(group, kind, split.order, rng, chains)
    sector = samples["sector"].values if "sector" in samples.coords else None
    bounds = None
    if sector is not None and (split.order == "random" or (kind == "chains" and split.order is None)):
        dealt = _dealt(order, sector, split, group)
        if dealt is not None:
            order, bounds = dealt
        elif kind == "chains":
            memory = samples["sector"].attrs["memory_within"]
            cut = _cut_in_time(chains, length, split, memory)
            if cut is not None:
                return cut
    if group is not None:
        group = np.cumsum(np.diff(group[order], prepend=group[order[0]]) != 0)
    first, second = bounds or chain_bounds(chains, split.training, split.validation, group)
    places = slice(first), slice(first, second), slice(second, None)
    training, validation, test = (
        Part(order[place], 0, length, None if group is None else group[place]) for place in places
    )
    missed = 0.0
    if sector is not None:
        for part in (training, validation, test):
            if len(np.unique(sector[part.chains])) < len(np.unique(sector)):
                missed = max(missed, _entropy(sector) - _entropy(sector[part.chains]))
    return Parts(training, validation, test, missed)


def disagreement(samples: xr.Dataset, parts: Parts) -> str | None:
    """Return in what training and test differ by more than chance explains, None if in nothing.

    Compared are the means of groups in all series (chain, sample) that the samples come with, by Welch's t.
    Parts that lack sectors are sure to differ, which `Parts.missed` says.
    """
    if parts.missed:
        return None
    told = []
    series = {n: v for n, v in samples.data_vars.items() if v.attrs.get("constant") == "false"}
    for name, values in series.items():
        means = [_group_means(values.values, part) for part in (parts.training, parts.test)]
        if min(map(len, means)) < 2:
            continue
        p_value = ttest_ind(*means, equal_var=False).pvalue
        if p_value < DISAGREE / len(series):
            told.append(f"{name} ({means[0].mean():.3g} in training, {means[1].mean():.3g} in the test)")
    return ", ".join(told) or None


def _group_means(values: np.ndarray, part: Part) -> np.ndarray:
    """Return the mean of values (chain, sample) of every group of a part."""
    of_chain = part.of(values).mean(axis=1)
    group = part.chains if part.group is None else part.group
    return np.array([of_chain[group == one].mean() for one in np.unique(group)])


def _order(
    group: np.ndarray | None, kind: str | None, order: str | None, rng: np.random.Generator, chains: int
) -> np.ndarray:
    """Return the chains in the order in which they are dealt out, those of one group together."""
    if kind == "labels" and order is None:
        raise ValueError(
            "split.order is missing: samples are grouped by labels, which the shares are taken of in some "
            "order. Use 'random' where groups are specimens or regions, 'as_given' where they are neighbours "
            "in time or space"
        )
    if kind == "series" and order == "random":
        raise ValueError(
            "split.order = 'random' would tear one series, whose parts remember each other; use 'as_given', "
            "or name independent samples by groups"
        )
    places = np.arange(chains)
    if order != "random":
        return places
    labels = places if group is None else group
    units = rng.permutation(np.unique(labels))
    return np.concatenate([places[labels == unit] for unit in units])


def _dealt(
    order: np.ndarray, sector: np.ndarray, split: Split, group: np.ndarray | None
) -> tuple[np.ndarray, tuple[int, int]] | None:
    """Deal the chains of each sector to all parts; None if there are too few in one.

    Groups go as a whole, each counted to the sectors of its chains.
    """
    labels = order if group is None else group[order]
    units = labels[np.sort(np.unique(labels, return_index=True)[1])]
    members = {unit: order[labels == unit] for unit in units}
    of_sectors: dict[tuple[int, ...], list[int]] = {}
    for unit in units:
        of_sectors.setdefault(tuple(np.unique(sector[members[unit]])), []).append(unit)
    if min(map(len, of_sectors.values())) < ENOUGH:
        return None
    parts: list[list[int]] = [[], [], []]
    for alike in of_sectors.values():
        count = len(alike)
        validation = max(1, round(split.validation * count))
        training = min(max(1, round(split.training * count)), count - validation - 1)
        if training < 1:
            return None
        ends = training, training + validation
        for part, some in zip(parts, np.split(np.array(alike), ends), strict=True):
            part += some.tolist()
    place = {unit: k for k, unit in enumerate(units)}
    sizes = []
    dealt = []
    for part in parts:
        chosen = [members[unit] for unit in sorted(part, key=place.__getitem__)]
        dealt += chosen
        sizes.append(sum(map(len, chosen)))
    return np.concatenate(dealt), (sizes[0], sizes[0] + sizes[1])


def _cut_in_time(chains: int, length: int, split: Split, memory: float) -> Parts | None:
    """Cut every chain into training, validation and test, apart in time; None if they would remember."""
    if math.isnan(memory):
        return None
    gap = math.ceil(GAP * memory)
    first = round(length * split.training)
    second = first + max(round(length * split.validation), math.ceil(RUN_MEMORY * memory) + gap)
    edges = (0, first), (first + gap, second), (second + gap, length)
    if any(b - a < RUN_MEMORY * memory for a, b in edges):
        return None
    everyone = np.arange(chains)
    training, validation, test = (Part(everyone, a, b, everyone) for a, b in edges)
    return Parts(training, validation, test, 0.0)


def _entropy(sector: np.ndarray) -> float:
    """Return the entropy of how often sectors occur, in nats."""
    share = np.unique(sector, return_counts=True)[1] / len(sector)
    return float(-(share * np.log(share)).sum())


def chain_bounds(
    chains: int, training: float, validation: float, group: np.ndarray | None = None
) -> tuple[int, int]:
    """Return where validation and test chains begin; raise `ValueError` if a part would be empty.

    `training` and `validation` are shares of the chains, rounded. With the `group` of every chain, that is
    where a group ends, as near to the shares as can be.
    """
    first = round(chains * training)
    second = first + round(chains * validation)
    if group is not None and second < chains:
        ends = np.flatnonzero(np.diff(group)) + 1
        if len(ends) < 2:
            raise ValueError(
                f"{len(ends) + 1} groups cannot be split into training, validation and test, which need one "
                "each"
            )
        first = ends[np.abs(ends[:-1] - first).argmin()]
        later = ends[ends > first]
        second = later[np.abs(later - second).argmin()]
    if not 0 < first < second < chains:
        raise ValueError(
            f"{chains} chains split into {first} for training, {second - first} for validation and "
            f"{chains - second} for the test, but each needs at least one"
        )
    return int(first), int(second)


def trained_samples(samples: int, share: float) -> int:
    """Return how many samples of a training chain a share is; two at least, or nothing has an error."""
    return max(min(2, samples), round(share * samples))
