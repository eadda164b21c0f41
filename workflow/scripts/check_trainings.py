"""Hold the trainings at one control value of a scan to the exact information of their filters."""

from itertools import groupby

from rsmi import store
from rsmi.job import log_to
from rsmi.validation import rows, trainings

log_to(snakemake.log[0])
samples = store.read(snakemake.input.samples, "samples")
found = sorted((store.read(path, "training") for path in snakemake.input.trainings), key=trainings.point)
points = [list(block) for _, block in groupby(found, key=trainings.point)]
rows.write([row for block in points for row in trainings.check(samples, block)], snakemake.output[0])
