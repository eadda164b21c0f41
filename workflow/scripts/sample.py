"""Sample one model at one value of its control parameter."""

from rsmi import sampling, store
from rsmi.job import log_to

log_to(snakemake.log[0])
settings = dict(snakemake.params.settings)
dataset = sampling.sample(
    settings.pop("kind"),
    snakemake.params.control,
    settings.pop("parameters"),
    key=tuple(settings.pop("key")),
    **settings,
)
store.write(dataset, snakemake.output[0], "samples", snakemake.params.settings)
