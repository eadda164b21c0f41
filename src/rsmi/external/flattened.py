"""Lattices of two dimensions whose rows were joined to one, which looks like a line."""

import math

import numpy as np

from rsmi.external import DataError, warn

# Errors by which sites one row apart must be alike, and more so than those half a row or two rows apart.
TOLD, MORE = 4.0, 3.0
# How much the two directions of a lattice may differ: without a field, of samples of one, they are alike.
ALIKE = 0.5, 2.0
# In waves of a period of one row, sites half a row apart are opposite to each other.
OPPOSITE = 0.25
# Correlation, as a share of the variance, of sites one row away where lines are ordered throughout.
ORDERED = 0.9
# Shortest row of a lattice that may be taken for a line, or for one row of many; lines that are looked at.
SHORTEST, SHORTEST_OF_MANY, SOME = 4, 8, 2000


def require_no_rows(values: np.ndarray, name: str) -> None:
    """Raise `DataError` if lattices were stored row by row, values (sample, [y,] x), and that was not said.

    Warns where it cannot be told. Of three axes, the first two may be chains and samples, the third lattices.
    """
    lines, shortest = (values, SHORTEST) if values.ndim == 2 else (_lines(values), SHORTEST_OF_MANY)
    length, row = lines.shape[1], _row_in(lines, shortest)
    if row is not None:
        raise DataError(
            f"{name}: is taken for lines of {length} sites, but sites {row} apart are as alike as "
            f"neighbours. If these are lattices of {length // row} x {row} sites, row by row, set lattice: "
            f"[{length // row}, {row}]; if not, name the axes by the setting axes"
        )
    if values.ndim == 2:
        _warn_if_ordered(values, name)


def require_rows(values: np.ndarray, name: str) -> None:
    """Raise `DataError` if lattices (sample, y, x) that were folded from lines have rows of another
    length."""
    lines = values.reshape(len(values), -1)
    length, row = lines.shape[1], _row_in(lines, SHORTEST)
    if row is not None and row != values.shape[2]:
        raise DataError(
            f"{name}: lattice: {list(values.shape[1:])} is claimed, but sites {row} apart are as alike as "
            f"neighbours, as in rows of {row} sites; set lattice: [{length // row}, {row}], or correct the "
            "array"
        )


def _lines(values: np.ndarray) -> np.ndarray:
    return values.reshape(-1, values.shape[2])


def _row_in(values: np.ndarray, shortest: int) -> int | None:
    """Return the length of a row if lines of sites are lattices, stored row by row; None if they are lines.

    values: (line, x). In a lattice of rows of L sites, those L apart are as alike as neighbours, those 2 L
    apart less, and those in between not. On a line, what is farther is less alike; where a wave of a period
    of L sites runs along it, those half of that apart are opposite. No row is shorter than `shortest`.
    """
    length = values.shape[1]
    chosen = values[:: max(1, len(values) // SOME)].astype(float)
    chosen = chosen - chosen.mean()
    for row in range(shortest, length // shortest + 1):
        if length % row:
            continue
        # Half a row away, and some rows: nothing of a lattice is farther.
        far = np.mean([_products(chosen, k * row + row // 2) for k in (1, 2)], axis=0)
        raw = [_products(chosen, distance) for distance in (1, row, 2 * row, row // 2)]
        near, one, two, half = (products - far for products in raw)
        # Along both axes of one sign, and that may be negative, as in an antiferromagnet.
        alike = near.mean() * one.mean() > 0
        near, one, two, half = map(_turned, (near, one, two, half))
        if (
            alike
            and _sure(one, TOLD)
            and _sure(one - half, MORE)
            and _sure(one - two, MORE)
            and ALIKE[0] * one.mean() < near.mean() < ALIKE[1] * one.mean()
            and raw[3].mean() > -OPPOSITE * np.abs(raw[1].mean())
        ):
            return row
    return None


def _warn_if_ordered(values: np.ndarray, name: str) -> None:
    """Warn of lines of a square number of sites, (line, x), too ordered to tell from flattened lattices."""
    length = values.shape[1]
    side = math.isqrt(length)
    if side**2 != length or side < SHORTEST:
        return
    chosen = values[:: max(1, len(values) // SOME)].astype(float)
    chosen = chosen - chosen.mean()
    alike = [_products(chosen, distance).mean() for distance in (1, side // 2, side)]
    if min(alike) > ORDERED * (chosen**2).mean() > 0:
        warn(
            "flattened",
            f"{name}: is taken for lines of {length} sites, which are too ordered to tell from lattices of "
            f"{side} x {side} sites, row by row. If they are such, set lattice: [{side}, {side}]; if not, "
            "name the axes by the setting axes",
        )


def _turned(products: np.ndarray) -> np.ndarray:
    """Turn the sign of products so that their mean is positive."""
    return np.sign(products.mean()) * products


def _products(values: np.ndarray, distance: int) -> np.ndarray:
    """Return the mean product of sites so far apart, of each sample."""
    return (values[:, distance:] * values[:, :-distance]).mean(axis=1)


def _sure(differences: np.ndarray, errors: float) -> bool:
    """Tell whether a mean over samples is so many errors above zero."""
    return bool(differences.mean() > errors * differences.std() / np.sqrt(len(differences)))
