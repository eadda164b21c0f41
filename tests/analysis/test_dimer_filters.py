import numpy as np
import pytest

from rsmi.analysis.dimer_filters import CLASSES, classify, overlaps, pristine_filters


def test_pristine_filters_are_of_their_own_class_whatever_sign_and_scale():
    pristine = pristine_filters(8)
    assert set(pristine) == set(CLASSES) - {"mixed"}
    names = classify(np.stack([-3.0 * pattern for pattern in pristine.values()]))
    assert names.tolist() == list(pristine)


def test_mixtures_are_told_from_pure_filters():
    pristine = pristine_filters(8)
    first, second = pristine["plaquette_1"], pristine["staggered_2"] * np.sqrt(2)
    mixtures = np.stack([np.cos(a) * first + np.sin(a) * second for a in np.radians([10, 30, 45, 60, 80])])
    expected = ["plaquette_1", "plaquette_1", "mixed", "staggered_2", "staggered_2"]
    assert classify(mixtures).tolist() == expected


def test_nan_has_no_class():
    assert classify(np.full((2, 8, 8), np.nan)).tolist() == ["", ""]


def test_overlaps_are_cosines():
    pattern = pristine_filters(4)["columnar"]
    values = overlaps(pattern[None], 4)
    assert values["columnar"] == pytest.approx([1.0])
    assert values["staggered_1"] == pytest.approx([0.0], abs=1e-12)
