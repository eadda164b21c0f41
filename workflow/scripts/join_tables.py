"""Join tables of the same columns, in order."""

import pandas as pd

from rsmi import csvstore
from rsmi.job import begin

begin(snakemake.log[0])
csvstore.write(pd.concat([csvstore.read(path) for path in snakemake.input]), snakemake.output[0])
