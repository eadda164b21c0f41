import numpy as np
import pytest

from rsmi.exact.ising.thermodynamics import (
    CRITICAL_TEMPERATURE,
    energy,
    enumerate_states,
    specific_heat,
    spontaneous_magnetisation,
)
from rsmi.sampling.driver import sample
from rsmi.sampling.models.ising import Ising, correlation_length
from rsmi.sampling.splitmix import random_states
from rsmi.sampling.statistics import autocorrelation, jackknife
from tests.sampling.models.exactness import check_coverage, check_histogram, check_means

ALGORITHMS = ("wolff", "metropolis")
COUPLINGS = ("ferromagnetic", "antiferromagnetic")


@pytest.mark.parametrize("coupling", COUPLINGS)
@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("temperature", [1.5, CRITICAL_TEMPERATURE, 4.0])
def test_against_enumeration(temperature, algorithm, coupling):
    parameters = {"size": 4, "algorithm": algorithm, "coupling": coupling}
    key = (algorithm, coupling)
    dataset = sample("ising", temperature, parameters, chains=16, samples=8000, thermalisation=50, key=key)
    exact = enumerate_states(temperature, 4)
    p, m = exact["probability"], exact["magnetisation"]
    check_means(
        dataset,
        {"energy": p @ exact["energy"], "magnetisation": 0.0, "abs_magnetisation": p @ np.abs(m)},
    )
    levels, which = np.unique(np.round(exact["energy"] * 16).astype(int), return_inverse=True)
    histogram = dict(zip(levels.tolist(), np.bincount(which, p), strict=True))
    sampled = np.round(dataset["energy"].values * 16).astype(int)
    check_histogram(sampled, dataset["energy"].attrs["effective_sample_size"], histogram)


@pytest.mark.parametrize("size", [32, 64])
@pytest.mark.parametrize("temperature", [2.0, CRITICAL_TEMPERATURE, 2.723])
def test_energy_and_specific_heat_against_the_exact_torus(temperature, size):
    dataset = sample("ising", temperature, {"size": size}, chains=16, samples=600, thermalisation=200)
    values = dataset["energy"].values
    check_means(dataset, {"energy": energy(temperature, size)})
    heat, error = jackknife(lambda e, square: (square - e * e) * size**2 / temperature**2, values, values**2)
    assert abs(heat - specific_heat(temperature, size)) < 4 * error
    assert error < 0.1 * heat


def test_magnetisation_below_criticality_is_yangs():
    dataset = sample("ising", 2.0, {"size": 64}, chains=16, samples=500, thermalisation=200)
    # Finite-size corrections are of the order of exp(-64 / xi), xi = 1.3.
    check_means(dataset, {"abs_magnetisation": spontaneous_magnetisation(2.0)})


def test_replicas_in_one_word_are_independent():
    parameters = {"size": 6, "algorithm": "metropolis"}
    dataset = sample("ising", 2.6, parameters, chains=64, samples=4000, thermalisation=50, spacing=20)
    correlations = np.corrcoef(dataset["energy"].values)[np.triu_indices(64, 1)]
    assert np.abs(correlations).max() * np.sqrt(4000) < 5.5
    # The mean square of 2016 of them, each of variance 1 / N, is known to 3 %.
    assert np.mean(correlations**2) * 4000 == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("size", [3, 5])
def test_lattices_of_odd_side(size, algorithm):
    parameters = {"size": size, "algorithm": algorithm}
    dataset = sample("ising", 2.5, parameters, chains=16, samples=4000, thermalisation=50)
    check_means(dataset, {"energy": energy(2.5, size)})


def test_wolff_samples_free_spins_at_infinite_temperature(independent_samples):
    spins = independent_samples["configuration"].values.astype(float)
    assert abs(spins.mean()) < 4 / np.sqrt(spins.size)
    neighbours = (spins * np.roll(spins, 1, -1)).mean()
    assert abs(neighbours) < 4 / np.sqrt(spins.size)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_the_magnetisation_turns_round_below_criticality(algorithm):
    parameters = {"size": 16, "algorithm": algorithm}
    dataset = sample("ising", 1.2, parameters, chains=4, samples=500, thermalisation=20, spacing=2)
    signs = np.sign(dataset["magnetisation"].values)
    assert autocorrelation(signs).tau < 0.8


