"""One style for all figures, and how they are saved."""

from collections.abc import Iterable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rsmi.store import provenance

MARKERS = "osD^vP*XhdpH<>"
NATS = "RSMI $I(\\mathcal{H}:\\mathcal{E})$ (nat)"
DIVERGING = "RdBu_r"


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


def colours(count: int) -> list[tuple[float, float, float]]:
    """Return an ordered, colour-blind safe palette."""
    return sns.color_palette("viridis", count + 1)[:count]


def control_label(ensemble: xr.Dataset) -> str:
    """Return the axis label of the control parameter, with its unit."""
    control = ensemble["control"].attrs
    unit = control["units"].replace("k_B", "k_\\mathrm{B}")
    return f"{control['long_name']} ${control['symbol']}$ (${unit}$)"


def draw_reference(axes: Axes, ensemble: xr.Dataset) -> None:
    """Draw the known transition as a vertical line, if the model knows one."""
    control = ensemble["control"].attrs
    if "reference" in control:
        axes.axvline(control["reference"], color="0.4", lw=0.8, ls=(0, (4, 2)), zorder=0)
        axes.annotate(
            control["reference_label"],
            (control["reference"], 1.0),
            xycoords=("data", "axes fraction"),
            xytext=(2, 2),
            textcoords="offset points",
            fontsize="small",
            color="0.3",
        )


def short(value: float) -> str:
    """Write a control value for a label in mathematics, to four digits."""
    return "\\infty" if np.isinf(value) else f"{value:.4g}"


def nearest_control(ensemble: xr.Dataset) -> float:
    """Return the control value nearest to the known transition, else the middle one."""
    values = ensemble["control"].values
    reference = ensemble["control"].attrs.get("reference", np.median(values))
    return values[np.abs(values - reference).argmin()]


def save(figure: Figure, paths: Iterable[str]) -> None:
    """Save a figure under every path, in the format of its ending, with what made it in its metadata."""
    made = provenance()
    origin = f"rsmi {made['rsmi_version']}, commit {made['commit']}, dirty: {made['commit_dirty']}"
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        metadata = {"Title": path.stem}
        # No date: the same data make the same file.
        metadata |= (
            {"Subject": origin, "CreationDate": None} if path.suffix == ".pdf" else {"Description": origin}
        )
        figure.savefig(path, bbox_inches="tight", metadata=metadata)
    plt.close(figure)
