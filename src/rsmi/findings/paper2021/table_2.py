"""Table II of the paper: the training of every scan, beside the paper's."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import xarray as xr

from rsmi.findings.paper2021.recipe import training_table

ABOUT = {
    "title": "Table II: training",
    "order": 3,
    "each": "study",
    "target": "paper",
    # The run times are known when all ensembles are there.
    "inputs": {"ensembles": ["ensembles/{scan}.nc"]},
    "settings": ["scans", "models", "benchmarks"],
    "caption": (
        "The training in every scan, beside that of the paper. Run times are medians over jobs, start-up and "
        "evaluation included."
    ),
}


def table(
    ensembles: Sequence[xr.Dataset], scans: dict[str, Any], models: dict[str, Any], benchmarks: str
) -> pd.DataFrame:
    """Return the rows of `rsmi.findings.paper2021.recipe.training_table`, one per scan; reads no ensemble."""
    return training_table(scans, models, benchmarks)
