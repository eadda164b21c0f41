"""Value rules on free dimers by the referee."""

from rsmi import store
from rsmi.job import log_to
from rsmi.validation.free_dimers import check

log_to(snakemake.log[0])
check(store.read(snakemake.input[0], "samples")).to_csv(snakemake.output[0], index=False)
