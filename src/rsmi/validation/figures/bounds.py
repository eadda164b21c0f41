"""Estimates of the RSMI on test chains against the exact information of the same filters."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.figures import style
from rsmi.validation.rows import with_parameters

ABOUT = {
    "title": "Estimates against exact information",
    "order": 2,
    "each": "study",
    "target": "validate",
    "inputs": {"summary": "summary.csv"},
    "caption": (
        "**Estimates against exact information.** Above: the RSMI by the two bounds on test chains (marks), "
        "and the near-exact information of the very filters that were found, by transfer matrix on the same "
        "windows (lines); crosses are what the published recipe reports of itself at the same place. Below: "
        "the differences, with their standard errors. A bound may lie below zero there by what the critic "
        "misses, but not above."
    ),
}

RECIPE = "published"
BARBER_AGAKOV, GIVEN_RING = "RSMI by Barber-Agakov", "RSMI by InfoNCE, mean of h given the ring"
ESTIMATES = (
    ("RSMI by InfoNCE", "o", "InfoNCE on test chains"),
    (GIVEN_RING, ".", "the same, mean of h given the ring"),
    (BARBER_AGAKOV, "D", "Barber–Agakov on test chains"),
)
TITLES = {"ising": "Ising model", "dimers": "interacting dimers"}


def draw(summary: pd.DataFrame) -> Figure:
    """Draw a column per model with a referee on a large lattice: values above, differences below.

    `summary` holds the rows of all checks. Where a scan named "published" is among them, what it would report
    of itself is drawn beside the values.
    """
    style.start()
    table = with_parameters(summary)
    rows = table[table["quantity"].str.startswith("RSMI by")]
    large = rows[rows["quantity"].eq(GIVEN_RING).groupby(rows["parameters"]).transform("any")]
    columns = [name for name in TITLES if (large["model"] == name).any()]
    figure, grid = plt.subplots(
        2, max(1, len(columns)), figsize=(4.0 * max(1, len(columns)) + 0.4, 5.6), sharex="col",
        height_ratios=(3, 2), squeeze=False, layout="constrained",
    )  # fmt: skip
    for pair, model in zip(grid.T, columns, strict=False):
        part = large[large["model"] == model]
        _column(pair, f"{TITLES[model]}, $L = {part['size'].iloc[0]}$", part)
    return figure


def _column(axes: tuple[Axes, Axes], title: str, rows: pd.DataFrame) -> None:
    """Draw one model."""
    rows = rows.assign(**{name: rows[name].astype(float) for name in ("T", "L_B")})
    recipe, ours = rows[rows["scan"] == RECIPE], rows[rows["scan"] != RECIPE]
    temperatures = np.sort(rows["T"].unique())
    finite = temperatures[np.isfinite(temperatures)]
    end = 1.25 * finite.max() if finite.size else 1.0
    rows, recipe, ours = (part.replace({"T": {np.inf: end}}) for part in (rows, recipe, ours))

    # Wide buffers at a single temperature belong to other figures.
    buffers = [b for b, part in ours.groupby("L_B") if part["T"].nunique() > 1]
    buffers = buffers or sorted(ours["L_B"].unique())
    for colour, buffer in zip(style.colours(len(buffers)), buffers, strict=True):
        at = ours[ours["L_B"] == buffer].sort_values("T")
        exact = at[at["quantity"] == BARBER_AGAKOV]
        axes[0].plot(exact["T"], exact["exact"], color=colour, lw=1, label=f"referee, $L_B = {buffer:.0f}$")
        for number, (quantity, marker, label) in enumerate(ESTIMATES):
            part = at[at["quantity"] == quantity]
            place = part["T"] + 0.006 * end * (number - 1)
            named = label if buffer == buffers[0] else None
            if quantity != GIVEN_RING:
                axes[0].plot(part["T"], part["ours"], marker, ms=4, mfc="none", color=colour, label=named)
            axes[1].errorbar(
                place, -part["shortfall"], part["error"], fmt=marker, ms=3, mfc="none", lw=0.8, capsize=1.5,
                color=colour, label=named,
            )  # fmt: skip
    told = recipe.dropna(subset="in_sample")
    if len(told):
        label = f"published recipe, in sample, $L_B = {told['L_B'].iloc[0]:.0f}$"
        axes[0].plot(told["T"], told["in_sample"], "x", color="tab:red", ms=6, label=label)
    axes[1].axhline(0, color="0.4", lw=0.8, ls=":")
    axes[0].set(ylabel=style.NATS)
    axes[0].set_title(title, fontsize="small", loc="left")
    axes[1].set(xlabel="temperature $T$", ylabel="estimate $-$ referee (nat)")
    if finite.size < temperatures.size:
        axes[1].set_xticks([*finite, end], [*(f"{t:g}" for t in finite), "$\\infty$"])
    for part in axes:
        style.legend(part, fontsize="x-small", loc="best")
