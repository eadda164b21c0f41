"""Read and check the configurations of one control value from files."""

from rsmi.external.reading import load
from rsmi.storage import netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
dataset = load(snakemake.params.parameters, snakemake.params.control)
origin = snakemake.params.settings | {"control": snakemake.params.control, "code": snakemake.params.code}
netcdf.write(dataset, snakemake.output[0], "samples", origin)
