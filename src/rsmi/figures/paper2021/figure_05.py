"""Figure 5: interacting dimers: information, filters, and their classes."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from rsmi.analysis.dimer_filters import CLASSES, classify, overlaps
from rsmi.analysis.ensemble import best, found
from rsmi.figures import rsmi_vs_buffer, rsmi_vs_control, style
from rsmi.figures.paper2021.figure_03 import decay_controls, draw_referee

ABOUT = {
    "title": "Figure 5: interacting dimers",
    "order": 5,
    "each": "study",
    "target": "paper",
    "inputs": {"dimers": "ensembles/dimers.nc", "referee": "tables/dimers/referee.csv"},
    "caption": (
        "Interacting dimers, 32 x 32 sites, V = 8 x 8 pixels, two components. (a) RSMI against temperature; "
        "crosses are exact, for the same filters. (b) Against the buffer, with the preferred law. (c) "
        "Chosen filters and the classes of their patterns: columnar, plaquette, staggered, or mixed, where "
        "no cosine exceeds 0.8. (d) The classes of the patterns of all filters that found information. (e) "
        "How much of the filters lies along the pristine ones."
    ),
}

BUFFER, COLUMNS = 4, 10
NAMES = {"columnar": "C", "plaquette_1": "P$_1$", "plaquette_2": "P$_2$", "staggered_1": "S$_1$",
         "staggered_2": "S$_2$", "mixed": "mixed"}  # fmt: skip


def draw(dimers: xr.Dataset, referee: pd.DataFrame) -> Figure:
    """Draw information over temperature and buffer, the chosen filters, and the frequency of their classes.

    `referee` holds the rows of `rsmi.analysis.exact_information.exact_information`, of all temperatures.
    """
    style.start()
    figure = plt.figure(figsize=(7.2, 7.4), layout="constrained")
    upper, middle, lower = style.subfigures(figure, 3, 1, height_ratios=(3.0, 1.5, 1.9))
    left, right = upper.subplots(1, 2)
    rsmi_vs_control.panel(left, dimers)
    draw_referee(left, dimers, referee)
    left.set_xscale("log")
    left.set_title("a", loc="left", fontweight="bold")
    rsmi_vs_buffer.panel(right, dimers.sel(control=decay_controls(dimers)))
    style.legend(right, fontsize="x-small", loc="lower left", ncols=2)
    right.set_title("b", loc="left", fontweight="bold")
    _filters(middle, dimers)
    middle.suptitle(
        f"c   filters at $L_B = {BUFFER}$, classes of their patterns", x=0.02, ha="left", fontsize="medium"
    )
    left, right = lower.subplots(1, 2, width_ratios=(1.5, 1))
    class_panel(left, dimers)
    left.set_title("d   classes of patterns", loc="left", fontsize="medium", pad=18)
    family_panel(right, dimers)
    right.set_title("e   filters along pristine ones", loc="left", fontsize="medium", pad=18)
    return figure


def _filters(figure: SubFigure, dimers: xr.Dataset) -> None:
    chosen = best(dimers).sel(L_B=BUFFER)
    count = chosen.sizes["control"]
    shown = np.unique(np.linspace(0, count - 1, COLUMNS).round().astype(int))
    grid = figure.subplots(2, len(shown))
    for column, place in enumerate(shown):
        for component in range(2):
            weights = chosen["filter_normalised"].isel(control=place, component=component).values
            name = classify(chosen["pattern"].isel(control=place, component=component).values)
            axes = grid[component, column]
            style.draw_filter(axes, weights, np.abs(weights).max())
            axes.set_xlabel(NAMES.get(str(name), ""), fontsize="x-small", labelpad=1)
        title = f"$T = {style.short(chosen['control'].values[place])}$"
        grid[0, column].set_title(title, fontsize="x-small", pad=3)


def class_panel(axes: Axes, dimers: xr.Dataset) -> None:
    """Draw the share of each class among patterns of filters that found information, as bars over T."""
    palette = dict(zip(CLASSES, style.categories(len(CLASSES)), strict=True))
    temperatures = dimers["control"].values
    bottom = np.zeros(len(temperatures))
    kinds = classes(dimers)
    for name in CLASSES:
        share = np.array([np.mean(k == name) if k.size else 0.0 for k in kinds])
        axes.bar(range(len(share)), share, 0.85, bottom, color=palette[name], label=NAMES[name], lw=0)
        bottom += share
    axes.set_xticks(
        range(len(temperatures)),
        [f"${style.short(t)}$" for t in temperatures],
        rotation=60,
        fontsize="x-small",
    )
    axes.set(xlabel=style.control_label(dimers), ylabel="share", ylim=(0, 1))
    style.legend(
        axes, loc="lower left", bbox_to_anchor=(0.0, 0.99), ncols=6, fontsize="x-small",
        handlelength=1.0, columnspacing=0.9, borderpad=0,
    )  # fmt: skip


def family_panel(axes: Axes, dimers: xr.Dataset) -> None:
    """Draw how much of the filters, squared and on average, lies along the pristine ones of each family."""
    filters = found(dimers, "filter_normalised")
    squares = {
        name: np.square(cosine)
        for name, cosine in overlaps(filters.transpose(..., "y", "x").values, dimers.sizes["y"]).items()
    }
    places = style.control_positions(axes, dimers)
    for i, family in enumerate(("columnar", "plaquette", "staggered")):
        share = sum(part for name, part in squares.items() if name.startswith(family))
        mean = np.nanmean(share.reshape(len(places), -1), axis=1)
        axes.plot(
            places, mean, style.MARKERS[i] + "-", ms=3, lw=1, color=style.categories(3)[i], label=family
        )
    axes.set(xlabel=style.control_label(dimers), ylabel="mean square projection", ylim=(0, 1.02))
    axes.set_xscale("log")
    style.legend(axes, fontsize="x-small")


def classes(dimers: xr.Dataset) -> list[np.ndarray]:
    """Return the classes of the patterns at every temperature, of members that found information."""
    names = classify(found(dimers, "pattern").transpose(..., "y", "x").values)
    return [part[part != ""] for part in names]
