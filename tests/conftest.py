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

import pytest
import torch

from rsmi.sampling import sample
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
