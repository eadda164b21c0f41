import math
from dataclasses import replace

import numpy as np
import pytest

from rsmi.estimator.coordinates import FAINTEST, canonical, normal_scores, size_of
from rsmi.estimator.mutual_information import BOUNDS, CANDIDATES, mutual_information

CORRELATION = 0.8
TRUTH = -0.5 * math.log(1.0 - CORRELATION**2)
# Quick enough for a test, and good enough for smooth one-dimensional samples.
QUICK = [replace(CANDIDATES[0], settings=replace(CANDIDATES[0].settings, epochs=8, hidden=(32, 32)))]


def normal(samples, correlation, seed=0):
    rng = np.random.default_rng(seed)
    x, noise = rng.normal(size=(2, samples))
    return x, correlation * x + math.sqrt(1.0 - correlation**2) * noise


@pytest.mark.parametrize("bound", BOUNDS)
def test_every_bound_finds_the_information_of_normal_samples_and_no_more(bound):
    result = mutual_information(*normal(5000, CORRELATION), bound, QUICK)
    assert result.bound == bound
    assert 0.005 < result.error < 0.02
    # The training has a few per cent to lose; beyond the truth, only chance.
    assert TRUTH - 0.05 - 3 * result.error < result.value < TRUTH + 3 * result.error


def test_the_default_candidates_find_what_hides_in_many_coordinates_and_heavy_tails():
    x, y = normal(3000, CORRELATION)
    rng = np.random.default_rng(1)
    # A turn hides the one coordinate that matters; maps of single ones make the tails heavy.
    turns = [np.linalg.qr(rng.normal(size=(8, 8)))[0] for _ in range(2)]
    x, y = (
        np.hstack([part[:, None], rng.normal(size=(3000, 7))]) @ turn
        for part, turn in zip((x, y), turns, strict=True)
    )
    result = mutual_information(np.sinh(2 * x), y**3)
    assert abs(result.value - TRUTH) < 0.05 + 3 * result.error


@pytest.mark.parametrize("bound", BOUNDS)
def test_independent_samples_share_nothing(bound):
    x, _ = normal(2000, 0.0)
    _, y = normal(2000, 0.0, seed=1)
    result = mutual_information(x, y, bound, QUICK)
    assert -0.05 < result.value < 3 * result.error + 0.002


def test_a_seed_decides_everything():
    x, y = normal(1000, CORRELATION)
    first, again, other = (mutual_information(x, y, "tuba", QUICK, seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first.value != other.value


def test_a_low_ceiling_is_announced():
    x, y = normal(1000, 0.99)
    small = [replace(QUICK[0], settings=replace(QUICK[0].settings, batch_size=4))]
    with pytest.warns(UserWarning, match=r"log K = 1\.39 nat.*raise batch_size"):
        mutual_information(x, y, candidates=small)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": np.zeros(99)}, r"shapes \(99, 1\) and \(1000, 1\)"),
        ({"x": np.zeros((1000, 2, 2))}, r"shapes \(1000, 2, 2\)"),
        ({"x": np.where(np.arange(1000) < 2, np.nan, 1.0)}, "x holds 2 values not finite; drop"),
        ({"y": np.where(np.arange(1000) < 1, np.inf, 1.0)}, "y holds 1 values not finite; drop"),
        ({"bound": "barber_agakov"}, "bound = 'barber_agakov' is not possible.*infonce"),
        ({"folds": 2}, "folds = 2.*use 3 or more"),
        ({"x": np.zeros(100), "y": np.zeros(100)}, "100 samples are too few.*batch_size = 64.*give 320"),
    ],
)
def test_what_cannot_be_estimated_is_refused(change, message):
    x, y = normal(1000, CORRELATION)
    with pytest.raises(ValueError, match=message):
        mutual_information(**({"x": x, "y": y, "candidates": QUICK} | change))


def test_a_training_that_diverges_is_an_error():
    wild = [replace(QUICK[0], settings=replace(QUICK[0].settings, learning_rate=1e30))]
    with pytest.raises(FloatingPointError, match="learning_rate = 1e\\+30; lower"):
        mutual_information(*normal(400, CORRELATION), candidates=wild)


def test_normal_scores_know_only_training_samples_and_forget_the_map():
    x, _ = normal(2000, 0.0)
    scores = normal_scores(x[:, None], 1000)
    np.testing.assert_array_equal(scores[:1000], normal_scores(x[:1000, None], 1000))
    # Ranks survive any rising map; between them, interpolation differs by little.
    np.testing.assert_array_equal(scores[:1000], normal_scores(np.exp(x[:, None]), 1000)[:1000])
    assert scores[:1000].std() == pytest.approx(1.0, abs=0.01)
    assert np.abs(scores).max() == np.abs(scores[:1000]).max()


def test_ties_and_constants_have_finite_coordinates():
    values = np.column_stack([np.zeros(200), np.arange(200) % 2])
    assert np.isfinite(normal_scores(values, 100)).all()
    assert np.isfinite(size_of(values, 100)).all()
    turned = canonical(normal_scores(values, 100), values, 100)
    assert all(np.isfinite(part).all() for part in turned)


def test_the_size_of_a_sample_is_its_common_scale():
    rng = np.random.default_rng(0)
    scale = np.exp(rng.normal(size=2000))
    size = size_of(rng.normal(size=(2000, 50)) * scale[:, None], 1000)
    assert np.corrcoef(size[:, 0], np.log(scale))[0, 1] > 0.95


def test_canonical_directions_put_what_is_correlated_first():
    rng = np.random.default_rng(0)
    x, y = normal(4000, CORRELATION)
    turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for d in (5, 3)]
    a = np.hstack([x[:, None], rng.normal(size=(4000, 4))]) @ turns[0]
    b = np.hstack([y[:, None], rng.normal(size=(4000, 2))]) @ turns[1]
    turned = canonical(a, b, 2000)
    assert abs(np.corrcoef(turned[0][:, 0], x)[0, 1]) > 0.99
    assert abs(np.corrcoef(turned[1][:, 0], y)[0, 1]) > 0.99
    for part in turned:
        # The gains are relative to the largest correlation.
        expected = [1.0, *[FAINTEST / CORRELATION] * (part.shape[1] - 1)]
        np.testing.assert_allclose(part.std(axis=0), expected, rtol=0.1)
