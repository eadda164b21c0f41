"""Samples that were never written: rows of an array that was made before a simulation, which ended early."""

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rsmi.external import DataError, warn

# Sites that are looked at first.
SOME = 64
# Fewer constant samples, and fewer in a row, prove nothing.
FEW, LEAST = 3, 6
# A sample is nearly constant if no more than this share of its sites differ.
NEARLY = 0.1
# Where constant samples are natural, so many times fewer are nearly constant at the most.
RATIO = 10
# Constant samples of another value, as a share of these, that show that both are natural.
OTHER = 0.05
# What was never written is in few stretches of each chain, or in stretches of one length.
MANY = 2
# A value that fewer sites hold, as a share, is no common one.
RARE = 1e-3
# Probability below which chance is ruled out.
SIGNIFICANCE = 1e-4


@dataclass(frozen=True)
class _Stretch:
    """Samples of one chain in a row, each of them the same value at all sites."""

    chain: int
    first: int
    length: int
    value: float

    @property
    def text(self) -> str:
        """Say where it is."""
        return f"samples {self.first} to {self.first + self.length - 1} of chain {self.chain}"


def require_written(values: np.ndarray, there: np.ndarray, chains: int, name: str) -> None:
    """Raise `DataError` if some samples hold one value at all sites, as others are not nearly.

    values: (chain * sample, [Y,] X), chain by chain. Constant samples are natural deep in an ordered phase
    and on small lattices. Then others are nearly constant, or there are constant ones of another value, too;
    and where they come in stretches, so do they elsewhere.
    """
    flat = values.reshape(len(values), -1)
    seen = np.flatnonzero(there)
    value = flat[:, seen[0]]
    # Most samples show by a few sites that they are not constant.
    constant = (flat[:, seen[:SOME]] == value[:, None]).all(axis=1)
    for sample in np.flatnonzero(constant):
        constant[sample] = (flat[sample, seen] == value[sample]).all()
    if constant.sum() < FEW:
        return
    label = np.where(constant, value.astype(float), np.nan).reshape(chains, -1)
    found = [one for chain in range(chains) for one in _stretches(chain, label[chain])]
    alone = _alone(flat[:, seen] if len(seen) < flat.shape[1] else flat, label.ravel())
    suspects = [one for one in found if one.value == alone] if alone is not None else []
    if len(suspects) > MANY * chains and len({one.length for one in suspects}) > MANY:
        # Here and there, of any length, as dry days are.
        warn(
            "constant samples",
            f"{name}: {sum(one.length for one in suspects)} samples are {alone:g} at all sites, in "
            f"{len(suspects)} stretches, and hardly any other is nearly so; if they were never written, "
            "leave them out",
        )
        return
    suspects = suspects or _tails(found, label) or _of_one_length(found, label)
    if suspects:
        first, more = suspects[0], len(suspects) - 1
        also = (
            f", and so {'is one more stretch' if more == 1 else f'are {more} more stretches'}" if more else ""
        )
        raise DataError(
            f"{name}: {first.text} are {first.value:g} at all sites{also}, unlike other samples: were they "
            "never written, as when a simulation is stopped, or did it reach an absorbing state? Leave them "
            "out; if they are sound, set accept: [unwritten]"
        )


def _stretches(chain: int, label: np.ndarray) -> list[_Stretch]:
    """Return the stretches of one value in a row of values, NaN where a sample is not constant."""
    edges = np.flatnonzero(np.diff(label, prepend=np.nan, append=np.nan) != 0)
    return [
        _Stretch(chain, int(a), int(b - a), float(label[a]))
        for a, b in pairwise(edges)
        if not np.isnan(label[a])
    ]


