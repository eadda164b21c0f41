import numpy as np
import pytest
import xarray as xr

from tests.chaos.arena import differences
from tests.chaos.storm import storm, table


def test_a_small_storm_loses_nothing():
    happened, lost, problems = storm(8, seed=7, minutes=10)
    assert problems == [] and lost.total() == 0
    assert happened.total() == 8
    assert table(happened, lost).splitlines()[-1].split() == ["all", "8", "8", "0"]


@pytest.mark.parametrize(
    ("ours", "found"),
    [
        ({"a": "1", "b": np.zeros(3)}, []),
        ({"a": "1"}, ["b is missing"]),
        ({"a": "2", "b": np.zeros(3)}, ["a differs"]),
        ({"a": "1", "b": np.array([0.0, 0.0, 1e-12])}, ["b differs"]),
        ({"a": "1", "b": np.zeros(3), "c": ""}, ["c should not be there"]),
    ],
)
def test_differences_are_seen(ours, found):
    assert differences(ours, {"a": "1", "b": np.zeros(3)}) == found


def test_a_changed_bit_of_an_array_is_seen():
    one = xr.Dataset({"x": ("n", np.array([1.0, 2.0]))})
    other = xr.Dataset({"x": ("n", np.array([1.0, np.nextafter(2.0, 3.0)]))})
    assert differences({"a": one}, {"a": one.copy(deep=True)}) == []
    assert differences({"a": one}, {"a": other}) == ["a differs"]