def test_stated_errors_cover_the_exact_energy_at_their_rate():
    settings = {"chains": 4, "samples": 1500, "thermalisation": 50, "spacing": 1}
    parameters = {"size": 8, "algorithm": "metropolis"}
    check_coverage("ising", 2.6, parameters, "energy", energy(2.6, 8), **settings)


@pytest.mark.parametrize("temperature", [2.5, 4.0, 11.0])
@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_all_states_of_the_smallest_lattice(algorithm, temperature):
    """Sequential Metropolis sweeps alone would turn some of the 512 states round for ever."""
    parameters = {"size": 3, "algorithm": algorithm}
    dataset = sample("ising", temperature, parameters, chains=64, samples=4000, thermalisation=20, spacing=12)
    exact = enumerate_states(temperature, 3)
    code = 1 << np.arange(8, -1, -1)
    # Enumerated in the order of their binary digits, the first site foremost.
    sampled = (dataset["configuration"].values.reshape(64, 4000, 9) > 0) @ code
    check_histogram(sampled, dataset.attrs["effective_samples"], dict(enumerate(exact["probability"])))


def test_metropolis_leaves_states_that_sweeps_turn_round_for_ever():
    """Diagonal stripes: every spin has two antiparallel neighbours when its turn comes."""
    model = Ising(2.5, size=8, algorithm="metropolis")
    y, x = np.indices((8, 8))
    state = np.where((x - y) % 8 < 4, 1, -1).astype(np.int8)
    states, random = np.stack([state] * 4), random_states([np.random.default_rng(i) for i in range(4)])
    model.advance(states, 500, random)
    model.advance(states, 500, random)
    assert all(abs(int(np.sum(s * state))) < 64 for s in states)


def test_automatic_choice_of_the_algorithm():
    assert Ising(CRITICAL_TEMPERATURE, size=8).algorithm == "wolff"
    assert Ising(1.2 * CRITICAL_TEMPERATURE, size=8).algorithm == "metropolis"
    assert Ising(1.0, size=8).algorithm == "metropolis"
    assert Ising(float("inf"), size=8).algorithm == "wolff"


def test_correlation_length_is_that_of_a_wide_strip():
    """From the two largest eigenvalues of the transfer matrix of a strip of ten spins."""
    width, temperature = 10, 4.0
    spins = 1 - 2 * (np.arange(2**width)[:, None] >> np.arange(width) & 1)
    along = np.sum(spins * np.roll(spins, 1, 1), axis=1) / (2 * temperature)
    matrix = np.exp(spins @ spins.T / temperature + along[:, None] + along[None, :])
    largest = np.linalg.eigvalsh(matrix)[-2:]
    assert correlation_length(temperature) == pytest.approx(1 / np.log(largest[1] / largest[0]), rel=1e-3)
    # Far below T_c a defect costs four broken bonds per site of its length: 1 / (4 K).
    assert correlation_length(0.2) == pytest.approx(0.2 / 4, rel=0.05)


def test_starts():
    model, rng = Ising(2.0, size=6), np.random.default_rng(0)
    assert (model.initial("up", rng) == 1).all()
    assert (model.initial("down", rng) == -1).all()
    assert set(np.unique(model.initial("random", rng))) == {-1, 1}


def test_observables_of_known_configurations():
    up = np.ones((4, 4), np.int8)
    checkerboard = (1 - np.indices((4, 4)).sum(axis=0) % 2 * 2).astype(np.int8)
    configurations = np.stack([up, checkerboard])
    ferromagnet = Ising(2.0, size=4).observables(configurations)
    assert ferromagnet["energy"].tolist() == [-2.0, 2.0]
    assert ferromagnet["magnetisation"].tolist() == [1.0, 0.0]
    antiferromagnet = Ising(2.0, size=4, coupling="antiferromagnetic").observables(configurations)
    assert antiferromagnet["energy"].tolist() == [2.0, -2.0]
    assert antiferromagnet["magnetisation"].tolist() == [0.0, 1.0]


def test_refused_combinations():
    with pytest.raises(ValueError, match=r"size = 5: .* frustrated"):
        Ising(2.0, size=5, coupling="antiferromagnetic")
    with pytest.raises(ValueError, match=r"algorithm = metropolis: .* not ergodic"):
        Ising(float("inf"), size=4, algorithm="metropolis")
