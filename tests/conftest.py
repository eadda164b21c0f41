"""Fixtures that several tests share."""

import os

# One thread, as in the workflow's jobs; set before any library reads it.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

from pathlib import Path

PROJECT = Path(__file__).parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
# Numba first lists what it has compiled and then writes the code: where two processes do so at once for one
# function, each for types of its own, the list may promise one's code where the other's lies.
if WORKER:
    os.environ.setdefault("NUMBA_CACHE_DIR", str(PROJECT / ".pytest_cache" / "numba" / WORKER))

import fcntl
import shutil

import numpy as np
import pytest
import torch

from rsmi.sampling.driver import sample
from tests.clone import Clone
from tests.workflow.conftest import MINIATURE, Workspace

torch.set_num_threads(1)
pytest_plugins = ("tests.skips", "tests.workers")


@pytest.fixture(scope="session")
def ordered_samples():
    """An ordered Ising sample set, small."""
    return sample("ising", 1.5, {"size": 12}, chains=8, samples=200, thermalisation=100, spacing=4)


@pytest.fixture(scope="session")
def independent_samples():
    """Independent spins: T = inf. A sweep of Wolff clusters leaves a share exp(-2) of a correlation."""
    return sample("ising", float("inf"), {"size": 12}, chains=8, samples=400, thermalisation=10, spacing=8)


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The miniature, run to its end on two cores; tests must leave it as it is.

    It is a copy of one that nobody touches, which the first worker that needs it makes for all of them.
    """
    folder = tmp_path_factory.getbasetemp()
    if WORKER:
        folder = folder.parent
    original, made = Workspace(folder / "miniature"), folder / "miniature.made"
    with open(folder / "miniature.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            original.directory.mkdir(exist_ok=True)
            original.configure(MINIATURE)
            original.snakemake("--cores", "2")
            made.touch()
    # Copied with all times, by which Snakemake tells what is out of date.
    directory = tmp_path_factory.mktemp("miniature")
    shutil.copytree(original.directory, directory, dirs_exist_ok=True)
    return Workspace(directory, original=original.directory)


@pytest.fixture(scope="session")
def benchmarked(tmp_path_factory):
    """What a quick `make benchmark` says, without the packages that it would get from the network."""
    clone = Clone(tmp_path_factory.mktemp("benchmark") / "project")
    clone.ready(".peers")
    return clone.make("benchmark", "BENCHMARK=--quick").stdout


@pytest.fixture(scope="session")
def benchmarked_mi(tmp_path_factory):
    """A copy of the project after a quick `make benchmark-mi`, and what that said.

    The peer, which runs elsewhere, finds the one file that it would write; its x and y hold 0.413 nat.
    """
    clone = Clone(tmp_path_factory.mktemp("benchmark_mi") / "project")
    clone.environment(".peers-mi")
    rng = np.random.default_rng(0)
    x, y = rng.multivariate_normal([0, 0], [[1, 0.75], [0.75, 1]], 500).T[:, :, None]
    folder = clone.folder / ".peers-mi/data/quick"
    folder.mkdir(parents=True)
    np.savez(folder / "1v1-normal-0.75_0.npz", x=x, y=y, truth=0.413, estimate=0.4, seconds=1.0)
    return clone, clone.make("benchmark-mi", "BENCHMARK=--quick").stdout
