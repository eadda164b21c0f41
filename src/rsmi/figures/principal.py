"""Principal components of the ensemble of filters (figure 7 of the 2021 paper, for any model)."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import found
from rsmi.analysis.principal import flat_filters, principal_components
from rsmi.figures import style

ABOUT = {
    "title": "Principal components of the filters",
    "order": 5,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "Principal components of all filters that found information, at every control value and buffer: the "
        "spectrum, how much of the filters lies along each of the leading components, and these components. "
        "Filters have unit norm and are taken with both signs, so that nothing is subtracted."
    ),
}

SHOWN = 8
PICTURES = 4


def draw(ensemble: xr.Dataset) -> Figure:
    """Draw the spectrum, the leading components, and how far each lies in the filters at each control value.

    Taken are all members, of the largest number of components, that found information.
    """
    style.start()
    figure = plt.figure(figsize=(6.4, 4.2), layout="constrained")
    upper, lower = style.subfigures(figure, 2, 1, height_ratios=(2, 1))
    left, right = upper.subplots(1, 2)
    filters = found(ensemble, "filter_normalised")
    rows = flat_filters(filters)
    if len(rows) < 2:
        left.text(0.5, 0.5, "no information found", transform=left.transAxes, ha="center")
        return figure
    pca = principal_components(rows)
    count = min(SHOWN, len(pca.variance))
    left.bar(np.arange(1, count + 1), pca.variance[:count], color=style.categories(1))
    left.set(xlabel="principal component", ylabel="share of the variance", xticks=range(1, count + 1))

    positions = style.control_positions(right, ensemble)
    pictures = min(PICTURES, len(pca.directions))
    for i, colour in zip(range(pictures), style.colours(pictures), strict=True):
        mean = [_mean_square(pca.projections(flat_filters(part), pictures)[:, i]) for part in filters]
        right.plot(positions, mean, style.MARKERS[i] + "-", ms=4, lw=1, color=colour, label=f"{i + 1}")
    style.draw_reference(right, ensemble)
    right.set(xlabel=style.control_label(ensemble), ylabel="mean square projection", ylim=(0, 1.02))
    style.legend(right, title="component", fontsize="small")

    dims = [d for d in ("y", "x") if d in ensemble.dims]
    shape = (*(ensemble.sizes[d] for d in dims),) if len(dims) == 2 else (1, ensemble.sizes["x"])
    grid = lower.subplots(1, pictures, squeeze=False)
    for i, axes in enumerate(grid[0]):
        weights = pca.directions[i].reshape(shape)
        style.draw_filter(axes, weights, np.abs(weights).max())
        axes.set_title(f"component {i + 1}: {pca.variance[i]:.2f}", fontsize="small")
    return figure


def _mean_square(projections: np.ndarray) -> float:
    return float(np.mean(projections**2)) if projections.size else np.nan
