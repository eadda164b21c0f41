"""A row per claim, and how points of ensembles are read."""

import math
from typing import Any

import xarray as xr

from rsmi.analysis.ensemble import best
from rsmi.storage import netcdf

COLUMNS = ("figure", "claim", "paper", "ours", "error", "exact", "verdict", "comment")
BIT = math.log(2)
# A filter is like a pattern if the modulus of their cosine exceeds this.
ALIKE = 0.9

Row = dict[str, Any]


def row(
    figure: str,
    claim: str,
    paper: Any,
    ours: float,
    error: float,
    holds: bool | str,
    exact: Any = "",
    comment: str = "",
) -> Row:
    """Return a row; `holds` is whether the claim does, or a verdict in words."""
    verdict = holds if isinstance(holds, str) else ("agrees" if holds else "disagrees")
    values = figure, claim, paper, ours, error, exact, verdict, comment
    return dict(zip(COLUMNS, values, strict=True))


def at_point(ensemble: xr.Dataset, control: float, buffer: int, components: int | None = None) -> xr.Dataset:
    """Return the chosen member at one point, of the largest number of components by default."""
    return best(ensemble, components).sel(control=control, L_B=buffer)


def value_of(one: xr.Dataset) -> tuple[float, float]:
    """Return information and error of a point, in nats."""
    return one["rsmi"].item(), one["rsmi_error"].item()


def mean_of(points: xr.Dataset) -> tuple[float, float]:
    """Return mean information and error of points that share their samples: errors do not average out."""
    return points["rsmi"].mean().item(), points["rsmi_error"].mean().item()


def environment_of(ensemble: xr.Dataset) -> int:
    """Return the width of E that an ensemble was trained with, in sites."""
    return netcdf.settings(ensemble)["environment"]


def ordered_states(figure: str, ensemble: xr.Dataset, count: int) -> Row:
    """Return the row on the number of ordered states, exp(RSMI) at the lowest control value, all buffers."""
    coldest = ensemble["control"].values[0]
    value, error = mean_of(best(ensemble).sel(control=coldest))
    ours = math.exp(value)
    return row(
        figure,
        f"ordered states at T = {coldest:g}, exp(RSMI)",
        count,
        ours,
        ours * error,
        abs(ours / count - 1) < 0.05,
        count,
    )
