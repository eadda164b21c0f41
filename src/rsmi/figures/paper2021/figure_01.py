"""The architecture of RSMI-NE, as it is in this project (figure 1 of the 2021 paper)."""

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

from rsmi.estimator.settings import TrainingSettings
from rsmi.figures import style
from rsmi.geometry.regions import Regions
from rsmi.sampling.models.ising import CRITICAL_TEMPERATURE, Ising
from rsmi.sampling.seeds import stream
from rsmi.sampling.splitmix import random_states

ABOUT = {
    "title": "Figure 1: architecture",
    "order": 1,
    "each": "study",
    "target": "paper",
    "inputs": {},
    "caption": (
        "Architecture. Windows are cut afresh from every configuration in every epoch; filter and critic "
        "ascend one bound; test chains are quoted."
    ),
}

SIZE, SWEEPS = 32, 100
REGIONS = Regions(visible=4, buffer=4, environment=5)
# Corners (y, x) of one configuration's window in two epochs.
CORNER, LATER_CORNER = (4, 2), (8, 8)
# Of `Axes.imshow`.
SPINS: dict[str, Any] = {"cmap": "Greys", "vmin": -2.0, "vmax": 6.0}
GREY = (0.45, 0.45, 0.45)


def draw() -> Figure:
    """Draw (a) V, B and E on a configuration of the critical Ising model, (b) what becomes of V and E.

    Shown are a step of training and what follows the training, with the sizes of the default networks.
    Source: the paper, figure 1, equations (10) to (14) and algorithm 1, from which the project departs in
    fresh translations, exact sums over h and test chains.
    """
    style.start()
    rng = stream("figure 1")
    model = Ising(CRITICAL_TEMPERATURE, SIZE)
    states = model.initial("random", rng)[None]
    model.advance(states, SWEEPS, random_states([rng]))
    spins = states[0]
    figure = plt.figure(figsize=(7.0, 3.2))
    _draw_regions(figure.add_axes((0.005, 0.25, 0.29, 0.634)), spins)
    _draw_pipeline(figure.add_axes((0.315, 0.0, 0.685, 1.0)), spins)
    return figure


def _region_colours() -> dict[str, tuple[float, float, float]]:
    """Return the colours of V, B and E."""
    palette = sns.color_palette("colorblind")
    return {"V": palette[1], "B": palette[2], "E": palette[0]}


def _draw_regions(axes: Axes, spins: np.ndarray) -> None:
    """Draw the window on `spins`, shape (y, x), and where it may lie in a later epoch."""
    axes.imshow(spins, **SPINS)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    axes.set_title("$\\mathbf{a}$  one configuration", loc="left", fontsize="medium", x=0.0)
    colours = _region_colours()
    y, x = CORNER
    for name, inset in {"E": 0, "B": REGIONS.environment, "V": REGIONS.margin}.items():
        side = REGIONS.window - 2 * inset
        left, top = x + inset - 0.5, y + inset - 0.5
        # What lies inside is covered, so that the tints do not add up.
        shown = spins[y + inset : y + inset + side, x + inset : x + inset + side]
        axes.imshow(shown, extent=(left, left + side, top + side, top), **SPINS)
        axes.add_patch(
            Rectangle((left, top), side, side, fc=(*colours[name], 0.35), ec=colours[name], lw=1.6)
        )
        axes.text(
            left + side / 2,
            top + (side if name == "V" else REGIONS.environment - 0.4) / 2,
            f"$\\mathcal{{{name}}}$",
            ha="center",
            va="center",
            fontsize=9,
            bbox={"boxstyle": "round,pad=0.12", "fc": "w", "ec": "none", "alpha": 0.85},
        )
    y, x = LATER_CORNER
    axes.add_patch(
        Rectangle(
            (x - 0.5, y - 0.5), REGIONS.window, REGIONS.window, fill=False, ec="k", lw=1.2, ls=(0, (3, 2))
        )
    )
    axes.set(xlim=(-0.5, SIZE - 0.5), ylim=(SIZE - 0.5, -0.5))
    axes.text(
        0.0,
        -0.04,
        "Every epoch translates the window\nafresh, at random (dashed: a later\n"
        "one); boundaries are periodic.",
        transform=axes.transAxes,
        va="top",
        fontsize="small",
    )


