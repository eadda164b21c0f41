import numpy as np
import pytest

from rsmi.exact.channel import channel_information, mutual_information


def entropy(p):
    p = p[p > 0]
    return -np.sum(p * np.log(p))


def test_information_is_a_difference_of_entropies():
    joint = np.random.default_rng(0).dirichlet(np.ones(12), 5).reshape(5, 3, 4)
    expected = [entropy(p.sum(0)) + entropy(p.sum(1)) - entropy(p.ravel()) for p in joint]
    assert mutual_information(joint) == pytest.approx(expected)


def test_two_equal_bits_share_one_and_zeros_do_no_harm():
    assert mutual_information(np.eye(2) / 2) == pytest.approx(np.log(2))


def test_binary_symmetric_channel():
    flip = 0.1
    channel = np.array([[1 - flip, flip], [flip, 1 - flip]])
    expected = np.log(2) - entropy(np.array([flip, 1 - flip]))
    both = np.stack([np.eye(2), channel])
    assert channel_information(np.eye(2) / 2, both) == pytest.approx([np.log(2), expected])
