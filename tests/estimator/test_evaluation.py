import numpy as np
import pytest

from rsmi.estimator.evaluation import with_error
from rsmi.estimator.windows import WindowSet
from rsmi.geometry.regions import Corners, Regions


def windows(configurations, per_configuration=2):
    rng = np.random.default_rng(0)
    corners = Corners(configurations.shape[2:], (1, 1), Regions(2, 0, 1))
    return WindowSet(configurations, corners, np.zeros(4), per_configuration, rng)


def test_windows_come_in_order_and_are_all_there():
    configurations = np.arange(6, dtype=np.int8).reshape(2, 3, 1, 1) * np.ones((1, 1, 6, 6), np.int8)
    ours = windows(configurations)
    visible = np.concatenate([v.numpy().copy() for v, _ in ours.chunks()])
    assert visible.shape == (12, 4)
    assert np.array_equal(visible[:, 0], np.repeat(np.arange(6), 2))


def test_chains_that_do_not_mix_are_the_unit_of_the_error():
    rng = np.random.default_rng(2)
    chains, repeats = 8, 300
    ours = windows(np.zeros((chains, 200, 6, 6), np.int8), 1)
    values = rng.normal(size=(repeats, chains, 1)) + 0.5 * rng.normal(size=(repeats, chains, 200))
    mean, error = with_error(values.reshape(repeats, -1), ours.shape)
    true = np.sqrt((1 + 0.25 / 200) / chains)
    assert abs(mean.std() / true - 1) < 4 / np.sqrt(2 * repeats)
    assert abs(np.sqrt(np.mean(error**2)) / true - 1) < 4 / np.sqrt(2 * repeats * (chains - 1))


def test_windows_of_one_configuration_do_not_count_as_independent():
    rng = np.random.default_rng(1)
    per_configuration = rng.normal(size=(4, 500, 1))
    ours = windows(np.zeros((4, 500, 6, 6), np.int8), 8)
    _, once = with_error(np.repeat(per_configuration, 8, axis=2).reshape(1, -1), ours.shape)
    expected = 1 / np.sqrt(2000)
    assert abs(once[0] / expected - 1) < 4 / np.sqrt(2 * 100)


def test_groups_are_the_unit_of_the_error_where_they_differ():
    """The scatter of the mean over many repetitions is what the error says, for groups of unlike size."""
    rng = np.random.default_rng(3)
    group, repeats = np.repeat(range(9), [1, 2, 3, 1, 2, 3, 1, 2, 3]), 400
    ours = windows(np.zeros((len(group), 50, 6, 6), np.int8), 1)
    values = rng.normal(size=(repeats, 9, 1))[:, group] + rng.normal(size=(repeats, len(group), 50))
    mean, error = with_error(values.reshape(repeats, -1), ours.shape, group)
    _, alone = with_error(values.reshape(repeats, -1), ours.shape)
    assert np.sqrt(np.mean(error**2)) / mean.std() == pytest.approx(1, abs=0.12)
    assert np.sqrt(np.mean(alone**2)) / mean.std() < 0.85


def test_chains_that_are_their_own_groups_change_no_bit():
    values = np.random.default_rng(4).normal(size=(3, 8 * 50))
    shape = (8, 50, 1)
    assert np.array_equal(with_error(values, shape), with_error(values, shape, np.arange(8)))
