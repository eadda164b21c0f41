from itertools import chain

import numpy as np
import pytest
import xarray as xr

from rsmi.estimator import split
from rsmi.estimator.split import Split, as_split, disagreement, split_samples
from rsmi.external import sectors

SHARES = Split(0.5, 0.125)


def samples_of(chains, length=3, **coordinates):
    """Return samples whose values are the numbers of their chains."""
    values = np.arange(chains)[:, None] * np.ones((1, length))
    coords = {name: ("chain", *given) for name, given in coordinates.items()}
    return xr.Dataset({"configuration": (("chain", "sample"), values)}, coords)


def chains_in(samples, split, seed=0):
    """Return the chains of training, validation and test."""
    parts = split_samples(samples, split, np.random.default_rng(seed))
    found = [
        part.of(samples["configuration"].values) for part in (parts.training, parts.validation, parts.test)
    ]
    return [part[:, 0].astype(int).tolist() for part in found]


def grouped(group, kind):
    return samples_of(len(group), group=(np.asarray(group), {"kind": kind}))


def test_whole_chains_go_to_one_part_and_none_is_lost():
    assert chains_in(samples_of(16), SHARES) == [list(range(8)), [8, 9], list(range(10, 16))]


@pytest.mark.parametrize("shares", [(0.5, 0.01), (0.5, 0.5), (0.01, 0.5)])
def test_an_empty_part_is_an_error(shares):
    with pytest.raises(ValueError, match="each needs at least one"):
        chains_in(samples_of(8), Split(*shares))


def test_groups_stay_together():
    group = np.array([0, 0, 0, 1, 1, 2, 3, 3, 3, 3])
    parts = chains_in(grouped(group, "chains"), Split(0.5, 0.2))
    assert [np.unique(group[part]).tolist() for part in parts] == [[0, 1], [2], [3]]
    with pytest.raises(ValueError, match="2 groups cannot be split"):
        chains_in(grouped(group > 1, "chains"), Split(0.5, 0.2))


def test_labels_need_an_order_which_is_asked_about():
    samples = grouped(np.repeat(np.arange(8), 2), "labels")
    with pytest.raises(ValueError, match=r"split\.order is missing.*'random'.*'as_given'"):
        chains_in(samples, SHARES)
    assert chains_in(samples, Split(0.5, 0.125, "as_given"))[0] == list(range(8))


def test_a_random_order_keeps_groups_together_and_is_the_same_again():
    group = np.repeat(np.arange(8), 2)
    samples, split = grouped(group, "labels"), Split(0.5, 0.25, "random")
    parts = chains_in(samples, split)
    assert sorted(chain.from_iterable(parts)) == list(range(16)) and parts[0] != list(range(8))
    assert [len(set(group[part])) for part in parts] == [4, 2, 2]
    assert chains_in(samples, split) == parts and chains_in(samples, split, seed=1) != parts


def test_a_series_is_never_shuffled():
    with pytest.raises(ValueError, match="would tear one series"):
        chains_in(grouped(np.arange(16), "series"), Split(0.5, 0.125, "random"))


def test_reading_and_splitting_mean_the_same_by_enough():
    assert split.ENOUGH == sectors.ENOUGH


def in_sectors(sector, memory=np.nan, length=3, kind="chains"):
    group = (np.arange(len(sector)), {"kind": kind})
    return samples_of(
        len(sector), length, group=group, sector=(np.asarray(sector), {"memory_within": memory})
    )


@pytest.mark.parametrize("sector", [np.arange(16) % 4, np.arange(16) // 4, [0] * 9 + [1] * 3])
def test_every_part_gets_every_sector(sector):
    samples = in_sectors(sector)
    parts = chains_in(samples, SHARES)
    assert sorted(chain.from_iterable(parts)) == list(range(len(sector)))
    for part in parts:
        assert set(np.asarray(sector)[part]) == set(sector)
    assert split_samples(samples, SHARES, np.random.default_rng(0)).missed == 0


def test_chains_that_are_too_few_for_their_sectors_are_cut_in_time():
    samples = in_sectors([0, 1, 0, 1], memory=0.5, length=400)
    parts = split_samples(samples, SHARES, np.random.default_rng(0))
    assert parts.missed == 0
    edges = [(p.first, p.last) for p in (parts.training, parts.validation, parts.test)]
    assert edges[0] == (0, 200) and edges[1][0] > 200 and edges[2][0] > edges[1][1] and edges[2][1] == 400
    assert all(len(p.chains) == 4 for p in (parts.training, parts.validation, parts.test))


@pytest.mark.parametrize("memory", [30.0, np.nan])
def test_what_parts_lack_of_sectors_is_told_where_samples_remember_each_other(memory):
    parts = split_samples(in_sectors([0, 1, 0, 1], memory, 400), Split(0.5, 0.25), np.random.default_rng(0))
    assert parts.missed == pytest.approx(np.log(2))


def test_what_no_sector_is_in_all_parts_of_cannot_be_learned():
    """Learned on two states, tested on two others: nothing that is found there need hold here."""
    samples = in_sectors([0, 0, 1, 1, 0, 1, 2, 3, 2, 3, 2, 3])
    parts = split_samples(samples, Split(1 / 3, 1 / 3, "as_given"), np.random.default_rng(0))
    sizes = np.array([3, 3, 3, 3]) / 12
    assert parts.missed == pytest.approx(-(sizes * np.log(sizes)).sum())


def test_systems_of_their_own_are_not_cut_in_time():
    parts = split_samples(in_sectors(np.arange(8), 0.5, 400), SHARES, np.random.default_rng(0))
    assert parts.training.last == 400 and parts.missed == pytest.approx(np.log(8))


def test_an_order_that_was_asked_for_is_kept():
    samples = in_sectors(np.arange(16) // 4)
    assert chains_in(samples, Split(0.5, 0.125, "as_given"))[0] == list(range(8))
    parts = split_samples(samples, Split(0.5, 0.125, "as_given"), np.random.default_rng(0))
    assert parts.missed == pytest.approx(np.log(4))


@pytest.mark.parametrize(
    "given", [(0.5, 0.2, "random"), ["0.5"], {"training": 0.5, "shares": 1}, (0.5, 0.2, "any")]
)
def test_a_split_comes_in_any_form_or_is_an_error(given):
    if given == (0.5, 0.2, "random"):
        assert as_split(given) == as_split({"training": 0.5, "validation": 0.2, "order": "random"})
        return
    with pytest.raises(ValueError, match="split"):
        as_split(given)


def drifting(slope, order, seed=0):
    """Return whether training and test disagree, of 24 groups whose means grow by `slope` from one to the
    next."""
    rng = np.random.default_rng(seed)
    samples = grouped(np.arange(24), "labels")
    values = rng.normal(size=(24, 3)) + slope * np.arange(24)[:, None]
    samples["mean"] = (("chain", "sample"), values, {"constant": "false"})
    parts = split_samples(samples, Split(0.5, 0.125, order), np.random.default_rng(seed))
    return disagreement(samples, parts)


def test_where_training_and_test_differ_it_is_told():
    """Groups in the order of a file may be from one end of the world to the other."""
    assert "mean (" in drifting(0.3, "as_given")
    assert all(drifting(0.3, "random", seed) is None for seed in range(10))
    assert sum(drifting(0.0, "as_given", seed) is not None for seed in range(100)) <= 1
