import numpy as np
import pytest

from rsmi.regions import SLACK, Regions, gather, gather_sites, random_corners, sites, with_slack


def cut(configurations, index, corner, runs):
    """Windows of two members, the second with its corners in reverse; both must be right."""
    out = np.full((2, len(index) * sites(runs) + SLACK), 99, configurations.dtype)
    both = np.stack([corner, corner[::-1]])
    gather(with_slack(configurations), configurations.shape[1:], index, both, runs, out)
    first, second = out[:, :-SLACK].reshape(2, len(index), -1)
    again = np.full_like(out[:1], 99)
    gather(with_slack(configurations), configurations.shape[1:], index, both[1:], runs, again)
    assert np.array_equal(second, again[0, :-SLACK].reshape(second.shape))
    return first


@pytest.mark.parametrize(("visible", "buffer", "environment"), [(4, 0, 5), (4, 6, 5), (2, 1, 1), (5, 2, 3)])
def test_site_counts(visible, buffer, environment):
    regions = Regions(visible, buffer, environment)
    inner = visible + 2 * buffer
    assert sites(regions.visible_runs()) == visible**2
    assert sites(regions.environment_runs()) == regions.window**2 - inner**2


def test_site_counts_in_one_dimension():
    regions = Regions(2, 3, 4, dimensions=1)
    assert sites(regions.visible_runs()) == 2
    assert sites(regions.environment_runs()) == 8


@pytest.mark.parametrize("dimensions", [1, 2])
def test_gather_takes_the_same_sites_as_rolling_the_lattice(dimensions):
    rng = np.random.default_rng(0)
    regions = Regions(3, 1, 2, dimensions)
    lattice = (1, 11) if dimensions == 1 else (9, 11)
    configurations = rng.integers(-100, 100, (5, *lattice)).astype(np.int8)
    index = rng.integers(0, 5, 200)
    corner = random_corners(rng, (200,), lattice, (1, 1))
    distance = regions.distance()
    for runs, mask in (
        (regions.visible_runs(), distance == 0),
        (regions.environment_runs(), distance > regions.buffer),
    ):
        out = cut(configurations, index, corner, runs)
        for i, (y, x), row in zip(index, corner, out, strict=True):
            rolled = np.roll(configurations[i], (-y, -x), (0, 1))
            assert np.array_equal(rolled[: mask.shape[0], : mask.shape[1]][mask], row)


def test_a_window_as_large_as_the_lattice_meets_every_site_once():
    regions = Regions(2, 1, 2)
    lattice = np.arange(64, dtype=np.int8).reshape(1, 8, 8)
    runs = regions.environment_runs()
    out = cut(lattice, np.array([0]), np.array([[5, 6]]), runs)
    assert len(np.unique(out)) == out.size


def test_listed_sites_are_gathered_like_runs():
    rng = np.random.default_rng(1)
    configurations = rng.integers(-100, 100, (5, 9, 11)).astype(np.int8)
    runs = Regions(3, 1, 2).environment_runs()
    index, corner = rng.integers(0, 5, 50), random_corners(rng, (50,), (9, 11), (1, 1))
    places = np.array([[(row, first + k) for row, first, length in runs for k in range(length)]])
    out = np.empty((1, 50 * sites(runs)), np.int8)
    element = np.zeros((1, 50), np.int64)
    gather_sites(with_slack(configurations), (9, 11), index, corner[None], element, places, out)
    assert np.array_equal(out.reshape(50, -1), cut(configurations, index, corner, runs))


def test_corners_are_multiples_of_the_period_and_reach_all_of_them():
    corners = random_corners(np.random.default_rng(0), (1000,), (4, 6), (2, 3))
    assert {tuple(c) for c in corners.tolist()} == {(0, 0), (0, 3), (2, 0), (2, 3)}
