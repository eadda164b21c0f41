"""Check the sample sets of a model against exact means."""

from rsmi.storage import netcdf
from rsmi.study.job import begin
from rsmi.validation import rows, samples

begin(snakemake.log[0])
found = [row for path in snakemake.input for row in samples.check(netcdf.read(path, "samples"))]
rows.write(found, snakemake.output[0])
