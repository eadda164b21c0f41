"""Join tables of the same columns, in order."""

import pandas as pd

from rsmi.storage import csv
from rsmi.study.job import begin

begin(snakemake.log[0])
csv.write(pd.concat([csv.read(path) for path in snakemake.input]), snakemake.output[0])
