"""Write the distribution of masses at every control value of a model."""

from rsmi.analysis.masses import mass_table
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
csv.write(mass_table(netcdf.read(path, "samples") for path in snakemake.input), snakemake.output[0])
