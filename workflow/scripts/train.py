"""Train a block of seeds at one point of a scan."""

import torch

from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.storage import files, netcdf
from rsmi.study.job import begin

begin(snakemake.log[0])
torch.set_num_threads(snakemake.threads)
settings = snakemake.params.settings
samples = netcdf.read(snakemake.input[0], "samples", snakemake.params.samples)
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
    split=settings["split"],
    key=tuple(settings["key"]),
    checkpoint=snakemake.params.checkpoint,
    share=snakemake.params.share,
)
netcdf.write(dataset, snakemake.output[0], "training", settings)
files.remove(snakemake.params.checkpoint)
