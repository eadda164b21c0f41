from itertools import product

import numpy as np
import pytest

from rsmi.exact.ising.best_rules import best_filter
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.ising.surroundings import rings_around
from rsmi.exact.ising.thermodynamics import CRITICAL_TEMPERATURE
from rsmi.exact.ising.torus import TorusInformation
from rsmi.exact.referee import information
from rsmi.sampling.driver import sample


def random_rings(referee, number, seed=0):
    """Rings with a magnetisation of their own each, so that blocks differ between them."""
    rng = np.random.default_rng(seed)
    field = rng.normal(size=(number, 1, 1))
    return np.where(rng.normal(size=(number, 4, referee.side)) < field, 1, -1).astype(np.int8)


def hard(up):
    return np.stack([1 - up, up], axis=-1).astype(float)


def enumerated(temperature, visible, buffer, ring, states):
    """p(v | ring) by brute force over block and buffer."""
    above, below, left, right = ring.astype(int)
    side = visible + 2 * buffer
    s = np.array(list(product((-1, 1), repeat=side * side)), np.int8).reshape(-1, side, side)
    bonds = (s[:, 1:] * s[:, :-1]).sum((1, 2)) + (s[:, :, 1:] * s[:, :, :-1]).sum((1, 2))
    bonds += s[:, 0] @ above + s[:, -1] @ below + s[:, :, 0] @ left + s[:, :, -1] @ right
    weights = np.exp((bonds - bonds.max()) / temperature)
    inside = slice(buffer, buffer + visible)

    def code(spins):
        return (spins.reshape(len(spins), -1) > 0) @ 2 ** np.arange(visible**2)

    return (np.bincount(code(s[:, inside, inside]), weights) / weights.sum())[code(states)]


@pytest.mark.parametrize(
    ("visible", "buffer", "temperature"),
    [(2, 0, 4.0), (2, 1, 2.3), (3, 0, 1.2), (4, 0, 2.0), (4, 0, np.inf)],
)
def test_edge_and_reduced_channel_against_enumeration(visible, buffer, temperature):
    referee = IsingReferee(temperature, visible, buffer)
    (ring,) = random_rings(referee, 1)
    full = enumerated(temperature, visible, buffer, ring, referee.states)
    edge = referee.conditional(ring[None])[0]
    on_edge = full.reshape(len(edge), -1)
    assert np.abs(edge - on_edge.sum(axis=1)).max() < 1e-13
    channel = np.random.default_rng(1).dirichlet(np.ones(3), (2, len(full)))
    expected = np.einsum("v,cvh->ch", full, channel)
    given = referee.channel_given_ring(ring[None], referee.reduce(channel))
    assert np.abs(given - expected).max() < 1e-13


def slow(temperature, side, ring, kept):
    """p(kept sites | ring) by summing one spin after the other over a row of spins, in reading order.

    kept: sites of the square whose spins stay, as leading axes in reading order.
    """
    above, below, left, right = ring.astype(float)
    spin, k = np.array([-1.0, 1.0]), 1 / temperature
    bond = np.exp(k * np.outer(spin, spin))
    # Axes: kept spins so far, then the last `side` spins, which new ones are coupled to.
    weights = np.ones((1,) + (2,) * side)
    for y, x in product(range(side), repeat=2):
        field = above[x] * (y == 0) + below[x] * (y == side - 1)
        field += left[y] * (x == 0) + right[y] * (x == side - 1)
        weights = weights[..., None] * np.exp(k * field * spin)
        if y > 0:
            weights = weights * bond.reshape(1, 2, *(1,) * (side - 1), 2)
        if x > 0:
            weights = weights * bond
        old = (y - 1) * side + x
        weights = weights.reshape(-1, *(2,) * side) if old in kept else weights.sum(axis=1)
        weights /= weights.max()
    for site in range(side * (side - 1), side * side):
        weights = weights.reshape(len(weights), 2, -1)
        weights = weights.reshape(-1, weights.shape[2]) if site in kept else weights.sum(axis=1)
    return weights.ravel() / weights.sum()


@pytest.mark.parametrize(("visible", "buffer"), [(2, 2), (2, 3), (3, 1), (3, 2), (4, 1), (4, 2)])
def test_edge_against_a_row_by_row_transfer_matrix(visible, buffer):
    referee = IsingReferee(1.7, visible, buffer)
    (ring,) = random_rings(referee, 1, seed=visible)
    order = np.lexsort(referee.edge.T[::-1])
    kept = [(buffer + y) * referee.side + buffer + x for y, x in referee.edge[order]]
    expected = slow(1.7, referee.side, ring, kept)
    places = (referee.edge_states[:, order] > 0) @ 2 ** np.arange(len(kept))[::-1]
    found = referee.conditional(ring[None])[0]
    assert found == pytest.approx(expected[places], rel=1e-10)


