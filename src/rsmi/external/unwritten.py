"""Samples that were never written: rows of an array that was made before the simulation, which ended "
"early."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rsmi.external import DataError

# Sites that are looked at first.
SOME = 64
# So many constant samples in a row can hardly be chance where hardly any others are constant.
LEAST = 6
# Probability below which chance is ruled out.
SIGNIFICANCE = 1e-4


@dataclass(frozen=True)
class _Stretch:
    """Samples of one chain in a row, each of them the same value at all sites."""

    chain: int
    first: int
    length: int


def require_written(values: np.ndarray, there: np.ndarray, chains: int, name: str) -> None:
    """Raise `DataError` if samples in a row are one constant configuration, as others are not.

    values: (chain * sample, [Y,] X), chain by chain. Constant samples are natural deep in an ordered phase
    and on small lattices; then they are frequent elsewhere, too. So stretches of one length (files end at one
    place, natural stretches anywhere) are compared with all other samples: with a share p of these constant,
    and a share q of the constant ones followed by another, one of n places begins such a stretch with
    probability n p q^(length - 1).
    """
    flat = values.reshape(len(values), -1)
    seen = np.flatnonzero(there)
    value = flat[:, seen[0]]
    # Of most samples the value sites show that they are not constant.
    constant = (flat[:, seen[:SOME]] == value[:, None]).all(axis=1)
    for sample in np.flatnonzero(constant):
        constant[sample] = (flat[sample, seen] == value[sample]).all()
    if not constant.any():
        return
    # Of one value each: a stretch ends where the value changes.
    label = np.where(constant, value.astype(float), np.nan).reshape(chains, -1)
    found = [one for chain in range(chains) for one in _stretches(chain, label[chain])]
    for length in sorted({one.length for one in found if one.length >= LEAST}, reverse=True):
        alike = [one for one in found if one.length == length]
        others = [one for one in found if one.length != length]
        number = len(values) - length * len(alike)
        held = sum(one.length for one in others)
        share = (held + 1) / (number + 2)
        # Without any elsewhere, nothing says that they come in stretches.
        goes_on = (held - len(others) + 1) / (held + 2) if held else share
        if number and len(values) * share * goes_on ** (length - 1) < SIGNIFICANCE:
            first = alike[0]
            where = f"samples {first.first} to {first.first + length - 1}"
            where += f" of chain {first.chain}" if chains > 1 else ""
            more = f", and so are {len(alike) - 1} more stretches of that length" if len(alike) > 1 else ""
            raise DataError(
                f"{name}: {where} are {label[first.chain, first.first]:g} at all sites{more}, but hardly any "
                "other sample is: were they never written, as when a simulation is stopped? Leave them out; "
                "if they are sound, set accept: [unwritten]"
            )


def _stretches(chain: int, label: np.ndarray) -> list[_Stretch]:
    """Return the stretches of one value in a row of values, NaN where a sample is not constant."""
    edges = np.flatnonzero(np.diff(label, prepend=np.nan, append=np.nan) != 0)
    return [_Stretch(chain, int(a), int(b - a)) for a, b in pairwise(edges) if not np.isnan(label[a])]
