"""Draw one figure of the table of all checks, and of other tables before it."""

import importlib

from rsmi.figures import style
from rsmi.storage import csv
from rsmi.study.job import begin
from rsmi.validation import rows

begin(snakemake.log[0])
figure = importlib.import_module(f"rsmi.validation.figures.{snakemake.params.figure}")
*others, summary = snakemake.input
tables = [csv.read(path) for path in others]
style.save(figure.draw(*tables, rows.read(summary)), snakemake.output, snakemake.input)
