"""Write what the curves of an ensemble say of decay and transition."""

from rsmi import csvstore, store
from rsmi.analysis.curves import decays, steepest_descents
from rsmi.job import begin

begin(snakemake.log[0])
ensemble = store.read(snakemake.input[0], "ensemble")
csvstore.write(decays(ensemble), snakemake.output[0])
csvstore.write(steepest_descents(ensemble), snakemake.output[1])
