"""Draw what more data would buy."""

from rsmi.figures import learning, style
from rsmi.storage import csv
from rsmi.study.job import begin

begin(snakemake.log[0])
style.save(learning.draw(csv.read(snakemake.input[0])), snakemake.output, snakemake.input)
