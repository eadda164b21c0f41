"""Hold the sample sets of a model to exact means."""

from rsmi import store
from rsmi.job import log_to
from rsmi.validation import rows, samples

log_to(snakemake.log[0])
found = [row for path in snakemake.input for row in samples.check(store.read(path, "samples"))]
rows.write(found, snakemake.output[0])
