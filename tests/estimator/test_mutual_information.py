import math
import re
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr
from scipy.signal import lfilter

from rsmi.estimator.coordinates import FAINTEST, canonical, normal_scores, size_of
from rsmi.estimator.mutual_information import BOUNDS, CANDIDATES, mutual_information
from rsmi.estimator.pairs import warn_of_copies, warn_of_memory

CORRELATION = 0.8
TRUTH = -0.5 * math.log(1.0 - CORRELATION**2)
# Quick enough for a test, and good enough for smooth one-dimensional samples.
QUICK = [replace(CANDIDATES[0], settings=replace(CANDIDATES[0].settings, epochs=8, hidden=(32, 32)))]
# What is told before the training does not depend on it.
QUICKEST = [replace(CANDIDATES[0], settings=replace(CANDIDATES[0].settings, epochs=1, hidden=(8,)))]


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
        ({"x": np.zeros((1000, 0))}, r"shapes \(1000, 0\)"),
        ({"x": np.ones(1000)}, "x never changes.*1 in every sample.*right variable"),
        ({"y": np.full((1000, 2), 0.5)}, "y never changes.*0.5 in every sample"),
        ({"x": np.arange(1000) * 1j}, r"x holds complex numbers.*np.column_stack\(\[x.real, x.imag\]\)"),
        ({"y": torch.arange(1000) * 1j}, "y holds complex numbers"),
        ({"x": np.arange(1000).astype(str)}, "x holds values that are no numbers, of type <U"),
        ({"x": ["1.5"] * 1000}, "x holds values that are no numbers"),
        ({"x": [None] * 1000}, "x holds values that are no numbers, such as None"),
        ({"x": [1j, *[Fraction(1, 2)] * 999]}, "x holds values that are no numbers, such as 1j"),
        ({"x": np.zeros(1000, [("a", float)])}, "x holds values that are no numbers, of type"),
        ({"x": np.arange(1000).astype("M8[s]")}, r"x holds times \(datetime64\[s\]\); give them as numbers"),
        ({"y": np.arange(1000).astype("m8[s]")}, "y holds times"),
        ({"x": np.ma.masked_less(np.arange(1000), 3)}, "x holds 3 masked values; drop their pairs"),
        ({"x": pd.Series([None, *range(999)], dtype="Int64")}, "x holds 1 values not finite"),
        ({"x": {"a": np.zeros(1000)}}, r"x is a dict of arrays \(a\); give one of them, such as x\[...\]"),
        ({"y": xr.Dataset({"b": ("n", np.zeros(1000))})}, r"y is a Dataset of arrays \(b\)"),
        ({"x": [[1.0], [1.0, 2.0]]}, r"x cannot be read as one array \(.*\); give \(N, d\) numbers"),
        ({"bound": "barber_agakov"}, "bound = 'barber_agakov' is not possible.*infonce"),
        ({"folds": 2}, "folds = 2.*use 3 or more"),
        ({"x": np.zeros(100), "y": np.zeros(100)}, "100 samples are too few.*batch_size = 64.*give 320"),
    ],
)
def test_what_cannot_be_estimated_is_refused(change, message):
    x, y = normal(1000, CORRELATION)
    with pytest.raises(ValueError, match=message):
        mutual_information(**({"x": x, "y": y, "candidates": QUICK} | change))


def held(x):
    """Return a vector as people hold it; the single precision of tensors is that of the vector."""
    return {
        "list": x.tolist(),
        "column": x[:, None],
        "of objects": x.astype(object),
        "without masked values": np.ma.masked_invalid(x),
        "tensor": torch.tensor(x, requires_grad=True),
        "series": pd.Series(x),
        "nullable": pd.Series(x, dtype="Float64"),
        "frame": pd.DataFrame({"x": x}),
        "labelled": xr.DataArray(x, dims="sample"),
    }


@pytest.mark.parametrize("kind", held(np.zeros(1)))
def test_pairs_are_taken_as_people_hold_them(kind):
    x, y = normal(400, CORRELATION)
    expected = mutual_information(x, y, candidates=QUICKEST)
    assert mutual_information(held(x)[kind], held(y)[kind], candidates=QUICKEST) == expected


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint16, np.int64, np.float16, ">f4", np.longdouble])
def test_every_type_of_real_numbers_is_taken(dtype):
    x = np.random.default_rng(0).integers(0, 2, 400)
    expected = mutual_information(x.astype(float), x.astype(float), candidates=QUICKEST)
    assert mutual_information(x.astype(dtype), x.astype(dtype), candidates=QUICKEST) == expected


def test_tensors_of_half_precision_are_taken():
    x = torch.from_numpy(normal(400, CORRELATION)[0]).bfloat16()
    expected = mutual_information(x.double().numpy(), x.double().numpy(), candidates=QUICKEST)
    assert mutual_information(x, x, candidates=QUICKEST) == expected


def series(rng, memory):
    """Return x(t) = memory x(t - 1) + noise."""
    return lfilter([1.0], [1.0, -memory], rng.normal(size=2000))


