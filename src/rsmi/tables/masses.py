"""The distribution of masses at every control value of a model."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from rsmi.analysis.masses import mass_table

ABOUT = {
    "title": "distribution of masses",
    "order": 2,
    "each": "model",
    "target": None,
    "inputs": {"samples": ["samples/{model}/{control}.nc"]},
    "caption": "The probability of a site to hold a mass, per unit of mass, with its standard error.",
}


def table(samples: Iterable[xr.Dataset]) -> pd.DataFrame:
    """Return the rows of `rsmi.analysis.masses.mass_table`, one per control value and bin of masses."""
    return mass_table(samples)
