"""Write how much the mass of V says about the mass of E, without a network, at every control value."""

from rsmi.analysis.mass_rule import mass_rules
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
samples = (netcdf.read(path, "samples") for path in snakemake.input)
regions = (snakemake.params[name] for name in ("visible", "buffer", "environment"))
csv.write(mass_rules(samples, *regions), snakemake.output[0])
