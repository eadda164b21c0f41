"""What a filter looks like: what of it acts, normalisation, sign, and the share of its edge."""

from collections.abc import Callable

import numpy as np
import xarray as xr
from scipy.optimize import linear_sum_assignment


def _block_dims(filters: xr.DataArray) -> list[str]:
    return [d for d in ("y", "x") if d in filters.dims]


def _on_blocks(
    function: Callable[[np.ndarray, np.ndarray], np.ndarray], filters: xr.DataArray, covariance: xr.DataArray
) -> xr.DataArray:
    """Apply a function of filters as rows, (..., 1, sites), and matrices (..., sites, sites)."""
    dims = _block_dims(filters)

    def apply(weights: np.ndarray, matrices: np.ndarray) -> np.ndarray:
        flat = weights.reshape(*weights.shape[: -len(dims)], 1, -1)
        return function(flat, matrices).reshape(weights.shape)

    result = xr.apply_ufunc(
        apply,
        filters,
        covariance.astype(float),
        input_core_dims=[dims, ["site", "other_site"]],
        output_core_dims=[dims],
    )
    return result.transpose(*filters.dims)


def patterns(filters: xr.DataArray, covariance: xr.DataArray) -> xr.DataArray:
    """Return what V looks like where filters speak: the covariance of its sites with z = filter . v.

    Filters that differ where V cannot tell, or next to nothing, have the same pattern; that of a filter at
    the edge of an ordered block extends over all of it. `covariance` is that of V, (..., site, other_site);
    filters have dimensions (..., [y,] x), of which the sites are counted row by row. S. Haufe et al.,
    NeuroImage 87, 96 (2014), equation (6), up to a factor.
    """
    return _on_blocks(np.matmul, filters, covariance).assign_attrs(
        long_name="pattern: covariance of the sites of V with the filter's output", units="1"
    )


# Directions of V with less variance than this share of the largest are taken not to vary at all.
NO_VARIANCE = 1e-6


def effective(filters: xr.DataArray, covariance: xr.DataArray) -> xr.DataArray:
    """Return the part of filters that acts on the data, for the covariance (..., site, other_site) of V.

    Where a combination of sites never changes, as the sum over the links of a vertex in a dimer model, what
    a filter has along it does nothing: training leaves there what it began with. That part is projected out.
    Filters have dimensions (..., [y,] x), of which the sites are counted row by row.
    """

    def project(flat: np.ndarray, matrices: np.ndarray) -> np.ndarray:
        # Points that were not trained have no covariance.
        known = np.isfinite(matrices).all(axis=(-2, -1), keepdims=True)
        values, vectors = np.linalg.eigh(np.where(known, matrices, np.eye(matrices.shape[-1])))
        acts = values > NO_VARIANCE * values[..., -1:]
        return ((flat @ vectors) * acts[..., None, :]) @ np.swapaxes(vectors, -1, -2)

    return _on_blocks(project, filters, covariance).assign_attrs(filters.attrs)


def normalised(filters: xr.DataArray) -> xr.DataArray:
    """Return filters over (..., [y,] x) of unit norm whose weight of largest modulus is positive.

    A filter and its negative are the same rule with the names of the two states exchanged. Those of more
    states, (..., state, [y,] x), have a common norm and keep their signs.
    """
    dims = _block_dims(filters)
    if "state" in filters.dims:
        dims, sign = ["state", *dims], 1.0
    else:
        highest, lowest = filters.max(dims), filters.min(dims)
        sign = xr.where(highest >= -lowest, 1.0, -1.0)
    result = sign * filters / np.sqrt((filters**2).sum(dims))
    return result.transpose(*filters.dims).assign_attrs(
        long_name="filter of unit norm, weight of largest modulus positive", units="1"
    )


def aligned(filters: xr.DataArray, reference: xr.DataArray) -> xr.DataArray:
    """Return normalised filters over (..., component, [y,] x) as like those of `reference` as names allow.

    Components of h may be permuted, and the two states of each exchanged, which changes its filter's sign,
    without any change of content. Permutation and signs are those under which the scalar products with the
    components of `reference`, which has the dimensions of `filters` or fewer, are positive and their sum is
    largest. Filters with NaN, as where fewer components were trained, stay as they are.
    """
    unit = normalised(filters)
    dims = ["component", *_block_dims(filters)]
    result = unit.transpose(..., *dims).copy(deep=True)
    targets = normalised(reference).broadcast_like(result).transpose(*result.dims)
    shape = (-1, *result.shape[-len(dims) :])
    for rows, target in zip(result.values.reshape(shape), targets.values.reshape(shape), strict=True):
        there = np.isfinite(rows).reshape(len(rows), -1).all(axis=1)
        own, wanted = (part[there].reshape(there.sum(), rows[0].size) for part in (rows, target))
        overlap = wanted @ own.T
        if not np.isfinite(overlap).all():
            continue
        _, order = linear_sum_assignment(-np.abs(overlap))
        sign = np.where(overlap[np.arange(len(order)), order] < 0, -1.0, 1.0)
        rows[there] = (sign[:, None] * own[order]).reshape(-1, *rows.shape[1:])
    return result.transpose(*unit.dims).assign_attrs(
        long_name="filter of unit norm, order and signs of its components as in the chosen member", units="1"
    )


def edge_share(filters: xr.DataArray) -> xr.DataArray:
    """Return mean|edge| / (mean|edge| + mean|centre|) of filters over (..., [y,] x).

    The edge is the outermost ring of V (the two end sites in one dimension). One half means that edge and
    centre weigh alike, as they do on average in a filter of noise, 1 that the centre is not used. NaN
    where V has no interior.
    """
    dims = _block_dims(filters)
    interior = xr.ones_like(filters.isel({d: 0 for d in filters.dims if d not in dims}), bool)
    for d in dims:
        inside = np.ones(filters.sizes[d], bool)
        inside[[0, -1]] = False
        interior = interior & xr.DataArray(inside, dims=d)
    over = [*dims, "state"] if "state" in filters.dims else dims
    edge = abs(filters).where(~interior).mean(over)
    centre = abs(filters).where(interior).mean(over)
    return (edge / (edge + centre)).assign_attrs(
        long_name="edge share mean|edge| / (mean|edge| + mean|centre|)", units="1"
    )
