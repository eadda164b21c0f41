"""What in the samples would make a training meaningless, told before one is made."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
from scipy.special import fdtri, stdtrit

from rsmi.external import DataError
from rsmi.external.settings import COMPONENTS

# Probability that chance alone makes one pixel of a lattice look constant, or breaks a true translation.
SIGNIFICANCE = 1e-4
# Samples that the leading principal components are found from.
FROM_SAMPLES = 1000
# Samples by which equal rows are looked for first.
TWINS = 16
# Copies of other samples, as a share, above which a warning is due.
MOST_COPIES = 0.01
# So many samples in a row that come again in the same order are no accident.
STRETCH = 6
# More values than these in a few samples are real numbers, of which no two samples are alike by chance.
MOST_STATES, FEW = 256, 50
# Fewer groups say nothing of how much chance makes them differ.
LEAST_GROUPS = 3
# How rarely chance alone may make whole groups count, and how much more a mean must then stand out.
F_SIGNIFICANCE, MARGIN = 0.01, 1.5


def constant_sites(
    values: np.ndarray, there: np.ndarray, period: tuple[int, ...], effective: float
) -> np.ndarray:
    """Return which sites ([Y,] X) never change where equivalent ones do, so often that it cannot be chance.

    values: (sample, [Y,] X), encoded, as good as `effective` independent samples. Sites are equivalent under
    translations by `period`; a whole class that never changes needs no mask. With a share p of samples in
    which a site of the class differs from its most common value, one that never does has probability (1 -
    p)^effective.
    """
    first = values[0]
    constant = (values == first).all(axis=0) & there
    if not constant.any():
        return constant
    # How often a site differs from what it is mostly: the smaller share against the first sample.
    differs = (values != first).mean(axis=0)
    differs = np.minimum(differs, 1.0 - differs)
    chance = np.zeros(there.shape)
    for cell in np.ndindex(*period):
        of_class = tuple(slice(c, None, p) for c, p in zip(cell, period, strict=True))
        share = differs[of_class][there[of_class]].mean() if there[of_class].any() else 0.0
        chance[of_class] = effective * np.log1p(-min(share, 0.5))
    return constant & (chance < np.log(SIGNIFICANCE / there.size))


def require_no_twins(values: np.ndarray, there: np.ndarray, name: str) -> None:
    """Raise `DataError` if two rows, or columns, of the lattice are the same in all samples.

    values: (sample, [Y,] X). Where many are, as in ordered states, that is natural.
    """
    for axis in range(1, values.ndim):
        lines = np.moveaxis(values, axis, 1)
        seen = np.moveaxis(there, axis - 1, 0).reshape(lines.shape[1], -1).any(axis=1)
        known: dict[bytes, list[int]] = {}
        for k in np.flatnonzero(seen).tolist():
            known.setdefault(lines[:TWINS, k].tobytes(), []).append(k)
        pairs = [pair for alike in known.values() for pair in combinations(alike, 2)]
        if not 0 < len(pairs) <= lines.shape[1]:
            continue
        pairs = [(a, b) for a, b in pairs if (lines[:, a] == lines[:, b]).all()]
        if pairs:
            what = ("rows" if axis == 1 else "columns") if values.ndim == 3 else "sites"
            (a, b), more = pairs[0], len(pairs) - 1
            also = f", and so are {more} more pairs" if more else ""
            raise DataError(
                f"{name}: {what} {a} and {b} of the lattice are the same in all samples{also}: are there "
                "ghost cells, a copied edge, or sites that were written twice? Leave the copies out of the "
                "array"
            )


@dataclass(frozen=True)
class Copies:
    """How many samples are exact copies of earlier ones: in all, of the sample just before, of these how many
    of one value throughout, of others, and of others of another group.

    `stretch` holds the places where a stretch of samples begins and where it comes again, or is None.
    """

    repeated: int
    standing: int
    ordered: int
    again: int
    elsewhere: int
    stretch: tuple[int, int] | None


def copies(values: np.ndarray, group: np.ndarray) -> Copies:
    """Count exact copies among values (sample, [Y,] X) of groups (sample,), and find a stretch that recurs.

    Single copies may be natural, such as of ordered states, or on a small lattice. `STRETCH` samples in the
    same order are not if, with the states as frequent as they are, chance would hardly bring them twice.
    """
    known: dict[bytes, int] = {}
    marks = (hashlib.blake2b(np.ascontiguousarray(sample).data, digest_size=16).digest() for sample in values)
    name = np.array([known.setdefault(mark, i) for i, mark in enumerate(marks)])
    repeated = int((name != np.arange(len(name))).sum())
    if not repeated:
        return Copies(0, 0, 0, 0, 0, None)
    # What stands still is no copy: many samplers reject most of what they propose.
    stands = np.diff(name, prepend=-1) == 0
    flat = values.reshape(len(values), -1)
    ordered = [sample for sample in np.flatnonzero(stands) if (flat[sample] == flat[sample, 0]).all()]
    moving = np.flatnonzero(~stands)
    copied = name[moving] != moving
    elsewhere = int((copied & (group[name[moving]] != group[moving])).sum())
    found = Copies(repeated, int(stands.sum()), len(ordered), int(copied.sum()), elsewhere, None)
    name = name[moving]
    share = np.bincount(name, minlength=len(values)) / len(name)
    seen: dict[bytes, int] = {}
    for start in range(len(name) - STRETCH + 1):
        part = name[start : start + STRETCH]
        first = seen.setdefault(part.tobytes(), start)
        if first <= start - STRETCH and len(name) ** 2 / 2 * np.prod(share[part]) < SIGNIFICANCE:
            return replace(found, stretch=(int(moving[first]), int(moving[start])))
    return found


def series(values: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield name, description and values (run, sample) of what the samples' memory is told by.

    values: (run, sample, Y, X). These are their mean, the product of neighbours, and their leading principal
    components, which hold the slowest large-scale change whatever its pattern.
    """
    flat = values.reshape(*values.shape[:2], -1)
    yield "mean", "mean of all sites", flat.mean(axis=2, dtype=float)
    axis = 3 if values.shape[3] > 1 else 2
    left, right = (slice(None, -1), slice(1, None))
    before, after = (left, right) if axis == 2 else ((Ellipsis, left), (Ellipsis, right))
    yield (
        "neighbours",
        f"mean product of neighbours along {'y' if axis == 2 else 'x'}",
        np.stack(
            [
                [np.mean(one[before] * one[after], dtype=float) for one in run.astype(np.float32)]
                for run in values
            ]
        ),
    )
    every = flat.reshape(-1, flat.shape[2])
    some = every[np.linspace(0, len(every) - 1, min(FROM_SAMPLES, len(every))).astype(int)].astype(np.float32)
    centre = some.mean(axis=0)
    some -= centre
    # Of samples with samples, as they are often fewer than sites.
    power, vectors = np.linalg.eigh((some @ some.T).astype(float))
    for k in range(1, min(COMPONENTS, len(some) - 1) + 1):
        if power[-k] > 1e-9 * power[-1] > 0:
            direction = some.T @ vectors[:, -k].astype(np.float32)
            projected = np.stack([run.astype(np.float32) @ direction for run in flat]) - centre @ direction
            yield f"component_{k}", f"projection on principal component {k}", projected / np.sqrt(power[-k])


