"""Write the table of the sample sets of a model."""

from rsmi import store
from rsmi.analysis.tables import samples_table
from rsmi.job import log_to

log_to(snakemake.log[0])
samples = (store.read(path, "samples") for path in snakemake.input)
samples_table(samples).to_csv(snakemake.output[0], index=False, float_format="%.6g")
