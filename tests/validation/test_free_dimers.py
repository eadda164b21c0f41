import math
from itertools import pairwise

import numpy as np
import pytest

from rsmi.sampling.driver import sample
from rsmi.validation import free_dimers


def test_a_power_law_is_found_with_its_error():
    rng = np.random.default_rng(0)
    length = np.array([2, 4, 6, 8])
    fits = []
    for _ in range(500):
        value = 0.7 * length**-1.2
        error = 0.02 * value
        fits.append(free_dimers.exponent(length, value + error * rng.normal(size=4), error))
    slope, error = np.mean(fits, axis=0)
    assert slope == pytest.approx(1.2, abs=0.01)
    assert np.std([fit[0] for fit in fits]) == pytest.approx(error, rel=0.2)


def test_rules_keep_the_more_the_freer_they_are(monkeypatch):
    monkeypatch.setattr(free_dimers, "SEARCH", 200)
    monkeypatch.setattr(free_dimers, "BUFFERS", (2, 4))
    samples = sample("dimers", math.inf, {"size": 10}, chains=8, samples=100, thermalisation=100)
    table = free_dimers.check(samples)
    assert len(table) == 10
    for _, part in table.groupby("L_B"):
        value, error = (part.set_index("rule")[name] for name in ("information", "error"))
        order = ["staggered", "staggered, ties broken", "best linear", "best of any kind", "I(V:E)"]
        for less, more in pairwise(order):
            assert value[less] < value[more] + 4 * math.hypot(error[less], error[more])
        # The ceiling of two bits.
        assert value["best of any kind"] < math.log(4)
    assert (table["exponent"] > 0.5).all()
