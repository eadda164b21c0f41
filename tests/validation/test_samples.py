import math

import pytest

from rsmi.sampling.driver import sample
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
    found = samples.check_set(sample(kind, control, parameters, **MANY))
    assert len(found) == number
    assert all(row["pass"] for row in found), found


def test_a_wrong_sampler_fails():
    dataset = sample("ising", 2.5, {"size": 4}, **MANY)
    dataset["energy"] = 1.1 * dataset["energy"]
    assert not all(row["pass"] for row in samples.check_set(dataset))


@pytest.mark.parametrize(
    ("kind", "control", "parameters"),
    [
        ("ising", 2.5, {"size": 4}),
        ("ising_chain", 1.0, {"size": 10}),
        ("dimers", 1.0, {"size": 6}),
        ("chipping", 0.5, {"size": 4}),
    ],
)
def test_a_frozen_sampler_fails(kind, control, parameters):
    dataset = sample(kind, control, parameters, **MANY)
    for name in dataset.data_vars:
        if name != "random_state":
            dataset[name].values[:] = dataset[name].values[0, 0]
    assert not any(row["pass"] for row in samples.check_set(dataset))


def test_a_winding_number_that_never_changes_fails():
    dataset = sample("dimers", math.inf, {"size": 8}, **MANY)
    for name in ("winding_x", "winding_y", "square_winding"):
        dataset[name].values[:] = 0
    failed = {row["quantity"] for row in samples.check_set(dataset) if not row["pass"]}
    assert failed == {"square winding number", "winding number zero"}


def test_rare_events_are_judged_but_kept_out_of_chi_squared():
    dataset = sample("dimers", 0.65, {"size": 6}, **MANY)
    found = {row["quantity"]: row for row in samples.check_set(dataset)}
    assert 0 < (dataset["square_winding"] > 0).sum() < samples.FEWEST_EVENTS
    rare = found["square winding number"]
    assert rare["pass"] and math.isnan(rare["independent_z"])
    dataset["square_winding"] = 20 * dataset["square_winding"]
    found = {row["quantity"]: row for row in samples.check_set(dataset)}
    assert not found["square winding number"]["pass"]


def test_events_too_rare_to_be_missed_have_no_row():
    found = samples.check_set(sample("dimers", 0.25, {"size": 6}, **MANY))
    assert "square winding number" not in {row["quantity"] for row in found}


def test_the_antiferromagnet_of_any_size_and_infinite_temperature():
    coupled = {"size": 6, "coupling": "antiferromagnetic"}
    assert all(row["pass"] for row in samples.check_set(sample("ising", 2.5, coupled, **MANY)))
    free = samples.check_set(sample("ising", math.inf, {"size": 8}, **MANY))
    assert [row["quantity"] for row in free] == ["energy"] and free[0]["pass"]


def test_models_without_exact_means_are_named():
    for dataset in (
        sample("dimers", 1.0, {"size": 10}, **MANY),
        sample("ising", 2.5, {"size": 4}, **MANY).assign_attrs(model="of my own"),
    ):
        (row,) = samples.check_set(dataset)
        assert row["kind"] == "unchecked" and row["pass"]
