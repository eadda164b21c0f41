"""Table I of the paper: the architecture of every scan, beside the paper's."""

from typing import Any

import pandas as pd

from rsmi.findings.paper2021.recipe import architecture_table

ABOUT = {
    "title": "Table I: architecture",
    "order": 2,
    "each": "study",
    "target": "paper",
    "inputs": {},
    "settings": ["scans", "models"],
    "caption": "The architecture in every scan, beside that of the paper.",
}


def table(scans: dict[str, Any], models: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of `rsmi.findings.paper2021.recipe.architecture_table`, one per scan."""
    return architecture_table(scans, models)
