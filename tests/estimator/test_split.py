import numpy as np
import pytest

from rsmi.estimator.split import split_chains


def test_whole_chains_go_to_one_part_and_none_is_lost():
    chains = np.arange(16)[:, None] * np.ones((16, 3))
    parts = split_chains(chains, 0.5, 0.125)
    assert [len(part) for part in parts] == [8, 2, 6]
    assert np.array_equal(np.concatenate(parts), chains)


@pytest.mark.parametrize("shares", [(0.5, 0.01), (0.5, 0.5), (0.01, 0.5)])
def test_an_empty_part_is_an_error(shares):
    with pytest.raises(ValueError, match="each needs at least one"):
        split_chains(np.zeros((8, 2)), *shares)


def test_groups_stay_together():
    group = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3])
    parts = split_chains(group, 0.5, 0.2, group)
    assert [np.unique(part).tolist() for part in parts] == [[0, 1], [2], [3]]
    with pytest.raises(ValueError, match="2 groups cannot be split"):
        split_chains(group, 0.5, 0.2, group > 1)
