"""Write what the curves of an ensemble say of decay and transition."""

from rsmi.analysis.curves import decays, steepest_descents
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
ensemble = netcdf.read(snakemake.input[0], "ensemble")
csv.write(decays(ensemble), snakemake.output[0])
csv.write(steepest_descents(ensemble), snakemake.output[1])
