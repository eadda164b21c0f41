"""Principal components of an ensemble of filters (section III C of the 2021 paper)."""

from dataclasses import dataclass

import numpy as np
import xarray as xr


@dataclass(frozen=True)
class PrincipalComponents:
    """The directions along which filters of unit norm differ most.

    `directions` (direction, sites) are orthonormal, in order of the `variance` (direction,) along them, which
    adds up to 1: the mean square projection of a filter.
    """

    directions: np.ndarray
    variance: np.ndarray

    def projections(self, filters: np.ndarray, count: int) -> np.ndarray:
        """Return projections of filters (..., sites) on the leading `count` directions, (..., count)."""
        return filters @ self.directions[:count].T

    def captured(self, pattern: np.ndarray, count: int) -> float:
        """Return the length of the projection of a pattern (sites,), of any norm, on the leading directions.

        1 if it lies in their span, 0 if it is orthogonal to it.
        """
        return float(
            np.linalg.norm(self.projections(pattern.ravel(), count)) / np.linalg.norm(pattern.ravel())
        )


def flat_filters(filters: xr.DataArray) -> np.ndarray:
    """Return filters (..., [y,] x) as rows (filter, sites), without those that hold NaN or nothing."""
    dims = [d for d in ("y", "x") if d in filters.dims]
    rows = filters.transpose(..., *dims).values
    rows = rows.reshape(-1, int(np.prod(rows.shape[rows.ndim - len(dims) :])))
    return rows[np.isfinite(rows).all(axis=1) & (np.abs(rows) > 0).any(axis=1)]


def principal_components(filters: np.ndarray) -> PrincipalComponents:
    """Return the principal components of filters (filter, sites), each brought to unit norm.

    A filter and its negative are the same rule, so that every filter is taken with both signs: the mean is
    zero, and nothing is subtracted. Raises `ValueError` for fewer than two filters.
    """
    if len(filters) < 2:
        raise ValueError(f"principal components need two filters or more, but there are {len(filters)}")
    unit = filters / np.linalg.norm(filters, axis=1, keepdims=True)
    _, singular, directions = np.linalg.svd(unit, full_matrices=False)
    # The sign of a direction means nothing; the weight of largest modulus is made positive.
    largest = directions[np.arange(len(directions)), np.abs(directions).argmax(axis=1)]
    return PrincipalComponents(directions * np.sign(largest)[:, None], singular**2 / len(filters))
