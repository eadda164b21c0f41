"""Write the distribution of masses at every control value of a model."""

from rsmi import store
from rsmi.analysis.masses import mass_table
from rsmi.analysis.tables import write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
write_csv(mass_table(store.read(path, "samples") for path in snakemake.input), snakemake.output[0])
