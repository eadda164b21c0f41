"""Write what more data would buy, from trainings on shares of the data and on all of it."""

from rsmi.analysis.learning import learning_table
from rsmi.storage import csv, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
trainings = [netcdf.read(path, "training", snakemake.params.settings) for path in snakemake.input]
csv.write(learning_table(trainings), snakemake.output[0])
