"""Where information falls most steeply: a place of transition, found from the curves alone."""

import pandas as pd
import xarray as xr

from rsmi.analysis.curves import steepest_descents

ABOUT = {
    "title": "where information falls most steeply",
    "order": 3,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "Where information falls most steeply over the control parameter, at every buffer, with its "
        "bootstrap error: a place of transition, found from the curves alone."
    ),
}


def table(ensemble: xr.Dataset) -> pd.DataFrame:
    """Return the rows of `rsmi.analysis.curves.steepest_descents`, one per buffer."""
    return steepest_descents(ensemble)
