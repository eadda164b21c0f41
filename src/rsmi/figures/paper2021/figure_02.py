"""Figure 2: convergence of information and filters, for the antiferromagnet and for dimers."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from rsmi.analysis.ensemble import best
from rsmi.analysis.filters import effective, normalised
from rsmi.figures import style

ABOUT = {
    "title": "Figure 2: convergence",
    "order": 2,
    "each": "study",
    "target": "paper",
    "inputs": {"antiferromagnet": "ensembles/antiferromagnet.nc", "dimers": "ensembles/dimers.nc"},
    "caption": (
        "Convergence: the bound of the training steps, its value on validation chains after every epoch, "
        "and on test chains at the epoch that was kept; above, the filters as they grew (dotted: as many "
        "bits as h has)."
    ),
}

SNAPSHOTS = 5
# Temperatures of the two panels of dimers, and the buffer that the other figures of filters have.
COLD, HOT = 0.4, 15.0
BUFFER = 4


def draw(antiferromagnet: xr.Dataset, dimers: xr.Dataset) -> Figure:
    """Draw a panel per training: the bound of training steps, validation, test, and the filter as it grew.

    The ensembles have single points at the buffer `BUFFER`; the antiferromagnet's is at its known transition.
    """
    style.start()
    figure = plt.figure(figsize=(7.0, 3.9), layout="constrained")
    points = [
        ("a", "antiferromagnet", antiferromagnet, style.nearest_control(antiferromagnet)),
        ("b", "dimers", dimers, COLD),
        ("c", "dimers", dimers, HOT),
    ]
    parts = style.subfigures(figure, 1, 3, wspace=0.02)
    for part, (letter, name, ensemble, control) in zip(parts, points, strict=True):
        one = best(ensemble).sel(control=control, L_B=BUFFER)
        axes = _panel(part, one)
        axes.set_title(f"{letter}  {name}, $T = {style.short(control)}$", loc="left", fontsize="small")
        axes.axhline(int(one["components"]) * np.log(2), color="0.4", lw=0.8, ls=":", zorder=0)
        if letter == "a":
            axes.set_ylabel(style.NATS)
            style.legend(axes, fontsize="x-small", loc="lower right")
    return figure


def _panel(part: SubFigure, one: xr.Dataset) -> Axes:
    epochs = one["epoch"].values[np.isfinite(one["history_validation"].values)]
    one = one.sel(epoch=epochs)
    last = len(epochs) - 1
    shown = np.unique(np.geomspace(1, last + 1, SNAPSHOTS).round().astype(int)) - 1
    history = normalised(effective(one["history_filter"].isel(epoch=shown), one["covariance"]))
    components = history.sizes["component"]
    grid = part.add_gridspec(components + 1, len(shown), height_ratios=[1] * components + [5])
    for component in range(components):
        for column, epoch in enumerate(shown):
            weights = history.isel(component=component, epoch=column).values
            axes = part.add_subplot(grid[component, column])
            style.draw_filter(axes, weights, np.abs(weights).max())
            if component == 0:
                axes.set_title(f"{epochs[epoch]}", fontsize="x-small", pad=2)
    axes = part.add_subplot(grid[components, :])
    dark, light = style.colours(2)
    axes.plot(epochs, one["history_train"], "--", lw=1, color=light, label="training steps")
    axes.plot(epochs, one["history_validation"], "-", lw=1.2, color=dark, label="validation chains")
    axes.errorbar(
        one["best_epoch"], one["rsmi"], one["rsmi_error"],
        fmt="s", ms=4, mfc="w", capsize=2, color="k", label="test chains",
    )  # fmt: skip
    axes.set(xlabel="epoch", ylim=(0, None))
    return axes
