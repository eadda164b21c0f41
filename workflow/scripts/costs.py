"""Write the table of what a study cost, and draw it."""

from rsmi.budget import budget
from rsmi.figures import costs, style
from rsmi.job import log_to

log_to(snakemake.log[0])
table = budget(snakemake.params.root)
table.to_csv(snakemake.output[0], index=False, float_format="%.6g")
style.save(costs.draw(table), snakemake.output[1:])
