"""What the numbers themselves tell of configurations, and what only their owner can say."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from rsmi.external.axes import arranged
from rsmi.external.companions import mask_of, open_companion
from rsmi.external.locate import Place, places
from rsmi.external.missing import CODES, marked
from rsmi.external.outline import outline
from rsmi.external.settings import with_defaults

# Samples of a file that guesses are made from, and different whole numbers that are no measured field.
SOME, MOST_NUMBERS = 200, 20
# A seam whose correlation is nearer to that of neighbours than to that of distant sites is none.
SEAM = 0.5
# Errors by which neighbours must be more alike than distant sites, for the boundary to be told from them.
TOLD = 5.0


@dataclass
class Guess:
    """Settings that the numbers tell, or that are assumed until the owner says so.

    `told` says by what the former are known, `asked` is a question for each of the latter.
    """

    settings: dict[str, Any] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


def guessed(parameters: dict[str, Any]) -> Guess:
    """Return `values`, `levels` and `boundary` where not given, by the look of the files.

    Two values are binary, fractions real; a few whole numbers may be states or numbers, which is asked about.
    The boundary is periodic if opposite ends are as correlated as neighbours rather than as distant sites,
    open if not; if neither can be told, open is assumed, which is true of windows on any lattice. Missing
    values and masked sites have no say.
    """
    files = list(places(parameters).values())
    looked_at = [_some(parameters, files[k]) for k in sorted({0, len(files) // 2, len(files) - 1})]
    guess = Guess()
    if "values" not in parameters:
        _guess_values(guess, parameters, looked_at, files)
    elif parameters["values"] == "states" and "levels" not in parameters:
        guess.settings["levels"] = _levels(parameters, files)
        guess.told.append(f"levels: {guess.settings['levels']}, all values that occur")
    if "boundary" not in parameters:
        _guess_boundary(guess, looked_at)
    return guess


def _guess_values(
    guess: Guess, parameters: dict[str, Any], looked_at: list[np.ndarray], files: list[Place]
) -> None:
    numbers = np.unique(np.concatenate([np.unique(some[np.isfinite(some)]) for some in looked_at]))
    # What may mean that a value is missing is no level; that is checked, and said, later.
    plain = _plain(numbers)
    whole = (numbers == np.round(numbers)).all()
    if len(plain) == 2:
        guess.settings["values"] = "binary"
        guess.told.append(f"values: binary, as there are two values, {plain[0]:g} and {plain[1]:g}")
    elif not whole or len(plain) > MOST_NUMBERS:
        guess.settings["values"] = "real"
        many = f"{len(plain)} different whole numbers or more"
        guess.told.append(f"values: real, as there are {many if whole else 'fractions'}")
    else:
        levels = _levels(parameters, files)
        guess.settings |= {"values": "states", "levels": levels}
        guess.asked.append(
            f"values: states or integer? There are whole numbers, {levels}. If these name states without an "
            "order (Potts, clock, classes), they are states, as assumed here; if they are numbers (spin 1, "
            "heights, masses, counts), set values: integer, and leave levels out"
        )


def _levels(parameters: dict[str, Any], files: list[Place]) -> list[float]:
    """Return all values that occur in all files, minus those that programs write for missing ones."""
    found = [np.unique(some[np.isfinite(some)]) for some in (_some(parameters, file, None) for file in files)]
    numbers = np.unique(np.concatenate(found))
    return [int(n) if n == round(n) else float(n) for n in _plain(numbers).tolist()]


def _plain(numbers: np.ndarray) -> np.ndarray:
    """Return numbers without those that programs write for missing values, unless too few are left."""
    plain = numbers[~np.isin(numbers, CODES)]
    return plain if len(plain) > 1 else numbers


def _guess_boundary(guess: Guess, looked_at: list[np.ndarray]) -> None:
    votes = [vote for some in looked_at for vote in _meets(some)]
    known = {vote for vote in votes if vote is not None}
    guess.settings["boundary"] = "periodic" if known == {True} else "open"
    if known == {True}:
        guess.told.append("boundary: periodic, as opposite ends are as correlated as neighbours")
    elif known == {False}:
        guess.told.append("boundary: open, as opposite ends are not correlated as neighbours are")
    else:
        guess.asked.append(
            "boundary: open or periodic? The numbers cannot tell"
            + (", or differ between axes or files" if known else "")
            + ". open is assumed, by which windows never wrap; if the last site is a neighbour of the first, "
            "set periodic, which gives more windows"
        )


def _some(parameters: dict[str, Any], place: Place, most: int | None = SOME) -> np.ndarray:
    """Return so many samples of a file, (sample, [y,] x), all if None; NaN where missing or masked."""
    found = outline(with_defaults(parameters), place)
    values, gone = marked(arranged(found.array.read(), found.axes), parameters.get("missing"))
    values, gone = (part.reshape(-1, *found.lattice) for part in (values, gone))
    there = np.ones(found.lattice, bool)
    if "mask" in parameters:
        mask = open_companion(parameters, "mask", place)
        there = mask_of(mask, found.array, found.axes, found.lattice)
    step = max(1, len(values) // most) if most else 1
    return np.where(gone[::step] | ~there, np.nan, values[::step].astype(float))


def _meets(some: np.ndarray) -> Iterator[bool | None]:
    """Tell for every axis of samples (sample, [y,] x) if its ends look like neighbours; None: unclear."""
    centred = some - np.nanmean(some)
    for axis in range(1, some.ndim):
        turned = np.moveaxis(centred, axis, -1)
        length = turned.shape[-1]

        def correlation(distance: int, turned: np.ndarray = turned, length: int = length) -> np.ndarray:
            return _mean(turned[..., distance:] * turned[..., : length - distance])

        near, far = correlation(1), correlation(max(1, length // 2))
        seam = _mean(turned[..., 0] * turned[..., -1])
        like_far, like_near = near - seam, seam - far
        if _sure(near - far) and _sure(like_near - SEAM * (near - far)):
            yield True
        elif _sure(near - far) and _sure(like_far - SEAM * (near - far)):
            yield False
        else:
            yield None


def _mean(products: np.ndarray) -> np.ndarray:
    """Return the mean of each sample, NaN apart; NaN where all are."""
    flat = products.reshape(len(products), -1)
    known = np.isfinite(flat)
    return np.where(known, flat, 0.0).sum(axis=1) / np.where(known.any(axis=1), known.sum(axis=1), np.nan)


def _sure(differences: np.ndarray) -> bool:
    """Tell whether a mean over samples is surely above zero."""
    known = differences[np.isfinite(differences)]
    return bool(len(known) > 1 and known.mean() > TOLD * known.std() / np.sqrt(len(known)))
