"""The command that says what a study will cost."""

import pytest
import yaml

from rsmi.study import plan
from rsmi.study.config import checked
from rsmi.study.cost import Costs, Measured
from rsmi.study.layout import Study
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import load
from tests.workflow.conftest import MINIATURE


@pytest.fixture
def study():
    return Study(checked(MINIATURE, load(SCHEMA)))


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(yaml.safe_dump(MINIATURE))
    return str(path)


def test_any_first_few_control_values_are_spread():
    for count in (1, 2, 3, 7, 24):
        order = plan._spread(count)
        assert sorted(order) == list(range(count))
    assert plan._spread(9)[:3] == [4, 0, 8]


def test_short_jobs_of_the_study_are_timed(study):
    sampling = plan.measure_sampling(study, budget=0.0)
    assert set(sampling) == {("ising", "T=1.5"), ("ising", "T=4.0")}
    # Only one of the two was timed.
    assert len(set(sampling.values())) == 1 and min(sampling.values()) > 0
    assert plan.measure_training(study)["plane", 1] > 0


def test_what_looks_alike_is_timed_once(study, monkeypatch):
    study.scans["twin"] = study.scans["plane"]
    study.scans["other"] = study.scans["plane"] | {"visible": 2}
    calls = []
    monkeypatch.setattr(plan, "_training_ratio", lambda *a: calls.append(a) or float(len(calls)))
    ratios = plan.measure_training(study)
    # The first call is to warm up.
    assert ratios == {("plane", 1): 2.0, ("twin", 1): 2.0, ("other", 1): 3.0}
    calls.clear()
    ratios = plan.measure_training(study, budget=-1.0)
    assert ratios["other", 1] == 2.0 and len(calls) == 2


def test_table_and_wall_time(study):
    costs = Costs(study)
    table = plan.table(costs).set_index("stage")
    assert list(table.index) == ["sample", "train", "aggregate", "tables", "figures", "costs", "total"]
    assert table.loc["total", "jobs"] == table["jobs"].iloc[:-1].sum() == 19
    assert table.loc["total", "core_hours"] == pytest.approx(table["core_hours"].iloc[:-1].sum())
    assert table.loc["total", "peak_memory_mb"] == table["peak_memory_mb"].iloc[:-1].max()
    one, many = plan.wall_minutes(costs, 1), plan.wall_minutes(costs, 1000)
    assert one == pytest.approx(60 * table.loc["total", "core_hours"])
    # However many cores: samples, a training, an ensemble, a figure, one after the other.
    assert 0 < many < one and many == plan.wall_minutes(costs, 10**6)


def test_command(config, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert plan.main([config, "--cores", "3", "--reference"]) is None
    printed = capsys.readouterr().out
    assert "By the speeds of the reference" in printed and "minutes on 3 cores" in printed
    monkeypatch.setattr(plan, "measure", lambda study: Measured(start=3.0))
    assert plan.main([config]) is None
    assert "By the speed of this machine" in capsys.readouterr().out


def test_command_compares_with_a_run(config, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "results/miniature/benchmarks/sample/ising/T=1.5.tsv"
    path.parent.mkdir(parents=True)
    path.write_text("s\tmax_rss\n3600\t100\n")
    assert plan.main([config, "--reference"]) is None
    assert "results/miniature/benchmarks hold 1 jobs of 1.00 core-hours" in capsys.readouterr().out


def test_command_refuses(config, tmp_path, capsys):
    (tmp_path / "bad.yaml").write_text("study: 3\n")
    assert "nothing was run" in plan.main([str(tmp_path / "bad.yaml")])
    with pytest.raises(SystemExit):
        plan.main([config, "--cores", "0"])
    assert "--cores must be at least 1" in capsys.readouterr().err
