"""Write the table of the sample sets of a model."""

from rsmi import store
from rsmi.analysis.tables import samples_table, write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
samples = (store.read(path, "samples") for path in snakemake.input)
write_csv(samples_table(samples), snakemake.output[0])
