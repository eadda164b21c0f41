import re

import numpy as np
import pytest

from rsmi.geometry.regions import (
    SLACK,
    Corners,
    Regions,
    gather,
    gather_sites,
    random_corners,
    sites,
    with_slack,
)


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


def places_of(corners):
    """Return all places that are drawn."""
    drawn = corners.draw(np.random.default_rng(0), (3000,))
    return {tuple(corner) for corner in drawn.tolist()}


def test_windows_of_an_open_lattice_stay_inside():
    corners = Corners((7, 9), (1, 1), Regions(2, 0, 1), wrap=False)
    assert places_of(corners) == {(y, x) for y in range(4) for x in range(6)}
    # On sublattices, and along a line.
    assert places_of(Corners((7, 9), (2, 2), Regions(2, 0, 1), wrap=False)) == {
        (y, x) for y in (0, 2) for x in (0, 2, 4)
    }
    line = Corners((1, 9), (1, 1), Regions(2, 1, 1, dimensions=1), wrap=False)
    assert places_of(line) == {(0, 0), (0, 1), (0, 2), (0, 3)}


def test_without_translations_windows_stand_in_the_middle_of_an_open_lattice():
    corners = Corners((8, 9), (1, 9), Regions(1, 0, 2), wrap=False)
    assert places_of(corners) == {(y, 2) for y in range(4)}
    assert corners.first().tolist() == [0, 2]
    assert places_of(Corners((8, 8), (8, 8), Regions(2, 0, 1))) == {(0, 0)}


@pytest.mark.parametrize("wrap", [True, False])
def test_windows_avoid_masked_sites(wrap):
    lattice, regions = (8, 10), Regions(1, 0, 1)
    there = np.ones(lattice, bool)
    there[4, 5] = False
    corners = Corners(lattice, (1, 1), regions, wrap, there)
    drawn = places_of(corners)
    for y, x in np.ndindex(lattice):
        rows, columns = np.meshgrid(np.arange(y, y + 3), np.arange(x, x + 3), indexing="ij")
        inside = rows.max() < 8 and columns.max() < 10
        whole = there[rows % 8, columns % 10].all()
        assert ((y, x) in drawn) == (whole and (wrap or inside))


def test_places_are_drawn_as_before_on_a_torus():
    corners = Corners((4, 6), (2, 3), Regions(1, 0, 1))
    ours = corners.draw(np.random.default_rng(0), (50,))
    assert np.array_equal(ours, random_corners(np.random.default_rng(0), (50,), (4, 6), (2, 3)))


def test_no_room_is_an_error():
    with pytest.raises(ValueError, match="need a window of 8 sites per side, but the lattice is"):
        Corners((7, 9), (1, 1), Regions(2, 1, 2), wrap=False)
    there = np.ones((6, 6), bool)
    there[::3, ::3] = False
    with pytest.raises(ValueError, match="covers masked sites; lower visible"):
        Corners((6, 6), (1, 1), Regions(1, 0, 1), True, there)
    # The only place is taken all the same.
    assert Corners((6, 6), (6, 6), Regions(2, 0, 1), True, there).first().tolist() == [0, 0]


@pytest.mark.parametrize("name", ["visible", "buffer", "environment", "dimensions"])
@pytest.mark.parametrize("whole", [np.int64, np.uint8, np.int16])
def test_whole_numbers_of_any_type_are_whole_numbers(name, whole):
    plain = {"visible": 4, "buffer": 2, "environment": 1, "dimensions": 2}
    regions = Regions(**plain | {name: whole(plain[name])})
    assert regions == Regions(**plain) and type(getattr(regions, name)) is int


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("visible", 0, "visible = 0 is not possible; use 1 or more"),
        ("buffer", -1, "buffer = -1 is not possible; use 0 or more"),
        ("environment", 0, "environment = 0 is not possible; use 1 or more"),
        ("environment", -2, "environment = -2 is not possible"),
        ("visible", 4.0, "visible = 4.0 is no whole number; give an integer"),
        ("buffer", "2", "buffer = '2' is no whole number"),
        ("buffer", True, "buffer = True is not possible"),
        ("visible", None, "visible = None is no whole number"),
        ("dimensions", 3, "dimensions = 3 is not possible; use 1 or 2"),
        ("dimensions", 0, "dimensions = 0 is not possible; use 1 or more"),
    ],
)
def test_what_is_no_region_is_refused(name, value, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Regions(**{"visible": 4, "buffer": 2, "environment": 1} | {name: value})
