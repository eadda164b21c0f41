"""Value rules on free dimers by the referee."""

from rsmi.storage import csv, netcdf
from rsmi.study.job import begin
from rsmi.validation.free_dimers import check

begin(snakemake.log[0])
csv.write_in_full(check(netcdf.read(snakemake.input[0], "samples")), snakemake.output[0])
