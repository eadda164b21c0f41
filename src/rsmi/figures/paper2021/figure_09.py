"""Figure 9: chipping and aggregation: masses, information against the rate of aggregation, filters."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.exact.chipping import limit_of_fast_aggregation, limit_without_aggregation
from rsmi.figures import style
from rsmi.storage import netcdf

ABOUT = {
    "title": "Figure 9: chipping and aggregation",
    "order": 9,
    "each": "study",
    "target": "paper",
    "inputs": {
        "chipping": "ensembles/chipping.nc",
        "variants": [
            "ensembles/chipping_8.nc",
            "ensembles/chipping_32.nc",
            "ensembles/chipping_64.nc",
            "ensembles/chipping_near.nc",
        ],
        "masses": "tables/chipping/masses.csv",
        "rules": [
            "tables/chipping/mass_rule.csv",
            "tables/chipping_8/mass_rule.csv",
            "tables/chipping_32/mass_rule.csv",
            "tables/chipping_64/mass_rule.csv",
            "tables/chipping_near/mass_rule.csv",
        ],
    },
    "caption": (
        "Chipping and aggregation, 256 sites. (a) Distribution of masses. (b) RSMI against the rate of "
        "aggregation: trained filters, what the mass of V tells of that of E without a network (open "
        "marks), and the exact limits at both ends. (c) The same for other V and E. (d) Filters."
    ),
}

# Rates whose distributions of masses are shown.
RATES = (0.05, 0.2, 1 / 3, 0.7, 2.0)


def draw(
    chipping: xr.Dataset, variants: list[xr.Dataset], masses: pd.DataFrame, rules: list[pd.DataFrame]
) -> Figure:
    """Draw masses, information with its exact limits, how it depends on V and E, and the chosen filters.

    `variants` are ensembles of other V and E at the same buffer, `masses` holds the rows of
    `rsmi.analysis.masses.mass_table`, `rules` those of `rsmi.analysis.mass_rule.mass_rules`, for `chipping`
    and the variants in turn: a bound without any network, which trained filters should reach. In all of them
    there is one unit of mass per site.
    """
    style.start()
    figure, ((a, b), (c, d)) = plt.subplots(2, 2, figsize=(6.8, 5.4), layout="constrained")
    _masses(a, masses)
    _curve(b, chipping, rules[0], style.colours(1)[0], style.MARKERS[0])
    b.plot([], [], "s:", ms=3.5, mfc="w", color=style.colours(1)[0], label="mass of V and of E, no network")
    b.plot([], [], "-", lw=2, color=style.colours(1)[0], label="exact limits")
    style.legend(b, fontsize="x-small", loc="lower left", handlelength=1.2)
    ensembles = [chipping, *variants]
    palette = style.categories(len(ensembles))
    for i, (ensemble, rule) in enumerate(zip(ensembles, rules, strict=True)):
        _curve(c, ensemble, rule, palette[i], style.MARKERS[i % len(style.MARKERS)])
    style.legend(c, fontsize="x-small", loc="upper left", ncols=2, handlelength=1.5, columnspacing=1.5)
    style.draw_reference(b, chipping)
    c.axvline(chipping["control"].attrs["known_transition"], color="0.4", lw=0.8, ls=(0, (4, 2)), zorder=0)
    for axes in (b, c):
        axes.set(xscale="log", xlabel=style.control_label(chipping), ylabel=style.NATS)
    b.set_ylim(bottom=b.get_ylim()[0] - 0.25 * np.ptp(b.get_ylim()))
    c.set_ylim(bottom=-0.01, top=1.3 * c.get_ylim()[1])

    chosen = best(chipping).isel(L_B=0)
    weights = chosen["filter_normalised"].isel(component=0).values
    weights = weights / np.abs(weights).max(axis=1, keepdims=True)
    image = d.imshow(weights, cmap="RdBu_r", vmin=-1, vmax=1, aspect="auto", interpolation="nearest")
    rates = chosen["control"].values
    d.set(xlabel="site of V", ylabel="$w$")
    d.set_yticks(range(len(rates)), [f"{rate:.2g}" for rate in rates], fontsize="x-small")
    figure.colorbar(image, ax=d, label="weight / largest")
    for axes, title in ((a, "a"), (b, "b"), (c, "c   other V and E"), (d, "d   filters")):
        axes.set_title(title, loc="left", fontsize="medium")
    return figure


def _masses(axes: Axes, masses: pd.DataFrame) -> None:
    rates = masses["w"].unique()
    shown = np.unique([rates[np.abs(rates - rate).argmin()] for rate in RATES])
    for i, (rate, colour) in enumerate(zip(shown, style.colours(len(shown)), strict=True)):
        rows = masses[(masses["w"] == rate) & (masses["mass"] > 0)]
        marker = style.MARKERS[i % len(style.MARKERS)]
        axes.errorbar(
            rows["mass"], rows["probability"], rows["error"],
            fmt=marker + "-", ms=3, lw=0.8, capsize=1.5, color=colour, label=f"$w = {style.short(rate)}$",
        )  # fmt: skip
    guide = np.array([3.0, 60.0])
    axes.plot(guide, 3.0 * guide**-2.5, "k--", lw=0.8, label="$m^{-5/2}$")
    axes.set(
        xscale="log", yscale="log", ylim=(1e-8, 1), xlabel="mass $m$ of a site", ylabel="probability $p(m)$"
    )
    style.legend(axes, fontsize="x-small")


def _curve(
    axes: Axes, ensemble: xr.Dataset, rule: pd.DataFrame, colour: tuple[float, float, float], marker: str
) -> None:
    """Draw one curve, its bound without a network, and both exact limits as short lines beside its ends."""
    settings = netcdf.settings(ensemble)
    visible, environment = settings["visible"], settings["environment"]
    chosen = best(ensemble).isel(L_B=0)
    buffer, rates = int(chosen["L_B"]), chosen["control"].values
    label = f"$L_V = {visible}$, $L_E = {environment}$"
    axes.errorbar(
        rates,
        chosen["rsmi"],
        chosen["rsmi_error"],
        fmt=marker + "-",
        ms=3.5,
        lw=1,
        capsize=2,
        color=colour,
        label=label,
    )
    axes.errorbar(
        rule["w"], rule["information"], rule["error"], fmt=marker + ":", mfc="w", ms=3.5, lw=1, color=colour
    )
    size = json.loads(ensemble.attrs["parameters"])["size"]
    ends = (
        (
            rates[0] / np.array([2.5, 1.25]),
            limit_without_aggregation(size, size, visible, buffer, environment),
        ),
        (rates[-1] * np.array([1.25, 2.5]), limit_of_fast_aggregation(size, visible, buffer, environment)),
    )
    for place, limit in ends:
        axes.plot(place, [limit, limit], "-", lw=2, color=colour, solid_capstyle="butt")
