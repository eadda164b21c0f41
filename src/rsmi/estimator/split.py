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
# Chains of one sector that training, validation and test need, and by which it is known for a state, not a
# system of its own.
ENOUGH, SHARED = 3, 2


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
    the shares. Where some sectors have too few for that, but two at least, so that they are states and not
    systems of their own, chains are cut in time into three parts, if samples forget each other fast within
    their sector. Else parts may lack sectors, and `missed` says what that may cost (`_missed`).

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
        elif kind == "chains" and np.unique(sector, return_counts=True)[1].min() >= SHARED:
            cut = _cut_in_time(chains, length, split, samples["sector"].attrs["memory_within"])
            if cut is not None:
                return cut
    if group is not None:
        group = np.cumsum(np.diff(group[order], prepend=group[order[0]]) != 0)
    first, second = bounds or chain_bounds(chains, split.training, split.validation, group)
    places = slice(first), slice(first, second), slice(second, None)
    training, validation, test = (
        Part(order[place], 0, length, None if group is None else group[place]) for place in places
    )
    missed = (
        0.0 if sector is None else _missed([sector[part.chains] for part in (training, validation, test)])
    )
    return Parts(training, validation, test, missed)


def disagreement(samples: xr.Dataset, parts: Parts) -> str | None:
    """Say in what training and test differ by more than chance explains, and the remedy; None if in nothing.

    Compared are the means of groups in all series (chain, sample) that the samples come with, by Welch's t.
    Parts that lack sectors are sure to differ, which `Parts.missed` says.
    """
    if parts.missed or "group" not in samples.coords:
        return None
    told = []
    series = {n: v for n, v in samples.data_vars.items() if v.attrs.get("constant") == "false"}
    for name, values in series.items():
        means = [_group_means(values.values, part) for part in (parts.training, parts.test)]
        # Groups that are all alike have no scatter by which to judge.
        if min(map(len, means)) < 2 or not any(map(np.ptp, means)):
            continue
        p_value = ttest_ind(*means, equal_var=False).pvalue
        if p_value < DISAGREE / len(series):
            told.append(f"{name} ({means[0].mean():.3g} in training, {means[1].mean():.3g} in the test)")
    if not told:
        return None
    remedy = "give several series, as chains, or a longer one"
    if samples["group"].attrs.get("kind") != "series":
        remedy = "deal independent groups out at random (split.order), or give more of them"
    return f"training and test disagree about {', '.join(told)}: {remedy}"


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

    Groups go as a whole, in `order`, each counted to the sectors of its chains. Returns the chains in their
    new order, and where validation and test begin.
    """
    labels = order if group is None else group[order]
    units = [order[labels == label] for label in dict.fromkeys(labels.tolist())]
    alike: dict[tuple[int, ...], list[int]] = {}
    for place, unit in enumerate(units):
        alike.setdefault(tuple(np.unique(sector[unit])), []).append(place)
    if min(map(len, alike.values())) < ENOUGH:
        return None
    parts: tuple[list[int], ...] = ([], [], [])
    for places in alike.values():
        validation = max(1, round(split.validation * len(places)))
        training = min(max(1, round(split.training * len(places))), len(places) - validation - 1)
        if training < 1:
            return None
        parts[0].extend(places[:training])
        parts[1].extend(places[training : training + validation])
        parts[2].extend(places[training + validation :])
    chains = [np.concatenate([units[place] for place in sorted(part)]) for part in parts]
    return np.concatenate(chains), (len(chains[0]), len(chains[0]) + len(chains[1]))


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


def _missed(sectors: list[np.ndarray]) -> float:
    """Return the information, in nats, that is missed where parts have chains of these sectors.

    A filter that tells sectors apart knows the entropy of how often they occur. Of that, only what sectors
    in all three parts have can be learned, chosen by, and tested.
    """
    everywhere = set.intersection(*(set(one.tolist()) for one in sectors))
    together = np.concatenate(sectors)
    if everywhere == set(together.tolist()):
        return 0.0
    return _entropy(together) - _entropy(together[np.isin(together, list(everywhere))])


def _entropy(sector: np.ndarray) -> float:
    """Return the entropy of how often sectors occur, in nats."""
    share = np.unique(sector, return_counts=True)[1] / max(1, len(sector))
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
