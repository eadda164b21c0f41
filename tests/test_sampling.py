import numpy as np
import pytest

from rsmi.sampling import sample
from rsmi.statistics import autocorrelation

SETTINGS = {"chains": 4, "samples": 50, "thermalisation": 20}


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


@pytest.mark.filterwarnings("ignore:.*too few to tell")
def test_chains_differ_and_do_not_depend_on_their_number():
    few = sample("ising", 2.3, {"size": 8}, **SETTINGS, spacing=2)["configuration"].values
    more = sample("ising", 2.3, {"size": 8}, **SETTINGS | {"chains": 6}, spacing=2)
    assert np.array_equal(few, more["configuration"].values[:4])
    assert not np.array_equal(few[0], few[3])


def test_automatic_spacing_makes_samples_nearly_independent():
    dense = sample("ising", 2.3, {"size": 16}, chains=4, samples=2000, thermalisation=100, spacing=1)
    spaced = sample("ising", 2.3, {"size": 16}, chains=4, samples=2000, thermalisation=100, spacing="auto")
    assert autocorrelation(dense["energy"].values).tau > 1.5
    assert spaced.attrs["spacing"] > 1
    assert autocorrelation(spaced["energy"].values).tau < 1.0


def test_the_file_says_how_nearly_independent_its_samples_are():
    dataset = sample("ising", 2.3, {"size": 8}, **SETTINGS)
    for name in ("energy", "abs_magnetisation"):
        attributes = dataset[name].attrs
        assert 0 < attributes["effective_sample_size"] <= 200 * 1.5
        assert attributes["autocorrelation_time"] >= 0.5
    assert dataset["start"].values.tolist() == ["up", "down", "random", "up"]
    assert dataset["control"].attrs["symbol"] == "T"
