from itertools import product

import numpy as np
import pytest

from rsmi.exact.ising.thermodynamics import CRITICAL_TEMPERATURE, energy
from rsmi.exact.ising.torus import TorusInformation


def channel(total):
    """p(h|v) of the sign of `total`, ties at random."""
    up = 0.5 * (1 + np.sign(total))
    return np.stack([1 - up, up], axis=-1)


@pytest.fixture(scope="module")
def critical():
    return TorusInformation(CRITICAL_TEMPERATURE)


@pytest.mark.parametrize("temperature", [1.5, CRITICAL_TEMPERATURE, 5.0])
def test_one_spin_on_a_small_torus_against_enumeration(temperature):
    """All 2^16 states of the 4 x 4 torus; the environment is a row and a column, 7 sites."""
    s = np.array(list(product((-1, 1), repeat=16))).reshape(-1, 4, 4)
    bonds = sum((s * np.roll(s, 1, axis)).sum((1, 2)) for axis in (1, 2))
    weights = np.exp((bonds - 32) / temperature)
    e = np.concatenate([s[:, 3], s[:, :3, 3]], axis=1)
    joint = np.zeros((2, 2**7))
    np.add.at(joint, ((s[:, 1, 1] + 1) // 2, (e > 0) @ 2 ** np.arange(7)), weights / weights.sum())
    expected = np.sum(joint * np.log(joint / np.outer(joint.sum(1), joint.sum(0))))
    found = TorusInformation(temperature, size=4, visible=1).mutual_information()
    assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("size", [5, 6])
def test_bonds_inside_the_block_have_the_exact_energy(size):
    torus = TorusInformation(2.1, size=size)
    s = torus.states
    bonds = (s[:, 0] * s[:, 1]).sum(axis=1) + (s[:, :, 0] * s[:, :, 1]).sum(axis=1)
    assert torus.joint.sum(axis=1) @ bonds / 4 == pytest.approx(-energy(2.1, size) / 2, rel=1e-12)


@pytest.mark.parametrize(
    ("temperature", "values"),
    [
        (1.0, (0.693122, 0.692974, 0.689916)),
        (CRITICAL_TEMPERATURE, (0.549401, 0.461045, 0.380566)),
        (2.6, (0.357567, 0.262078, 0.204674)),
        (4.0, (0.035029, 0.016994, 0.012757)),
    ],
)
def test_published_values_of_block_majority_and_one_spin(temperature, values):
    torus = TorusInformation(temperature)
    channels = np.stack([channel(torus.states.sum((1, 2))), channel(torus.states[:, 0, 0])])
    found = torus.mutual_information(), *torus.channel_information(channels)
    assert found == pytest.approx(values, abs=6e-7)


def test_best_rules_at_criticality(critical):
    rule, value = critical.best_rule()
    assert value == pytest.approx(0.467434, abs=6e-7)
    # A majority that counts ties always the same way.
    total = critical.states.sum((1, 2))
    assert set(rule[total == 0]) == {rule[0]} or set(rule[total == 0]) == {rule[-1]}
    rule, value = critical.best_rule(odd=True)
    assert (rule == -rule[::-1]).all()
    assert value == pytest.approx(0.461566, abs=6e-7)


@pytest.mark.parametrize("odd", [False, True])
def test_no_rule_is_better_than_the_best(critical, odd):
    """All odd rules, and random ones of any kind: no orbit of rules has been left out."""
    if odd:
        half = np.array(list(product((-1, 1), repeat=8)))
        rules = np.concatenate([half, -half[:, ::-1]], axis=1)
    else:
        rules = np.random.default_rng(0).choice([-1, 1], (100, 16))
    _, best = critical.best_rule(odd=odd)
    values = critical.channel_information(np.stack([channel(rule) for rule in rules]))
    assert values.max() <= best + 1e-12
    if odd:
        assert values.max() == pytest.approx(best)


def test_nothing_is_shared_at_infinite_temperature():
    assert TorusInformation(np.inf).mutual_information() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"temperature": 0.0}, "temperature = 0.0"),
        ({"visible": 3}, "visible = 3"),
        ({"size": 4}, "size = 4 is not possible; use 5 or 6"),
        ({"size": 7}, "size = 7"),
    ],
)
def test_settings_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        TorusInformation(**{"temperature": 2.0} | arguments)
