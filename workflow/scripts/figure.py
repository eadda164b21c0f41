"""Draw one figure from its inputs."""

from rsmi.figures import style
from rsmi.storage.results import read_inputs
from rsmi.study.job import begin, module_of

begin(snakemake.log[0])
figure = module_of(snakemake)
inputs = read_inputs(dict(snakemake.input.items()), snakemake.params.made_by)
drawn = figure.draw(**inputs, **snakemake.params.settings)
code = {"figure": snakemake.params.module, "code": snakemake.params.code}
style.save(drawn, snakemake.output, snakemake.input, code)
