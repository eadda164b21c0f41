"""What sampling is said to cost, from plain numbers."""

import pytest

from rsmi.sampling import cost, driver
from rsmi.sampling.cost import UNKNOWN, Speeds, sampling_job, speeds_of
from rsmi.sampling.models.registry import REGISTRY, model_cost

SPEEDS = Speeds(spacing=5, sweep=1e-9, keep=30e-9, bytes=1, compressed=0.2)
SETTINGS = {"chains": 8, "samples": 1000, "thermalisation": 100, "spacing": 3, "maximal_spacing": 1000}


def test_the_pilot_run_is_that_of_the_sampler():
    assert (cost.PILOT_CHAINS, cost.PILOT_SAMPLES) == (driver.PILOT_CHAINS, driver.PILOT_SAMPLES)


def test_every_model_here_says_how_fast_it_is():
    for kind in REGISTRY:
        speeds = speeds_of(model_cost(kind), kind)
        assert speeds != UNKNOWN and min(speeds[1:]) > 0


def test_a_model_need_not_say_it():
    assert speeds_of(None) == UNKNOWN
    assert speeds_of(SPEEDS._asdict()) == SPEEDS


def test_wrong_keys_are_named():
    wrong = {"sweeps" if key == "sweep" else key: value for key, value in SPEEDS._asdict().items()}
    with pytest.raises(
        ValueError, match="COST of potts: 'sweep' is missing, 'sweeps' is unknown; give spacing"
    ):
        speeds_of(wrong, "potts")


def test_seconds_grow_with_every_number():
    base = sampling_job(SPEEDS, 100, **SETTINGS).seconds
    assert sampling_job(SPEEDS, 200, **SETTINGS).seconds > base
    for name in ("chains", "samples", "thermalisation", "spacing"):
        assert sampling_job(SPEEDS, 100, **SETTINGS | {name: 2 * SETTINGS[name]}).seconds > base


def test_disk_and_memory_are_those_of_what_is_kept():
    few, many = (sampling_job(SPEEDS, 100, **SETTINGS | {"samples": n}) for n in (10_000, 20_000))
    assert many.disk == pytest.approx(2 * few.disk) == pytest.approx(8 * 20_000 * 100 * 0.2 / 1e6)
    assert many.memory - few.memory == pytest.approx(cost.SAMPLE_COPIES * 8 * 10_000 * 100 / 1e6)


def test_an_automatic_spacing_has_a_pilot_run_and_a_maximum():
    automatic = SETTINGS | {"spacing": "auto"}
    usual = sampling_job(SPEEDS, 100, **automatic)
    # A fixed one of the same width is told without a pilot run.
    assert usual.seconds > sampling_job(SPEEDS, 100, **SETTINGS | {"spacing": 5}).seconds
    assert sampling_job(SPEEDS, 100, **automatic | {"maximal_spacing": 2}).seconds < usual.seconds
    widest = SPEEDS._replace(spacing=None)
    assert sampling_job(widest, 100, **automatic | {"maximal_spacing": 5}) == usual
    assert sampling_job(widest, 100, **automatic).seconds > usual.seconds
    # The pilot run is held in memory, however few samples follow.
    one = sampling_job(SPEEDS, 100, **automatic | {"samples": 1})
    assert one.memory == usual.memory and one.disk < usual.disk
