"""Sample one model at one value of its control parameter, or go on with the samples that are there."""

from rsmi.sampling.driver import extendable, sample
from rsmi.storage import netcdf
from rsmi.study.job import begin, kind_of

begin(snakemake.log[0])
settings = dict(snakemake.params.settings)
origin = settings | {"control": snakemake.params.control, "code": snakemake.params.code}
del settings["kind"]
dataset = sample(
    kind_of(snakemake),
    snakemake.params.control,
    settings.pop("parameters"),
    key=tuple(settings.pop("key")),
    previous=extendable(snakemake.output[0], origin),
    **settings,
)
netcdf.write(dataset, snakemake.output[0], "samples", origin)
