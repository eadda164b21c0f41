"""How much the mass of V says about the mass of E, without a network, at every control value."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from rsmi.analysis.mass_rule import mass_rules

ABOUT = {
    "title": "what the mass of V tells of the mass of E",
    "order": 6,
    "each": "scan",
    "target": None,
    "inputs": {"samples": ["samples/{model}/{control}.nc"]},
    "settings": ["visible", "buffers", "environment"],
    "caption": (
        "What the rule *is the mass of V above a threshold?* is known to tell of E through its mass, without "
        "any network, at the first buffer, in nats, with its standard error."
    ),
}


def table(samples: Iterable[xr.Dataset], visible: int, buffers: list[int], environment: int) -> pd.DataFrame:
    """Return the rows of `rsmi.analysis.mass_rule.mass_rules` at the first buffer, one per control value."""
    return mass_rules(samples, visible, buffers[0], environment)
