"""What in the samples would make a training meaningless, told before one is made."""

from collections.abc import Iterator

import numpy as np
from scipy.special import stdtrit

from rsmi.external import DataError

# Probability that chance alone makes one pixel of a lattice look constant, or breaks a true translation.
SIGNIFICANCE = 1e-4
# Leading principal components of the samples whose autocorrelation is told, and samples they are found from.
COMPONENTS, FROM_SAMPLES = 3, 1000
# Copies of other samples, as a share, above which a warning is due.
MOST_COPIES = 0.01
# More values than these in a few samples are real numbers, of which no two samples are alike by chance.
MOST_STATES, FEW = 256, 50
# Fewer independent parts say nothing of how much chance makes them differ.
LEAST_UNITS = 4


def require_finite(values: np.ndarray, there: np.ndarray, name: str) -> None:
    """Raise `DataError` if values (sample, [Y,] X) hold NaN or infinity where sites are `there`."""
    if values.dtype.kind != "f":
        return
    bad = ~np.isfinite(values) & there
    if not bad.any():
        return
    always = bad.all(axis=0).sum()
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f"{bad.sum()} values are NaN or infinite, the first at (sample, *site) = {first}"
    if always and bad.sum() == always * len(values):
        raise DataError(
            f"{name}: {where}: the same {always} sites in every sample; name them in a mask, 0 where they are"
        )
    raise DataError(f"{name}: {where}; leave those samples out or fill the values")


def constant_sites(values: np.ndarray, there: np.ndarray, period: tuple[int, ...]) -> np.ndarray:
    """Return which sites ([Y,] X) never change where equivalent ones do, so often that it cannot be chance.

    values: (sample, [Y,] X), encoded. Sites are equivalent under translations by `period`; a whole class that
    never changes needs no mask. With a share p of samples in which a site of the class differs from its most
    common value, one that never does has probability (1 - p)^samples.
    """
    first = values[0]
    constant = (values == first).all(axis=0) & there
    if not constant.any():
        return constant
    samples = len(values)
    # How often a site differs from what it is mostly: the smaller share against the first sample.
    differs = (values != first).mean(axis=0)
    differs = np.minimum(differs, 1.0 - differs)
    chance = np.zeros(there.shape)
    for cell in np.ndindex(*period):
        of_class = tuple(slice(c, None, p) for c, p in zip(cell, period, strict=True))
        share = differs[of_class][there[of_class]].mean() if there[of_class].any() else 0.0
        chance[of_class] = samples * np.log1p(-min(share, 0.5))
    return constant & (chance < np.log(SIGNIFICANCE / there.size))


def copies(values: np.ndarray, group: np.ndarray) -> tuple[int, int]:
    """Return how many samples are exact copies of earlier ones, and how many of them of another group.

    values: (sample, [Y,] X). group: (sample,).
    """
    first: dict[bytes, int] = {}
    repeated = elsewhere = 0
    for sample, label in zip(values, group.tolist(), strict=True):
        content = sample.tobytes()
        if content in first:
            repeated += 1
            elsewhere += int(first[content] != label)
        else:
            first[content] = label
    return repeated, elsewhere


def series(values: np.ndarray) -> Iterator[tuple[str, str, np.ndarray]]:
    """Yield name, description and values (run, sample) of what the samples' memory is told by.

    values: (run, sample, Y, X). These are their mean, the product of neighbours, and their leading principal
    components, which hold the slowest large-scale change whatever its pattern.
    """
    flat = values.reshape(*values.shape[:2], -1)
    yield "mean", "mean of all sites", flat.mean(axis=2, dtype=float)
    axis = 3 if values.shape[3] > 1 else 2
    left = np.take(values, range(values.shape[axis] - 1), axis)
    right = np.take(values, range(1, values.shape[axis]), axis)
    yield (
        "neighbours",
        "mean product of neighbours along x",
        np.stack([np.mean(a * b.astype(np.float32), axis=(1, 2)) for a, b in zip(left, right, strict=True)]),
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
    unit: np.ndarray,
    there: np.ndarray,
    period: tuple[int, int],
    periodic: bool,
    settings: str,
) -> None:
    """Raise `DataError` if the statistics of sites differ from place to place, which translations forbid.

    With `periodic`, neighbours across the edge are also compared with those elsewhere.

    values: (run, sample, Y, X). unit: (run,), which runs to average over together, so that what results is
    independent; with fewer than `LEAST_UNITS` nothing can be told. Sites, and products with their neighbours
    to the right and below, are averaged, and what remains less the mean of all equivalent places is a map
    that is noise if the translations hold. The mean map of one half of the units is projected on those of the
    other, and the other way round: noise has no projection on average (Student's t over units).
    """
    units = [values[unit == u].reshape(-1, *values.shape[2:]) for u in np.unique(unit)]
    if len(units) < LEAST_UNITS:
        return
    names = ["the mean of a site"]
    names += [
        f"the product of a site and the next along {a}"
        for n, a in zip(values.shape[2:], "yx", strict=True)
        if n > 1
    ]
    maps = np.stack([np.stack(list(_local_means(part, there, periodic))) for part in units])
    if periodic:
        axes = [axis for axis in (0, 1) if values.shape[2 + axis] > 1]
        for axis, products in zip(axes, np.moveaxis(maps, 1, 0)[1:], strict=True):
            _require_seam(products, axis, period[axis])
    for name, of_units in zip(names, np.moveaxis(maps, 1, 0), strict=True):
        deviation = _less_mean_of_class(of_units, period)
        for half in (0, 1):
            guess, tested = deviation[half::2].mean(axis=0), deviation[1 - half :: 2]
            if len(tested) < 2:
                continue
            projection = np.nansum(tested * guess, axis=(1, 2))
            error = projection.std(ddof=1) / np.sqrt(len(projection))
            told = projection.mean() / error if error > 1e-12 * np.nansum(guess**2) else 0.0
            threshold = -stdtrit(len(projection) - 1, SIGNIFICANCE / (2 * len(names)))
            if told > threshold:
                place = np.unravel_index(np.nanargmax(np.abs(deviation.mean(axis=0))), guess.shape)
                raise DataError(
                    f"translations: {settings} is claimed, but {name} depends on the place (t = {told:.1f} "
                    f"over {len(projection)} parts, {threshold:.1f} allowed; most at (y, x) = "
                    f"{tuple(map(int, place))}). Set 0 for an axis along which places differ, the period of "
                    "a pattern, or a mask for the odd places"
                )


def _require_seam(products: np.ndarray, axis: int, period: int) -> None:
    """Raise `DataError` if neighbours across the edge of the lattice are not like neighbours elsewhere.

    products: (unit, Y, X), mean products with the next site along `axis` (0 or 1 of the lattice).
    """
    along = np.nanmean(products, axis=2 - axis)
    length = along.shape[1]
    if period == length:
        return
    # Elsewhere, at places that translations bring to the edge.
    inside = along[:, (length - 1) % period : length - 1 : period].mean(axis=1)
    difference = along[:, -1] - inside
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    told = abs(difference.mean()) / error if error > 1e-9 else 0.0
    threshold = -stdtrit(len(difference) - 1, SIGNIFICANCE / 4)
    if told > threshold:
        raise DataError(
            "boundary: 'periodic' is claimed, but the mean product of neighbours across the edge along "
            f"{'yx'[axis]} is {along[:, -1].mean():.3g}, elsewhere {inside.mean():.3g} (t = {told:.1f} over "
            f"{len(difference)} parts, {threshold:.1f} allowed); use 'open'"
        )


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
