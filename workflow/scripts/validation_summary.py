"""Put the rows of all checks into one table."""

from rsmi.job import log_to
from rsmi.validation.summary import summarise, verdict

log_to(snakemake.log[0])
table = summarise(snakemake.input)
print(verdict(table))
table.to_csv(snakemake.output[0], index=False)
