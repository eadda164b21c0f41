"""Train a block of seeds at one point of a scan."""

import torch

from rsmi import files, store
from rsmi.estimator.training import TrainingSettings, train
from rsmi.job import begin
from rsmi.regions import Regions

begin(snakemake.log[0])
torch.set_num_threads(snakemake.threads)
settings = snakemake.params.settings
samples = store.read(snakemake.input[0], "samples", snakemake.params.samples)
dataset = train(
    samples,
    Regions(
        settings["visible"],
        snakemake.params.buffer,
        settings["environment"],
        samples["configuration"].ndim - 2,
    ),
    snakemake.params.components,
    snakemake.params.seeds,
    TrainingSettings(**settings["training"]),
    split=(settings["split"]["training"], settings["split"]["validation"]),
    key=tuple(settings["key"]),
    checkpoint=snakemake.params.checkpoint,
    share=snakemake.params.share,
)
store.write(dataset, snakemake.output[0], "training", settings)
files.remove(snakemake.params.checkpoint)
