"""Lattices of two dimensions whose rows were joined to one, which looks like a line."""

import numpy as np

from rsmi.external import DataError

# Errors by which sites one row apart must be more alike than those half a row farther.
TOLD = 5.0
# How much the two directions of a lattice may differ: without a field, of samples of one, they are alike.
ALIKE = 0.5, 2.0
# Shortest row, and samples that are looked at.
SHORTEST, SOME = 4, 500


def require_no_rows(values: np.ndarray, name: str) -> None:
    """Raise `DataError` if a line of sites is a lattice, stored row by row.

    values: (sample, x). In a lattice of rows of L sites, those L apart are as alike as neighbours, those 2 L
    apart less, and those in between not. On a line, what is farther is less alike; where a pattern repeats
    itself, sites two periods apart are as alike as one.
    """
    length = values.shape[1]
    chosen = values[:: max(1, len(values) // SOME)].astype(float)
    chosen = chosen - chosen.mean()
    for row in range(SHORTEST, length // SHORTEST + 1):
        if length % row:
            continue
        # Half a row away, and some rows: nothing of a lattice is farther.
        far = np.mean([_products(chosen, k * row + row // 2) for k in (1, 2)], axis=0)
        near, one, two = (_products(chosen, distance) - far for distance in (1, row, 2 * row))
        half = _products(chosen, row // 2) - far
        if (
            _sure(one)
            and _sure(one - half)
            and _sure(one - two)
            and ALIKE[0] * one.mean() < near.mean() < ALIKE[1] * one.mean()
        ):
            raise DataError(
                f"{name}: is taken for lines of {length} sites, but sites {row} apart are as alike as "
                f"neighbours. If these are lattices of {length // row} x {row} sites, row by row, set "
                f"lattice: [{length // row}, {row}]; if not, name the axes by the setting axes"
            )


def _products(values: np.ndarray, distance: int) -> np.ndarray:
    """Return the mean product of sites so far apart, of each sample."""
    return (values[:, distance:] * values[:, :-distance]).mean(axis=1)


def _sure(differences: np.ndarray) -> bool:
    """Tell whether a mean over samples is surely above zero."""
    return bool(differences.mean() > TOLD * differences.std() / np.sqrt(len(differences)))
