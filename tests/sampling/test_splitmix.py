import numpy as np

from rsmi.sampling.seeds import stream
from rsmi.sampling.splitmix import below, mix, random_states, threshold


def test_mix_gives_the_published_sequence():
    """The first outputs of SplitMix64 for the seed 1234567, with its standard step."""
    counter, step = np.uint64(1234567), np.uint64(0x9E3779B97F4A7C15)
    expected = (6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431)
    with np.errstate(over="ignore"):
        for word in expected:
            counter += step
            assert mix(counter) == word


def test_random_states_are_those_of_their_streams_with_odd_mixed_steps():
    states = random_states(stream("test", c) for c in range(200))
    assert states.dtype == np.uint64 and len(np.unique(states)) == 400
    assert np.array_equal(states[:3], random_states(stream("test", c) for c in range(3)))
    for step in states[:, 1].tolist():
        assert step % 2 == 1 and (step ^ step >> 1).bit_count() >= 23


def test_below_covers_its_range_and_threshold_rounds():
    words = np.arange(1000, dtype=np.uint64) * np.uint64(2**64 // 1000)
    assert {below(word, 7) for word in words} == set(range(7))
    assert (threshold(0.0), threshold(0.5), threshold(1.0)) == (0, 2**31, 2**32)
