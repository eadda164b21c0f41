import itertools
import math

import numpy as np
import pytest
from scipy.optimize import linprog

from rsmi.exact.dimers.coverings import enumerate_coverings, parallel_plaquettes, thermodynamics
from rsmi.exact.dimers.free import FreeTorus
from rsmi.sampling.driver import sample
from rsmi.sampling.models.dimer_starts import columnar, random_covering
from rsmi.sampling.models.dimers import COLUMNAR, Dimers, scattering_matrix, scattering_table
from rsmi.sampling.splitmix import random_states
from rsmi.sampling.statistics import jackknife
from tests.sampling.models.exactness import check_coverage, check_histogram, check_means

INF = math.inf


def links(configurations):
    return configurations[..., 0::2, 1::2], configurations[..., 1::2, 0::2]


def is_covering(configurations):
    horizontal, vertical = links(configurations)
    dimers = horizontal + np.roll(horizontal, 1, -1) + vertical + np.roll(vertical, 1, -2)
    return bool((dimers == 1).all())


@pytest.mark.parametrize("temperature", [0.5, 1.0, 4.0, INF])
@pytest.mark.parametrize("size", [4, 6])
def test_against_enumeration(size, temperature):
    dataset = sample("dimers", temperature, {"size": size}, chains=20, samples=5000, thermalisation=100)
    assert is_covering(dataset["configuration"].values)
    exact = thermodynamics(temperature, size)
    check_means(dataset, {"energy": -exact["parallel"], "winding_x": 0.0, "winding_y": 0.0})

    horizontal, vertical = enumerate_coverings(size)
    weights = np.exp(parallel_plaquettes(horizontal, vertical) / temperature)
    signs = 1 - 2 * (np.arange(size) % 2)
    winding = (horizontal[:, :, 0] * signs).sum(axis=1)
    histogram = {int(w): weights[winding == w].sum() / weights.sum() for w in np.unique(winding)}
    for name in ("winding_x", "winding_y"):
        effective = min(dataset[n].attrs["effective_sample_size"] for n in (name, "energy"))
        check_histogram(dataset[name].values, effective, histogram)

    if temperature < INF:
        energy = dataset["energy"].values
        heat, error = jackknife(
            lambda e, square: (square - e * e) * size**2 / temperature**2, energy, energy**2
        )
        assert abs(heat - exact["specific_heat"]) < 4 * error


def test_all_coverings_of_the_small_torus_are_equally_likely():
    dataset = sample("dimers", INF, {"size": 4}, chains=16, samples=5000, thermalisation=50, spacing=4)
    horizontal, vertical = enumerate_coverings(4)
    code = 1 << np.arange(32, dtype=np.int64)
    sampled = np.concatenate(links(dataset["configuration"].values), axis=-1).reshape(-1, 32) @ code
    known = np.concatenate([horizontal, vertical], axis=-1).reshape(-1, 32) @ code
    check_histogram(sampled, dataset.attrs["effective_samples"], dict.fromkeys(known.tolist(), 1 / 272))


def test_free_dimers_against_the_exact_torus():
    size = 16
    dataset = sample("dimers", INF, {"size": size}, chains=20, samples=1000, thermalisation=100)
    torus = FreeTorus(size)
    check_means(dataset, {"energy": -torus.parallel()})
    horizontal, vertical = links(dataset["configuration"].values.astype(float))
    attributes = dataset["energy"].attrs
    for distance in (1, 2, 3, 4):
        products = 0.5 * (
            (horizontal * np.roll(horizontal, distance, -1)).mean(axis=(-2, -1))
            + (vertical * np.roll(vertical, distance, -2)).mean(axis=(-2, -1))
        )
        dataset["both"] = ("chain", "sample"), products, attributes
        check_means(dataset, {"both": torus.collinear_correlation(distance) + 1 / 16})
    check_means(dataset, {"square_winding": torus.square_winding()})


@pytest.mark.parametrize("temperature", [0.05, 0.2, 0.65, 1.0, 4.0, INF])
def test_scattering_matrices(temperature):
    table = scattering_table(temperature)
    for parallel in itertools.product(range(3), repeat=4):
        matrix = table[parallel]
        weights = np.exp((np.array(parallel) - max(parallel)) / temperature)
        assert (matrix >= 0).all()
        assert np.abs(matrix.sum(axis=1) - 1).max() < 1e-12
        flow = weights[:, None] * matrix
        assert np.abs(flow - flow.T).max() < 1e-12
        # The largest weight can at most be scattered into all others; the rest bounces.
        assert np.trace(flow) == pytest.approx(max(0.0, 2 * weights.max() - weights.sum()), abs=1e-12)
        # The linear program itself, over A_ab with a <= b; HiGHS meets the equations up to 1e-7.
        pairs = list(itertools.combinations_with_replacement(range(4), 2))
        equations = np.array([[link in pair for pair in pairs] for link in range(4)], float)
        bounces = np.array([a == b for a, b in pairs], float)
        least = linprog(bounces, A_eq=equations, b_eq=weights, method="highs").fun
        assert np.trace(flow) == pytest.approx(least, abs=1e-7)