def require_translations(
    values: np.ndarray,
    parts: int,
    group: np.ndarray,
    there: np.ndarray,
    period: tuple[int, int],
    side: int,
    parameters: dict[str, Any],
    name: str,
) -> bool:
    """Raise `DataError` if the statistics of sites differ from place to place, which translations forbid.

    Where `parameters` (`rsmi.external.settings.SCHEMA`) say that the boundary is periodic, neighbours across
    the edge are also compared with those elsewhere. Returns False if there are too few groups to tell.

    values: (run, sample, Y, X), `side` pixels per site and axis. Every run is cut into so many `parts` that
    are independent of each other; `group`, (run,), tells runs that may have something in common. Sites, and
    products with their neighbours to the right and below, are averaged over every part, and what remains
    minus the mean of all equivalent places is a map that is noise if the translations hold. Each part's map
    is projected on the mean of all other groups: noise has no projection on average (Student's t, see
    `_told`).
    """
    if len(np.unique(group)) < LEAST_GROUPS:
        return False
    periodic = parameters["boundary"] == "periodic"
    edges = np.arange(parts + 1) * values.shape[1] // parts
    cut = [run[a:b] for run in values for a, b in pairwise(edges)]
    of_part = np.repeat(group, parts)
    names = ["the mean of a site"]
    names += [
        f"the product of a site and the next along {a}"
        for n, a in zip(values.shape[2:], "yx", strict=True)
        if n > 1
    ]
    maps = np.stack([np.stack(list(_local_means(part, there, periodic))) for part in cut])
    if periodic:
        axes = [axis for axis in (0, 1) if values.shape[2 + axis] > 1]
        for axis, products in zip(axes, np.moveaxis(maps, 1, 0)[1:], strict=True):
            _require_seam(products, of_part, axis, period[axis], name)
    fault = _uneven(maps, of_part, names, period)
    if fault is None:
        return True
    steps = parameters.get("translations", [1] * sum(n > 1 for n in values.shape[2:]))
    remedy = "Set 0 for an axis along which places differ, the period of a pattern, or a mask for odd places"
    margin = None if periodic else _margin_that_helps(maps, of_part, names, period, side, there)
    if margin:
        remedy = (
            f"The boundary is open: set margin: {margin}, so that windows keep off the edge, or "
            f"translations: {[0] * len(steps)}, for one window per configuration"
        )
    claimed = "are claimed" if "translations" in parameters else "are taken for granted, as none are named"
    raise DataError(f"{name}: translations: {steps!r} {claimed}, but {fault}. {remedy}")


