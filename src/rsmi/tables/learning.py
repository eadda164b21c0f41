"""What more data would buy, from trainings on shares of the data and on all of it."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from rsmi.analysis.learning import learning_table

ABOUT = {
    "title": "what more data would buy",
    "order": 4,
    "each": "scan with shares",
    "inputs": {"trainings": ["{learning}"]},
    "caption": (
        "**What more data would buy**, at the first buffer: held-out RSMI of the chosen filter, with its "
        "error, and its value in sample, against the number of configurations that were trained on. The row "
        "of all data extrapolates to twice as many, and says in words what they would add."
    ),
}


def table(trainings: Iterable[xr.Dataset]) -> pd.DataFrame:
    """Return the rows of `rsmi.analysis.learning.learning_table`, one per control value and share."""
    return learning_table(trainings)
