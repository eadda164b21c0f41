"""How information decays with the buffer, by the law that the data prefer."""

import pandas as pd
import xarray as xr

from rsmi.analysis.curves import decays

ABOUT = {
    "title": "laws of decay with the buffer",
    "order": 2,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "How information decays with the distance from the centre of V to E: an exponential and a power, "
        "fitted to the chosen members; the one that the data prefer, if they prefer one by 4 in chi squared."
    ),
}


def table(ensemble: xr.Dataset) -> pd.DataFrame:
    """Return the rows of `rsmi.analysis.curves.decays`, one per control value."""
    return decays(ensemble)
