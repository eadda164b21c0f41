"""What the filters of a scan keep of E by exact results, at all control values."""

from collections.abc import Iterable

import pandas as pd

ABOUT = {
    "title": "exact information of the filters",
    "order": 5,
    "each": "scan",
    "target": None,
    "inputs": {"points": ["referee/{scan}/{control}.csv"]},
    "caption": (
        "The information that the chosen filters keep by exact results, in nats, with its standard error."
    ),
}


def table(points: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of `rsmi.analysis.exact_information.exact_information`, of all control values."""
    return pd.concat(points)
