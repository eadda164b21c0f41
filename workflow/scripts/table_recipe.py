"""Write Tables I and II, architecture and training, of all scans beside the paper's."""

from rsmi.findings.paper2021.recipe import architecture_table, training_table
from rsmi.storage import csv
from rsmi.study.job import begin

begin(snakemake.log[0])
scans, models = snakemake.params.scans, snakemake.params.models
csv.write(architecture_table(scans, models), snakemake.output[0])
csv.write(training_table(scans, models, snakemake.params.benchmarks), snakemake.output[1])
