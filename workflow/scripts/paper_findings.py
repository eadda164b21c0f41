"""Compare what the paper claims with what was found."""

from rsmi.findings.paper2021.table import findings
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
inputs = {
    name: csv.read(path) if path.endswith(".csv") else netcdf.read(path, "ensemble")
    for name, path in snakemake.input.items()
}
csv.write(findings(**inputs), snakemake.output[0])
