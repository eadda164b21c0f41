import math

import pytest

from rsmi.sampling import sample
from rsmi.validation import samples

MANY = {"chains": 32, "samples": 300, "thermalisation": 50}


@pytest.mark.parametrize(
    ("kind", "control", "parameters", "number"),
    [
        ("ising", 2.5, {"size": 4}, 4),
        ("ising", 2.5, {"size": 6}, 3),
        ("ising", 2.5, {"size": 8, "coupling": "antiferromagnetic"}, 2),
        ("ising_chain", 1.0, {"size": 10}, 3),
        ("dimers", 2.0, {"size": 4}, 4),
        ("dimers", math.inf, {"size": 10}, 2),
        ("chipping", 0.5, {"size": 4, "density": 0.5}, 3),
        ("chipping", 0.5, {"size": 16}, 1),
    ],
)
def test_samplers_pass_every_check(kind, control, parameters, number):
    found = samples.check(sample(kind, control, parameters, **MANY))
    assert len(found) == number
    assert all(row["pass"] for row in found), found


def test_a_wrong_sampler_fails():
    dataset = sample("ising", 2.5, {"size": 4}, **MANY)
    dataset["energy"] = 1.1 * dataset["energy"]
    assert not all(row["pass"] for row in samples.check(dataset))


def test_observables_without_enough_events_are_left_out():
    found = samples.check(sample("dimers", 0.3, {"size": 6}, **MANY))
    assert "square winding number" not in {row["quantity"] for row in found}


def test_models_without_exact_means_have_no_rows():
    assert samples.check(sample("dimers", 1.0, {"size": 10}, **MANY)) == []
    other = sample("ising", 2.5, {"size": 4}, **MANY).assign_attrs(model="of my own")
    assert samples.check(other) == []
