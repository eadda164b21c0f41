"""Write what filters keep of E by exact results, at one control value of a scan."""

from rsmi.analysis.exact_information import exact_information
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
samples = netcdf.read(snakemake.input.samples, "samples")
ensemble = netcdf.read(snakemake.input.ensemble, "ensemble")
csv.write(exact_information(samples, ensemble), snakemake.output[0])
