"""Write one table, made from its inputs."""

from rsmi.storage import csv
from rsmi.storage.results import read_inputs
from rsmi.study.job import begin, module_of

begin(snakemake.log[0])
module = module_of(snakemake)
inputs = read_inputs(dict(snakemake.input.items()), snakemake.params.made_by)
csv.write(module.table(**inputs, **snakemake.params.settings), snakemake.output[0])
