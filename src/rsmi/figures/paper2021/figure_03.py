"""Figure 3: the Ising ferromagnet: information against temperature and buffer, and the filters."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from rsmi.analysis.ensemble import best
from rsmi.figures import rsmi_vs_buffer, rsmi_vs_control, style

ABOUT = {
    "title": "Figure 3: the Ising ferromagnet",
    "order": 3,
    "each": "study",
    "target": "paper",
    "inputs": {"ising": "ensembles/ising.nc", "referee": "tables/ising/referee.csv"},
    "caption": (
        "Ising ferromagnet, 64 x 64, V = 4 x 4. (a) RSMI against temperature; faint points are all ten "
        "members, crosses the exact information of the same filter. (b) Against the buffer, with the law "
        "that the data prefer, if they prefer one: an exponential (full line) or a power (dashed) of the "
        "distance from the centre of V. Open marks on the axis: none was found. (c) The chosen filters, "
        "each on its own scale."
    ),
}

# The buffer whose filters are shown, and at most how many of the temperatures.
BUFFER, COLUMNS = 4, 9
# Temperatures of the decay curves.
DECAYS = 6


def draw(ising: xr.Dataset, referee: pd.DataFrame) -> Figure:
    """Draw the three panels of the paper; crosses in the first are the referee's value of the same filters.

    `referee` holds the rows of `rsmi.analysis.exact_information.exact_information`, of all temperatures.
    """
    style.start()
    figure = plt.figure(figsize=(7.2, 5.4), layout="constrained")
    upper, lower = style.subfigures(figure, 2, 1, height_ratios=(3.4, 1))
    left, right = upper.subplots(1, 2)
    few = ising.sel(L_B=[b for b in (0, 2, 4, 6, 8) if b in ising["L_B"]])
    rsmi_vs_control.panel(left, few)
    draw_referee(left, few, referee)
    left.set_title("a", loc="left", fontweight="bold")
    rsmi_vs_buffer.panel(right, ising.sel(control=decay_controls(ising)))
    style.legend(right, fontsize="x-small", loc="lower left", ncols=2)
    right.set_title("b", loc="left", fontweight="bold")
    filter_row(lower, ising, BUFFER, COLUMNS)
    lower.suptitle(f"c   filters at $L_B = {BUFFER}$", x=0.02, ha="left", fontsize="medium")
    return figure


def draw_referee(axes: Axes, ensemble: xr.Dataset, referee: pd.DataFrame) -> None:
    """Draw what the referee says of the chosen filters as crosses, at the buffers of the ensemble."""
    symbol = ensemble["control"].attrs["symbol"]
    rows = referee[(referee["rule"] == "chosen") & referee["L_B"].isin(ensemble["L_B"].values)]
    positions = dict(zip(ensemble["control"].values, style.control_positions(axes, ensemble), strict=True))
    places = [positions[value] for value in rows[symbol]]
    axes.plot(places, rows["information"], "kx", ms=3.5, mew=0.7, zorder=6, label="exact, same filter")
    style.legend(axes, title="buffer", fontsize="x-small", title_fontsize="x-small", loc="upper right")


def decay_controls(ensemble: xr.Dataset) -> np.ndarray:
    """Return the temperatures whose decay is shown: from just below the known transition upward, evenly."""
    values = ensemble["control"].values
    near = values[values >= 0.97 * ensemble["control"].attrs["known_transition"]]
    finite = near[np.isfinite(near)]
    chosen = finite[np.unique(np.linspace(0, len(finite) - 3, DECAYS).round().astype(int))]
    return np.unique([*chosen, style.nearest_control(ensemble)])


def filter_row(figure: SubFigure, ensemble: xr.Dataset, buffer: int, columns: int) -> None:
    """Draw the chosen filters over the control parameter, a row per component, each on its own scale."""
    chosen = best(ensemble).sel(L_B=buffer)
    count = chosen.sizes["control"]
    shown = np.unique(np.linspace(0, count - 1, min(columns, count)).round().astype(int))
    components = chosen.sizes["component"]
    grid = figure.subplots(components, len(shown), squeeze=False)
    symbol = ensemble["control"].attrs["symbol"]
    for line, component in zip(grid, range(components), strict=True):
        for axes, place in zip(line, shown, strict=True):
            weights = chosen["filter_normalised"].isel(control=place, component=component).values
            style.draw_filter(axes, weights, np.abs(weights).max())
    for axes, place in zip(grid[0], shown, strict=True):
        axes.set_title(f"${symbol} = {style.short(chosen['control'].values[place])}$", fontsize="x-small")
