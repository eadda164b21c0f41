"""Draw one figure of the paper from its named inputs."""

import importlib
from pathlib import Path

import pandas as pd

from rsmi import store
from rsmi.figures import style
from rsmi.job import log_to


def read(path):
    """Read a table, a sample set or an ensemble; several become a list."""
    if not isinstance(path, str):
        return [read(part) for part in path]
    if path.endswith(".csv"):
        return pd.read_csv(path)
    return store.read(path, "samples" if "samples" in Path(path).parts else "ensemble")


log_to(snakemake.log[0])
figure = importlib.import_module(f"rsmi.figures.paper.{snakemake.wildcards.figure}")
style.save(figure.draw(**{name: read(path) for name, path in snakemake.input.items()}), snakemake.output)
