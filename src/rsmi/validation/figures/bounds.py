"""Estimates of the RSMI on test chains against the exact information of the same filters."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.figures import style
from rsmi.validation.trainings import BOUNDS

RECIPE = "published"


def draw(table: pd.DataFrame) -> Figure:
    """Draw a column per model with a referee on a large lattice: values above, differences below.

    `table` holds rows as `rsmi.validation.rows.read` returns them. Where a scan named "published" is among
    them, what it would report of itself is drawn beside the values.
    """
    style.start()
    rows = table[table["quantity"].str.startswith("RSMI by")]
    columns = [name for name in ("ising", "dimers") if (rows["model"] == name).any()]
    figure, grid = plt.subplots(
        2, len(columns) or 1, figsize=(3.6 * max(1, len(columns)) + 0.4, 5.2), sharex="col",
        height_ratios=(2, 1), squeeze=False, layout="constrained",
    )  # fmt: skip
    for pair, model in zip(grid.T, columns, strict=False):
        _column(pair, model, rows[rows["model"] == model])
    return figure


def _column(axes: tuple[Axes, Axes], model: str, rows: pd.DataFrame) -> None:
    """Draw one model."""
    large = rows[rows["size"].astype(int) > 8]
    recipe, ours = large[large["scan"] == RECIPE], large[large["scan"] != RECIPE]
    values = np.sort(ours["T"].astype(float).unique())
    end = values[np.isfinite(values)].max() * 1.25

    def place(temperatures: pd.Series) -> np.ndarray:
        t = temperatures.astype(float).to_numpy()
        return np.where(np.isfinite(t), t, end)

    buffers = sorted(ours["L_B"].astype(int).unique())
    for colour, buffer in zip(style.colours(len(buffers)), buffers, strict=True):
        at = ours[ours["L_B"].astype(int) == buffer]
        first = at[at["quantity"] != f"RSMI by {BOUNDS['barber_agakov']}"]
        second = at[at["quantity"] == f"RSMI by {BOUNDS['barber_agakov']}"]
        order = np.argsort(place(first["T"]))
        x = place(first["T"])[order]
        axes[0].plot(
            x, first["exact"].to_numpy()[order], color=colour, lw=1,
            label=f"referee, same filter, $L_B = {buffer}$",
        )  # fmt: skip
        for part, marker, name in ((first, "o", "InfoNCE"), (second, "D", "Barber–Agakov")):
            shift = 0.01 * end * (marker == "D")
            axes[0].plot(
                place(part["T"]) + shift, part["ours"], marker=marker, ls="", ms=4, mfc="none", color=colour,
                label=f"{name} on test chains" if buffer == buffers[0] else None,
            )  # fmt: skip
            axes[1].errorbar(
                place(part["T"]) + shift, part["ours"] - part["exact"], part["error"], fmt=marker, ms=3,
                mfc="none", lw=0.8, capsize=1.5, color=colour,
            )  # fmt: skip
    told = recipe.dropna(subset="in_sample")
    if len(told):
        axes[0].plot(
            place(told["T"]), told["in_sample"], "x", color="tab:red", ms=6,
            label=f"what the published recipe reports, $L_B = {told['L_B'].iloc[0]}$",
        )  # fmt: skip
    axes[1].axhline(0, color="0.4", lw=0.8, ls=":")
    axes[0].set(ylabel=style.NATS)
    axes[0].set_title(f"{model}, $L = {ours['size'].iloc[0]}$", fontsize="small", loc="left")
    axes[1].set(xlabel="temperature $T$", ylabel="estimate $-$ referee (nat)")
    if not np.isfinite(values).all():
        ticks = [*values[np.isfinite(values)], end]
        axes[1].set_xticks(ticks, [*(f"{t:g}" for t in ticks[:-1]), "$\\infty$"])
    style.legend(axes[0], fontsize="x-small")
