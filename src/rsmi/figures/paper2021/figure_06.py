"""Figure 6: edge and bulk of the Ising filters, and how the filter flows with the buffer near T_c."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import edge_share, style

ABOUT = {
    "title": "Figure 6: edge and bulk",
    "order": 6,
    "each": "study",
    "target": "paper",
    "inputs": {"ising": "ensembles/ising.nc", "referee": "tables/ising/referee.csv"},
    "caption": (
        "Ising ferromagnet. (a) Edge share of the filters, mean and standard error over ten members; open "
        "marks: no information was found. (b) What the sign of the edge's sum tells more than that of the "
        "whole block's, by exact results. (c) The filter over the buffer just below, at, and above T_c."
    ),
}

BUFFERS = (2, 4, 6, 8)
# Temperatures of the flow, in units of the known transition: just below, at, and above it.
FLOW = (0.95, 1.0, 1.08)


def draw(ising: xr.Dataset, referee: pd.DataFrame) -> Figure:
    """Draw the edge share of trained filters, what the edge gains by the referee, and the flow of the filter.

    How much weight the interior keeps depends on how far training went, for the edge screens it from E. What
    is well defined is the gain I(boundary) - I(uniform), rows `gain` of `referee`.
    """
    style.start()
    figure = plt.figure(figsize=(7.2, 5.6), layout="constrained")
    upper, lower = style.subfigures(figure, 2, 1, height_ratios=(1.35, 1))
    left, right = upper.subplots(1, 2)
    transition = ising["control"].attrs["known_transition"]
    shown = ising.sel(L_B=[b for b in BUFFERS if b in ising["L_B"]])
    edge_share.panel(left, shown)
    style.legend(left, title="buffer", loc="lower center", ncols=2, fontsize="small")
    left.set_title("a", loc="left", fontweight="bold")
    gains = referee[referee["rule"] == "gain"]
    palette = style.colours(gains["L_B"].nunique())
    for i, (buffer, rows) in enumerate(gains.groupby("L_B")):
        right.errorbar(
            rows["T"], rows["information"], rows["error"], fmt=style.MARKERS[i] + "-", ms=3.5, lw=0.9,
            capsize=2, color=palette[i], label=f"$L_B = {buffer}$",
        )  # fmt: skip
    right.axhline(0, color="0.4", lw=0.8, ls=":", zorder=0)
    style.draw_reference(right, ising)
    right.set(xlabel=style.control_label(ising), ylabel="$I$(boundary) $-$ $I$(uniform) (nat), exact")
    style.legend(right, title="buffer")
    right.set_title("b", loc="left", fontweight="bold")
    for axes in (left, right):
        axes.set_xlim(1.4, 3.6)

    buffers = ising["L_B"].values
    grid = lower.subplots(len(FLOW), len(buffers))
    chosen = best(ising)["filter_normalised"].isel(component=0)
    for line, ratio in zip(grid, FLOW, strict=True):
        values = ising["control"].values
        control = values[np.abs(values - ratio * transition).argmin()]
        for axes, buffer in zip(line, buffers, strict=True):
            weights = chosen.sel(control=control, L_B=buffer).values
            image = style.draw_filter(axes, weights / np.abs(weights).max(), 1.0)
        line[0].set_ylabel(f"$T = {style.short(control)}$", fontsize="small")
    for axes, buffer in zip(grid[0], buffers, strict=True):
        axes.set_title(f"$L_B = {buffer}$", fontsize="small")
    lower.colorbar(image, ax=grid, label="weight / largest", shrink=0.8, pad=0.02)
    lower.suptitle("c   flow of the filter", x=0.02, ha="left", fontsize="medium")
    return figure