@pytest.mark.parametrize("visible", [2, 3, 4])
def test_every_state_of_the_block_occurs_once(visible):
    referee = IsingReferee(2.0, visible, 1)
    flat = referee.states.reshape(len(referee.states), -1)
    assert len(np.unique(flat, axis=0)) == len(flat) == 2**visible**2
    edge = referee.states[:, referee.edge[:, 0], referee.edge[:, 1]]
    assert (
        edge.reshape(*referee.edge_states.shape[:1], -1, len(referee.edge)).swapaxes(0, 1)
        == (referee.edge_states)
    ).all()


@pytest.mark.parametrize(
    ("temperature", "buffer"), [(0.1, 8), (0.1, 4), (0.5, 4), (CRITICAL_TEMPERATURE, 4), (np.inf, 4)]
)
def test_numbers_stay_in_range_with_the_most_frustrated_rings(temperature, buffer):
    referee = IsingReferee(temperature, 4, buffer)
    rings = np.ones((3, 4, referee.side), np.int8)
    rings[0, :, ::2] = -1
    rings[1, :2] = -1
    p = referee.conditional(rings)
    assert np.isfinite(p).all() and (p > 0).all()
    assert p.sum(axis=1) == pytest.approx(np.ones(3))
    # The first ring is its own mirror image along the diagonal.
    whole = np.zeros((len(p[0]), 4, 4), int)
    whole[:, *referee.edge.T] = referee.edge_states
    image = (np.swapaxes(whole, 1, 2)[:, *referee.edge.T] > 0) @ 2 ** np.arange(12)[::-1]
    assert p[0][image] == pytest.approx(p[0], rel=1e-9)


def test_symmetries_of_the_square():
    """Flips, mirror images and turns of the ring do the same to the block."""
    referee = IsingReferee(2.0, 4, 2)
    (ring,) = random_rings(referee, 1)
    above, below, left, right = ring
    mirrored = np.stack([above[::-1], below[::-1], right, left])
    turned = np.stack([left, right, above, below])
    p, flipped, mirrored, turned = referee.conditional(np.stack([ring, -ring, mirrored, turned]))
    assert flipped == pytest.approx(p[::-1])
    whole = np.zeros((len(p), 4, 4), int)
    whole[:, *referee.edge.T] = referee.edge_states

    def at(image):
        return (image[:, *referee.edge.T] > 0) @ 2 ** np.arange(12)[::-1]

    assert mirrored == pytest.approx(p[at(whole[:, :, ::-1])])
    assert turned == pytest.approx(p[at(whole.swapaxes(1, 2))])


def test_long_lists_of_rings_are_done_by_chunks():
    referee = IsingReferee(2.0, 2, 1)
    rings = random_rings(referee, 600)
    channels = np.stack([hard(referee.edge_states[:, 0] > 0), hard(referee.edge_states.sum(1) > 0)])
    expected = np.einsum("rv,cvh->rch", referee.conditional(rings), channels)
    assert referee.channel_given_ring(rings, channels) == pytest.approx(expected)


def test_sampled_rings_of_a_small_torus_against_its_exact_information():
    temperature = 2.6
    exact = TorusInformation(temperature)
    samples = sample("ising", temperature, {"size": 6}, chains=4, samples=2500, thermalisation=100)
    configurations = samples["configuration"].values.reshape(-1, 6, 6)
    corners = np.random.default_rng(0).integers(0, 6, (len(configurations), 2))
    referee = IsingReferee(temperature, 2, 1)
    rings = rings_around(configurations, corners, referee.side)
    total = referee.states.sum((1, 2))
    majority = hard(0.5 * (1 + np.sign(total)))
    shares = np.stack(
        [
            referee.block_information(rings),
            information(referee.channel_given_ring(rings, referee.reduce(majority)[None]))[0],
        ]
    )
    majority = hard(0.5 * (1 + np.sign(exact.states.sum((1, 2)))))
    expected = exact.mutual_information(), exact.channel_information(majority)
    # Some of the samples depend on each other.
    error = np.sqrt(2) * shares.std(axis=1) / np.sqrt(len(rings))
    assert (np.abs(shares.mean(axis=1) - expected) < 4 * error).all()
    assert (error < 0.02 * np.array(expected)).all()


