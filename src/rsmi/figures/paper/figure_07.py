"""Figure 7: principal components of the ensemble of dimer filters between the limits of low and high T."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.dimer_filters import pristine_filters
from rsmi.analysis.principal import flat_filters, principal_components
from rsmi.figures import style
from rsmi.figures.paper.figure_05 import NAMES
from rsmi.figures.principal import found

# The window of temperatures of the paper, v/k_B, above T_BKT, and how many components span what is leading.
COLDEST, HOTTEST = 0.7, 3.7
LEADING = 4
SHOWN = 10


def draw(dimers: xr.Dataset) -> Figure:
    """Draw spectrum, leading components, pristine filters, and the projection of the whole ensemble."""
    style.start()
    pca = principal_components(flat_filters(between(dimers)))
    figure = plt.figure(figsize=(7.2, 5.6), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.5, 1))
    left, right = upper.subplots(1, 2)
    left.bar(np.arange(1, SHOWN + 1), pca.variance[:SHOWN], color=style.categories(1))
    left.set(xlabel="principal component", ylabel="share of the variance", xticks=range(1, SHOWN + 1))
    left.set_title(f"a   ${COLDEST} < T < {HOTTEST}$", loc="left", fontsize="medium")

    every = found(dimers).sel(control=np.isfinite(dimers["control"].values))
    temperature = every["control"].broadcast_like(every.isel(y=0, x=0)).values.ravel()
    rows = every.transpose(..., "y", "x").values.reshape(len(temperature), -1)
    seen = np.isfinite(rows).all(axis=1)
    x, y = np.abs(pca.projections(rows[seen], 2)).T
    points = right.scatter(x, y, s=5, c=np.log10(temperature[seen]), cmap="viridis", lw=0, rasterized=True)
    bar = figure.colorbar(points, ax=right, label="temperature $T$ ($v/k_\\mathrm{B}$)")
    ticks = np.array([0.4, 1.0, 2.0, 4.0, 10.0, 40.0])
    bar.set_ticks(np.log10(ticks), labels=[f"{tick:g}" for tick in ticks])
    right.set(xlabel="|projection on component 1|", ylabel="|projection on component 2|")
    right.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    right.set_title("b   the whole ensemble", loc="left", fontsize="medium")

    side = dimers.sizes["y"]
    pristine = pristine_filters(side)
    names = ["plaquette_1", "plaquette_2", "staggered_1", "staggered_2", "columnar"]
    grid = lower.subplots(2, len(names))
    for i, axes in enumerate(grid[0]):
        weights = pca.directions[i].reshape(side, side)
        style.draw_filter(axes, weights, np.abs(weights).max())
        axes.set_title(f"component {i + 1}", fontsize="small")
    for name, axes in zip(names, grid[1], strict=True):
        style.draw_filter(axes, pristine[name], 1.0)
        captured = pca.captured(pristine[name], LEADING)
        axes.set_title(f"{NAMES[name]}: {captured:.2f} in 1–{LEADING}", fontsize="small")
    return figure


def between(dimers: xr.Dataset) -> xr.DataArray:
    """Return those of the temperatures between `COLDEST` and `HOTTEST`."""
    control = dimers["control"].values
    return found(dimers).isel(control=(control > COLDEST) & (control < HOTTEST))
