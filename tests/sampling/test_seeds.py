import numpy as np

from rsmi.sampling.seeds import stream


def test_a_key_always_gives_the_same_stream():
    first, second = (stream(7, "sample", "ising", 2.0, 3).random(5) for _ in range(2))
    assert np.array_equal(first, second)


def test_streams_do_not_change_between_versions():
    assert stream(7, "sample", "ising", 2.0, 3).integers(2**32) == 4263688549


def test_every_part_of_a_key_counts():
    keys = [
        (7, "sample", "ising", 2.0, 3),
        (8, "sample", "ising", 2.0, 3),
        (7, "train", "ising", 2.0, 3),
        (7, "sample", "ising", 2.5, 3),
        (7, "sample", "ising", 2.0, 4),
        (7, "sample", "ising", float("inf"), 3),
    ]
    assert len({stream(*key).integers(2**63) for key in keys}) == len(keys)
