"""Draw one figure of the table of all checks, and of other tables before it."""

import importlib

import pandas as pd

from rsmi.figures import style
from rsmi.job import log_to
from rsmi.validation import rows

log_to(snakemake.log[0])
figure = importlib.import_module(f"rsmi.validation.figures.{snakemake.params.figure}")
*others, summary = snakemake.input
tables = [pd.read_csv(path) for path in others]
style.save(figure.draw(*tables, rows.read(summary)), snakemake.output)
