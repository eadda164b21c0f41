"""What jobs are said to cost: how it grows, and that it is near what real ones took."""

import copy
from collections import Counter

import pytest

from rsmi.sampling.cost import UNKNOWN
from rsmi.sampling.models import ising
from rsmi.study import project
from rsmi.study.catalogue import KINDS
from rsmi.study.config import checked
from rsmi.study.cost import LEAST_MINUTES, Costs, Job, Measured, minutes
from rsmi.study.layout import Study
from rsmi.study.yaml_file import load
from tests.workflow.conftest import MINIATURE, PROJECT

SCHEMA = load(project.SCHEMA)


def costs_of(config, measured=None):
    return Costs(Study(checked(config, SCHEMA)), measured)


@pytest.fixture
def config():
    return copy.deepcopy(MINIATURE)


@pytest.fixture(scope="module")
def demo():
    return costs_of(load(PROJECT / "config.yaml"))


@pytest.mark.parametrize(
    ("setting", "value"),
    [("samples", 100_000), ("chains", 400), ("spacing", 10_000), ("parameters", {"size": 128})],
)
def test_more_sampling_costs_more(config, setting, value):
    # A fixed spacing needs no pilot run.
    config["models"]["ising"]["spacing"] = 1
    before = costs_of(config).sample("ising")
    config["models"]["ising"][setting] = value
    after = costs_of(config).sample("ising")
    assert after.seconds > before.seconds
    assert after.memory >= before.memory and after.disk >= before.disk


def test_training_grows_with_what_is_trained(config):
    def train(**changes):
        changed = copy.deepcopy(config)
        training = changes.pop("training", {})
        changed["scans"]["plane"] |= changes
        changed["scans"]["plane"]["training"] |= training
        return costs_of(changed).train("plane", 1, 1, 2)

    base = train()
    assert train(training={"epochs": 30}).seconds > base.seconds
    assert train(training={"epochs": 30}).disk > base.disk
    assert train(training={"windows": 40}).memory > base.memory
    assert train(visible=4).seconds > base.seconds
    costs = costs_of(config)
    assert costs.train("plane", 1, 1, 20).seconds > base.seconds
    assert costs.train("plane", 1, 4, 2).memory > base.memory
    # A lone seed has a twin beside it.
    assert costs.train("plane", 1, 1, 1).seconds == base.seconds


def test_a_model_is_as_fast_as_its_file_says(config, monkeypatch):
    base = costs_of(config).sample("ising")
    monkeypatch.setitem(ising.COST, "sweep", 10 * ising.COST["sweep"])
    monkeypatch.setitem(ising.COST, "bytes", 4)
    slower = costs_of(config).sample("ising")
    assert slower.seconds > base.seconds and slower.memory > base.memory
    monkeypatch.setitem(ising.COST, "sweeps", 1.0)
    with pytest.raises(ValueError, match="COST of ising: 'sweeps' is unknown"):
        costs_of(config).sample("ising")
    # A model of one's own need not say it.
    monkeypatch.delattr(ising, "COST")
    settings = config["models"]["ising"]
    held = settings["chains"] * settings["samples"] * costs_of(config).sites("ising")
    assert costs_of(config).bytes("ising") == UNKNOWN.bytes * held


def test_every_job_of_a_study_is_planned(config):
    config["scans"]["plane"] |= {"seeds": 5, "seeds_per_job": 2}
    costs = costs_of(config)
    jobs = {}
    for planned in costs.plan():
        jobs[planned.stage] = jobs.get(planned.stage, 0) + planned.count
    assert jobs["train"] == len(costs.study.training_files("plane")) == 12
    assert jobs["sample"] == 2 and jobs["aggregate"] == 1 and jobs["costs"] == 1
    assert jobs["figures"] == 7 and jobs["tables"] == 4


def test_what_was_measured_replaces_the_reference(config):
    reference = costs_of(config)
    slow = Measured({("ising", "T=1.5"): 77.0}, {("plane", 1): 100.0}, start=2.0)
    costs = costs_of(config, slow)
    assert costs.sample("ising", "T=1.5").seconds == 77.0
    assert costs.sample("ising", "T=4.0").seconds == pytest.approx(
        2.0 * reference.sample("ising", "T=4.0").seconds
    )
    assert costs.train("plane", 0, 1, 2).seconds > 2.0 * reference.train("plane", 0, 1, 2).seconds
    assert costs.aggregate("plane").seconds == pytest.approx(2.0 * reference.aggregate("plane").seconds)


def test_every_rule_has_a_cost(config):
    costs = costs_of(config)
    wildcards = {"scan": "plane", "model": "ising", "control": "T=1.5", "buffer": "0", "components": "1",
                 "seeds": "0-1"}  # fmt: skip
    for rule in ("sample", "read", "train", "train_share", "aggregate", "referee", "costs"):
        job = costs.of(rule, wildcards)
        assert job.seconds > 0 and job.memory > 100 and job.disk > 0
    for kind in KINDS:
        for key in costs.catalogue[kind]:
            job = costs.of(kind, {kind: key})
            assert job.seconds > 0 and job.memory > 100 and job.disk > 0


def test_a_module_may_say_what_it_costs(config):
    costs = costs_of(config)
    assert costs.of("check", {"check": "closed_forms"})[:2] == (60.0, 960.0)


def test_the_paper_s_jobs_are_those_that_its_figures_need():
    costs = costs_of(load(PROJECT / "studies/paper.yaml"))
    counts = Counter()
    for planned in costs.plan("paper"):
        counts[planned.rule] += planned.count
    # A job of exact information per temperature of two scans; two tables of these.
    points = sum(len(costs.study.scan_controls(scan)) for scan in ("ising", "dimers"))
    assert counts["referee"] == points and counts["table referee"] == 2 and counts["table mass_rule"] == 5
    assert len([name for name in counts if name.startswith("paper_figure figure_")]) == 11
    assert not [name for name in counts if name.startswith("figure")]


def test_run_time_has_a_margin_and_a_floor_and_grows():
    assert minutes(Job(1.0, 1.0, 1.0)) == LEAST_MINUTES
    assert minutes(Job(3600.0, 1.0, 1.0)) == 240
    assert minutes(Job(3600.0, 1.0, 1.0), attempt=3) == 720


def test_the_default_study_fits_what_it_took(demo):
    """Of its benchmark files on two free cores: 1.2 minutes of sampling, 6.4 of training, 9.2 together."""
    total = sum(p.count * p.job.seconds for p in demo.plan()) / 60
    assert 9.2 / 1.5 < total < 9.2 * 1.5
    assert max(p.job.memory for p in demo.plan() if p.stage == "train") > 543
    assert max(p.job.memory for p in demo.plan() if p.stage == "sample") > 287


def test_trainings_of_the_paper_hold_what_they_held():
    """Peaks that benchmark files of `make paper` hold, in MB of 10^6 bytes."""
    costs = costs_of(load(PROJECT / "studies/paper.yaml"))
    for scan, components, peak in (("ising", 1, 732), ("dimers", 2, 737), ("dimers_components", 4, 903),
                                   ("ising_components", 4, 1052), ("chipping_near", 1, 674)):  # fmt: skip
        buffer = costs.study.scans[scan]["buffers"][0]
        assert peak < costs.train(scan, buffer, components, 10).memory < 2.5 * peak
    for model, peak in (("ising", 418), ("dimers", 514), ("chipping", 240), ("ising_16", 262)):
        assert peak < costs.sample(model).memory < 1.5 * peak
