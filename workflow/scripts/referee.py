"""Write what filters keep of E by exact results, at one control value of a scan."""

from rsmi import store
from rsmi.analysis.referee import exact_information
from rsmi.analysis.tables import write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
samples = store.read(snakemake.input.samples, "samples")
ensemble = store.read(snakemake.input.ensemble, "ensemble")
write_csv(exact_information(samples, ensemble), snakemake.output[0])
