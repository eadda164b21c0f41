"""Write the table of the chosen members of an ensemble."""

from rsmi import csvstore, store
from rsmi.analysis.tables import rsmi_table
from rsmi.job import begin

begin(snakemake.log[0])
csvstore.write(rsmi_table(store.read(snakemake.input[0], "ensemble")), snakemake.output[0])
