"""Write the table of the sample sets of a model."""

from rsmi.analysis.tables import samples_table
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
samples = (netcdf.read(path, "samples") for path in snakemake.input)
csv.write(samples_table(samples), snakemake.output[0])
