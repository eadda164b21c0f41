"""Write the table of the sample sets of a model."""

from rsmi import csvstore, store
from rsmi.analysis.tables import samples_table
from rsmi.job import begin

begin(snakemake.log[0])
samples = (store.read(path, "samples") for path in snakemake.input)
csvstore.write(samples_table(samples), snakemake.output[0])
