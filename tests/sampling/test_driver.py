import numpy as np
import pytest

from rsmi.sampling.driver import extendable, sample
from rsmi.sampling.models.ising import Ising
from rsmi.sampling.statistics import autocorrelation
from rsmi.storage import netcdf

# Few, which takes little time and is warned of.
SETTINGS = {"chains": 4, "samples": 50, "thermalisation": 20}
pytestmark = pytest.mark.filterwarnings("ignore:.*(too few to tell|chains disagree)")


def test_the_same_key_gives_the_same_arrays_and_another_does_not():
    first, again, other = (
        sample("ising", 2.3, {"size": 8}, **SETTINGS, key=key)
        for key in ((1, "sample"), (1, "sample"), (2, "sample"))
    )
    assert first.drop_attrs().identical(again.drop_attrs())
    assert not np.array_equal(first["configuration"], other["configuration"])


def test_chains_too_short_to_tell_their_autocorrelation_time_are_warned_of():
    with pytest.warns(UserWarning, match=r"T = 2\.3: 50 samples per chain are too few .* raise samples"):
        dataset = sample("ising", 2.3, {"size": 8}, **SETTINGS, spacing=1)
    assert dataset["energy"].attrs["autocorrelation_time_reliable"] == "false"


def test_chains_differ_and_do_not_depend_on_their_number():
    few = sample("ising", 2.3, {"size": 8}, **SETTINGS, spacing=2)["configuration"].values
    more = sample("ising", 2.3, {"size": 8}, **SETTINGS | {"chains": 6}, spacing=2)
    assert np.array_equal(few, more["configuration"].values[:4])
    assert not np.array_equal(few[0], few[3])


def test_automatic_spacing_makes_samples_nearly_independent():
    settings = {"chains": 4, "samples": 2000, "thermalisation": 100}
    parameters = {"size": 16, "algorithm": "metropolis"}
    dense = sample("ising", 2.3, parameters, **settings, spacing=1)
    spaced = sample("ising", 2.3, parameters, **settings, spacing="auto")
    assert autocorrelation(dense["energy"].values).tau > 3
    assert spaced.attrs["spacing"] > 6
    assert autocorrelation(spaced["energy"].values).tau < 1.0


def test_automatic_spacing_stays_within_its_budget_and_does_not_depend_on_the_number_of_chains():
    parameters = {"size": 16, "algorithm": "metropolis"}
    settings = {"samples": 60, "thermalisation": 50}
    few, many = (sample("ising", 2.3, parameters, chains=n, **settings) for n in (3, 9))
    assert few.attrs["spacing"] == many.attrs["spacing"]
    assert np.array_equal(few["configuration"].values, many["configuration"].values[:3])
    limited = sample("ising", 2.3, parameters, chains=3, **settings, maximal_spacing=3)
    assert limited.attrs["spacing"] == 3


@pytest.mark.parametrize(
    ("kind", "control", "parameters"),
    [
        ("ising", 2.3, {"size": 8, "algorithm": "wolff"}),
        ("ising", 2.3, {"size": 8, "algorithm": "metropolis"}),
        ("ising_chain", 1.0, {"size": 8}),
        ("dimers", 1.0, {"size": 4, "noise": 0.5}),
        ("chipping", 0.5, {"size": 16}),
    ],
)
def test_an_extended_set_is_the_one_that_is_sampled_at_once(kind, control, parameters):
    settings = {"chains": 5, "thermalisation": 10}
    whole = sample(kind, control, parameters, samples=40, **settings)
    part = sample(kind, control, parameters, samples=15, **settings)
    extended = sample(kind, control, parameters, samples=40, **settings, previous=part)
    assert extended.identical(whole)


def test_sets_that_cannot_be_extended_are_refused():
    part = sample("ising", 2.3, {"size": 8}, **SETTINGS)
    for change, message in (
        ({"samples": 10}, "50 samples of 4 chains cannot be extended to 10 samples"),
        ({"chains": 5}, "samples of 5 chains; sample anew"),
        ({"parameters": {"size": 6}}, "set of parameters"),
        ({"control": 2.4}, "set of seed_key"),
        ({"key": (3, "sample")}, "set of seed_key"),
        ({"thermalisation": 9}, "set of thermalisation 20 cannot be extended by 9"),
        ({"spacing": 77}, "set of spacing"),
    ):
        settings = {"kind": "ising", "control": 2.3, "parameters": {"size": 8}} | SETTINGS | change
        with pytest.raises(ValueError, match=message):
            sample(**settings, previous=part)


@pytest.mark.parametrize(
    ("kind", "control", "parameters", "message"),
    [
        ("dimers", 1.0, {"size": 5}, r"parameters\.size: 5 is not a multiple of 2"),
        ("ising", 2.0, {"size": 2}, r"parameters\.size: 2 is less than"),
        ("ising", 2.0, {"size": 8, "algorithm": "Wolff"}, r"parameters\.algorithm: 'Wolff' is not one of"),
        ("ising", 2.0, {"size": 8.0}, r"parameters\.size: 8\.0 is not of type 'integer'"),
        ("ising", 2.0, {}, "'size' is a required property"),
        ("ising_chain", -1.0, {"size": 8}, r"T = -1\.0 is not possible"),
        ("chipping", float("nan"), {"size": 8}, "w = nan is not possible"),
    ],
)
def test_what_a_model_cannot_be_is_refused(kind, control, parameters, message):
    with pytest.raises(ValueError, match=message):
        sample(kind, control, parameters, **SETTINGS)


