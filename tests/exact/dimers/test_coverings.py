import numpy as np
import pytest

from rsmi.exact.dimers.coverings import enumerate_coverings, parallel_plaquettes, thermodynamics


@pytest.mark.parametrize(("size", "number"), [(4, 272), (6, 90_176)])
def test_enumeration_finds_every_covering_once(size, number):
    horizontal, vertical = enumerate_coverings(size)
    dimers = sum(a.astype(int) + np.roll(a, 1, axis) for a, axis in ((horizontal, -1), (vertical, -2)))
    assert (dimers == 1).all()
    codes = np.packbits(np.concatenate([horizontal, vertical], -1).reshape(number, -1), axis=1)
    assert len(np.unique(codes, axis=0)) == number


def test_published_numbers_of_parallel_plaquettes():
    counts = np.bincount(parallel_plaquettes(*enumerate_coverings(4)))
    assert counts[[0, 2, 3, 4, 6, 8]].tolist() == [12, 32, 64, 112, 48, 4]
    assert thermodynamics(1.0, 6)["parallel"] == pytest.approx(0.371967, abs=1e-6)
    assert thermodynamics(0.5, 4)["specific_heat"] == pytest.approx(0.175052, abs=1e-6)


@pytest.mark.parametrize("size", [2, 5])
def test_sizes_that_are_refused(size):
    with pytest.raises(ValueError, match=f"size = {size}"):
        enumerate_coverings(size)
