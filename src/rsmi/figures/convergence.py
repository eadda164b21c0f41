"""Convergence of information and filter during one training (figure 2a of the 2021 paper)."""

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import style

ABOUT = {
    "title": "Convergence of one training",
    "order": 6,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "**Convergence of one training**, of the member that was chosen at the control value nearest to the "
        "transition. Dashed: the bound that the training steps ascend, in sample, with stochastic h, "
        "averaged over the epoch. Dots: the same critic on validation chains after each epoch, with "
        "discrete h and other chains, so that the two need not agree exactly; the best epoch is kept. "
        "Square: its value on the test chains, with error, the number that is quoted. Above: the filter at "
        "the end of some epochs. Whether a critic memorised shows in the table of RSMI: there the in-sample "
        "and the test value are of one estimator."
    ),
}

SNAPSHOTS = 6


def draw(ensemble: xr.Dataset) -> Figure:
    """Draw the training nearest to the known transition, or to the middle, at the middle buffer.

    Shown are the in-sample bound of the training steps, the validation value of each epoch, the test
    value of the epoch that was kept, and the filter's first component above the time at which it stood so.
    """
    style.start()
    buffers = ensemble["L_B"].values
    control, buffer = style.nearest_control(ensemble), buffers[len(buffers) // 2]
    one = best(ensemble).sel(control=control, L_B=buffer)
    epochs = one["epoch"].values[np.isfinite(one["history_validation"].values)]
    one = one.sel(epoch=epochs)
    shown = np.unique(np.linspace(0, len(epochs) - 1, SNAPSHOTS).round().astype(int))

    figure = plt.figure(figsize=(5.0, 3.8), layout="constrained")
    grid = figure.add_gridspec(2, len(shown), height_ratios=(1, 3))
    # The sign under which the other figures show this filter.
    shown_output = {"component": 0, "state": 0} if "state" in one["filter"].dims else {"component": 0}
    sign = np.sign((one["filter"] * one["filter_normalised"]).isel(shown_output).sum())
    history = one["history_filter"].isel(shown_output) * sign
    if "y" not in history.dims:
        history = history.expand_dims("y", axis=-2)
    limit = np.abs(history).max().item()
    for k, epoch in enumerate(shown):
        axes = figure.add_subplot(grid[0, k])
        image = style.draw_filter(axes, history.isel(epoch=epoch).values, limit)
        axes.set_title(f"epoch {epochs[epoch]}", fontsize="small")
    figure.colorbar(image, ax=figure.axes, label="weight", pad=0.02)
    axes = figure.add_subplot(grid[1, :])
    dark, light = style.colours(2)
    axes.plot(epochs, one["history_train"], "--", color=light, label="training steps, stochastic $h$")
    axes.plot(epochs, one["history_validation"], "o-", ms=3, color=dark, label="validation chains")
    kept = one["best_epoch"].item()
    axes.errorbar(kept, one["rsmi"], one["rsmi_error"], fmt="s", ms=5, mfc="w", capsize=3, color="k",
                  label="test chains, epoch kept")  # fmt: skip
    symbol = style.symbol(ensemble)
    axes.set(xlabel="epoch", ylabel=style.NATS)
    style.legend(axes, title=f"${symbol} = {style.short(control)}$, $L_B = {buffer}$", loc="lower right")
    return figure
