"""Join all trainings of a scan into one Dataset."""

from rsmi import store
from rsmi.analysis.ensemble import assemble
from rsmi.job import begin

begin(snakemake.log[0])
trainings = [store.read(path, "training", snakemake.params.settings) for path in snakemake.input]
ensemble = assemble(trainings).assign_attrs(scan=snakemake.wildcards.scan)
store.write(ensemble, snakemake.output[0], "ensemble", snakemake.params.settings)
