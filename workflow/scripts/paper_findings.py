"""Hold what the paper claims to what was found."""

from rsmi import csvstore, store
from rsmi.findings.table import findings
from rsmi.job import begin

begin(snakemake.log[0])
inputs = {
    name: csvstore.read(path) if path.endswith(".csv") else store.read(path, "ensemble")
    for name, path in snakemake.input.items()
}
csvstore.write(findings(**inputs), snakemake.output[0])
