"""Information against the number of configurations that were trained on: what more data would buy."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from rsmi.figures import style

ABOUT = {
    "title": "What more data would buy",
    "order": 7,
    "each": "scan with shares",
    "inputs": {"table": "tables/{scan}/learning.csv"},
    "caption": (
        "**What more data would buy.** Held-out RSMI of the chosen filter (markers, with errors) and its "
        "value in sample (dashed) against the number of configurations that were trained on, at the first "
        "buffer. Where the held-out value still rises, or lies below that in sample, more configurations "
        "would raise it; where it is level, they would only narrow its error, as one over the root of their "
        "number. The table extrapolates to twice as many."
    ),
}

# More lines than these cannot be told apart.
LINES = 6


def draw(table: pd.DataFrame) -> Figure:
    """Draw held-out values with errors, and those in sample dashed, at up to `LINES` control values.

    `table` is what `rsmi.analysis.learning.learning_table` returns.
    """
    figure, axes = style.single()
    symbol = table.columns[0]
    values = np.sort(table[symbol].unique())
    shown = values[np.unique(np.linspace(0, len(values) - 1, min(LINES, len(values))).round().astype(int))]
    for i, (value, colour) in enumerate(zip(shown, style.colours(len(shown)), strict=True)):
        line = table[table[symbol] == value].sort_values("configurations")
        x, label = line["configurations"], f"${style.letter(symbol)} = {style.short(value)}$"
        style.draw_line(axes, x, line["rsmi"], line["rsmi_error"], i, colour, label)
        axes.plot(x, line["rsmi_train"], "--", lw=1, color=colour)
    axes.plot([], [], "--", lw=1, color="0.3", label="in sample")
    axes.set(xscale="log", xlabel="configurations trained on", ylabel=style.NATS)
    style.legend(axes)
    return figure
