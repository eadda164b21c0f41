"""Configurations of one's own, by real Snakemake: the same arrays as those of the model that made them."""

import shutil

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

from tests.workflow.test_run import scientific

ENSEMBLE = "results/miniature/ensembles/plane.nc"


def write(values, control, directory):
    """Write configurations (chain, sample, y, x) in three formats, as different programs might."""
    np.save(directory / f"spins_{control}.npy", values.astype(float))
    with h5py.File(directory / "spins.h5", "a") as file:
        file[f"T={control}/field"] = np.moveaxis(values, (0, 1), (-1, -2))
    with netCDF4.Dataset(directory / f"spins_{control}.nc", "w") as file:
        for name, length in zip(("run", "time", "row", "column"), values.shape, strict=True):
            file.createDimension(name, length)
        file.createVariable("up", "i1", ("run", "time", "row", "column"))[:] = values > 0


def own(config, parameters):
    """Return the configuration with its model's samples taken from files."""
    about = {"values": "binary", "boundary": "periodic", "symbol": "T", "name": "temperature"}
    config["models"]["ising"] = {"kind": "file", "parameters": about | parameters}
    return config


@pytest.fixture
def own_files(finished, tmp_path):
    """A workspace with the samples of the miniature in other programs' files."""
    workspace = type(finished)(tmp_path)
    for control in ("1.5", "4.0"):
        with xr.open_dataset(
            finished.directory / f"results/miniature/samples/ising/T={control}.nc"
        ) as samples:
            write(samples["configuration"].values, control.replace("4.0", "4"), tmp_path)
    return workspace


@pytest.mark.parametrize(
    "parameters",
    [
        {"path": "spins_{control}.npy"},
        {"path": "spins.h5", "variable": "T={control}/field", "axes": ["y", "x", "sample", "chain"]},
        {"path": "spins_{control}.nc", "axes": ["chain", "sample", "y", "x"]},
    ],
    ids=["npy", "h5", "nc"],
)
def test_files_give_the_bits_of_the_model_that_made_them(parameters, own_files, finished, config):
    own_files.configure(own(config, parameters))
    own_files.snakemake("--cores", "1", "--", ENSEMBLE)
    ours, built_in = (xr.open_dataset(w.directory / ENSEMBLE) for w in (own_files, finished))
    assert scientific(ours).identical(scientific(built_in))


def test_a_whole_study_of_files_and_what_it_makes_again(own_files, config):
    own_files.configure(own(config, {"path": "spins_{control}.npy", "name": "heat", "unit": "K"}))
    own_files.snakemake("--cores", "1")
    results = own_files.directory / "results/miniature"
    assert (results / "figures/plane/rsmi_vs_control.png").exists()
    assert "mean_effective_samples" in (results / "tables/ising/samples.csv").read_text()
    with xr.open_dataset(results / "ensembles/plane.nc") as ensemble:
        assert ensemble["control"].attrs["long_name"] == "heat" and ensemble["control"].attrs["units"] == "K"
    assert own_files.planned() == {}
    # A file that changes makes its own again; one more is one more control value.
    spins = np.load(own_files.directory / "spins_4.npy")
    np.save(own_files.directory / "spins_4.npy", -spins)
    planned = own_files.planned()
    assert (planned["read"], planned["train"]) == (1, 2)
    shutil.copy(own_files.directory / "spins_1.5.npy", own_files.directory / "spins_2.npy")
    planned = own_files.planned()
    assert (planned["read"], planned["train"]) == (2, 4)


def test_a_broken_file_is_named_before_anything_is_trained(own_files, config):
    own_files.configure(own(config, {"path": "spins_{control}.npy"}))
    spins = np.load(own_files.directory / "spins_4.npy")
    spins[1, 2, 3, 4] = np.nan
    np.save(own_files.directory / "spins_4.npy", spins)
    code, output = own_files.snakemake("--cores", "1", "--retries", "0", check=False)
    assert code == 1
    named = "spins_4.npy: 1 values are missing, NaN or infinite, the first at (sample, *site) = (102, 3, 4)"
    assert named in output
    with open(own_files.directory / "spins_4.npy", "r+b") as file:
        file.truncate(1000)
    code, output = own_files.snakemake("--dry-run", check=False)
    assert code == 1 and "spins_4.npy: cannot be read" in output and "nothing was run" in output
