"""Write the table of the chosen members of an ensemble."""

from rsmi import store
from rsmi.analysis.tables import rsmi_table, write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
write_csv(rsmi_table(store.read(snakemake.input[0], "ensemble")), snakemake.output[0])
