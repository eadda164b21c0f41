from itertools import product

import numpy as np
import pytest

from rsmi.exact.ising import CRITICAL_TEMPERATURE
from rsmi.exact.ising_information import Referee, information, ring_around


def enumerated(temperature, visible, buffer, ring, states):
    """p(v | ring) by brute force over block and buffer."""
    above, below, left, right = ring
    side = visible + 2 * buffer
    s = np.array(list(product((-1, 1), repeat=side * side)), float).reshape(-1, side, side)
    bonds = (s[:, 1:] * s[:, :-1]).sum((1, 2)) + (s[:, :, 1:] * s[:, :, :-1]).sum((1, 2))
    bonds += s[:, 0] @ above + s[:, -1] @ below + s[:, :, 0] @ left + s[:, :, -1] @ right
    weights = np.exp((bonds - bonds.max()) / temperature)
    inside = slice(buffer, buffer + visible)
    match = [(s[:, inside, inside] == v).all((1, 2)) for v in states]
    return np.array([weights[m].sum() for m in match]) / weights.sum()


@pytest.mark.parametrize(
    ("visible", "buffer", "temperature"), [(2, 1, 2.3), (3, 0, 1.2), (2, 0, 4.0), (4, 0, 2.0)]
)
def test_conditional_distribution_against_enumeration(visible, buffer, temperature):
    referee = Referee(temperature, visible, buffer)
    rng = np.random.default_rng(visible)
    ring = tuple(rng.choice([-1, 1], referee.side) for _ in range(4))
    if visible < 4:
        expected = enumerated(temperature, visible, buffer, ring, referee.states)
    else:
        above, below, left, right = ring
        s = referee.states.astype(float)
        bonds = (s[:, 1:] * s[:, :-1]).sum((1, 2)) + (s[:, :, 1:] * s[:, :, :-1]).sum((1, 2))
        bonds += s[:, 0] @ above + s[:, -1] @ below + s[:, :, 0] @ left + s[:, :, -1] @ right
        expected = np.exp((bonds - bonds.max()) / temperature)
        expected /= expected.sum()
    assert np.abs(referee.conditional(ring) - expected).max() < 1e-14


def test_every_state_of_the_block_occurs_once():
    states = Referee(2.0, 3, 1).states
    assert len(np.unique(states.reshape(len(states), -1), axis=0)) == 2**9


def test_a_far_ring_at_infinite_temperature_tells_nothing():
    referee = Referee(1e9, 2, 1)
    rng = np.random.default_rng(0)
    rings = [tuple(rng.choice([-1, 1], referee.side) for _ in range(4)) for _ in range(20)]
    p = np.stack([referee.conditional(ring) for ring in rings])
    copy = np.eye(16)[None]
    assert information(p, copy).mean() == pytest.approx(0, abs=1e-12)


def test_coarse_graining_loses_information():
    rng = np.random.default_rng(0)
    referee = Referee(CRITICAL_TEMPERATURE, 2, 1)
    rings = [tuple(rng.choice([-1, 1], referee.side) for _ in range(4)) for _ in range(200)]
    p = np.stack([referee.conditional(ring) for ring in rings])
    up = (referee.states.sum((1, 2)) > 0).astype(float)
    majority = np.stack([1 - up, up], axis=-1)
    everything = information(p, np.eye(16)[None]).mean()
    assert 0 < information(p, majority[None]).mean() < everything


def test_ring_around_wraps():
    configuration = np.arange(36).reshape(6, 6)
    above, below, left, right = ring_around(configuration, (5, 4), 3)
    assert above.tolist() == [28, 29, 24]
    assert below.tolist() == [16, 17, 12]
    assert left.tolist() == [33, 3, 9]
    assert right.tolist() == [31, 1, 7]


@pytest.mark.parametrize("visible", [1, 5])
def test_blocks_that_cannot_be_enumerated(visible):
    with pytest.raises(ValueError, match="visible"):
        Referee(2.0, visible, 1)
