"""Beyond the paper: the transition located from information alone, by steepest descent and by scaling."""

import matplotlib.pyplot as plt
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.curves import scaled_crossings, steepest_descents
from rsmi.analysis.ensemble import best
from rsmi.figures import style
from rsmi.storage import netcdf

ABOUT = {
    "title": "Where the curves put T_c",
    "order": 11,
    "each": "study",
    "target": "paper",
    "inputs": {
        "ising": "ensembles/ising.nc",
        "scaled": ["ensembles/scaled_16.nc", "ensembles/scaled_32.nc", "ensembles/scaled_64.nc"],
    },
    "caption": (
        "Where the curves of information put T_c. (a) One geometry in three sizes: at a critical point "
        "curves cross. (b) Steepest descents over the buffer, and crossings of successive sizes."
    ),
}


def draw(ising: xr.Dataset, scaled: list[xr.Dataset]) -> Figure:
    """Draw information for one geometry in three sizes, and where descents and crossings put T_c."""
    style.start()
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.0), layout="constrained")
    palette = style.colours(len(scaled))
    for i, ensemble in enumerate(scaled):
        chosen = best(ensemble).isel(L_B=0)
        visible = netcdf.settings(ensemble)["visible"]
        label = f"$L_V = {visible}$, $L_B = {int(chosen['L_B'])}$, $L = {8 * visible}$"
        left.errorbar(
            chosen["control"], chosen["rsmi"], chosen["rsmi_error"], fmt=style.MARKERS[i] + "-",
            ms=4, lw=1, capsize=2, color=palette[i], label=label,
        )  # fmt: skip
    style.draw_reference(left, scaled[0])
    left.set(xlabel=style.control_label(ising), ylabel=style.NATS)
    left.set_title("a", loc="left", fontweight="bold")
    style.legend(left, fontsize="small")

    descents, crossings = steepest_descents(ising), scaled_crossings(scaled)
    sizes = pd.concat([steepest_descents(ensemble) for ensemble in scaled])
    right.errorbar(
        sizes["L_B"], sizes["location"], sizes["error"], fmt="^", ms=4, capsize=2, color=palette[1],
        label="steepest descent, sizes of (a)",
    )  # fmt: skip
    right.errorbar(
        descents["L_B"], descents["location"], descents["error"], fmt="o", ms=4, capsize=2, color="k",
        label="steepest descent, $L = 64$",
    )  # fmt: skip
    right.errorbar(
        crossings["L_B"], crossings["location"], crossings["error"], fmt="s", ms=4, mfc="w", capsize=2,
        color=palette[0], label="crossing of two sizes",
    )  # fmt: skip
    right.axhline(ising["control"].attrs["known_transition"], color="0.4", lw=0.8, ls=(0, (4, 2)), zorder=0)
    # The smallest size has the widest error.
    known = ising["control"].attrs["known_transition"]
    right.set_ylim(known - 0.01, known + 0.08)
    right.set(xlabel="buffer width $L_B$, of the larger size", ylabel=style.control_label(ising))
    right.set_title("b", loc="left", fontweight="bold")
    style.legend(right, fontsize="small")
    return figure
