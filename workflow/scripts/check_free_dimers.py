"""Value rules on free dimers by the referee."""

from rsmi import csvstore, store
from rsmi.job import begin
from rsmi.validation.free_dimers import check

begin(snakemake.log[0])
csvstore.write_in_full(check(store.read(snakemake.input[0], "samples")), snakemake.output[0])
