import json
import os
import subprocess
import sys
import time

import pytest
import xarray as xr

from rsmi.storage import files, netcdf
from rsmi.study import running
from rsmi.study.resume import main, resume


@pytest.fixture
def study(tmp_path):
    """A study with one finished file of each sort, and the folder of Snakemake."""
    root = tmp_path / "results" / "demo"
    dataset = xr.Dataset({"x": ("n", [1.0, 2.0])})
    netcdf.write(dataset, root / "training/plane/T=1.nc", "training", {"key": [1, "train"]})
    for name in ("tables/plane/rsmi.csv", "figures/a.png", "figures/a.pdf"):
        with files.replacing(root / name, sealed=True) as temporary:
            temporary.write_text("a,b\n1,2\n")
    (tmp_path / ".snakemake/locks").mkdir(parents=True)
    return root


def locks(study):
    return study.parent.parent / ".snakemake"


def test_an_intact_study_stays_as_it_is(study):
    before = {path: path.stat().st_mtime_ns for path in study.rglob("*") if path.is_file()}
    assert resume(study, locks(study)) == []
    after = {path: path.stat().st_mtime_ns for path in study.rglob("*") if path.is_file()}
    assert after == before


@pytest.mark.parametrize(
    "name", ["training/plane/T=1.nc", "tables/plane/rsmi.csv", "figures/a.png", "figures/a.pdf"]
)
def test_damaged_files_are_set_aside_and_named(study, name):
    path = study / name
    content = path.read_bytes()[:-1]
    path.write_bytes(content)
    done = resume(study, locks(study))
    assert len(done) == 1 and str(path) in done[0]
    assert not path.exists() and path.with_name(path.name + ".damaged").read_bytes() == content
    assert resume(study, locks(study)) == []


def test_a_file_without_a_seal_is_not_known_to_be_whole(study):
    path = study / "figures/a.png"
    files.seal_of(path).unlink()
    done = resume(study, locks(study))
    assert len(done) == 1 and "a.png: has no seal" in done[0]
    assert path.with_name("a.png.damaged").exists()


def test_only_abandoned_temporary_files_go(study):
    fresh, old = study / "tables/.a.csv.1.tmp", study / "tables/.b.csv.2.tmp"
    for path in (fresh, old):
        path.write_text("")
    os.utime(old, (time.time() - 7200,) * 2)
    assert len(resume(study, locks(study))) == 1
    assert fresh.exists() and not old.exists()


def test_a_time_in_the_future_becomes_now_and_others_stay(study):
    early, late = study / "figures/a.png", study / "training/plane/T=1.nc"
    os.utime(early, (1e9, 1e9))
    os.utime(late, (time.time() + 7200,) * 2)
    assert [str(late) in line for line in resume(study, locks(study))] == [True]
    assert early.stat().st_mtime == 1e9 and abs(late.stat().st_mtime - time.time()) < 60


def test_a_stale_lock_goes(study):
    (locks(study) / "locks/0.output.lock").write_text("")
    assert resume(study, locks(study)) == ["removed the lock that a killed Snakemake left"]
    assert not (locks(study) / "locks").exists()


HOLD = """
import sys, time
from pathlib import Path
from rsmi.study import running

held = running.hold(sys.argv[1], Path(sys.argv[2]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def runs(study):
    """Return a function that has another process run a study."""
    started = []

    def start(name):
        command = [sys.executable, "-c", HOLD, name, str(locks(study))]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        process.stdout.readline()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_running_study_is_left_alone(study, runs, monkeypatch):
    (study / "figures/a.png").write_bytes(b"half")
    other = runs("demo")
    with pytest.raises(running.RunningError, match=f"is being run by process {other.pid} on"):
        resume(study, locks(study))
    monkeypatch.chdir(study.parent.parent)
    assert "is being run by" in main(["results/demo"])
    assert (study / "figures/a.png").exists()
    other.kill()
    other.wait()
    assert len(resume(study, locks(study))) == 1


def test_snakemake_s_lock_stays_while_a_study_beside_this_one_runs(study, runs):
    (locks(study) / "locks/0.output.lock").write_text("")
    runs("other")
    with pytest.raises(running.RunningError, match="other"):
        resume(study, locks(study))
    assert (locks(study) / "locks/0.output.lock").exists()


def test_a_study_that_was_never_run(tmp_path):
    assert resume(tmp_path / "none") == []
    assert not (tmp_path / "none").exists()


def test_inspect_tells_what_made_a_file(study):
    command = [sys.executable, "-m", "rsmi", "inspect", str(study / "training/plane/T=1.nc")]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert told["checksum"] == "intact" and told["seed"] == 1 and told["kind"] == "training"
    assert "torch" in told["libraries"] and told["commit_dirty"] in ("true", "false")
