"""Fixtures that several tests share."""

import os

# One thread, as in the workflow's jobs; set before any library reads it.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

from pathlib import Path

import pytest
import torch

from rsmi.sampling.driver import sample
from tests.workflow.conftest import MINIATURE, Workspace

torch.set_num_threads(1)
PROJECT = Path(__file__).parent.parent


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
    """The miniature, run to its end on two cores; tests must leave it as it is."""
    workspace = Workspace(tmp_path_factory.mktemp("miniature"))
    workspace.configure(MINIATURE)
    workspace.snakemake("--cores", "2")
    return workspace
