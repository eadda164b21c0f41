"""Draw what more data would buy."""

from rsmi import csvstore
from rsmi.figures import learning, style
from rsmi.job import begin

begin(snakemake.log[0])
style.save(learning.draw(csvstore.read(snakemake.input[0])), snakemake.output, snakemake.input)
