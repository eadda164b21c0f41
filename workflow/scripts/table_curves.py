"""Write what the curves of an ensemble say of decay and transition."""

from rsmi import store
from rsmi.analysis.curves import decays, steepest_descents
from rsmi.analysis.tables import write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
ensemble = store.read(snakemake.input[0], "ensemble")
write_csv(decays(ensemble), snakemake.output[0])
write_csv(steepest_descents(ensemble), snakemake.output[1])
