"""Write the table of what a study cost, and draw it."""

from pathlib import Path

from rsmi import csvstore
from rsmi.budget import budget
from rsmi.figures import costs, style
from rsmi.job import begin

begin(snakemake.log[0])
table = budget(Path(snakemake.params.benchmarks).parent)
csvstore.write(table, snakemake.output[0])
style.save(costs.draw(table), snakemake.output[1:], snakemake.output[:1])
