"""Figure 7: principal components of the ensemble of dimer filters between the limits of low and high T."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.analysis.dimer_filters import LEADING, WINDOW, intermediate, pristine_filters
from rsmi.analysis.ensemble import found
from rsmi.analysis.principal import PrincipalComponents, flat_filters, principal_components
from rsmi.figures import style
from rsmi.figures.paper2021.figure_05 import BUFFER, NAMES

ABOUT = {
    "title": "Figure 7: principal components",
    "order": 7,
    "each": "study",
    "target": "paper",
    "inputs": {"dimers": "ensembles/dimers.nc"},
    "caption": (
        "Principal components of dimer filters, and of their patterns (what V looks like where they speak), "
        "between T = 0.7 and 3.7: (a) spectra, (b) projections of all patterns on the first two, below the "
        "leading components, and the pristine filters with the length of their projection on the first "
        "four, of filters and of patterns."
    ),
}

SHOWN = 10


def draw(dimers: xr.Dataset) -> Figure:
    """Draw spectra, leading components of filters and of patterns, pristine filters, and the whole ensemble.

    All at the buffer `BUFFER`. Patterns are what V looks like where filters speak, `rsmi.analysis.filters`.
    """
    style.start()
    at = dimers.sel(L_B=[BUFFER])
    kinds = {
        name: principal_components(flat_filters(intermediate(found(at, variable))))
        for name, variable in (("filters", "filter_normalised"), ("patterns", "pattern"))
    }
    figure = plt.figure(figsize=(7.2, 6.4), layout="constrained")
    upper, lower = style.subfigures(figure, 2, 1, height_ratios=(1, 1))
    left, right = upper.subplots(1, 2)
    for i, (name, pca) in enumerate(kinds.items()):
        places = np.arange(1, SHOWN + 1) + 0.4 * (i - 0.5)
        left.bar(places, pca.variance[:SHOWN], 0.4, color=style.categories(2)[i], label=name)
    left.set(xlabel="principal component", ylabel="share of the variance", xticks=range(1, SHOWN + 1))
    left.set_yscale("log")
    style.legend(left)
    left.set_title(f"a   ${WINDOW[0]} < T < {WINDOW[1]}$, $L_B = {BUFFER}$", loc="left", fontsize="medium")
    _ensemble(figure, right, found(at, "pattern"), kinds["patterns"])
    right.set_title("b   patterns at all finite temperatures", loc="left", fontsize="medium")

    side = dimers.sizes["y"]
    pristine = pristine_filters(side)
    names = ["plaquette_1", "plaquette_2", "staggered_1", "staggered_2"]
    grid = lower.subplots(3, len(names))
    for line, (name, pca) in zip(grid, kinds.items(), strict=False):
        for i, axes in enumerate(line):
            weights = pca.directions[i].reshape(side, side)
            style.draw_filter(axes, weights, np.abs(weights).max())
            axes.set_title(f"{name}: {i + 1}", fontsize="small")
    for name, axes in zip(names, grid[2], strict=True):
        style.draw_filter(axes, pristine[name], 1.0)
        captured = [pca.captured(pristine[name], LEADING) for pca in kinds.values()]
        axes.set_title(f"{NAMES[name]}: {captured[0]:.2f}, {captured[1]:.2f}", fontsize="small")
    return figure


def _ensemble(figure: Figure, axes: Axes, patterns: xr.DataArray, pca: PrincipalComponents) -> None:
    """Draw the modulus of the projections of all patterns on the first two components."""
    finite = patterns.sel(control=np.isfinite(patterns["control"].values))
    temperature = finite["control"].broadcast_like(finite.isel(y=0, x=0)).values.ravel()
    rows = finite.values.reshape(len(temperature), -1)
    seen = np.isfinite(rows).all(axis=1)
    x, y = np.abs(pca.projections(rows[seen], 2)).T
    colours = np.log10(temperature[seen])
    points = axes.scatter(x, y, s=6, c=colours, cmap="viridis", lw=0, rasterized=True)
    bar = figure.colorbar(points, ax=axes, label="temperature $T$ ($v/k_\\mathrm{B}$)")
    ticks = np.array([0.4, 1.0, 2.0, 4.0, 10.0, 40.0])
    bar.set_ticks(np.log10(ticks), labels=[f"{tick:g}" for tick in ticks])
    axes.set(xlabel="|projection on component 1|", ylabel="|projection on component 2|")
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