def test_nothing_is_shared_at_infinite_temperature():
    referee = IsingReferee(np.inf, 3, 1)
    assert referee.block_information(random_rings(referee, 20)) == pytest.approx(0, abs=1e-12)


@pytest.fixture(scope="module")
def threshold_rules():
    """p(h=+1|v) of all linear threshold rules of four spins, by weights and biases that suffice for them."""
    spins = np.array(list(product((-1, 1), repeat=4)))
    weights = np.array(list(product(range(-3, 4), repeat=4)))
    rules = spins @ weights.T
    found = np.concatenate([rules > bias - 0.5 for bias in range(-12, 14)], axis=1)
    found = np.unique(found, axis=1)
    # Sequence A000609 of the On-Line Encyclopedia of Integer Sequences.
    assert found.shape[1] == 1882
    return found


@pytest.mark.parametrize("biased", [False, True])
def test_best_filter_of_a_small_block_against_all_threshold_rules(threshold_rules, biased):
    referee = IsingReferee(CRITICAL_TEMPERATURE, 2, 1)
    rings = random_rings(referee, 400)
    order = np.argsort((referee.states.reshape(16, -1) > 0) @ 2 ** np.arange(4)[::-1])
    up = np.empty_like(threshold_rules)
    up[order] = threshold_rules
    if not biased:
        up = up[:, (up != up[::-1]).all(axis=0)]
    best = information(referee.channel_given_ring(rings, hard(up.T))).mean(axis=1).max()
    other = random_rings(referee, 400, seed=1)
    found = best_filter(referee, rings, biased=biased, separate=other)
    assert found.information == pytest.approx(best, rel=1e-10)
    assert biased or found.bias == 0
    # The rule that is returned has the information that is quoted.
    up = np.einsum("vyx,yx->v", referee.states, found.weights) + found.bias > 0
    for quoted, which in ((found.information, rings), (found.separate[0], other)):
        share = information(referee.channel_given_ring(which, referee.reduce(hard(up))[None]))
        assert share.mean() == pytest.approx(quoted)


def test_best_filter_beats_the_sum_on_a_larger_block():
    referee = IsingReferee(2.6, 3, 1)
    rings = random_rings(referee, 300)
    found = best_filter(referee, rings, biased=False, starts=3)
    assert found.weights[1, 1] == 0 and found.bias == 0
    total = referee.edge_states.sum(axis=1)
    equal = information(referee.channel_given_ring(rings, hard(0.5 * (1 + np.sign(total)))[None])).mean()
    assert found.information > equal


def test_rings_around_wrap():
    configurations = np.stack([np.arange(36).reshape(6, 6), np.zeros((6, 6), int)])
    (above, below, left, right), empty = rings_around(configurations, [(5, 4), (0, 0)], 3)
    assert above.tolist() == [28, 29, 24]
    assert below.tolist() == [16, 17, 12]
    assert left.tolist() == [33, 3, 9]
    assert right.tolist() == [31, 1, 7]
    assert not empty.any()


def test_a_ring_that_does_not_fit():
    rings_around(np.zeros((1, 6, 6)), [(0, 0)], 4)
    with pytest.raises(ValueError, match="side = 5"):
        rings_around(np.zeros((1, 6, 6)), [(0, 0)], 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"visible": 1}, "visible = 1"),
        ({"visible": 5}, "visible = 5"),
        ({"buffer": -1}, "buffer = -1"),
        ({"buffer": 9}, "buffer = 9"),
        ({"temperature": 0.0}, "temperature = 0.0"),
        ({"temperature": -1.0}, "temperature = -1.0"),
        ({"temperature": np.nan}, "temperature = nan"),
    ],
)
def test_settings_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        IsingReferee(**{"temperature": 2.0, "visible": 2, "buffer": 1} | arguments)


def test_rings_that_are_refused():
    referee = IsingReferee(2.0, 2, 1)
    with pytest.raises(ValueError, match=r"make them \(number, 4, 4\)"):
        referee.conditional(np.ones((4, 4), np.int8))
    with pytest.raises(ValueError, match="use 1 and -1"):
        referee.conditional(np.zeros((1, 4, 4), np.int8))


def test_channels_on_whole_blocks_are_refused():
    referee = IsingReferee(2.0, 3, 0)
    channel = hard(referee.states.sum((1, 2)) > 0)[None]
    with pytest.raises(ValueError, match="use `reduce` first"):
        referee.channel_given_ring(random_rings(referee, 1), channel)
