import numpy as np
import pytest

from rsmi.exact.ising import CRITICAL_TEMPERATURE, energy, enumerate_states
from rsmi.models.ising import Ising
from rsmi.sampling import sample


def z_score(values, exact, effective):
    return (values.mean().item() - exact) / (values.std().item() / np.sqrt(effective))


@pytest.mark.parametrize("temperature", [1.5, CRITICAL_TEMPERATURE, 4.0])
def test_observables_against_enumeration(temperature):
    dataset = sample(
        "ising",
        temperature,
        {"size": 4},
        chains=6,
        samples=10000,
        thermalisation=50,
        spacing="auto",
    )
    exact = enumerate_states(temperature, 4)
    expected = {
        "energy": exact["energy"],
        "magnetisation": exact["magnetisation"],
        "abs_magnetisation": np.abs(exact["magnetisation"]),
    }
    for name, values in expected.items():
        observable = dataset[name]
        mean = np.sum(exact["probability"] * values)
        assert abs(z_score(observable, mean, observable.attrs["effective_sample_size"])) < 4, name


def test_the_whole_energy_histogram_against_enumeration():
    temperature = 2.5
    dataset = sample("ising", temperature, {"size": 4}, chains=6, samples=10000, thermalisation=50, spacing=5)
    exact = enumerate_states(temperature, 4)
    levels, which = np.unique(np.round(exact["energy"] * 16).astype(int), return_inverse=True)
    probability = np.bincount(which, exact["probability"])
    sampled = np.round(dataset["energy"].values.ravel() * 16).astype(int)
    effective = dataset["energy"].attrs["effective_sample_size"]
    for level, p in zip(levels, probability, strict=True):
        error = np.sqrt(p * (1 - p) / effective)
        assert abs(np.mean(sampled == level) - p) < 4 * error + 1 / sampled.size


@pytest.mark.parametrize("temperature", [2.0, CRITICAL_TEMPERATURE, 2.6])
def test_energy_against_the_exact_torus(temperature):
    dataset = sample(
        "ising",
        temperature,
        {"size": 32},
        chains=6,
        samples=1500,
        thermalisation=300,
        spacing="auto",
    )
    observable = dataset["energy"]
    assert abs(z_score(observable, energy(temperature, 32), observable.attrs["effective_sample_size"])) < 4


def test_infinite_temperature_gives_free_spins(independent_samples):
    spins = independent_samples["configuration"].values.astype(float)
    assert abs(spins.mean()) < 4 / np.sqrt(spins.size)
    neighbours = (spins * np.roll(spins, 1, -1)).mean()
    assert abs(neighbours) < 4 / np.sqrt(spins.size)


def test_starts():
    model, rng = Ising(2.0, size=6), np.random.default_rng(0)
    assert (model.initial("up", rng) == 1).all()
    assert (model.initial("down", rng) == -1).all()
    assert set(np.unique(model.initial("random", rng))) == {-1, 1}


def test_observables_of_known_configurations():
    model = Ising(2.0, size=4)
    checkerboard = (np.indices((4, 4)).sum(axis=0) % 2 * 2 - 1).astype(np.int8)
    observables = model.observables(np.stack([np.ones((4, 4), np.int8), checkerboard]))
    assert observables["energy"].tolist() == [-2.0, 2.0]
    assert observables["magnetisation"].tolist() == [1.0, 0.0]
