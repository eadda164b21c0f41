"""Maximal RSMI against the control parameter for each buffer (figure 3a of the 2021 paper)."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import style


def draw(ensemble: xr.Dataset) -> Figure:
    """Draw the test value of the chosen member with its error, and all members as faint points."""
    figure, axes = style.single()
    panel(axes, ensemble)
    return figure


def panel(axes: Axes, ensemble: xr.Dataset) -> None:
    """Draw it into axes."""
    chosen = best(ensemble)
    components = int(chosen["components"])
    palette = style.colours(chosen.sizes["L_B"])
    positions = style.control_positions(axes, ensemble)
    for i, buffer in enumerate(chosen["L_B"].values):
        line = chosen.sel(L_B=buffer)
        members = ensemble["rsmi"].sel(L_B=buffer, components=components)
        for seed in members["seed"]:
            axes.plot(positions, members.sel(seed=seed), ".", ms=3, color=palette[i], alpha=0.3)
        label = f"$L_B = {buffer}$"
        style.draw_line(axes, positions, line["rsmi"], line["rsmi_error"], i, palette[i], label)
    style.draw_bits(axes, components)
    style.draw_reference(axes, ensemble)
    axes.set(xlabel=style.control_label(ensemble), ylabel=style.NATS)
    style.legend(axes, title="buffer")
