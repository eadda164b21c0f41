"""Write the table of what a study cost, and draw it."""

from pathlib import Path

import pandas as pd

from rsmi.figures import costs, style
from rsmi.storage import csv
from rsmi.storage.benchmarks import COLUMNS, BudgetError, budget
from rsmi.study.job import begin

begin(snakemake.log[0])
try:
    table = budget(Path(snakemake.params.benchmarks).parent)
except BudgetError as error:
    # Somebody may have deleted the benchmark files, which is no reason to fail.
    print(error)
    table = pd.DataFrame(columns=COLUMNS)
csv.write(table, snakemake.output[0])
style.save(costs.draw(table), snakemake.output[1:], snakemake.output[:1])
