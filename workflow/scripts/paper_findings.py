"""Hold what the paper claims to what was found."""

import pandas as pd

from rsmi import store
from rsmi.analysis.tables import write_csv
from rsmi.findings.table import findings
from rsmi.job import log_to

log_to(snakemake.log[0])
inputs = {
    name: pd.read_csv(path) if path.endswith(".csv") else store.read(path, "ensemble")
    for name, path in snakemake.input.items()
}
write_csv(findings(**inputs), snakemake.output[0])
