"""Write what filters keep of E by exact results, at one control value of a scan."""

from rsmi import csvstore, store
from rsmi.analysis.referee import exact_information
from rsmi.job import begin

begin(snakemake.log[0])
samples = store.read(snakemake.input.samples, "samples")
ensemble = store.read(snakemake.input.ensemble, "ensemble")
csvstore.write(exact_information(samples, ensemble), snakemake.output[0])
