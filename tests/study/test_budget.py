import math

import pytest

from rsmi.storage.benchmarks import FOLDERS, BudgetError, budget, read_benchmarks
from rsmi.study import budget as module
from rsmi.study.budget import MODULES, idle_share, import_seconds, main, other_share

HEADER = "s\th:m:s\tmax_rss\tmax_vms\tmax_uss\tmax_pss\tio_in\tio_out\tmean_load\tcpu_time"


def benchmark(path, seconds, memory):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{HEADER}\n{seconds}\t1 day, 0:00:01\t{memory}\t1\t1\t1\t0\t0\t0\t0\n")


@pytest.fixture
def study(tmp_path):
    """Make up a study of 200 s: three samplings, a training, two tables and a stage of somebody's own."""
    folder = tmp_path / "benchmarks"
    for control, seconds, memory in (("1", 10, 100), ("2", 20, 300.5), ("3", 30, "-")):
        benchmark(folder / "sample" / "ising" / f"T={control}.tsv", seconds, memory)
    benchmark(folder / "train" / "ising" / "T=1_LB=0_n=1_seeds=0-9.tsv", 100, 400)
    benchmark(folder / "tables" / "a.tsv", 2, "NA")
    benchmark(folder / "tables" / "b.tsv", 18, "NA")
    benchmark(folder / "own" / "c.tsv", 20, 50)
    for name, size in (("samples/ising/T=1.nc", 2**20), ("samples/x.nc", 2**19), ("own/c.bin", 2**18)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(bytes(size))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "not_counted.log").write_bytes(bytes(1000))
    return tmp_path


def test_budget_sums_up_each_stage_and_all(study):
    table = budget(study).set_index("stage")
    assert list(table.index) == ["sample", "train", "tables", "own", "total"]
    assert list(table["jobs"]) == [3, 1, 2, 1, 7]
    assert list(table["job_minutes"]) == pytest.approx([1.0, 100 / 60, 1 / 3, 1 / 3, 200 / 60])
    assert list(table["median_seconds"]) == [20.0, 100.0, 10.0, 20.0, 20.0]
    assert list(table["share"]) == pytest.approx([0.3, 0.5, 0.1, 0.1, 1.0])
    assert list(table["disk_mb"]) == [1.5, 0.0, 0.0, 0.25, 1.75]
    assert table.loc["sample", "peak_memory_mb"] == 300.5
    assert math.isnan(table.loc["tables", "peak_memory_mb"])
    assert table.loc["total", "peak_memory_mb"] == 400.0


def test_unknown_times_count_as_none(tmp_path):
    benchmark(tmp_path / "a.tsv", "-", 5)
    benchmark(tmp_path / "b.tsv", 3, 7)
    jobs = read_benchmarks([tmp_path / "a.tsv", tmp_path / "b.tsv"])
    assert len(jobs) == 2 and jobs["s"].sum() == 3.0


@pytest.mark.parametrize("content", ["", "a\tb\n1\t2\n", f"{HEADER}\nsoon\tx\ty\n"])
def test_a_file_that_is_no_benchmark_is_named(study, content):
    (study / "benchmarks" / "tables" / "a.tsv").write_text(content)
    with pytest.raises(BudgetError, match=r"tables/a\.tsv: is no benchmark file"):
        budget(study)


def test_a_folder_without_benchmarks_is_refused(tmp_path):
    (tmp_path / "benchmarks" / "sample").mkdir(parents=True)
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(BudgetError, match="holds no benchmarks"):
            budget(folder)


def test_other_share_is_without_sampling_training_and_imports(study):
    table = budget(study)
    nothing = {"sample": 0.0, "train": 0.0, "tables": 0.0, "own": 0.0}
    assert other_share(table, nothing) == pytest.approx(40 / 200)
    # Two tables at 4 s each; what samplings and trainings import does not matter.
    some = nothing | {"sample": 9.0, "train": 9.0, "tables": 4.0}
    assert other_share(table, some) == pytest.approx(32 / 200)
    # Imports slower than the job itself, as on a busier machine, take no more than the stage's time.
    assert other_share(table, nothing | {"own": 1000.0}) == pytest.approx(20 / 200)


def test_idle_share(study):
    table = budget(study)
    assert idle_share(table, wall=125.0, cores=2) == pytest.approx(0.2)
    with pytest.raises(BudgetError, match="the jobs took 200 s, more than 2 cores have in 50 s"):
        idle_share(table, wall=50.0, cores=2)


def test_import_seconds_are_those_of_the_modules(tmp_path, monkeypatch):
    (tmp_path / "slow_module.py").write_text("import time\ntime.sleep(0.5)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(module, "EVERY_JOB", "json")
    assert 0.5 < import_seconds(["slow_module"], repeats=1) < 5.0
    with pytest.raises(BudgetError, match="No module named 'no_such_module'"):
        import_seconds(["no_such_module"], repeats=1)


def test_the_modules_of_all_stages_can_be_imported():
    assert MODULES.keys() == FOLDERS.keys()
    modules = [name for names in MODULES.values() for name in names]
    assert import_seconds(modules, repeats=1) > 0.0


def test_command(study, monkeypatch, capsys):
    monkeypatch.setattr(module, "import_seconds", lambda modules, repeats=3: 1.0)
    before = sorted(study.rglob("*"))
    assert main([str(study), "--wall", "125", "--cores", "2"]) is None
    printed = capsys.readouterr().out
    assert "50.0%" in printed and "18.5% of all job time" in printed
    assert "No job ran: 20.0% of 2 cores" in printed
    assert sorted(study.rglob("*")) == before


def test_command_refuses(study, tmp_path, capsys):
    assert "holds no benchmarks" in main([str(tmp_path / "missing")])
    with pytest.raises(SystemExit):
        main([str(study), "--wall", "125"])
    assert "--wall and --cores need each other" in capsys.readouterr().err
