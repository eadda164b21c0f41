import numpy as np
import pytest

from rsmi.exact.chipping import states, steady_state


def test_all_states_are_found():
    found = states(4, 4)
    assert len(found) == 35 and (found.sum(axis=1) == 4).all() and (found >= 0).all()
    assert len(np.unique(found, axis=0)) == 35


def test_published_values():
    found, probability = steady_state(1.0, 4, 4)
    assert probability.sum() == pytest.approx(1)
    assert probability @ (found > 0).mean(axis=1) == pytest.approx(0.42404771, abs=1e-8)
    assert probability @ (found**2).mean(axis=1) == pytest.approx(2.96833, abs=1e-5)


def test_two_units_on_three_sites_by_hand():
    """From together to apart at rate 1; back at rate 1 + w, in either direction half the time."""
    w = 0.7
    found, probability = steady_state(w, 3, 2)
    together = probability[found.max(axis=1) == 2].sum()
    assert together / (1 - together) == pytest.approx((1 + w) / 1)


def test_too_many_states():
    with pytest.raises(ValueError, match="too many"):
        steady_state(1.0, 12, 12)
