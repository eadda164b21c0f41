"""Write the table of what a study cost, and draw it."""

from pathlib import Path

from rsmi.budget import budget
from rsmi.figures import costs, style
from rsmi.job import log_to

log_to(snakemake.log[0])
table = budget(Path(snakemake.params.benchmarks).parent)
table.to_csv(snakemake.output[0], index=False, float_format="%.6g")
style.save(costs.draw(table), snakemake.output[1:])
