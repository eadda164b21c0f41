"""Write Tables I and II, architecture and training, of all scans beside the paper's."""

from rsmi import csvstore
from rsmi.analysis.recipe import architecture_table, training_table
from rsmi.job import begin

begin(snakemake.log[0])
scans, models = snakemake.params.scans, snakemake.params.models
csvstore.write(architecture_table(scans, models), snakemake.output[0])
csvstore.write(training_table(scans, models, snakemake.params.benchmarks), snakemake.output[1])
