"""Put the rows of all checks into one table."""

from rsmi.storage import csv
from rsmi.study.job import begin
from rsmi.validation.rows import unchecked
from rsmi.validation.summary import summarise, verdict

begin(snakemake.log[0])
without = [unchecked("trainings without responses", "any", {"scan": s}) for s in snakemake.params.unchecked]
table = summarise(snakemake.input, without)
print(verdict(table)[0])
csv.write_in_full(table, snakemake.output[0])
