"""Figure 8: information against the number of binary components of h."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import style

ABOUT = {
    "title": "Figure 8: numbers of components",
    "order": 8,
    "each": "study",
    "target": "paper",
    "inputs": {"dimers": "ensembles/dimers_components.nc", "ising": "ensembles/ising_components.nc"},
    "caption": ("RSMI against the number of binary components of h, L_B = 4. Faint points are all members."),
}


def draw(dimers: xr.Dataset, ising: xr.Dataset) -> Figure:
    """Draw a panel per control value of both ensembles, with all members as faint points."""
    style.start()
    panels = [
        (name, ensemble.sel(control=[control]))
        for name, ensemble in (("dimers", dimers), ("Ising", ising))
        for control in ensemble["control"].values
    ]
    figure, row = plt.subplots(1, len(panels), figsize=(7.2, 2.5), layout="constrained")
    colour = style.colours(2)[0]
    for axes, letter, (name, at) in zip(row, "abcdef", panels, strict=False):
        at = at.isel(control=0, L_B=0)
        count = at["components"].values
        for seed in at["seed"].values:
            axes.plot(count, at["rsmi"].sel(seed=seed), ".", ms=3, color=colour, alpha=0.3)
        chosen = [best(at_every(at), components).isel(control=0, L_B=0) for components in count]
        value, error = ([float(one[key]) for one in chosen] for key in ("rsmi", "rsmi_error"))
        axes.errorbar(count, value, error, fmt="o-", ms=4, lw=1, capsize=2, color=colour)
        for bits in (1, 2):
            if bits * np.log(2) < 1.3 * max(value):
                axes.axhline(bits * np.log(2), color="0.4", lw=0.8, ls=":", zorder=0)
        axes.set(xlabel="components of $h$", xticks=count, ylim=(0, 1.12 * max(value)))
        title = f"{letter}   {name}, $T = {style.short(at['control'].item())}$"
        axes.set_title(title, loc="left", fontsize="small")
    row[0].set_ylabel(style.NATS)
    return figure


def at_every(point: xr.Dataset) -> xr.Dataset:
    """Return a single point as an ensemble again, over control and L_B."""
    return point.expand_dims(["control", "L_B"])
