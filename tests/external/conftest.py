import numpy as np
import pytest

from rsmi.sampling.driver import sample

PARAMETERS = {
    "path": "T={control}.npy",
    "values": "binary",
    "boundary": "periodic",
    "symbol": "T",
    "name": "temperature",
}


@pytest.fixture(scope="session")
def spins():
    """Ising spins (chain, sample, y, x), nearly independent."""
    found = sample("ising", 2.6, {"size": 16}, chains=8, samples=100, thermalisation=200, spacing=10)
    return found["configuration"].values


@pytest.fixture
def parameters(tmp_path, monkeypatch):
    """Settings of files in the working directory."""
    monkeypatch.chdir(tmp_path)
    return dict(PARAMETERS)


@pytest.fixture
def saved(parameters, spins):
    """The same, with a file at T = 2.6."""
    np.save("T=2.60.npy", spins)
    return parameters
