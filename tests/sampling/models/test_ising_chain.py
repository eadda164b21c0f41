import math

import numpy as np
import pytest

from rsmi.exact.ising.thermodynamics import ring_thermodynamics
from rsmi.sampling.driver import sample
from rsmi.sampling.models.ising_chain import IsingChain
from rsmi.sampling.statistics import autocorrelation
from tests.sampling.models.exactness import check_means


@pytest.mark.parametrize("coupling", ["ferromagnetic", "antiferromagnetic"])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("size", [4, 10, 100])
def test_against_the_closed_form(size, temperature, coupling):
    parameters = {"size": size, "coupling": coupling}
    dataset = sample("ising_chain", temperature, parameters, chains=8, samples=10_000, thermalisation=0)
    exact = ring_thermodynamics(temperature, size)
    squares = dataset["magnetisation"].values ** 2
    dataset["square_magnetisation"] = ("chain", "sample"), squares, dataset["energy"].attrs
    check_means(
        dataset,
        {
            "energy": exact["energy"],
            "magnetisation": 0.0,
            "square_magnetisation": exact["square_magnetisation"],
        },
    )
    heat = dataset["energy"].values.var() * size / temperature**2
    # The variance of a variance, with the sampled fourth moment.
    deviation = (dataset["energy"].values - exact["energy"]) ** 2
    error = deviation.std() / np.sqrt(deviation.size) * size / temperature**2
    assert abs(heat - exact["specific_heat"]) < 4 * error


def test_samples_are_independent():
    dataset = sample("ising_chain", 0.5, {"size": 50}, chains=4, samples=5000, thermalisation=0)
    assert dataset.attrs["spacing"] <= 2
    for name in ("energy", "magnetisation"):
        measured = autocorrelation(dataset[name].values)
        assert abs(measured.tau - 0.5) < 4 * measured.error


@pytest.mark.parametrize("temperature", [1e-4, math.inf])
def test_extreme_temperatures(temperature):
    dataset = sample("ising_chain", temperature, {"size": 20}, chains=4, samples=2000, thermalisation=0)
    expected = -1.0 if temperature < 1 else 0.0
    assert dataset["energy"].values.mean() == pytest.approx(expected, abs=0.02)


def test_an_odd_antiferromagnet_is_refused():
    with pytest.raises(ValueError, match=r"size = 5: .* frustrated"):
        IsingChain(1.0, size=5, coupling="antiferromagnetic")
