from functools import cache

import numpy as np
import pytest

from rsmi.exact.dimers.coverings import enumerate_coverings, parallel_plaquettes
from rsmi.exact.dimers.free import (
    INFINITE_ENTROPY,
    FreeTorus,
    coupling,
    coverings,
    infinite_correlation,
    infinite_probability,
    log_coverings,
)


def counted(rows, columns):
    """The number of coverings, by covering the first free site in all ways."""

    @cache
    def ways(free):
        if not free:
            return 1
        site = (free & -free).bit_length() - 1
        y, x = divmod(site, columns)
        others = {y * columns + (x + s) % columns for s in (1, -1)}
        others |= {(y + s) % rows * columns + x for s in (1, -1)}
        return sum(ways(free & ~(1 << site) & ~(1 << other)) for other in others if free >> other & 1)

    return ways((1 << rows * columns) - 1)


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


@pytest.mark.parametrize(("size", "number"), [(4, 272), (6, 90_176), (8, 311_853_312)])
def test_published_numbers_of_coverings(size, number):
    assert coverings(size, size) == number


@pytest.mark.parametrize(
    ("rows", "columns"),
    [(3, 4), (4, 3), (5, 4), (3, 6), (6, 5), (7, 4), (4, 6), (6, 4), (8, 4), (4, 10), (7, 6)],
)
def test_coverings_against_a_recursion(rows, columns):
    number = coverings(rows, columns)
    assert number == counted(rows, columns)
    assert log_coverings(rows, columns) == pytest.approx(np.log(number), rel=1e-14)


@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (15, 16), (16, 10), (24, 33), (40, 40)])
def test_whole_numbers_against_floating_point(rows, columns):
    number = coverings(rows, columns)
    assert isinstance(number, int) and number == coverings(columns, rows)
    assert log_coverings(rows, columns) == pytest.approx(np.log(float(number)), rel=1e-13)
    assert log_coverings(columns, rows) == pytest.approx(np.log(float(number)), rel=1e-13)


def test_entropy():
    assert pytest.approx(0.915965594177219015 / np.pi, rel=1e-15) == INFINITE_ENTROPY
    assert log_coverings(32, 32) / 1024 == pytest.approx(0.29242240, abs=1e-8)
    assert log_coverings(32, 32) == pytest.approx(FreeTorus(32).log_partition(), rel=1e-12)
    for sides in ((2000, 2000), (2001, 2000)):
        assert log_coverings(*sides) / np.prod(sides) == pytest.approx(INFINITE_ENTROPY, abs=3e-7)


@pytest.mark.parametrize(
    ("sides", "message"), [((2, 4), "at least 3"), ((4, 2), "4, 2"), ((5, 3), "odd number")]
)
def test_tori_without_a_number_of_coverings(sides, message):
    for function in (coverings, log_coverings):
        with pytest.raises(ValueError, match=message):
            function(*sides)


def test_the_coupling_inverts_the_kasteleyn_matrix():
    for y, x in ((0, 0), (1, 1), (0, 2), (-3, 5), (8, -2), (40, 100), (301, 1)):
        across = coupling(y, x + 1) + coupling(y, x - 1)
        down = coupling(y + 1, x) + coupling(y - 1, x)
        assert across + 1j * down == pytest.approx(float(y == x == 0), abs=1e-14)
        assert coupling(y, x) == 0
    assert coupling(0, 1) == pytest.approx(1 / 4, rel=1e-14)
    assert coupling(1, 0) == pytest.approx(-1j / 4, rel=1e-14)
    assert coupling(1, 2) == pytest.approx(1j * (1 / np.pi - 1 / 4), rel=1e-13)
    # Far away it is that of the continuum, 1 / (pi r) along a row.
    assert coupling(0, 1001) == pytest.approx(1 / (1001 * np.pi), rel=1e-5)


def test_published_correlations_of_the_infinite_lattice():
    for distance, value in ((1, -0.0625), (2, 0.02834506), (3, -0.01285508), (4, 0.00758527)):
        assert infinite_correlation((0, 0, 0), (0, 0, distance)) == pytest.approx(value, abs=1e-8)
        assert infinite_correlation((1, 2, 7), (1, 2 - distance, 7)) == pytest.approx(value, abs=1e-8)
    assert 2 * infinite_probability((0, 0, 0), (0, 1, 0)) == pytest.approx(1 / 4, rel=1e-13)
    far = [infinite_correlation((0, 0, 0), (0, 0, d)) * (np.pi * d) ** 2 for d in (1000, 1001)]
    assert far == pytest.approx([1, -1], rel=1e-5)


def test_probabilities_of_several_dimers():
    assert infinite_probability() == 1
    assert infinite_probability((1, 0, 0)) == pytest.approx(1 / 4)
    assert infinite_probability((1, 0, 0), (1, 0, 0)) == pytest.approx(1 / 4)
    # Of the four links of a site exactly one is covered, whatever else is.
    links = (0, 0, 0), (0, 0, -1), (1, 0, 0), (1, -1, 0)
    other = (1, 3, -1), (0, 0, 2)
    around = sum(infinite_probability(link, *other) for link in links)
    assert around == pytest.approx(infinite_probability(*other), rel=1e-12)
    for first, second in ((0, 1), (1, 2), (2, 3)):
        assert infinite_probability(links[first], links[second]) == pytest.approx(0, abs=1e-15)
    with pytest.raises(ValueError, match="direction = 2"):
        infinite_probability((2, 0, 0))


@pytest.mark.parametrize(
    "second", [(0, 0, 2), (0, 3, 0), (0, 1, 1), (0, -2, 3), (1, 2, 0), (1, 1, -3), (1, 0, 2)]
)
def test_tori_approach_the_infinite_lattice(second):
    """Corrections fall as 1 / L^2, or faster."""
    direction, y, x = second
    exact = infinite_correlation((0, 0, 0), second)
    errors = {
        size: abs(FreeTorus(size).both((0, 0, 0), (direction, y % size, x % size)) - 1 / 16 - exact)
        for size in (16, 32)
    }
    assert errors[32] < 3e-4
    assert errors[32] < errors[16] / 3
