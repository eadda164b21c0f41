"""Write the distribution of masses at every control value of a model."""

from rsmi import csvstore, store
from rsmi.analysis.masses import mass_table
from rsmi.job import begin

begin(snakemake.log[0])
csvstore.write(mass_table(store.read(path, "samples") for path in snakemake.input), snakemake.output[0])
