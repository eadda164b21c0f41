"""Join all trainings of a scan into one Dataset."""

from rsmi.analysis.ensemble import assemble
from rsmi.storage import netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
trainings = [netcdf.read(path, "training", snakemake.params.settings) for path in snakemake.input]
ensemble = assemble(trainings).assign_attrs(scan=snakemake.wildcards.scan)
netcdf.write(ensemble, snakemake.output[0], "ensemble", snakemake.params.settings)
