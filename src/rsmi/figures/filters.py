"""The chosen filters over the control parameter and the buffer (figure 3c of the 2021 paper)."""

from itertools import product

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import style

ABOUT = {
    "title": "Filters",
    "order": 3,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "**The filters that keep the most information**, over the control parameter (columns) and the "
        "buffer width (rows): the weight of every site of V, in units of the largest, which is made "
        "positive because a filter and its negative are the same rule. Deep in an ordered phase every "
        "filter that sees the order does equally well. Near a critical point the weight moves to the edge "
        "of V. Where there is nothing to learn, the filter stays the noise it began as."
    ),
}


def draw(ensemble: xr.Dataset) -> Figure:
    """Draw a picture per point, scaled to its largest weight; buffers and components go down."""
    style.start()
    chosen = best(ensemble)["filter_normalised"]
    if "y" not in chosen.dims:
        chosen = chosen.expand_dims("y", axis=-2)
    symbol = style.symbol(ensemble)
    if "state" not in chosen.dims:
        chosen = chosen.expand_dims(state=[0])
    names = list(product(chosen["component"].values, range(chosen.sizes["state"])))
    rows = [(b, *name) for b in chosen["L_B"].values for name in names]
    columns = chosen["control"].values
    figure, grid = plt.subplots(
        len(rows),
        len(columns),
        figsize=(0.75 * len(columns) + 1.2, 0.8 * len(rows) + 0.6),
        squeeze=False,
        layout="constrained",
    )
    for (buffer, component, state), line in zip(rows, grid, strict=True):
        for control, axes in zip(columns, line, strict=True):
            weights = chosen.sel(control=control, L_B=buffer, component=component).isel(state=state).values
            # Of points that were not trained there are none: NaN, which is drawn as nothing.
            largest = np.nanmax(np.abs(weights), initial=0.0)
            image = style.draw_filter(axes, weights / largest, 1.0)
        name = f"$L_B = {buffer}$" + (f"\n$h_{component + 1}$" if chosen.sizes["component"] > 1 else "")
        name += f"\nstate {state + 1}" if chosen.sizes["state"] > 1 else ""
        line[0].set_ylabel(name)
    for control, axes in zip(columns, grid[0], strict=True):
        axes.set_title(f"${symbol} = {style.short(control)}$", fontsize="small")
    figure.colorbar(image, ax=grid, label="weight / largest", shrink=0.6, pad=0.02)
    return figure
