"""Join tables of the same columns, in order."""

import pandas as pd

from rsmi.analysis.tables import write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
write_csv(pd.concat([pd.read_csv(path) for path in snakemake.input]), snakemake.output[0])
