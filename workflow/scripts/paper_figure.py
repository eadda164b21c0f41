"""Draw one figure of the paper from its named inputs."""

import importlib
from pathlib import Path

from rsmi.figures import style
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin


def read(path):
    """Read a table, a sample set or an ensemble; several become a list."""
    if not isinstance(path, str):
        return [read(part) for part in path]
    if path.endswith(".csv"):
        return csv.read(path)
    return netcdf.read(path, "samples" if "samples" in Path(path).parts else "ensemble")


begin(snakemake.log[0])
figure = importlib.import_module(f"rsmi.figures.paper2021.{snakemake.wildcards.figure}")
inputs = {name: read(path) for name, path in snakemake.input.items()}
style.save(figure.draw(**inputs), snakemake.output, snakemake.input)
