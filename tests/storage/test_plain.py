"""What people hand over in loops and from tables is taken for what it is, or refused by name."""

import re

import numpy as np
import pytest

import rsmi
from rsmi.analysis.ensemble import assemble
from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.storage.plain import plain, whole

QUICK = TrainingSettings(epochs=1, batch_size=50, windows=1)


def test_plain_values():
    given = {"a": np.int64(3), "b": (1, np.float32(0.5)), "c": np.array([[1, 2]]), "d": "text", "e": None}
    assert plain(given) == {"a": 3, "b": [1, 0.5], "c": [[1, 2]], "d": "text", "e": None}
    assert type(plain(np.int8(1))) is int and type(plain(np.bool_(True))) is bool


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3)])
def test_whole_numbers(value):
    assert whole("a", value, 3) == 3 and type(whole("a", value, 3)) is int


@pytest.mark.parametrize("value", [2, 3.0, "3", None, True, np.bool_(True), [3]])
def test_what_is_no_whole_number(value):
    with pytest.raises(ValueError, match=r"^a = "):
        whole("a", value, 3)


@pytest.mark.filterwarnings("ignore:.*(too few|effective samples|chains disagree)")
def test_samplers_take_numbers_of_numpy():
    options = {"samples": 5, "thermalisation": 2, "spacing": 1}
    plainly = sample("ising", 2.0, {"size": 8}, chains=4, **options)
    options = {name: np.int64(value) for name, value in options.items()}
    assert plainly.equals(
        sample("ising", np.float64(2.0), {"size": np.int64(8)}, chains=np.int32(4), **options)
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [("chains", 0), ("samples", 2.5), ("thermalisation", -1), ("spacing", 0), ("spacing", "wide")],
)
def test_samplers_refuse_what_is_none(name, value):
    options = {"chains": 4, "samples": 5, "thermalisation": 2, "spacing": 1} | {name: value}
    with pytest.raises(ValueError, match=f"^{name} = "):
        sample("ising", 2.0, {"size": 8}, **options)


def test_trainings_take_numbers_of_numpy(ordered_samples):
    plainly = train(ordered_samples, Regions(3, 1, 1), 1, [0, 1], QUICK)
    settings = TrainingSettings(
        epochs=np.int64(1), batch_size=np.int32(50), windows=np.uint8(1), hidden=np.array([32, 32]).tolist()
    )
    found = train(ordered_samples, Regions(np.int64(3), 1, 1), np.int64(1), np.arange(2), settings)
    assert plainly["rsmi"].equals(found["rsmi"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"components": 0}, "components = 0"),
        ({"components": 1.0}, "components = 1.0"),
        ({"seeds": []}, r"seeds = \[\]"),
        ({"seeds": [-1]}, "seeds = -1"),
        ({"seeds": [0.0]}, "seeds = 0.0"),
    ],
)
def test_trainings_refuse_what_is_none(ordered_samples, change, message):
    arguments = {"components": 1, "seeds": [0, 1]} | change
    with pytest.raises(ValueError, match=message):
        train(ordered_samples, Regions(3, 1, 1), settings=QUICK, **arguments)


@pytest.mark.parametrize(
    ("name", "value"),
    [("epochs", 0), ("batch_size", 1), ("windows", 0), ("states", 1), ("embedding", 0), ("restarts", -1),
     ("patience", 1.5), ("hidden", (32, 0)), ("filter_hidden", (0.5,))],
)  # fmt: skip
def test_settings_refuse_what_is_none(name, value):
    with pytest.raises(ValueError, match=f"^{name} = "):
        TrainingSettings(**{name: value})


def test_two_sets_of_one_control_value_are_refused(ordered_samples, independent_samples):
    """One would hide the other: they were given the same, or no, control value."""
    sets = [one.assign_coords(control=0.0) for one in (ordered_samples, independent_samples)]
    with pytest.raises(ValueError, match=r"two sets of samples are of one control value, of \[0\.0, 0\.0\]"):
        rsmi.train_ensemble(sets, Regions(3, 1, 1), seeds=1, epochs=1, batch_size=50, windows=1)
    message = re.escape("two trainings are of control = 0.0, L_B = 1, components = 1, seed 0")
    with pytest.raises(ValueError, match=message):
        assemble(train(one, Regions(3, 1, 1), 1, [0], QUICK) for one in sets)
    trainings = [train(ordered_samples, Regions(3, 1, 1), 1, [seed], QUICK) for seed in (0, 1)]
    assert assemble(trainings).sizes["seed"] == 2


@pytest.mark.filterwarnings("ignore:.*(samples are few|groups disagree|independent)")
def test_arrays_take_settings_of_numpy_and_tuples():
    spins = 2 * np.random.default_rng(0).integers(0, 2, (60, 8, 8)) - 1
    options = {"values": "binary", "boundary": "periodic", "symbol": "T", "name": "temperature"}
    plainly = rsmi.from_array(
        spins, 1.0, **options, axes=["sample", "y", "x"], levels=[-1, 1], translations=[1, 1]
    )
    found = rsmi.from_array(
        spins,
        1.0,
        **options,
        axes=("sample", "y", "x"),
        levels=np.unique(spins),
        translations=(np.int64(1),) * 2,
    )
    assert plainly.equals(found)
