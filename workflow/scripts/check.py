"""Compare what was found with what is exact, a row each."""

from rsmi.storage.results import read_inputs
from rsmi.study.job import begin, module_of
from rsmi.validation import rows

begin(snakemake.log[0])
module = module_of(snakemake)
inputs = read_inputs(dict(snakemake.input.items()), snakemake.params.made_by)
rows.write(module.check(**inputs, **snakemake.params.settings), snakemake.output[0])
