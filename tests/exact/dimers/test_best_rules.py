from itertools import product

import numpy as np
import pytest

from rsmi.analysis.dimer_filters import pristine_filters
from rsmi.exact.dimers.best_rules import _loss, best_filter, best_partition, threshold_channel
from rsmi.exact.dimers.information import DimersReferee
from rsmi.exact.referee import information
from tests.exact.dimers.rings import sampled, sampled_rings


def test_threshold_channel():
    states = np.array([[[0, 1], [0, 0]], [[0, 0], [1, 0]], [[0, 0], [0, 0]]])
    weights = np.array([[[0, 1.0], [-1, 0]], [[0, 1], [2, 0]]])
    channel = threshold_channel(states, weights, np.array([0, -1.0]))
    # (+, tie), (-, +), (tie, -)
    assert channel.tolist() == [[0, 0, 0.5, 0.5], [0, 1, 0, 0], [0.5, 0, 0.5, 0]]


@pytest.mark.parametrize("components", [1, 2, 3])
def test_gradient_of_the_soft_information(components):
    rng = np.random.default_rng(components)
    conditional = rng.dirichlet(np.full(30, 0.3), 12)
    inputs = rng.normal(size=(30, 5))
    weights = rng.normal(size=components * 5)
    value, gradient = _loss(weights, inputs, conditional, components, 0.7)
    up = 1 / (1 + np.exp(-1.4 * inputs @ weights.reshape(components, 5).T))
    channel = np.stack(
        [np.where(np.array(h) > 0, up, 1 - up).prod(axis=1) for h in product((-1, 1), repeat=components)],
        axis=1,
    )
    assert value == pytest.approx(-information((conditional @ channel)[:, None]).mean())
    step = 1e-5 * np.eye(len(weights))
    numerical = [
        (
            _loss(weights + d, inputs, conditional, components, 0.7)[0]
            - _loss(weights - d, inputs, conditional, components, 0.7)[0]
        )
        / 2e-5
        for d in step
    ]
    assert gradient == pytest.approx(np.array(numerical), rel=1e-5, abs=1e-8)


def test_best_filter_of_a_small_block_against_many_rules():
    referee = DimersReferee(0.8, 4, 2)
    configurations = sampled(0.8, 8, 600)
    rings, _ = sampled_rings(referee, configurations)
    p = referee.conditional(rings)
    rng = np.random.default_rng(0)
    links = referee.states.reshape(22, -1)[:, [1, 3, 4, 6, 9, 11, 12, 14]]
    z = (links - links.mean(axis=0)) @ rng.normal(size=(8, 20000)) + rng.normal(0, 0.5, 20000)
    up = np.unique(z > 0, axis=1).T.astype(float)
    best = information(referee.channel_given_ring(rings, np.stack([1 - up, up], -1))).mean(axis=1).max()
    found = best_filter(referee, rings, 1, starts=8)
    assert found.separate is None
    assert found.information > best - 1e-4
    # Nothing beats the best of all 2^21 deterministic rules, which the partition finds.
    partition = best_partition(referee, rings, 2, starts=20)
    assert found.information <= partition.information + 1e-6
    half = np.arange(2**21)[:, None] >> np.arange(22) & 1
    few = p[:20].astype(np.float32)
    given = half.astype(np.float32) @ few.T
    mean = given.mean(axis=1)

    def entropy(q):
        q = np.clip(q, 1e-12, 1 - 1e-7)
        return -q * np.log(q) - (1 - q) * np.log1p(-q)

    values = entropy(mean) - entropy(given).mean(axis=1)
    partition = best_partition(referee, rings[:20], 2, starts=20)
    assert partition.information == pytest.approx(values.max(), abs=1e-4)


@pytest.fixture(scope="module")
def ordered():
    """Referee and rings deep in the columnar phase, the four states in turn."""
    referee = DimersReferee(0.4, 8, 2)
    return referee, sampled_rings(referee, sampled(0.4, 16, 800))[0]


def test_best_filter_and_partition_tell_the_columnar_states_apart(ordered):
    referee, rings = ordered
    chosen, separate = rings[::2], rings[1::2]
    found = best_filter(referee, chosen, starts=3, separate=separate)
    mean, error = found.separate
    assert 0 < error < 0.03
    assert mean > 0.93 * np.log(4)
    assert found.weights.shape == (2, 8, 8) and found.bias.shape == (2,)
    # The rules that are returned have the information that is quoted.
    channel = threshold_channel(referee.states, found.weights, found.bias)
    for quoted, which in ((found.information, chosen), (mean, separate)):
        share = information(referee.channel_given_ring(which, channel[None]))
        assert share.mean() == pytest.approx(quoted, abs=1e-5)
    labels = channel.argmax(axis=1)
    better = best_partition(referee, chosen, starts=0, initial=[labels], separate=separate)
    assert better.information >= found.information - 1e-5
    share = information(referee.channel_given_ring(separate, np.eye(4)[better.labels][None]))
    assert share.mean() == pytest.approx(better.separate[0])
    # No rule keeps more than V itself.
    assert better.information < referee.block_information(chosen).mean() + 0.01
    # A start that is given is among the candidates, as it is.
    same = best_filter(referee, chosen, starts=0, initial=[found.weights], biased=False)
    kept = threshold_channel(referee.states, found.weights)
    assert same.information >= information(referee.channel_given_ring(chosen, kept[None])).mean() - 1e-5
    assert (same.bias == 0).all()


def test_pristine_filters_label_the_columnar_states(ordered):
    referee, rings = ordered
    filters = pristine_filters(8)
    size = np.arange(8)
    columnar = np.zeros((4, 8, 8))
    for state, (axis, first) in enumerate(product((0, 1), (0, 1))):
        lines = (size % 2 == 1) & (size // 2 % 2 == first)
        image = np.outer(size % 2 == 0, lines)
        columnar[state] = image.T if axis else image
    for pair in (("plaquette_1", "plaquette_2"), ("plaquette_1", "columnar"), ("plaquette_2", "columnar")):
        weights = np.stack([filters[name] for name in pair])
        channel = threshold_channel(columnar, weights)
        assert sorted(channel.argmax(axis=1)) == [0, 1, 2, 3] and (channel.max(axis=1) == 1).all()
        share = information(
            referee.channel_given_ring(rings, threshold_channel(referee.states, weights)[None])
        )
        assert share.mean() > 0.9 * np.log(4)
    for name in ("staggered_1", "staggered_2"):
        assert (np.einsum("nyx,yx->n", columnar, filters[name]) == 0).all()
    # A staggered state: horizontal dimers, each row moved on by one vertex.
    staggered = np.zeros((8, 8))
    staggered[::4, 1::4] = staggered[2::4, 3::4] = 1
    assert (staggered * filters["staggered_1"]).sum() == staggered.sum() == 8
    with pytest.raises(ValueError, match="visible = 5"):
        pristine_filters(5)


def test_starts_that_are_refused():
    referee = DimersReferee(2.0, 4, 2)
    rings = np.zeros((2, 4, 7), np.int8)
    with pytest.raises(ValueError, match="nothing to start from"):
        best_filter(referee, rings, starts=0)
    with pytest.raises(ValueError, match=r"initial weights have shape \(1, 4, 4\)"):
        best_filter(referee, rings, initial=[np.ones((1, 4, 4))])
    with pytest.raises(ValueError, match="nothing to start from"):
        best_partition(referee, rings, starts=0)
    with pytest.raises(ValueError, match="initial labels must be 0 to 3"):
        best_partition(referee, rings, initial=[np.full(22, 4)])
