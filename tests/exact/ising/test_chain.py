from itertools import product

import numpy as np
import pytest

from rsmi.exact.ising.chain import ChainInformation


def one_spin(states):
    up = (states[:, 0] > 0).astype(float)
    return np.stack([1 - up, up], axis=-1)


def majority(states):
    up = 0.5 * (1 + np.sign(states.sum(axis=1)))
    return np.stack([1 - up, up], axis=-1)


def enumerated_information(temperature, visible, buffer, size, coupling):
    """I(V:E) of a ring with all its other spins as E, by enumeration."""
    spins = np.array(list(product((-1, 1), repeat=size)))
    weights = np.exp(coupling * (spins * np.roll(spins, 1, 1)).sum(axis=1) / temperature)
    rest = size - visible - 2 * buffer
    v = (spins[:, buffer : buffer + visible] > 0) @ 2 ** np.arange(visible)
    e = (spins[:, visible + 2 * buffer :] > 0) @ 2 ** np.arange(rest)
    joint = np.zeros((2**visible, 2**rest))
    np.add.at(joint, (v, e), weights / weights.sum())
    independent = np.outer(joint.sum(1), joint.sum(0))
    return np.sum(joint * np.log(joint / independent))


@pytest.mark.parametrize("coupling", [1, -1])
@pytest.mark.parametrize(
    ("visible", "buffer", "size"), [(2, 1, 10), (3, 0, 8), (1, 2, 11), (2, 2, 7), (4, 1, 7), (2, 0, 3)]
)
def test_rings_against_enumeration(visible, buffer, size, coupling):
    exact = ChainInformation(1.3, visible, buffer, coupling=coupling, size=size).mutual_information()
    expected = enumerated_information(1.3, visible, buffer, size, coupling)
    assert exact > 0.01
    assert exact == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("k", "buffer", "values"),
    [(0.5, 1, (0.0457356, 0.0276342, 0.0242568)), (2.0, 2, (0.6371373, 0.5927782, 0.5916264))],
)
def test_published_values_of_two_spins(k, buffer, values):
    chain = ChainInformation(1 / k, 2, buffer)
    channels = np.stack([one_spin(chain.states), majority(chain.states)])
    found = chain.mutual_information(), *chain.channel_information(channels)
    assert found == pytest.approx(values, abs=6e-8)


def test_long_rings_approach_the_infinite_chain():
    ring, chain = (ChainInformation(1.0, 2, 1, size=size).joint for size in (200, None))
    assert np.abs(ring - chain).max() < 1e-15


@pytest.mark.parametrize("coupling", [1, -1])
def test_limits_of_temperature(coupling):
    assert ChainInformation(np.inf, 3, 0, coupling=coupling).mutual_information() == pytest.approx(
        0, abs=1e-15
    )
    assert ChainInformation(0.02, 3, 4, coupling=coupling).mutual_information() == pytest.approx(np.log(2))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"temperature": 0.0}, "temperature = 0.0"),
        ({"temperature": np.nan}, "temperature = nan"),
        ({"visible": 0}, "visible = 0"),
        ({"buffer": -1}, "buffer = -1"),
        ({"coupling": 2}, "coupling = 2"),
        ({"size": 4}, "size = 4"),
    ],
)
def test_settings_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ChainInformation(**{"temperature": 1.0, "visible": 2, "buffer": 1} | arguments)
