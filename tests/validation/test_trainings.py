import json
import math

import numpy as np
import pytest

from rsmi.analysis.ensemble import surely
from rsmi.estimator.bounds import pointwise
from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.validation import trainings
from rsmi.validation.member import Member
from rsmi.validation.referees import Rings, referee_of

CASES = {
    "torus": ("ising", 2.3, {"size": 6}, Regions(2, 1, 1), 1),
    "lattice": ("ising", 2.3, {"size": 12}, Regions(2, 2, 2), 1),
    "chain": ("ising_chain", 1.0, {"size": 16, "coupling": "antiferromagnetic"}, Regions(3, 1, 2, 1), 1),
    "dimers": ("dimers", 0.6, {"size": 8}, Regions(4, 2, 4), 2),
}


GIVEN_RING = "h given v less h given the ring, in the critic's scores"


def failed(found):
    return {row["quantity"] for row in found if not row["pass"]}


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
    found = trainings.check_point(*trained(case))
    assert all(row["pass"] for row in found), found
    names = [row["quantity"] for row in found]
    assert names[1:3] == ["RSMI by InfoNCE", "RSMI by Barber-Agakov"]
    by_ring = {"RSMI by InfoNCE, mean of h given the ring", GIVEN_RING}
    assert by_ring & set(names) == (by_ring if case in ("lattice", "dimers") else set())
    assert names[-1].startswith("filter found, beside the best ")
    # Something was learnt, and most of it is in the bound.
    assert found[1]["exact"] > 0.05 and found[1]["shortfall"] < 0.4 * found[1]["exact"]
    assert found[1]["parameters"].endswith("scan=scan")


@pytest.mark.parametrize("case", ["torus", "lattice", "dimers"])
def test_a_leak_fails(case):
    """A file that quotes what a critic reaches that has seen h itself, not only e."""
    samples, files = trained(case)
    for training in files:
        for name, quoted in (("score", "rsmi"), ("log_q", "barber_agakov")):
            training[name] = training[name] + 3 * training["probability"]
            bound = "infonce" if quoted == "rsmi" else "barber_agakov"
            training[quoted][:] = pointwise(
                bound, training["probability"].values, training[name].values
            ).mean()
    found = failed(trainings.check_point(samples, files))
    assert {"RSMI by InfoNCE", "RSMI by Barber-Agakov"} <= found


def test_only_one_point_of_the_same_samples_enters_chi_squared():
    samples, files = trained("lattice")
    others = [training.assign_coords(L_B=1) for training in files]
    found = trainings.check(samples, [*files, *others])
    given = [row for row in found if row["quantity"] == GIVEN_RING]
    assert [row["parameters"].split(", ")[3] for row in given] == ["L_B=1", "L_B=2"]
    assert [math.isfinite(row["independent_z"]) for row in given] == [True, False]


def test_what_the_file_quotes_is_held_to_the_referee():
    samples, files = trained("torus")
    for training in files:
        training["rsmi"][:] = 0.9
        training["barber_agakov"][:] = 0.9
    assert failed(trainings.check_point(samples, files)) == {"RSMI by InfoNCE", "RSMI by Barber-Agakov"}


def test_the_trained_barber_agakov_bound_is_that_of_the_critic():
    samples, files = trained("torus", bound="barber_agakov")
    found = {row["quantity"]: row for row in trainings.check_point(samples, files)}
    quoted = [training["rsmi"].item() for training in files]
    assert found["RSMI by Barber-Agakov, critic as classifier"]["ours"] in quoted
    for training in files:
        training["score"][:] = math.nan
    assert "RSMI by Barber-Agakov, critic as classifier" in failed(trainings.check_point(samples, files))


@pytest.mark.parametrize("case", ["lattice", "dimers"])
def test_rings_of_other_windows_fail(case, monkeypatch):
    samples, files = trained(case)
    around = Rings._around
    monkeypatch.setattr(Rings, "_around", lambda self, *places: np.roll(around(self, *places), 7, axis=0))
    assert GIVEN_RING in failed(trainings.check_point(samples, files))


def test_rings_at_the_wrong_place_fail(monkeypatch):
    # Small correlations, or other rings would tell as much.
    monkeypatch.setitem(CASES, "lattice", ("ising", 2.7, {"size": 16}, Regions(2, 1, 2), 1))
    samples, files = trained("lattice")
    around = Rings._around
    monkeypatch.setattr(
        Rings, "_around", lambda self, chain, sample, corner: around(self, chain, sample, corner + 7)
    )
    assert GIVEN_RING in failed(trainings.check_point(samples, files))


def test_windows_or_filters_that_are_not_those_of_the_training_fail():
    for name in ("window_x", "filter"):
        samples, files = trained("lattice")
        for training in files:
            training[name] = training[name] + 1 if name == "window_x" else -training[name]
        assert "windows whose h is not that of the file's filter" in failed(
            trainings.check_point(samples, files)
        )


def test_the_member_that_validation_chose_is_held_to_the_referee():
    samples, files = trained("torus")
    value = [surely(training).item() for training in files]
    chosen = files[int(np.argmax(value))]
    first = trainings.check_point(samples, files)[1]
    assert first["ours"] == pytest.approx(chosen["rsmi"].item(), abs=1e-5)
    assert first["in_sample"] == pytest.approx(chosen["rsmi_train"].item())


def test_the_best_rule_of_two_spins_is_found():
    """Of a chain's block only its ends matter: no rule of three spins beats decimation at this coupling."""
    samples, files = trained("chain")
    last = trainings.check_point(samples, files)[-1]
    exact = referee_of(samples, Member(files)).exact
    decimation = np.eye(2)[(exact.states[:, 0] > 0).astype(int)]
    assert last["exact"] >= exact.channel_information(decimation) - 1e-12
    assert last["exact"] <= exact.mutual_information()
    assert last["ours"] <= last["exact"] + 1e-12 and last["deviation"] == 0.0


def test_fixed_windows_tell_the_moving_average_as_in_sample():
    samples, files = trained("torus", translations=False)
    row = trainings.check_point(samples, files)[1]
    assert row["in_sample"] in [training["rsmi_moving_average"].item() for training in files]


def test_trainings_without_responses_are_refused():
    samples, files = trained("torus", responses=False)
    with pytest.raises(ValueError, match=r"only with training\.responses = true, not False"):
        trainings.check_point(samples, files)


def test_models_and_blocks_without_a_referee_are_named(capsys):
    samples, files = trained("torus")
    (row,) = trainings.check_point(samples.assign_attrs(model="chipping"), files)
    assert row["kind"] == "unchecked" and "scan=scan" in row["parameters"]
    for training in files:
        training["L_B"] = 9
    (row,) = trainings.check_point(samples, files)
    assert row["kind"] == "unchecked"
    assert "buffer = 9 is not possible" in capsys.readouterr().out


@pytest.mark.parametrize("case", ["torus", "lattice"])
def test_several_components_are_checked_without_a_best_rule(case, monkeypatch):
    monkeypatch.setitem(CASES, case, (*CASES[case][:4], 2))
    found = trainings.check_point(*trained(case))
    assert all(row["pass"] for row in found)
    assert not any(row["quantity"].startswith("filter found") for row in found)


def test_no_row_is_without_a_number():
    for row in trainings.check_point(*trained("dimers")):
        assert all(math.isfinite(row[name]) for name in ("ours", "exact", "error", "deviation"))
