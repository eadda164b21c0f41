"""What a training is said to cost, from plain numbers."""

import pytest

from rsmi.estimator.cost import INEXACT, Windows, training_disk, training_memory, training_seconds

WINDOWS = Windows(4000, 800, 2400)
NUMBERS = {"visible": 16, "environment": 100, "components": 2, "states": 2, "batch_size": 100, "epochs": 40,
           "hidden": (32, 16), "embedding": 8, "refine": False, "inexact": False, "members": 10}  # fmt: skip


def seconds(windows=WINDOWS, **changes):
    return training_seconds(windows=windows, **NUMBERS | changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"visible": 36},
        {"environment": 200},
        {"components": 3},
        {"states": 3},
        {"batch_size": 50},
        {"epochs": 80},
        {"hidden": (64, 16)},
        {"hidden": (32, 16, 16)},
        {"embedding": 16},
        {"refine": True},
        {"share": 0.5},
        *({"windows": WINDOWS._replace(**{part: 8000})} for part in Windows._fields),
    ],
)
def test_more_work_takes_longer(changes):
    assert seconds(**changes) > seconds()


def test_work_is_that_of_all_members():
    assert seconds(members=20) == pytest.approx(2 * seconds())
    assert seconds(inexact=True) == pytest.approx(INEXACT * seconds())


def test_memory_holds_configurations_and_answers():
    def memory(configurations=10**8, components=2, members=10, responses=False):
        return training_memory(configurations, components, 2, WINDOWS, members=members, responses=responses)

    assert memory(configurations=2 * 10**8) > memory()
    assert memory(members=20) > memory() and memory(responses=True) > memory()
    # All joint states of h are looked at: each component doubles them.
    assert memory(components=4) - memory(components=3) == pytest.approx(2 * (memory(components=3) - memory()))


def test_disk_holds_every_epoch_of_every_seed():
    def disk(epochs=40, seeds=10, responses=False):
        return training_disk(16, 2, 2, WINDOWS, epochs=epochs, seeds=seeds, responses=responses)

    assert disk(epochs=80) == pytest.approx(disk(seeds=20))
    assert disk(seeds=20) > disk()
    assert disk(responses=True) > disk()
