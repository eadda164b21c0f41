"""Draw one figure of an ensemble, or of several."""

import importlib

from rsmi.figures import style
from rsmi.storage import netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
figure = importlib.import_module(f"rsmi.figures.{snakemake.params.figure}")
ensembles = [netcdf.read(path, "ensemble") for path in snakemake.input]
style.save(figure.draw(*ensembles), snakemake.output, snakemake.input)