def _uneven(maps: np.ndarray, of_part: np.ndarray, names: list[str], period: tuple[int, int]) -> str | None:
    """Return what differs from place to place, by how much and where; None if nothing surely does.

    maps: (part, name, Y, X), NaN where nothing is known.
    """
    for name, of_parts in zip(names, np.moveaxis(maps, 1, 0), strict=True):
        deviation = _less_mean_of_class(of_parts, period)
        of_group = np.stack([deviation[of_part == g].mean(axis=0) for g in np.unique(of_part)])
        others = (of_group.sum(axis=0) - of_group) / (len(of_group) - 1)
        projection = np.nansum(deviation * others[np.unique(of_part, return_inverse=True)[1]], axis=(1, 2))
        told, allowed = _told(projection, of_part, len(names), shared=True)
        if told > allowed:
            place = np.unravel_index(np.nanargmax(np.abs(deviation.mean(axis=0))), deviation.shape[1:])
            return (
                f"{name} depends on the place (t = {told:.1f}, {allowed:.1f} allowed; most at (y, x) = "
                f"{tuple(map(int, place))})"
            )
    return None


def _margin_that_helps(
    maps: np.ndarray,
    of_part: np.ndarray,
    names: list[str],
    period: tuple[int, int],
    side: int,
    there: np.ndarray,
) -> int | None:
    """Return how many sites to keep off the edges for places to be alike; None if that does not help.

    At least half of the lattice is left along every axis.
    """
    lengths = [n // side for n in there.shape if n > 1]
    for margin in range(1, min(lengths) // 4 + 1):
        inside = np.full(maps.shape, np.nan)
        kept = tuple(slice(margin * side, n - margin * side) if n > 1 else slice(None) for n in there.shape)
        inside[(slice(None), slice(None), *kept)] = maps[(slice(None), slice(None), *kept)]
        if _uneven(inside, of_part, names, period) is None:
            return margin
    return None


def _told(numbers: np.ndarray, group: np.ndarray, tests: int, *, shared: bool) -> tuple[float, float]:
    """Return Student's t of the mean of numbers (part,) that should vanish, and how much chance may make it.

    The error comes from the scatter of parts within their groups, unless whole groups, (part,), scatter more
    than that explains, by an F-test. With `shared`, the numbers are projections of each part on the mean of
    all other groups: two groups share the product of theirs, so that the mean scatters twice as much, in
    variance, as that of independent parts, and 2 (n - 1) / (n - 2) times as much as that of n independent
    groups of the same spread.
    """
    labels, inverse, size = np.unique(group, return_inverse=True, return_counts=True)
    n = len(labels)
    mean = np.bincount(inverse, numbers) / size
    between = mean.std(ddof=1) * np.sqrt((2.0 * (n - 1) / (n - 2) if shared else 1.0) / n)
    freedom, margin = n - 1, 1.0
    error = between
    inside = len(numbers) - n
    if inside > n:
        within = np.sqrt(np.sum((numbers - mean[inverse]) ** 2) / inside)
        limit = fdtri(n - 1, inside, 1.0 - F_SIGNIFICANCE)
        if n * mean.var(ddof=1) < limit * np.sum(within**2 / size):
            # Groups may differ by a little more than such a test can tell.
            freedom, margin = inside, MARGIN
            error = within / np.sqrt(len(numbers)) * (np.sqrt(2.0) if shared else 1.0)
    allowed = -stdtrit(freedom, SIGNIFICANCE / (tests if shared else 2 * tests)) * margin
    told = mean.mean() / error if error > 1e-12 * np.abs(numbers).max() else 0.0
    return float(told), float(allowed)


def _require_seam(products: np.ndarray, group: np.ndarray, axis: int, period: int, name: str) -> None:
    """Raise `DataError` if neighbours across the edge of the lattice are not like neighbours elsewhere.

    products: (part, Y, X), mean products with the next site along `axis` (0 or 1 of the lattice). group:
    (part,).
    """
    length = products.shape[1 + axis]
    if period == length:
        return
    # Elsewhere, at places that translations bring to the edge.
    products = np.moveaxis(products, 1 + axis, 1)
    edge = _mean(products[:, -1:])
    inside = _mean(products[:, (length - 1) % period : length - 1 : period])
    if not np.isfinite(edge + inside).all():
        return
    told, allowed = _told(edge - inside, group, 2, shared=False)
    # Where neighbours hardly ever differ, the edge may never have seen it, as other places have not.
    lines = _mean(products[:, (length - 1) % period : length - 1 : period].swapaxes(0, 1))
    apart = abs(edge.mean() - inside.mean()) > np.abs(lines - inside.mean()).max()
    if abs(told) > allowed and apart:
        raise DataError(
            f"{name}: boundary: 'periodic' is claimed, but the mean product of neighbours across the edge "
            f"along {'yx'[axis]} is {edge.mean():.3g}, elsewhere {inside.mean():.3g} (t = {told:.1f}, "
            f"{allowed:.1f} allowed); use 'open'"
        )


def _mean(maps: np.ndarray) -> np.ndarray:
    """Return the mean of maps (unit, Y, X) over all places that are no NaN, NaN if there are none."""
    known = np.isfinite(maps)
    with np.errstate(invalid="ignore"):
        return np.where(known, maps, 0.0).sum(axis=(1, 2)) / known.sum(axis=(1, 2))


def _local_means(unit: np.ndarray, there: np.ndarray, periodic: bool) -> Iterator[np.ndarray]:
    """Yield maps (Y, X) of means of sites and of products with the next, NaN where one is not there."""
    unit = unit.astype(np.float32)
    yield np.where(there, unit.mean(axis=0, dtype=float), np.nan)
    for axis in (1, 2):
        if unit.shape[axis] == 1:
            continue
        product = (unit * np.roll(unit, -1, axis)).mean(axis=0, dtype=float)
        both = there & np.roll(there, -1, axis - 1)
        if not periodic:
            both = both.copy()
            both[(slice(None),) * (axis - 1) + (-1,)] = False
        yield np.where(both, product, np.nan)


def _less_mean_of_class(maps: np.ndarray, period: tuple[int, int]) -> np.ndarray:
    """Subtract from maps (unit, Y, X) the mean over all places that are equivalent under `period`."""
    result = np.empty_like(maps)
    for cell in np.ndindex(*period):
        of_class = (slice(None), *(slice(c, None, p) for c, p in zip(cell, period, strict=True)))
        part = maps[of_class]
        known = np.isfinite(part)
        count = np.maximum(known.sum(axis=(1, 2), keepdims=True), 1)
        result[of_class] = part - np.where(known, part, 0.0).sum(axis=(1, 2), keepdims=True) / count
    return result
