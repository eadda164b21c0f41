"""Check the trainings at one control value of a scan against the exact information of their filters."""

from rsmi.storage import netcdf
from rsmi.study.job import begin
from rsmi.validation import rows, trainings

begin(snakemake.log[0])
samples = netcdf.read(snakemake.input.samples, "samples")
found = [netcdf.read(path, "training") for path in snakemake.input.trainings]
rows.write(trainings.check_all(samples, found), snakemake.output[0])
