"""Share of the filter's edge against the control parameter (figure 6a of the 2021 paper)."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.figures import style

ABOUT = {
    "title": "Edge share of the filters",
    "order": 4,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "**How much of the filter's weight lies on the edge of V**: mean\\|edge\\| / (mean\\|edge\\| + "
        "mean\\|centre\\|), mean and standard error over all seeds; points of different buffers stand side "
        "by side. One half (dotted) is a uniform filter, and about what noise gives. Open marks: most seeds "
        "found no information, so their filters are noise. In a model with nearest-neighbour couplings the "
        "edge screens the centre from E, so that no filter beats one on the edge, at any temperature. Yet "
        "in the ordered phase the centre says the same as the edge, and training has no reason to remove "
        "it; where little information is left, training has little to go by. The curve therefore tells how "
        "strongly the data insist on the edge, not what is optimal."
    ),
}


def draw(ensemble: xr.Dataset) -> Figure:
    """Draw mean and standard error over all members; points where no information was found are open."""
    figure, axes = style.single()
    panel(axes, ensemble)
    return figure


def panel(axes: Axes, ensemble: xr.Dataset) -> None:
    """Draw it into axes."""
    components = ensemble["components"].values.max()
    at = ensemble.sel(components=components)
    share = at["edge_share"].mean("component")
    count = share.notnull().sum("seed")
    mean, error = share.mean("seed"), share.std("seed", ddof=1) / np.sqrt(count)
    found = (at["rsmi"] > 2 * at["rsmi_error"]).mean("seed") > 0.5

    palette = style.colours(at.sizes["L_B"])
    positions = style.control_positions(axes, ensemble)
    # Error bars of different buffers stand side by side.
    offsets = 0.004 * np.ptp(positions) * (np.arange(at.sizes["L_B"]) - (at.sizes["L_B"] - 1) / 2)
    for i, buffer in enumerate(at["L_B"].values):
        x = positions + offsets[i]
        y, dy, full = (a.sel(L_B=buffer).values for a in (mean, error, found))
        marker = style.MARKERS[i % len(style.MARKERS)]
        axes.errorbar(x, y, dy, lw=0.8, capsize=2, color=palette[i])
        axes.plot(x[full], y[full], marker, ms=4, color=palette[i], label=f"$L_B = {buffer}$")
        axes.plot(x[~full], y[~full], marker, ms=4, color=palette[i], mfc="w")
    axes.axhline(0.5, color="0.4", lw=0.8, ls=":", zorder=0)
    style.draw_reference(axes, ensemble)
    axes.set(xlabel=style.control_label(ensemble), ylabel="edge share of the filter", ylim=(0, 1.02))
    style.legend(axes, title="buffer", loc="lower center", ncols=4)
    if share.isnull().all():
        axes.text(0.5, 0.5, "V has no interior", transform=axes.transAxes, ha="center")
