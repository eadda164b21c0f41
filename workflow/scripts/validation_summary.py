"""Put the rows of all checks into one table."""

from rsmi.job import log_to
from rsmi.validation.rows import unchecked
from rsmi.validation.summary import summarise, verdict

log_to(snakemake.log[0])
without = [unchecked("trainings without responses", "any", {"scan": s}) for s in snakemake.params.unchecked]
table = summarise(snakemake.input, without)
print(verdict(table)[0])
table.to_csv(snakemake.output[0], index=False)
