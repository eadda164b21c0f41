import numpy as np
import pytest
import xarray as xr

from rsmi.estimator.symmetries import Symmetries, check_symmetries
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample

EIGHT = ["reflections", "rotations"]


def images(names, window):
    """All distinct images of a numbered window."""
    regions = Regions(1, 0, (window - 1) // 2)
    symmetries = Symmetries(names, regions, (1, 1))
    numbered = np.arange(window * window).reshape(window, window)
    runs = np.array([(row, 0, window) for row in range(window)])
    return {tuple(numbered[place[:, 0], place[:, 1]]) for place in symmetries.places(runs)}


def test_orientations_are_those_of_the_square():
    square = np.arange(9).reshape(3, 3)
    turns = {tuple(np.rot90(square, k).ravel()) for k in range(4)}
    mirrors = {tuple(np.rot90(square.T, k).ravel()) for k in range(4)}
    assert images(["rotations"], 3) == turns
    assert images(EIGHT, 3) == turns | mirrors
    flips = {tuple(a.ravel()) for a in (square, square[::-1], square[:, ::-1], square[::-1, ::-1])}
    assert images(["reflections"], 3) == flips
    assert images(["sign"], 3) == {tuple(square.ravel())}


@pytest.mark.parametrize("window", [4, 5])
def test_sublattices_survive(window):
    """On a lattice of period 2, a site of an image belongs to the same sublattice as without."""
    regions = Regions(window - 2, 0, 1)
    symmetries = Symmetries(EIGHT, regions, (2, 2))
    runs = np.array([(row, 0, window) for row in range(window)])
    plain = symmetries.places(runs)[0]
    for element, places in enumerate(symmetries.places(runs)):
        moved = places + symmetries.shift(np.array(element), (8, 8))
        swapped = plain[:, ::-1] if symmetries.elements[element, 2] else plain
        assert np.array_equal(moved % 2, swapped % 2)


def test_signs_are_drawn_only_where_declared():
    rng = np.random.default_rng(0)
    for names, signs in (([*EIGHT, "sign"], {-1.0, 1.0}), (EIGHT, {1.0})):
        element, sign = Symmetries(names, Regions(1, 0, 1), (1, 1)).draw(rng, (500,))
        assert set(sign) == signs
        assert set(element) == set(range(8))


def test_what_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'mirrors' is not possible"):
        Symmetries(["mirrors"], Regions(2, 0, 1), (1, 1))
    with pytest.raises(ValueError, match="two equal axes"):
        Symmetries(["rotations"], Regions(2, 0, 1, dimensions=1), (1, 1))


def test_true_symmetries_pass_and_false_ones_are_told():
    ising = sample("ising", 2.4, {"size": 12}, chains=8, samples=200, thermalisation=100)
    check_symmetries(ising, [*EIGHT, "sign"])
    dimers = sample("dimers", 1.0, {"size": 8}, chains=8, samples=100, thermalisation=50)
    check_symmetries(dimers, EIGHT)
    with pytest.raises(ValueError, match="'sign' is no symmetry of these samples"):
        check_symmetries(dimers, ["sign"])
    stripes = ising.copy(deep=True)
    stripes["configuration"].values[..., ::2, :] = 1
    with pytest.raises(ValueError, match="'rotations' is no symmetry"):
        check_symmetries(stripes, ["rotations"])


def test_a_handed_pattern_has_no_reflections():
    rng = np.random.default_rng(0)
    base = (2 * rng.integers(0, 2, (16, 100, 10, 10)) - 1).astype(np.int8)
    # Every site follows the product of its right and its lower neighbour, sometimes.
    follows = rng.random(base.shape) < 0.5
    handed = np.where(follows, np.roll(base, -1, 3) * np.roll(base, (-1, -1), (2, 3)), base).astype(np.int8)
    samples = xr.Dataset(
        {"configuration": (("chain", "sample", "y", "x"), handed)}, attrs={"translation_period": [1, 1]}
    )
    with pytest.raises(ValueError, match="'reflections' is no symmetry"):
        check_symmetries(samples, ["reflections"])


def test_one_dimension():
    chain = sample("ising_chain", 1.0, {"size": 20}, chains=6, samples=100, thermalisation=0)
    check_symmetries(chain, ["reflections", "sign"])
