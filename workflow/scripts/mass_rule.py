"""Write what the mass of V tells of the mass of E, without a network, at every control value."""

from rsmi import store
from rsmi.analysis.mass_rule import mass_rules
from rsmi.analysis.tables import write_csv
from rsmi.job import log_to

log_to(snakemake.log[0])
samples = (store.read(path, "samples") for path in snakemake.input)
regions = (snakemake.params[name] for name in ("visible", "buffer", "environment"))
write_csv(mass_rules(samples, *regions), snakemake.output[0])
