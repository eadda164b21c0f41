"""What training sees of the information, and what is left of it on chains it has not seen, scan by scan."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from rsmi.analysis.ensemble import best
from rsmi.figures import style

ABOUT = {
    "title": "In sample and out of it",
    "order": 1,
    "each": "study",
    "inputs": {"ensembles": ["ensembles/{scan}.nc"]},
    "caption": (
        "**In sample and out of it**, a panel per scan, of the chosen member at the scan's middle buffer, "
        "with standard errors. Triangles: the moving average of what the training steps ascend, the number "
        "that a training without held-out chains would report. Squares: the finished filter and critic on "
        "the windows of the training chains. Diamonds and dots: on test chains, by a classifier of its own "
        "and by the critic. Where windows are translated afresh at every step all four agree; where each "
        "configuration gives one window for good, the critic learns the windows by heart, and only the last "
        "two can be believed."
    ),
}

# Name in the file, label, and marker. None has an error bar of its own but those with one in the file.
CURVES = (
    ("rsmi_moving_average", "training steps, moving average", "v"),
    ("rsmi_train", "in sample", "s"),
    ("barber_agakov", "test chains, Barber–Agakov", "D"),
    ("rsmi", "test chains", "o"),
)


def draw(ensembles: Sequence[xr.Dataset]) -> Figure:
    """Draw a panel per scan, for its largest number of components, at its middle buffer, with errors."""
    style.start()
    columns = min(3, len(ensembles))
    rows = -(-len(ensembles) // columns)
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(3.0 * columns + 0.6, 2.8 * rows),
        sharey=True,
        squeeze=False,
        layout="constrained",
    )
    palette = style.colours(len(CURVES))
    for axes, ensemble in zip(grid.flat, ensembles, strict=False):
        buffers = ensemble["L_B"].values
        buffer = buffers[len(buffers) // 2]
        chosen = best(ensemble).sel(L_B=buffer)
        x = style.control_positions(axes, ensemble)
        spread = np.ptp(x) if len(x) > 1 else 1.0
        for i, (name, label, marker) in enumerate(CURVES):
            if name not in chosen:
                continue
            error = chosen.get(f"{name}_error")
            # Side by side: where all agree they would hide each other.
            place = x + 0.008 * spread * (i - 1.5)
            axes.errorbar(
                place, chosen[name], error, fmt=marker, ms=4, capsize=2, color=palette[i], label=label
            )
        axes.axhline(0, color="0.4", lw=0.8, ls=":", zorder=0)
        style.draw_reference(axes, ensemble)
        axes.set(xlabel=style.control_label(ensemble))
        title = f"{ensemble.attrs.get('scan', '')}  $L_B = {buffer}$".strip()
        axes.set_title(title, fontsize="small", loc="left", pad=14)
    for axes in grid.flat[len(ensembles) :]:
        axes.set_axis_off()
    for line in grid:
        line[0].set_ylabel(style.NATS)
    style.legend(grid[0, 0], fontsize="small")
    return figure
