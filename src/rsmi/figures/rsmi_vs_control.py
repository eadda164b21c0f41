"""Maximal RSMI against the control parameter for each buffer (figure 3a of the 2021 paper)."""

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import style

ABOUT = {
    "title": "RSMI against the control parameter",
    "order": 1,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "**Maximal RSMI against the control parameter, for each buffer width.** The information (in nats) "
        "that one coarse variable h of the visible block V shares with the environment E beyond a buffer of "
        "L_B sites. Every marker is the lower bound (InfoNCE) of the filter that did best on validation "
        "chains, evaluated on test chains that neither filter nor critic has seen; bars are its standard "
        "error, faint dots the members of all seeds (mostly hidden by the markers, where all agree). Deep "
        "in an ordered phase h tells which of the ordered states the system is in, whatever the distance: "
        "the logarithm of their number, 1 bit for two; nearer to the transition a block sometimes points "
        "the wrong way, and the curves bend down. In the disordered phase the information dies out with the "
        "buffer. The transition lies where curves of wide buffers fall and fan out; a known transition is "
        "drawn dashed, and was not used. A bound near zero, or slightly negative, says that training found "
        "nothing."
    ),
}


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
