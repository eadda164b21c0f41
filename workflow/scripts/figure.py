"""Draw one figure of an ensemble."""

import importlib

from rsmi import store
from rsmi.figures import style
from rsmi.job import log_to

log_to(snakemake.log[0])
figure = importlib.import_module(f"rsmi.figures.{snakemake.params.figure}")
style.save(figure.draw(store.read(snakemake.input[0], "ensemble")), snakemake.output)
