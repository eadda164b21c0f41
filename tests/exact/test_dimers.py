import numpy as np
import pytest

from rsmi.exact.dimers import FreeTorus, enumerate_coverings, parallel_plaquettes, thermodynamics


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


@pytest.mark.parametrize("size", [4, 6])
def test_determinants_against_enumeration(size):
    horizontal, vertical = enumerate_coverings(size)
    weights = np.random.default_rng(size).uniform(0.5, 1.5, (2, size, size))
    products = np.where(horizontal, weights[0], 1).prod((1, 2)) * np.where(vertical, weights[1], 1).prod(
        (1, 2)
    )
    torus = FreeTorus(size)
    assert torus.log_partition() == pytest.approx(np.log(len(horizontal)))
    assert torus.log_partition(*weights) == pytest.approx(np.log(products.sum()))
    assert torus.parallel() == pytest.approx(parallel_plaquettes(horizontal, vertical).mean() / size**2)
    pairs = (horizontal[:, 0, 0] & horizontal[:, 0, 2]).mean()
    assert torus.collinear_correlation(2) == pytest.approx(pairs - 1 / 16)
    winding = horizontal[:, :, 0] @ (1 - 2 * (np.arange(size) % 2))
    assert torus.square_winding() == pytest.approx(np.mean(winding**2), rel=1e-6)


def test_larger_tori_against_published_values():
    assert np.exp(FreeTorus(8).log_partition()) == pytest.approx(311_853_312)
    assert FreeTorus(32).log_partition() / 1024 == pytest.approx(0.29242240, abs=1e-8)
    # Corrections to the infinite lattice fall as 1 / L^2.
    assert FreeTorus(32).parallel() == pytest.approx(0.25, abs=1e-3)
    for distance, value in ((1, -0.0625), (2, 0.02834506), (3, -0.01285508), (4, 0.00758527)):
        assert FreeTorus(32).collinear_correlation(distance) == pytest.approx(value, abs=3e-5)


@pytest.mark.parametrize("size", [2, 5])
def test_sizes_that_are_refused(size):
    with pytest.raises(ValueError, match=f"size = {size}"):
        FreeTorus(size)
    with pytest.raises(ValueError, match=f"size = {size}"):
        enumerate_coverings(size)
