"""Samples that were never written, and constant ones that are natural."""

import numpy as np
import pytest

from rsmi.external import DataError
from rsmi.external.unwritten import require_whole_rows, require_written
from rsmi.sampling.driver import sample


def check(values):
    """Look for samples that were never written among values (chain, sample, y, x)."""
    flat = values.reshape(-1, *values.shape[2:])
    require_written(flat, np.ones(values.shape[2:], bool), len(values), "file")


@pytest.fixture(scope="module", params=[1.5, 4.0])
def bits(request):
    """Return spins as 0 and 1, (chain, sample, y, x), in an ordered and in a disordered phase."""
    found = sample("ising", request.param, {"size": 16}, chains=16, samples=100, thermalisation=100)
    return (found["configuration"].values > 0).astype("u1")


def last_quarter(x):
    x[:, 75:] = 0


def last_five(x):
    x[:, 95:] = 0


def all_but_the_first(x):
    x[:, 20:] = 0


def whole_chains(x):
    x[[1, 5, 9, 13]] = 0


def tails_of_unlike_length(x):
    for chain, end in zip(x, np.random.default_rng(0).integers(10, 95, 16), strict=True):
        chain[end:] = 0


def zeros_among_spins(x):
    x[:, 75:] = 0
    x[:, :75] = 2 * (x[:, :75] > 0) + 1


@pytest.mark.parametrize(
    "spoil",
    [last_quarter, last_five, all_but_the_first, whole_chains, tails_of_unlike_length, zeros_among_spins],
)
def test_what_was_never_written_is_named(spoil, bits):
    spoilt = bits.copy()
    spoil(spoilt)
    with pytest.raises(DataError, match=r"samples \d+ to 99 of chain \d+ are 0 at all sites.*accept: \[unwr"):
        check(spoilt)


def test_every_fourth_sample_and_a_few_in_one_chain_are_seen_where_none_are_ordered():
    hot = sample("ising", 4.0, {"size": 16}, chains=8, samples=100, thermalisation=100)[
        "configuration"
    ].values
    for where in (np.s_[:, ::4], np.s_[3, -5:]):
        spoilt = (hot > 0).astype("u1")
        spoilt[where] = 0
        with pytest.raises(DataError, match="never written"):
            check(spoilt)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 1.5, 2.0, 2.3])
@pytest.mark.parametrize("side", [4, 8])
def test_ordered_samples_are_natural(temperature, side):
    check(
        sample("ising", temperature, {"size": side}, chains=8, samples=200, thermalisation=50)[
            "configuration"
        ].values
    )


def test_ground_states_of_both_signs_after_a_quench_are_natural():
    spins = np.ones((16, 50, 8, 8), np.int8)
    spins[::3] = -1
    spins[1::4, :, ::2] *= -1
    check(spins)


def test_dry_days_are_announced_only():
    rng = np.random.default_rng(0)
    wet = (rng.random((8, 100, 1, 1)) < 0.4) & (rng.random((8, 100, 8, 8)) < 0.4)
    with pytest.warns(UserWarning, match="samples are 0 at all sites, in"):
        check(wet.astype(np.int8))


def test_half_written_samples_of_real_numbers_are_named():
    field = np.random.default_rng(0).normal(size=(800, 16, 16))
    there = np.ones((16, 16), bool)
    require_whole_rows(field, there, "file")
    field[790:, 8:] = 0
    with pytest.raises(
        DataError, match=r"80 rows of samples hold one value.*row 8 of sample 790 0.*never written"
    ):
        require_whole_rows(field, there, "file")
    # Where it rains here and there, dry rows are natural.
    require_whole_rows(np.where(np.random.default_rng(1).random(field.shape) < 0.1, field, 0), there, "file")
