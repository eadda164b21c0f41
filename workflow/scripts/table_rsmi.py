"""Write the table of the chosen members of an ensemble."""

from rsmi import store
from rsmi.analysis.tables import rsmi_table
from rsmi.job import log_to

log_to(snakemake.log[0])
rsmi_table(store.read(snakemake.input[0], "ensemble")).to_csv(
    snakemake.output[0], index=False, float_format="%.6g"
)
