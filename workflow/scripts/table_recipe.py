"""Write Tables I and II, architecture and training, of all scans beside the paper's."""

from rsmi.analysis.recipe import architecture_table, training_table
from rsmi.analysis.tables import write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
scans, models = snakemake.params.scans, snakemake.params.models
write_csv(architecture_table(scans, models), snakemake.output[0])
write_csv(training_table(scans, models, snakemake.params.benchmarks), snakemake.output[1])