def _draw_pipeline(axes: Axes, spins: np.ndarray) -> None:
    """Draw the way from V and E of `spins`, shape (y, x), to the bound, the gradients and the test value."""
    settings, colours = TrainingSettings(), _region_colours()
    network = f"{', '.join(map(str, settings.hidden))} ReLU;\n{settings.embedding} outputs"
    axes.set(xlim=(0, 4.8), ylim=(0, 3.2), aspect="equal")
    axes.axis("off")
    axes.text(0.02, 2.912, "$\\mathbf{b}$  one step of training, and what is quoted", fontsize="medium")

    _draw_thumbnail(axes, spins, "V", (0.42, 2.4))
    _draw_thumbnail(axes, spins, "E", (0.42, 0.42))
    rows = {"upper": 2.4, "middle": 1.36, "lower": 0.42}
    _box(
        axes,
        (1.37, rows["upper"]),
        (0.86, 0.62),
        "filter $\\Lambda$:  $z =$\n$\\Lambda\\cdot(v - \\bar v) + b$",
        colours["V"],
    )
    _box(
        axes,
        (2.72, rows["upper"]),
        (1.34, 0.84),
        "discretisation $\\tau$\nall $h$, with $p_\\Lambda(h\\,|\\,v)$;\nor Gumbel-softmax:\none relaxed $h$",
        colours["V"],
    )
    _box(axes, (4.22, rows["upper"]), (1.06, 0.62), f"network $v(h)$\n{network}", GREY)
    _box(axes, (4.22, rows["lower"]), (1.06, 0.62), f"network $u(e)$\n{network}", GREY)
    _box(axes, (4.22, rows["middle"]), (1.06, 0.5), "scores $f_\\Theta(h, e)$\n$= v(h)\\cdot u(e)$", GREY)
    _box(
        axes,
        (2.53, rows["middle"]),
        (1.66, 0.62),
        "InfoNCE bound on $I_\\Lambda(\\mathcal{H}:\\mathcal{E})$\n"
        "$\\langle f(h_j, e_j) - \\log\\langle\\mathrm{e}^{f(h_i, e_j)}\\rangle_i\\rangle_j$",
        "k",
    )
    _box(
        axes,
        (0.72, rows["middle"]),
        (1.4, 0.84),
        "validation chains\nchoose the epoch;\nquoted: test chains,\nlikeliest $h$, ± error",
        "k",
    )

    _arrow(axes, (0.67, 2.4), (0.94, 2.4), "$v$")
    _arrow(axes, (1.8, 2.4), (2.05, 2.4), "$z$")
    _arrow(axes, (3.39, 2.4), (3.69, 2.4), "$h$")
    _arrow(axes, (0.81, 0.42), (3.69, 0.42), "$e$")
    _arrow(axes, (4.22, 2.09), (4.22, 1.61))
    _arrow(axes, (4.22, 0.73), (4.22, 1.11))
    _arrow(axes, (3.69, 1.36), (3.36, 1.36), "$f$")
    _arrow(axes, (1.7, 1.36), (1.42, 1.36))
    gradient = sns.color_palette("colorblind")[3]
    for start, end, name, shift in (
        ((1.95, 1.67), (1.5, 2.09), "\\Lambda", (-0.16, -0.06)),
        ((3.2, 1.67), (3.75, 2.09), "\\Theta", (0.14, -0.08)),
        ((3.2, 1.05), (3.75, 0.73), "\\Theta", (0.12, 0.1)),
    ):
        _arrow(axes, start, end, f"$\\nabla_{{{name}}}$", shift, color=gradient, ls=(0, (3, 2)))
    axes.text(
        2.4,
        0.83,
        "stochastic gradient ascent\non training chains",
        ha="center",
        va="center",
        fontsize="small",
        color=gradient,
    )


def _draw_thumbnail(axes: Axes, spins: np.ndarray, name: str, centre: tuple[float, float]) -> None:
    """Draw what of the window belongs to V or E, around `centre`; the rest of it is left white."""
    (top, left), side, colour = CORNER, REGIONS.window, _region_colours()[name]
    window = spins[top : top + side, left : left + side].astype(float)
    distance = REGIONS.distance()
    if name == "V":
        window, half = window[distance == 0].reshape(REGIONS.visible, REGIONS.visible), 0.24
    else:
        window, half = np.where(distance > REGIONS.buffer, window, np.nan), 0.38
    (x, y), width = centre, 2 * half
    extent = (x - half, x + half, y - half, y + half)
    axes.imshow(window, extent=extent, zorder=1, **SPINS)
    axes.add_patch(Rectangle((x - half, y - half), width, width, fill=False, ec=colour, lw=1.6, zorder=2))
    if name == "E":
        hole = width * (1 - 2 * REGIONS.environment / side)
        axes.add_patch(
            Rectangle((x - hole / 2, y - hole / 2), hole, hole, fc="w", ec=colour, lw=1.6, zorder=2)
        )
        axes.text(x, y, "$\\mathcal{E}$", ha="center", va="center", fontsize=10)
    else:
        axes.text(x, y - half - 0.05, "$\\mathcal{V}$", ha="center", va="top", fontsize=10)


def _box(
    axes: Axes, centre: tuple[float, float], size: tuple[float, float], text: str, colour: style.Colour
) -> None:
    """Draw a box with rounded corners and text in its middle."""
    corner = centre[0] - size[0] / 2, centre[1] - size[1] / 2
    shape = "round,pad=0,rounding_size=0.06"
    axes.add_patch(FancyBboxPatch(corner, *size, boxstyle=shape, fc="w", ec=colour, lw=1.3))
    axes.text(*centre, text, ha="center", va="center", fontsize="small", linespacing=1.35)


def _arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    label: str = "",
    shift: tuple[float, float] = (0.0, 0.1),
    color: style.Colour = "k",
    ls: str | tuple[int, tuple[int, int]] = "-",
) -> None:
    """Draw an arrow, with a label that is moved from its middle by `shift`."""
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=8, shrinkA=0, shrinkB=0, lw=1.1, color=color, ls=ls
        )
    )
    middle = (start[0] + end[0]) / 2 + shift[0], (start[1] + end[1]) / 2 + shift[1]
    axes.text(*middle, label, ha="center", va="center", fontsize="small", color=color)