def test_whole_numbers_are_control_values_like_others():
    first, second = (sample("ising", t, {"size": 4}, **SETTINGS, spacing=2) for t in (2, 2.0))
    assert first.identical(second)


def test_more_than_one_word_of_replicas():
    parameters, settings = {"size": 6, "algorithm": "metropolis"}, {"thermalisation": 5, "spacing": 3}
    many = sample("ising", 2.6, parameters, chains=70, samples=30, **settings)
    for chains in (3, 64, 65):
        few = sample("ising", 2.6, parameters, chains=chains, samples=30, **settings)
        assert np.array_equal(few["configuration"].values, many["configuration"].values[:chains])
    first = many["configuration"].values[:6].astype(float).reshape(6, -1)
    second = many["configuration"].values[64:].astype(float).reshape(6, -1)
    assert (first != second).any(axis=1).all()
    part = sample("ising", 2.6, parameters, chains=70, samples=10, **settings)
    assert sample("ising", 2.6, parameters, chains=70, samples=30, **settings, previous=part).identical(many)


def test_only_files_of_the_same_settings_are_extended(tmp_path):
    path, settings = tmp_path / "T.nc", {"kind": "ising", "samples": 50, "code": "a", "key": (1, "sample")}
    assert extendable(path, settings) is None
    netcdf.write(sample("ising", 2.3, {"size": 8}, **SETTINGS), path, "samples", settings)
    assert extendable(path, settings | {"samples": 80}).sizes["sample"] == 50
    assert extendable(path, settings | {"samples": 80, "effective_samples": 9}) is not None
    assert extendable(path, settings | {"samples": 20}) is None
    assert extendable(path, settings | {"code": "b"}) is None
    path.write_bytes(b"damaged")
    assert extendable(path, settings) is None


def test_the_file_says_how_nearly_independent_its_samples_are():
    dataset = sample("ising", 2.3, {"size": 8}, **SETTINGS, effective_samples=20)
    for name in ("energy", "abs_magnetisation"):
        attributes = dataset[name].attrs
        assert 0 < attributes["effective_sample_size"] <= 200
        assert attributes["autocorrelation_time"] >= 0.5
        assert attributes["gelman_rubin"] < 1.1
    assert dataset.attrs["effective_samples"] == min(
        dataset[name].attrs["effective_sample_size"]
        for name in ("energy", "magnetisation", "abs_magnetisation")
    )
    assert dataset["start"].values.tolist() == ["up", "down", "random", "up"]
    assert dataset["control"].attrs["symbol"] == "T"


def test_a_target_that_is_not_reached_is_written_down_and_warned_of():
    with pytest.warns(UserWarning, match=r"has \d+ effective samples of the 10000 .* raise samples"):
        dataset = sample("ising", 2.3, {"size": 8}, **SETTINGS, effective_samples=10_000)
    assert dataset.attrs["effective_samples_target"] == 10_000
    assert dataset.attrs["effective_samples_reached"] == "false"
    enough = sample(
        "ising", 4.0, {"size": 8}, chains=4, samples=500, thermalisation=20, effective_samples=500
    )
    assert enough.attrs["effective_samples_reached"] == "true"


def test_what_never_changes_does_not_count_as_too_few_samples():
    dataset = sample(
        "ising", 0.2, {"size": 8}, chains=4, samples=400, thermalisation=20, effective_samples=500
    )
    assert dataset["energy"].attrs["constant"] == "true"
    assert dataset.attrs["effective_samples_reached"] == "true"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"kind": "Ising"},
            r"kind = 'Ising' is no model; did you mean 'ising'\? A file of your own ends in .py",
        ),
        ({"kind": "potts"}, "kind = 'potts' is no model; use one of: chipping, dimers, ising, ising_chain"),
        ({"kind": "file"}, "kind = 'file' is not sampled; read its configurations by rsmi.load"),
        ({"samples": 3}, "samples = 3 is not possible; use 4 or more"),
        ({"chains": 0}, "chains = 0 is not possible; use 1 or more"),
    ],
)
def test_what_cannot_be_sampled_is_refused_before_it_is(change, message, monkeypatch):
    monkeypatch.setattr(Ising, "initial", lambda *_: pytest.fail("it was sampled"))
    with pytest.raises(ValueError, match=message):
        sample(**{"kind": "ising", "control": 2.0, "parameters": {"size": 8}} | SETTINGS | change)


def test_four_samples_are_enough():
    with pytest.warns(UserWarning, match="too few to tell"):
        assert sample("ising", 2.0, {"size": 8}, **SETTINGS | {"samples": 4}).sizes["sample"] == 4