MEMORABLE = {
    "walk": lambda rng: series(rng, 1.0),
    "walk of whole steps": lambda rng: np.cumsum(rng.integers(0, 2, 2000) * 2 - 1),
    "slow": lambda rng: series(rng, 0.99),
    "slow, whole numbers": lambda rng: np.round(series(rng, 0.99)),
    # Heavy tails hide the memory of numbers, not that of their ranks.
    "heavy tails": lambda rng: np.sinh(3 * series(rng, 0.9)),
    "two levels": lambda rng: series(rng, 0.9) > 0,
    "sorted": lambda rng: np.sort(rng.normal(size=2000)),
}


@pytest.mark.parametrize("name", MEMORABLE)
def test_pairs_that_remember_each_other_are_announced(name):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 2000, 2))
    y[:, 1] = MEMORABLE[name](rng)
    told = (
        r"coordinate 1 of y is autocorrelated.* ([\d.]+) pairs \(.* every (\d+)th pair.*shuffle .* not help"
    )
    with pytest.warns(UserWarning, match=told) as caught:
        warn_of_memory({"x": x, "y": y})
    tau, step = map(float, re.search(told, str(caught[0].message)).groups())
    assert step == pytest.approx(2 * tau, rel=0.01, abs=1)
    assert tau == pytest.approx({"slow": 99.5, "slow, whole numbers": 99.5}.get(name, tau), rel=0.5)


def test_walks_are_announced_where_the_function_is_called():
    rng = np.random.default_rng(0)
    with pytest.warns(UserWarning, match="of x is autocorrelated") as caught:
        mutual_information(*np.cumsum(rng.normal(size=(2, 2000)), axis=1), candidates=QUICKEST)
    assert caught[0].filename == __file__


INDEPENDENT = {
    "normal": lambda rng, n: rng.normal(size=n),
    "Cauchy": lambda rng, n: rng.standard_cauchy(n),
    "two levels": lambda rng, n: rng.integers(0, 2, n),
    "rare": lambda rng, n: rng.random(n) < 3 / n,
    "mostly zero": lambda rng, n: rng.normal(size=n) * (rng.random(n) < 0.1),
    "alternating": lambda rng, n: np.arange(n) % 2 + rng.normal(size=n),
}


@pytest.mark.parametrize("samples", [4, 200, 2000, 20000])
@pytest.mark.parametrize("name", INDEPENDENT)
def test_pairs_that_do_not_remember_each_other_are_taken_without_a_word(name, samples):
    rng = np.random.default_rng(samples)
    coordinates = [INDEPENDENT[name](rng, samples) for _ in range(40000 // samples if samples > 4 else 10)]
    warn_of_memory({"x": np.column_stack(coordinates).astype(float)})


def test_copies_are_announced():
    rng = np.random.default_rng(0)
    x, y = (np.tile(part, 5) for part in normal(400, 0.0))
    with pytest.warns(UserWarning, match="1600 of 2000 pairs are exact copies.*Keep the first of each"):
        mutual_information(x, y, candidates=QUICKEST)
    some = rng.integers(0, 2000, 2000)
    draws = rng.normal(size=2000), rng.integers(0, 2, 2000), rng.integers(0, 10**9, 2000)
    for real, label in (draws[:2], (draws[0].astype(np.float32), draws[1]), (draws[2], draws[1])):
        with pytest.warns(UserWarning, match="pairs are exact copies"):
            warn_of_copies({"x": real[some, None], "y": label[some, None]})


def test_discrete_pairs_and_single_copies_are_taken_without_a_word():
    rng = np.random.default_rng(0)
    x, y = normal(2000, CORRELATION)
    counts = rng.poisson(300.0, 2000)
    for pair in (
        (counts, counts),
        (np.round(x, 2), np.round(x, 2)),
        (np.round(x, 2).astype(np.float32), np.round(x, 2)),
        (np.log1p(rng.poisson(20.0, 2000)), np.zeros(2000)),
        # Clipped to zero, which half of them then are.
        (np.maximum(x, 0), np.maximum(x, 0)),
        (np.maximum(x, 0), np.maximum(y, 0)),
        (np.append(x, x[:5]), np.append(y, y[:5])),
        (rng.integers(0, 256, 2000), rng.integers(0, 3, 2000)),
    ):
        warn_of_copies({name: part[:, None] for name, part in zip("xy", pair, strict=True)})


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


def test_rows_of_pandas_are_pairs_only_with_one_index():
    rng = np.random.default_rng(0)
    x, y = (pd.Series(values) for values in rng.normal(size=(2, 800)))
    with pytest.raises(ValueError, match=r"different indices.*y\.loc\[x\.index\]"):
        mutual_information(x, y.iloc[rng.permutation(800)])


def test_marks_of_missing_values_are_announced():
    rng = np.random.default_rng(0)
    gone = np.arange(800) % 10 == 0
    x, y = (np.where(gone, -9999.0, values) for values in rng.normal(size=(2, 800)))
    with pytest.warns(
        UserWarning, match=r"coordinate 0 of [xy] holds -9999 80 times, far from all"
    ) as caught:
        mutual_information(x, y)
    assert len([w for w in caught if "far from all" in str(w.message)]) == 2
