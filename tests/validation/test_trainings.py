import json
import math

import numpy as np
import pytest

from rsmi.estimator.training import TrainingSettings, train
from rsmi.regions import Regions
from rsmi.sampling import sample
from rsmi.validation import trainings
from rsmi.validation.member import Member
from rsmi.validation.referees import referee_of

CASES = {
    "torus": ("ising", 2.3, {"size": 6}, Regions(2, 1, 1), 1),
    "lattice": ("ising", 2.3, {"size": 12}, Regions(2, 2, 2), 1),
    "chain": ("ising_chain", 1.0, {"size": 16, "coupling": "antiferromagnetic"}, Regions(3, 1, 2, 1), 1),
    "dimers": ("dimers", 0.6, {"size": 8}, Regions(4, 2, 4), 2),
}


def trained(case, responses=True, **settings):
    """Return samples and two trainings of one seed each, as their files have them."""
    kind, control, parameters, regions, components = CASES[case]
    samples = sample(kind, control, parameters, chains=8, samples=400, thermalisation=100)
    settings = TrainingSettings(epochs=12, batch_size=50, windows=2, responses=responses, **settings)
    made = {
        "visible": regions.visible,
        "environment": regions.environment,
        "split": {"training": 0.5, "validation": 0.25},
        "training": {name: getattr(settings, name) for name in TrainingSettings.__dataclass_fields__},
        "key": [0, "train", "scan"],
    }
    files = [
        train(samples, regions, components, [seed], settings, (0.5, 0.25)).assign_attrs(
            settings=json.dumps(made)
        )
        for seed in (0, 1)
    ]
    return samples, files


@pytest.mark.parametrize("case", CASES)
def test_rows_of_honest_trainings_pass(case):
    found = trainings.check(*trained(case))
    assert all(row["pass"] for row in found), found
    names = [row["quantity"] for row in found]
    assert names[0] == "RSMI by InfoNCE" and "RSMI by Barber-Agakov" in names
    assert ("RSMI by InfoNCE, mean of h given the ring" in names) == (case in ("lattice", "dimers"))
    assert names[-1].startswith("filter found, beside the best ")
    # Something was learnt, and most of it is in the bound.
    assert found[0]["exact"] > 0.05 and found[0]["shortfall"] < 0.4 * found[0]["exact"]
    assert found[0]["parameters"].endswith("scan=scan")


@pytest.mark.parametrize("case", ["torus", "lattice", "dimers"])
def test_a_leak_fails(case):
    """A critic that has seen h itself, not only e, scores above what e can tell."""
    samples, files = trained(case)
    for training in files:
        training["score"] = training["score"] + 3 * training["probability"]
        training["log_q"] = training["log_q"] + 3 * training["probability"]
    found = trainings.check(samples, files)
    failed = {row["quantity"] for row in found if not row["pass"]}
    assert failed == {"RSMI by InfoNCE", "RSMI by Barber-Agakov"}


def test_the_member_that_validation_chose_is_held_to_the_referee():
    samples, files = trained("torus")
    value = [training["rsmi_validation"].item() for training in files]
    chosen = files[int(np.argmax(value))]
    first = trainings.check(samples, files)[0]
    assert first["ours"] == pytest.approx(chosen["rsmi"].item(), abs=1e-5)
    assert first["in_sample"] == pytest.approx(chosen["rsmi_train"].item())


def test_the_best_rule_of_two_spins_is_found():
    """Of a chain's block only its ends matter: no rule of three spins beats decimation at this coupling."""
    samples, files = trained("chain")
    last = trainings.check(samples, files)[-1]
    exact = referee_of(samples, Member(files)).exact
    decimation = np.eye(2)[(exact.states[:, 0] > 0).astype(int)]
    assert last["exact"] >= exact.channel_information(decimation) - 1e-12
    assert last["exact"] <= exact.mutual_information()
    assert last["ours"] <= last["exact"] + 1e-12 and last["deviation"] == 0.0


def test_fixed_windows_tell_the_moving_average_as_in_sample():
    samples, files = trained("torus", translations=False)
    row = trainings.check(samples, files)[0]
    assert row["in_sample"] in [training["rsmi_moving_average"].item() for training in files]


def test_trainings_without_responses_are_refused():
    samples, files = trained("torus", responses=False)
    with pytest.raises(ValueError, match=r"only with training.responses = true .* has False and 2"):
        trainings.check(samples, files)


def test_models_without_a_referee_have_no_rows(capsys):
    samples, files = trained("torus")
    assert trainings.check(samples.assign_attrs(model="chipping"), files) == []
    assert "nothing exact is known" in capsys.readouterr().out


@pytest.mark.parametrize("case", ["torus", "lattice"])
def test_several_components_are_checked_without_a_best_rule(case, monkeypatch):
    monkeypatch.setitem(CASES, case, (*CASES[case][:4], 2))
    found = trainings.check(*trained(case))
    assert all(row["pass"] for row in found)
    assert not any(row["quantity"].startswith("filter found") for row in found)


def test_no_row_is_without_a_number():
    for row in trainings.check(*trained("dimers")):
        assert all(math.isfinite(row[name]) for name in ("ours", "exact", "error", "deviation"))
