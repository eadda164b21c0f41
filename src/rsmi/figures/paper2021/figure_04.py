"""A dimer covering, and the four ground states of aligning dimers (figure 4 of the 2021 paper)."""

import math

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch

from rsmi.figures import style
from rsmi.sampling.models.dimers import COLUMNAR, Dimers
from rsmi.sampling.seeds import stream

ABOUT = {
    "title": "Figure 4: dimer coverings",
    "order": 4,
    "each": "study",
    "target": "paper",
    "inputs": {"free": "samples/dimers/T=inf.nc"},
    "caption": ("(a) Part of a free dimer covering. (b) The four columnar ground states."),
}

PART = 16
GROUND_STATE = 4
HALF_WIDTH = 0.17


def draw(free: xr.Dataset) -> Figure:
    """Draw (a) a part of the first configuration of the last chain of `free`, (b) the four ground states.

    `free` is a sample set of dimers, `configuration` (chain, sample, y, x) in pixels; at T = inf, all
    coverings are equally likely. The ground states, on tori of 4 x 4 sites, are those the model starts from;
    their titles are the columnar order parameter. Source: the paper, figure 4 and section III A.
    """
    style.start()
    pixels = free["configuration"].isel(chain=-1, sample=0).values
    size = pixels.shape[0] // 2
    part = min(PART, size)
    figure = plt.figure(figsize=(6.2, 3.75), layout="constrained")
    large, small = style.subfigures(figure, 1, 2, width_ratios=(1.12, 1))
    axes = large.subplots()
    draw_covering(axes, dimer_ends(pixels), size, part)
    axes.set_title(
        f"$\\mathbf{{a}}$  {part} × {part} of {size} × {size} sites, "
        f"$T = {style.short(free['control'].item())}$",
        loc="left",
        fontsize="medium",
    )

    model = Dimers(math.inf, GROUND_STATE)
    small.suptitle("$\\mathbf{b}$  ground states, $(D_x, D_y)=$", x=0.02, ha="left", fontsize="medium")
    for axes, start in zip(small.subplots(2, 2).flat, COLUMNAR, strict=True):
        state = model.initial(start, stream("figure 4", start))
        draw_covering(axes, dimer_ends(state), GROUND_STATE, GROUND_STATE)
        order = model.observables(state)
        axes.set_title(f"$({order['columnar_x']:.0f},\\ {{{order['columnar_y']:.0f}}})$", fontsize="medium")
    horizontal, vertical = _colours()
    figure.legend(
        handles=[Patch(color=horizontal, label="horizontal"), Patch(color=vertical, label="vertical")],
        loc="outside lower left",
        ncols=2,
        title="Boundaries are periodic: dimers cut by a frame go on beyond it (in b, on the other side).\n"
        "$D_x$, $D_y$: columnar order parameter of the horizontal and of the vertical dimers.",
        title_fontsize="small",
        alignment="left",
    )
    return figure


def dimer_ends(pixels: np.ndarray) -> np.ndarray:
    """Return the two sites (y, x) of every dimer of a covering; int, shape (dimers, 2, 2).

    `pixels`, shape (2L, 2L), has sites at even-even pixels and 1 on a link pixel that carries a dimer, as in
    `rsmi.sampling.models.dimers`. The first site is the left or upper one, in the lattice; the second may be
    L, one beyond its end, which is site 0 again.
    """
    ends = []
    for step, links in (((0, 1), pixels[0::2, 1::2]), ((1, 0), pixels[1::2, 0::2])):
        first = np.argwhere(links == 1)
        ends.append(np.stack([first, first + step], axis=1))
    return np.concatenate(ends)


def draw_covering(axes: Axes, ends: np.ndarray, size: int, part: int) -> None:
    """Draw dimers as bars on the first `part` x `part` sites of a torus of `size` x `size`.

    `ends`, shape (dimers, 2, 2), are those of `dimer_ends`. A dimer with one end in the part is cut by the
    frame.
    """
    axes.hlines(range(part), -0.5, part - 0.5, color="0.88", lw=0.6, zorder=0)
    axes.vlines(range(part), -0.5, part - 0.5, color="0.88", lw=0.6, zorder=0)
    horizontal, vertical = _colours()
    for first, second in ends:
        # A dimer across the end of the torus appears at both ends.
        for shift in {(0, 0), tuple((second // size * size).tolist())}:
            y, x = first - shift
            if not (-1 <= y < part and -1 <= x < part):
                continue
            height, width = second - first
            axes.add_patch(
                FancyBboxPatch(
                    (x - HALF_WIDTH, y - HALF_WIDTH),
                    width + 2 * HALF_WIDTH,
                    height + 2 * HALF_WIDTH,
                    boxstyle=f"round,pad=0,rounding_size={HALF_WIDTH}",
                    color=horizontal if width else vertical,
                    lw=0,
                )
            )
    axes.set(xlim=(-0.5, part - 0.5), ylim=(part - 0.5, -0.5), aspect="equal", xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    axes.spines[:].set_color("0.55")


def _colours() -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    """Return the colours of horizontal and vertical dimers, which colour-blind readers can tell apart."""
    palette = sns.color_palette("colorblind")
    return palette[0], palette[1]
