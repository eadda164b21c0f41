"""Write the table of the chosen members of an ensemble."""

from rsmi.analysis.tables import rsmi_table
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
csv.write(rsmi_table(netcdf.read(snakemake.input[0], "ensemble")), snakemake.output[0])
