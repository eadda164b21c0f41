"""Write what the mass of V tells of the mass of E, without a network, at every control value."""

from rsmi import csvstore, store
from rsmi.analysis.mass_rule import mass_rules
from rsmi.job import begin

begin(snakemake.log[0])
samples = (store.read(path, "samples") for path in snakemake.input)
regions = (snakemake.params[name] for name in ("visible", "buffer", "environment"))
csvstore.write(mass_rules(samples, *regions), snakemake.output[0])
