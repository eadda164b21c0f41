"""Maximal RSMI against the buffer width for each control value (figure 3b of the 2021 paper)."""

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.analysis.decay import fit_decay, preferred
from rsmi.analysis.ensemble import best
from rsmi.figures import style

ABOUT = {
    "title": "RSMI against the buffer",
    "order": 2,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "**Maximal RSMI against the buffer width, for each value of the control parameter.** Logarithmic "
        "scale. A horizontal line is long-range order, a straight falling line an exponential decay (a "
        "disordered phase, decay length of the order of the correlation length), something between the two "
        "is critical. An open mark on the axis, drawn beside its buffer width, says that no information was "
        "found there (the bound is not more than two errors above zero): a lower bound cannot tell how "
        "little there is."
    ),
}

# An exponential is a full line, a power a dashed one.
LINES = {"exponential": "-", "power": "--"}


def draw(ensemble: xr.Dataset) -> Figure:
    """Draw decays on a logarithmic axis; where no information was found, an open mark stands on the axis.

    A bound within two errors of zero says that none was found, not how much there is.
    """
    figure, axes = style.single()
    panel(axes, ensemble)
    style.legend(axes, loc="center left", bbox_to_anchor=(1.08, 0.5))
    return figure


def panel(axes: Axes, ensemble: xr.Dataset) -> None:
    """Draw it into axes, with the law of decay that the data prefer as a thin line, if they prefer one."""
    chosen = best(ensemble)
    symbol = style.symbol(ensemble)
    palette = style.colours(chosen.sizes["control"])
    axes.set_yscale("log")
    for i, control in enumerate(chosen["control"].values):
        line = chosen.sel(control=control)
        value, error = line["rsmi"].values, line["rsmi_error"].values
        buffer = line["L_B"].values
        seen = value > 2 * error
        marker = style.MARKERS[i % len(style.MARKERS)]
        axes.errorbar(
            buffer[seen],
            value[seen],
            error[seen],
            fmt=marker,
            ms=4,
            capsize=2,
            color=palette[i],
            label=f"${symbol} = {style.short(control)}$",
        )
        fits = fit_decay(buffer, value, error, ensemble.sizes["x"] / 2)
        law = fits.get(preferred(fits))
        if law:
            within = np.linspace(buffer[buffer > 0].min(), buffer.max())
            axes.plot(within, law(within), lw=0.9, ls=LINES[law.law], color=palette[i])
        # Side by side, or those of one buffer would hide each other.
        axes.plot(
            buffer[~seen] + 0.012 * np.ptp(chosen["L_B"].values) * (i - len(palette) / 2),
            np.zeros(np.sum(~seen)),
            marker=marker,
            ms=5,
            mfc="w",
            ls="",
            color=palette[i],
            transform=axes.get_xaxis_transform(),
            clip_on=False,
            zorder=5,
            in_layout=False,
        )
    style.draw_bits(axes, int(chosen["components"]))
    if not (chosen["rsmi"] > 2 * chosen["rsmi_error"]).any():
        axes.set(ylim=(1e-4, 1))
        axes.text(0.5, 0.5, "no information found", transform=axes.transAxes, ha="center")
    axes.set_xticks(chosen["L_B"].values)
    axes.set(xlabel="buffer width $L_B$ (lattice units)", ylabel=style.NATS)
