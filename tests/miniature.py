"""A file of every form that is written today, of a study so small that it takes seconds.

``python -m tests.miniature FOLDER`` writes them as NAME-VERSION.nc; tests/storage/old keeps them.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import xarray as xr

import rsmi
from rsmi.analysis.ensemble import assemble
from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.storage import netcdf

SMALL = {"epochs": 2, "batch_size": 8, "windows": 1, "hidden": (4,), "embedding": 2}
HOW = {"parameters": {"size": 6}, "chains": 8, "samples": 12, "thermalisation": 10, "spacing": 2}


def miniatures() -> dict[str, xr.Dataset]:
    """Return what is in the files, by name; what a name begins with is the kind."""
    with warnings.catch_warnings():
        # So few samples are warned of.
        warnings.simplefilter("ignore")
        samples = sample("ising", 2.3, **HOW, key=(1, "sample"))
        rng = np.random.default_rng(1)
        mask = np.ones((4, 4), int)
        mask[0, 0] = 0
        states = rsmi.from_array(
            rng.integers(3, size=(8, 24, 4, 4)),
            2.3,
            axes=["chain", "sample", "y", "x"],
            mask=mask,
            values="states",
            levels=[0, 1, 2],
            boundary="periodic",
            symbol="T",
            name="temperature",
        )
        # All that a training can keep: answers to the test windows and a baseline; layers and states.
        answers = TrainingSettings(**SMALL, bound="tuba", responses=True)
        layers = TrainingSettings(**SMALL, states=3, filter_hidden=(2,))
        training, deeper = (
            train(samples, Regions(2, 1, 1), 1, [0, 1], settings, (0.5, 0.25), (1, "train"))
            for settings in (answers, layers)
        )
    # What `load` and the workflow add to them.
    states = states.assign_attrs(parameters="{}", variable="", source="T=2.3.npy", source_sha256="0")
    ensemble = assemble([training]).assign_attrs(scan="plane")
    return {
        "samples": samples,
        "samples_file": states,
        "training": training,
        "training_layers": deeper,
        "ensemble": ensemble,
    }


def write(folder: Path) -> dict[str, Path]:
    """Write all files and return their paths, by name."""
    paths = {}
    for name, dataset in miniatures().items():
        kind = name.partition("_")[0]
        temporary = folder / f"{name}.nc"
        netcdf.write(dataset, temporary, kind, {"made": "by tests/miniature.py"})
        version = netcdf.read(temporary, kind).attrs["schema_version"]
        paths[name] = temporary.rename(folder / f"{name}-{version}.nc")
        # What is kept from elsewhere has no seal.
        netcdf.files.remove(temporary)
    return paths


if __name__ == "__main__":
    write(Path(sys.argv[1]))
