"""Write what more data would buy, from trainings on shares of the data and on all of it."""

from rsmi import csvstore, store
from rsmi.analysis.learning import learning_table
from rsmi.job import begin

begin(snakemake.log[0])
trainings = [store.read(path, "training", snakemake.params.settings) for path in snakemake.input]
csvstore.write(learning_table(trainings), snakemake.output[0])
