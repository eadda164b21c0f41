"""The deviations of all unbiased means from their exact values, in standard errors."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.stats import norm

from rsmi.figures import style
from rsmi.validation.summary import chi_squared

ABOUT = {
    "title": "Deviations of unbiased means",
    "order": 3,
    "each": "study",
    "target": "validate",
    "inputs": {"summary": "summary.csv"},
    "caption": (
        "**Deviations of unbiased means** from their exact values, in standard errors, of every row of kind "
        "*stochastic*. Means of the same samples are correlated; what is shown is the part of each that "
        "those before it in the summary do not tell, so that all should be independent and normal (line)."
    ),
}


def draw(summary: pd.DataFrame) -> Figure:
    """Draw the histogram of the independent z of all stochastic rows, and the normal density."""
    style.start()
    z = summary["independent_z"].dropna().to_numpy()
    figure, axes = plt.subplots(figsize=(3.4, 2.8))
    edges = np.linspace(-4.5, 4.5, 19)
    number, _ = np.histogram(z, edges)
    middle, width = 0.5 * (edges[1:] + edges[:-1]), edges[1] - edges[0]
    axes.bar(middle, number, 0.9 * width, color=style.colours(3)[1], label=f"{z.size} rows")
    x = np.linspace(-4.5, 4.5, 200)
    axes.plot(x, z.size * width * norm.pdf(x), color="k", lw=1, label="normal")
    statistic, p = chi_squared(z)
    axes.set_title(
        f"$\\chi^2 = {statistic:.0f}$ for {z.size} degrees of freedom, $p = {p:.2f}$", fontsize="small"
    )
    axes.set(xlabel="deviation $z$ (standard errors)", ylabel="number of rows")
    style.legend(axes, fontsize="small")
    return figure
