"""One style for all figures, and how they are saved."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import AxesImage
from numpy.typing import ArrayLike

from rsmi.storage.files import replacing
from rsmi.storage.provenance import figure_provenance

MARKERS = "osD^v<>phdH"
GREEK = (
    *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "kappa", "lambda", "mu", "nu"),
    *("xi", "rho", "sigma", "tau", "phi", "chi", "psi", "omega"),
    *("Gamma", "Delta", "Lambda", "Phi", "Psi", "Omega"),
)
Colour = str | tuple[float, float, float]
NATS = "RSMI $I(\\mathcal{H}:\\mathcal{E})$ (nat)"


def start() -> None:
    """Set the style: seaborn's ticks, sizes for a journal's column, text as text in PDF."""
    sns.set_theme(
        context="paper",
        style="ticks",
        rc={
            "figure.dpi": 100,
            "savefig.dpi": 200,
            "pdf.fonttype": 42,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "legend.frameon": False,
            "mathtext.fontset": "dejavusans",
        },
    )


def single() -> tuple[Figure, Axes]:
    """Set the style, and return a figure of one panel, and that panel."""
    start()
    return plt.subplots(figsize=(5.0, 3.4))


def subfigures(figure: Figure, rows: int, columns: int, **options: Any) -> list[SubFigure]:
    """Divide a figure; return its parts, row by row."""
    return list(figure.subfigures(rows, columns, squeeze=False, **options).flat)


def colours(count: int) -> list[tuple[float, float, float]]:
    """Return an ordered, colour-blind safe palette."""
    return sns.color_palette("viridis", count + 1)[:count]


def categories(count: int) -> list[tuple[float, float, float]]:
    """Return a colour-blind safe palette of things without an order."""
    return sns.color_palette("colorblind", count)


def symbol(ensemble: xr.Dataset) -> str:
    """Return the symbol of the control parameter for mathematics."""
    return letter(ensemble["control"].attrs["symbol"])


def letter(name: str) -> str:
    """Return a symbol for mathematics: a name such as beta is that of a Greek letter."""
    return f"\\{name}" if name in GREEK else name


def control_label(ensemble: xr.Dataset) -> str:
    """Return the axis label of the control parameter, with its unit."""
    control = ensemble["control"].attrs
    if control["units"] == "1":
        return f"{control['long_name']} ${symbol(ensemble)}$"
    # A word, or several, is not mathematics.
    unit = control["units"].replace("k_B", "k_\\mathrm{B}")
    unit = unit if " " in unit or unit.isalpha() else f"${unit}$"
    return f"{control['long_name']} ${symbol(ensemble)}$ ({unit})"


def control_positions(axes: Axes, ensemble: xr.Dataset) -> np.ndarray:
    """Return where control values stand on the horizontal axis; infinity stands, labelled, at its end."""
    values = ensemble["control"].values.astype(float)
    finite = values[np.isfinite(values)]
    if finite.size == values.size:
        return values
    end = finite.max() + 0.15 * max(np.ptp(finite), 1.0) if finite.size else 1.0
    axes.set_xticks([*np.unique(np.round(finite, 1)), end], [*np.unique(np.round(finite, 1)), "$\\infty$"])
    return np.where(np.isfinite(values), values, end)


def draw_reference(axes: Axes, ensemble: xr.Dataset) -> None:
    """Draw the known transition as a vertical line, if the model knows one."""
    control = ensemble["control"].attrs
    if "known_transition" in control:
        axes.axvline(control["known_transition"], color="0.4", lw=0.8, ls=(0, (4, 2)), zorder=0)
        label = axes.annotate(
            control["known_transition_label"],
            (control["known_transition"], 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(2, 2),
            textcoords="offset points",
            fontsize="small",
            color="0.3",
        )
        label.set_in_layout(False)


def draw_bits(axes: Axes, components: int) -> None:
    """Draw the most that binary components can hold, one bit each, as a horizontal line."""
    bound = components * np.log(2)
    axes.axhline(bound, color="0.4", lw=0.8, ls=":", zorder=0)
    label = axes.annotate(
        "1 bit" if components == 1 else f"{components} bits",
        (1.0, bound),
        xycoords=("axes fraction", "data"),
        xytext=(-2, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize="small",
        color="0.3",
    )
    # A place in data cannot be laid out before the axes have their size.
    label.set_in_layout(False)


def draw_filter(axes: Axes, weights: np.ndarray, limit: float) -> AxesImage:
    """Draw weights (y, x) as a framed picture without ticks, in colours from -limit to limit."""
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(True)
    return axes.imshow(weights, cmap="RdBu_r", vmin=-limit, vmax=limit)


def draw_line(
    axes: Axes, x: ArrayLike, y: ArrayLike, error: ArrayLike, number: int, colour: Colour, label: str
) -> None:
    """Draw a line through values with error bars; the marker is that of the `number`-th line."""
    marker = MARKERS[number % len(MARKERS)]
    axes.errorbar(x, y, error, marker=marker, ms=4, lw=1, capsize=2, color=colour, label=label)


def legend(axes: Axes, **options: Any) -> None:
    """Draw a legend whose markers have no error bars."""
    handles, labels = axes.get_legend_handles_labels()
    bare = [h[0] if isinstance(h, ErrorbarContainer) else h for h in handles]
    axes.legend(bare, labels, **options)


def short(value: float) -> str:
    """Write a control value for a label in mathematics, to four digits."""
    return "\\infty" if np.isinf(value) else f"{value:.4g}"


def nearest_control(ensemble: xr.Dataset) -> float:
    """Return the control value nearest to the known transition, else the middle one."""
    values = ensemble["control"].values
    reference = ensemble["control"].attrs.get("known_transition", np.median(values))
    return values[np.abs(values - reference).argmin()]


def save(
    figure: Figure, paths: Iterable[str], inputs: Iterable[str] = (), code: dict[str, str] | None = None
) -> None:
    """Save a figure under every path, in the format of its ending, with what made it in its metadata.

    `inputs` are the files that it was drawn from, `code` says which code drew it.
    """
    origin = figure_provenance(inputs, code)
    for path in map(Path, paths):
        metadata: dict[str, str | None] = {"Title": path.stem}
        # No date: the same data make the same file.
        metadata |= (
            {"Subject": origin, "CreationDate": None} if path.suffix == ".pdf" else {"Description": origin}
        )
        with replacing(path, sealed=True) as temporary:
            figure.savefig(temporary, format=path.suffix[1:], bbox_inches="tight", metadata=metadata)
    plt.close(figure)
