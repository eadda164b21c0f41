"""What a filter looks like: normalisation, sign, and the share of its edge."""

import numpy as np
import xarray as xr


def _block_dims(filters: xr.DataArray) -> list[str]:
    return [d for d in ("y", "x") if d in filters.dims]


def normalised(filters: xr.DataArray) -> xr.DataArray:
    """Return filters over (..., [y,] x) of unit norm whose weight of largest modulus is positive.

    A filter and its negative are the same rule with the names of the two states exchanged.
    """
    dims = _block_dims(filters)
    highest, lowest = filters.max(dims), filters.min(dims)
    sign = xr.where(highest >= -lowest, 1.0, -1.0)
    result = sign * filters / np.sqrt((filters**2).sum(dims))
    return result.transpose(*filters.dims).assign_attrs(
        long_name="filter of unit norm, weight of largest modulus positive", units="1"
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
    edge = np.abs(filters).where(~interior).mean(dims)
    centre = np.abs(filters).where(interior).mean(dims)
    return (edge / (edge + centre)).assign_attrs(
        long_name="edge share mean|edge| / (mean|edge| + mean|centre|)", units="1"
    )
