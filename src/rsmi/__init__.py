"""Real-space mutual information (RSMI): phase diagrams from raw configurations.

The stages are `rsmi.sampling`, `rsmi.external`, `rsmi.estimator`, `rsmi.analysis` and `rsmi.figures`; each
works without Snakemake. What a notebook needs, `rsmi.notebook`, is also here; it is imported when first
used, so that a stage loads only what it uses.
"""

import importlib

_NOTEBOOK = ("Regions", "load", "from_array", "train_ensemble", "plot_filters", "plot_rsmi")


def __getattr__(name):
    """Fetch what a notebook needs."""
    if name in _NOTEBOOK:
        return getattr(importlib.import_module("rsmi.notebook"), name)
    raise AttributeError(f"module 'rsmi' has no attribute {name!r}")


def __dir__():
    """List what a notebook needs beside the modules."""
    return sorted([*globals(), *_NOTEBOOK])
