"""Draw one figure of an ensemble, or of several."""

import importlib

from rsmi import store
from rsmi.figures import style
from rsmi.job import begin

begin(snakemake.log[0])
figure = importlib.import_module(f"rsmi.figures.{snakemake.params.figure}")
ensembles = [store.read(path, "ensemble") for path in snakemake.input]
style.save(figure.draw(*ensembles), snakemake.output, snakemake.input)
