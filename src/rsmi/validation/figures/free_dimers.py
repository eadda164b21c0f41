"""The information of free dimers against the buffer: rules by the referee, trained filters, the paper."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from rsmi.figures import style
from rsmi.validation.rows import with_parameters

ABOUT = {
    "title": "Information of free dimers",
    "order": 4,
    "each": "free dimers",
    "target": "validate",
    "inputs": {"rules": "validation/free_dimers/{model}.csv", "summary": "summary.csv"},
    "caption": (
        "**How much can two binary components tell of free dimers?** Information that rules on 8 x 8 pixels "
        "keep of what lies beyond the buffer, by transfer matrix on sampled rings: the two pristine "
        "staggered filters; the best two linear filters, and the best rule of four outcomes of any kind, "
        "that were found on other rings; and all of V. Crosses: trained filters, by InfoNCE on test chains. "
        "Star and dashed line: the paper's in-sample value at L_B = 4 and its exponent."
    ),
}

LABELS = {
    "I(V:E)": "everything, $I(\\mathcal{V}:\\mathcal{E})$",
    "best of any kind": "best rule of four outcomes found",
    "best linear": "best two linear filters found",
    "staggered, ties broken": "pristine staggered, ties to one side",
    "staggered": "pristine staggered filters",
}
# D. E. Gökmen et al. (2021): about (1/2) log 2 at L_B = 4, and the exponent of its decay.
PAPER = 4, 0.5 * np.log(2), 1.16


def draw(rules: pd.DataFrame, summary: pd.DataFrame) -> Figure:
    """Draw rules by the referee, from `rsmi.validation.free_dimers`, and the trained filters of all checks.

    Lines are power laws through the points; the exponents stand in the legend.
    """
    style.start()
    figure, axes = plt.subplots(figsize=(4.4, 3.8))
    for (name, label), colour, marker in zip(
        LABELS.items(), style.colours(len(LABELS)), style.MARKERS, strict=False
    ):
        part = rules[rules["rule"] == name]
        slope, error = part[["exponent", "exponent_error"]].iloc[0]
        axes.errorbar(
            part["L_B"], part["information"], part["error"], fmt=marker, ms=4, capsize=2, color=colour,
            label=f"{label}, $\\sim L_B^{{-{slope:.2f}({100 * error:.0f})}}$",
        )  # fmt: skip
        length = np.array([part["L_B"].min(), part["L_B"].max()])
        middle = np.exp(np.average(np.log(part["information"]) + slope * np.log(part["L_B"])))
        axes.plot(length, middle * length**-slope, color=colour, lw=0.7)
    table = with_parameters(summary)
    trained = table[table["quantity"] == "RSMI by InfoNCE"]
    if len(trained):
        # Of free dimers only.
        trained = trained[(trained["model"] == "dimers") & (trained["T"] == "inf")]
        axes.errorbar(
            1.03 * trained["L_B"].astype(float), trained["ours"], trained["error"], fmt="x", ms=5, capsize=2,
            color="k", label="trained, InfoNCE on test chains",
        )  # fmt: skip
    at, value, slope = PAPER
    length = np.array([2.0, 8.0])
    axes.plot(length, value * (length / at) ** -slope, color="tab:red", lw=0.8, ls="--")
    axes.plot(at, value, "*", color="tab:red", ms=8, label=f"paper, in sample, $\\sim L_B^{{-{slope}}}$")
    ticks = sorted(rules["L_B"].unique())
    axes.set(xscale="log", yscale="log", xlabel="buffer width $L_B$ (pixels)", ylabel=style.NATS)
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.xaxis.set_minor_formatter(NullFormatter())
    style.legend(axes, fontsize="x-small", loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
