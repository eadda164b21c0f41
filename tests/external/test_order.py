"""Samples and chains in another order than is said."""

import warnings

import numpy as np
import pytest

from rsmi.external.axes import by_chain, one_series
from rsmi.external.order import warn_of_order


def remembering(chains, samples, memory, seed=0):
    """Return series (chain, sample) whose correlations fall by exp(-1 / memory) from sample to sample."""
    rng = np.random.default_rng(seed)
    keep = np.exp(-1 / memory)
    found = rng.normal(size=(chains, samples))
    for k in range(1, samples):
        found[:, k] = keep * found[:, k - 1] + np.sqrt(1 - keep**2) * found[:, k]
    return found


def told(values, runs):
    """Return the kinds of warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_order({"mean": values}, runs, "file")
    return [warning.message.kind for warning in caught]


@pytest.mark.parametrize("memory", [0.1, 3.0, 30.0])
def test_sound_series_and_chains_bring_no_warning(memory):
    for seed in range(40):
        values = remembering(16, 50, memory, seed)
        assert not told(values, by_chain(16, 50))
        assert not told(remembering(1, 800, memory, seed).reshape(16, 50), one_series(800))


def test_chains_that_were_written_in_turn_are_told():
    values = remembering(8, 100, 10.0)
    with pytest.warns(
        UserWarning, match=r"samples 8 apart are alike.*were 8 chains written in turn.*np.arange\(800\) % 8"
    ):
        warn_of_order({"mean": values.T.reshape(16, 50)}, one_series(800), "file")


@pytest.mark.parametrize(("chains", "samples"), [(50, 12), (8, 100)])
def test_exchanged_axes_are_told(chains, samples):
    values = remembering(chains, samples, 10.0)
    assert told(values, by_chain(chains, samples)) == []
    assert told(values.T, by_chain(samples, chains)) == ["exchanged axes"]


def test_a_drift_of_all_chains_is_told():
    values = remembering(12, 100, 1.0)
    assert told(values + 3 * np.exp(-np.arange(100) / 30), by_chain(12, 100)) == ["drift"]
    # Each its own way is no drift of all.
    assert (
        told(
            values + np.arange(12)[:, None] * np.linspace(-1, 1, 100) * (-1) ** np.arange(12)[:, None],
            by_chain(12, 100),
        )
        == []
    )