def test_equal_weights_leave_no_direction_out():
    matrix = scattering_matrix((1.0, 1.0, 1.0, 1.0))
    assert matrix == pytest.approx((1 - np.eye(4)) / 3)
    # Equal weights are treated alike, also where the others differ.
    matrix = scattering_matrix((1.0, 0.8, 0.8, 0.3))
    swap = [0, 2, 1, 3]
    assert matrix[np.ix_(swap, swap)] == pytest.approx(matrix)


def test_columnar_starts_are_the_four_ground_states():
    model = Dimers(0.5, size=6)
    assert model.starts == COLUMNAR
    states = np.stack([model.initial(start, np.random.default_rng(0)) for start in COLUMNAR])
    assert is_covering(states)
    observables = model.observables(states)
    assert (observables["energy"] == -0.5).all()
    found = {(x, y) for x, y in zip(observables["columnar_x"], observables["columnar_y"], strict=True)}
    assert found == {(1, 0), (-1, 0), (0, 1), (0, -1)}
    assert (observables["plaquette"] == 0).all()
    assert (observables["winding_x"] == 0).all()


def test_the_ideal_plaquette_state():
    state = np.zeros((12, 12), np.int8)
    horizontal, vertical = links(state)
    # Every plaquette with even corner has two horizontal or two vertical dimers, in turn.
    for i, (y, x) in enumerate(itertools.product(range(0, 6, 2), repeat=2)):
        if i % 2:
            horizontal[y, x] = horizontal[y + 1, x] = 1
        else:
            vertical[y, x] = vertical[y, x + 1] = 1
    assert is_covering(state)
    assert Dimers(0.5, size=6).observables(state)["plaquette"] > 0.2


@pytest.mark.parametrize("size", [4, 6, 8, 20])
def test_random_coverings_are_coverings_of_many_kinds(size):
    model, rng = Dimers(2.0, size=size), np.random.default_rng(1)
    assert "random" in model.starts
    states = np.stack([model.initial("random", rng) for _ in range(300)])
    assert is_covering(states)
    assert len({state.tobytes() for state in states}) > 100
    assert len(np.unique(model.observables(states)["winding_x"])) > 1


def test_every_covering_can_be_a_random_start():
    rng = np.random.default_rng(2)
    found = [random_covering(4, rng) for _ in range(20_000)]
    assert len({covering.tobytes() for covering in found}) == 272


def test_columnar_coverings_point_to_each_other():
    assert columnar(4, "right")[0].tolist() == [0, 2, 0, 2]
    assert columnar(4, "up")[:, 0].tolist() == [3, 1, 3, 1]


def test_columnar_order_below_the_transition_in_sectors_that_every_chain_visits_equally():
    """All chains start in one sector; at this size and temperature worms alone would not leave it."""
    model = Dimers(0.4, size=16)
    rng = np.random.default_rng(3)
    states = np.stack([model.initial("columnar_right", rng) for _ in range(8)])
    random = random_states([np.random.default_rng(i) for i in range(8)])
    records = []
    for _ in range(200):
        model.advance(states, 2, random)
        records.append(model.observables(states))
    x, y = (np.array([record[name] for record in records]) for name in ("columnar_x", "columnar_y"))
    assert np.hypot(x, y).min() > 0.7
    sector = np.where(np.abs(x) > np.abs(y), np.where(x > 0, 0, 1), np.where(y > 0, 2, 3))
    check_histogram(sector, sector.size, dict.fromkeys(range(4), 0.25))


def test_stated_errors_cover_the_exact_energy_at_their_rate():
    settings = {"chains": 4, "samples": 1000, "thermalisation": 50, "spacing": 1}
    check_coverage("dimers", 0.65, {"size": 6}, "energy", -thermodynamics(0.65, 6)["parallel"], **settings)


def test_noise_is_decoupled_pairs():
    quiet = sample("dimers", 1.0, {"size": 8}, chains=4, samples=200, thermalisation=50, spacing=4)
    noisy = sample(
        "dimers", 1.0, {"size": 8, "noise": 1.0}, chains=4, samples=200, thermalisation=50, spacing=4
    )
    pixels = noisy["configuration"].values
    assert (quiet["configuration"].values[..., 0::2, 0::2] == 0).all()
    assert is_covering(pixels)
    vertices, plaquettes = pixels[..., 0::2, 0::2], pixels[..., 1::2, 1::2]
    assert set(np.unique(vertices)) == set(np.unique(plaquettes)) == {-1, 1}
    alike = 1 / (1 + np.exp(-2.0))
    error = np.sqrt(alike * (1 - alike) / vertices.size)
    assert abs(np.mean(vertices == plaquettes) - alike) < 4 * error
    for spins in (vertices, plaquettes):
        assert abs(spins.mean()) < 4 / np.sqrt(spins.size)
        horizontal, _ = links(pixels)
        assert abs(np.mean(spins * (horizontal - 0.25))) < 4 * 0.44 / np.sqrt(spins.size)


def test_too_low_a_temperature_is_refused():
    with pytest.raises(ValueError, match=r"T = 0\.01: .* higher temperature"):
        Dimers(0.01, size=4)
