"""Make the rows of a check that reads no files."""

import importlib

from rsmi.study.job import begin
from rsmi.validation import rows

begin(snakemake.log[0])
check = importlib.import_module(f"rsmi.validation.{snakemake.params.check}").check
rows.write(check(), snakemake.output[0])