def _alone(flat: np.ndarray, label: np.ndarray) -> float | None:
    """Return the value of constant samples that hardly any other sample is near, None if there is none.

    flat: (sample, site). label: (sample,), NaN where a sample is not constant. Where constant samples of two
    values are so, as after a quench, both are natural.
    """
    known = ~np.isnan(label)
    values, counts = np.unique(label[known], return_counts=True)
    near = {value: (flat[~known] == value).mean(axis=1) > 1 - NEARLY for value in values.tolist()}
    of_any = np.any(list(near.values()), axis=0)
    # Where most samples are constant, the few others may be near by their number alone.
    ordered = known.mean() > 0.5 and of_any.mean() >= 0.5 if len(of_any) else True
    if ordered:
        return None
    alone = {v: n for v, n in zip(values.tolist(), counts.tolist(), strict=True) if RATIO * near[v].sum() < n}
    most = max(alone, key=alone.__getitem__, default=None)
    if most is None or alone[most] < FEW:
        return None
    return None if any(n >= OTHER * alone[most] for v, n in alone.items() if v != most) else most


def _tails(found: list[_Stretch], label: np.ndarray) -> list[_Stretch]:
    """Return the stretches of one value at the ends of chains, if chance hardly brings them there."""
    ends = [one for one in found if one.first + one.length == label.shape[1]]
    for value in dict.fromkeys(one.value for one in ends):
        tails = [one for one in ends if one.value == value and one.length < label.shape[1]]
        of_tails = {one.chain for one in tails}
        others = [
            one for one in found if one.chain not in of_tails or one.first + one.length < label.shape[1]
        ]
        share, goes_on = _frequency(others, label.size - sum(one.length for one in tails))
        chance = sum(math.log(len(label) * share) + (one.length - 1) * math.log(goes_on) for one in tails)
        if sum(one.length for one in tails) >= LEAST and chance < math.log(SIGNIFICANCE):
            return tails
    return []


def _of_one_length(found: list[_Stretch], label: np.ndarray) -> list[_Stretch]:
    """Return stretches of one length and value, if chance hardly makes them so long.

    Natural stretches are of any length. With a share p of all other samples constant, and a share q of these
    followed by another, one of n places begins such a stretch with probability n p q^(length - 1).
    """
    for length, value in sorted(
        {(one.length, one.value) for one in found if one.length >= LEAST}, reverse=True
    ):
        alike = [one for one in found if (one.length, one.value) == (length, value)]
        others = [one for one in found if (one.length, one.value) != (length, value)]
        number = label.size - length * len(alike)
        share, goes_on = _frequency(others, number)
        if number and label.size * share * goes_on ** (length - 1) < SIGNIFICANCE:
            return alike
    return []


def _frequency(stretches: list[_Stretch], number: int) -> tuple[float, float]:
    """Return the share of so many samples that is constant, and of these that go on, by some stretches."""
    held = sum(one.length for one in stretches)
    share = (held + 1) / (number + 2)
    # Without any, nothing says that they come in stretches.
    return share, (held - len(stretches) + 1) / (held + 2) if held else share


def require_whole_rows(values: np.ndarray, there: np.ndarray, name: str) -> None:
    """Raise `DataError` if rows of real numbers, (sample, [y,] x), hold one value that hardly any other does.

    Such are parts of a sample that were never written. Where a value is common, as no rain, it is natural.
    """
    if values.ndim < 3 or values.shape[2] < LEAST:
        return
    constant = (values == values[..., :1]).all(axis=2) & there.all(axis=1)
    if not constant.any() or constant.all(axis=1).sum() == constant.any(axis=1).sum():
        return
    sample, row = (int(k) for k in np.argwhere(constant)[0])
    value = values[sample, row, 0]
    elsewhere = (values == value).sum() - (constant & (values[..., 0] == value)).sum() * values.shape[2]
    if elsewhere < RARE * values.size:
        raise DataError(
            f"{name}: {constant.sum()} rows of samples hold one value throughout, the first row {row} of "
            f"sample {sample} {value:g}, which hardly any other site holds: were they never written? Leave "
            "these samples out; if they are sound, set accept: [unwritten]"
        )
