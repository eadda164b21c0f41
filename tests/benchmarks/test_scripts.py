"""Every script in benchmarks/ runs, at sizes at which its numbers mean nothing."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
import yaml

from rsmi.analysis.ensemble import assemble
from rsmi.estimator.mutual_information import BOUNDS
from rsmi.estimator.training import TrainingSettings, train
from rsmi.exact.ising.thermodynamics import CRITICAL_TEMPERATURE
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.storage import csv, netcdf
from rsmi.study.config import checked
from rsmi.study.layout import Study, control_value
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import load
from rsmi.tables.rsmi import table as rsmi_table
from rsmi.tables.samples import table as samples_table
from tests.clone import PROJECT

SCRIPTS = PROJECT / "benchmarks"
# What the others share; it does nothing by itself.
SHARED = "command_line"
# A study that has what default_study.py looks for.
CONFIG = {
    "study": "tiny",
    "seed": 1,
    "models": {
        "ising": {
            "kind": "ising",
            "parameters": {"size": 32},
            "control": [1.5, CRITICAL_TEMPERATURE, 2.6, 4.0],
            "chains": 8,
            "samples": 60,
            "thermalisation": 50,
            "spacing": 8,
        }
    },
    "scans": {
        "ising": {
            "model": "ising",
            "visible": 3,
            "buffers": [2, 4],
            "environment": 1,
            "seeds": 2,
            "seeds_per_job": 2,
            "split": {"training": 0.5, "validation": 0.25},
            "training": {"epochs": 2, "batch_size": 20, "restarts": 0},
        }
    },
}
# Where Snakemake writes how long the jobs of a stage took, by the folder of the stage's results.
STAGES = {"samples": "sample", "training": "train", "ensembles": "aggregate"}


def run(folder, script, *arguments, good=True):
    """Run a script in a folder; return what it printed, or what it complained of if it is to fail."""
    command = [sys.executable, str(SCRIPTS / script), *map(str, arguments)]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert (result.returncode == 0) == good, result.stdout + result.stderr
    assert not re.search(r"\bnan\b", result.stdout), result.stdout
    return result.stdout if good else result.stderr


def cells(text):
    """Return the rows of all tables in Markdown of a text, without their heads."""
    lines = re.findall(r"^\|(.*)\|$", text, re.M)
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    rules = [i for i, row in enumerate(rows) if set("".join(row)) <= {"-", ":"}]
    return [row for i, row in enumerate(rows) if i not in rules and i + 1 not in rules]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A folder in which a tiny study was run, without Snakemake."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "tiny.yaml").write_text(yaml.safe_dump(CONFIG))
    study = Study(checked(CONFIG, load(SCHEMA)))
    how, scan = study.sampling_settings("ising"), study.scans["ising"]
    options = {name: how[name] for name in ("chains", "samples", "thermalisation", "spacing")}
    settings = TrainingSettings(**scan["training"])
    samples, trainings = [], []
    for name, path in zip(study.controls("ising"), study.sample_files("ising"), strict=True):
        samples.append(sample("ising", control_value(name), how["parameters"], **options))
        netcdf.write(samples[-1], folder / path, "samples", how)
        for buffer in scan["buffers"]:
            regions = Regions(scan["visible"], buffer, scan["environment"])
            trainings.append(train(samples[-1], regions, 1, [0, 1], settings, (0.5, 0.25)))
    ensemble = assemble(trainings).assign_attrs(scan="ising")
    how = study.training_settings("ising")
    netcdf.write(ensemble, folder / study.path("ensembles/ising.nc"), "ensemble", how)
    csv.write(rsmi_table(ensemble), folder / study.path("tables/ising/rsmi.csv"))
    csv.write(samples_table(samples), folder / study.path("tables/ising/samples.csv"))
    for path in map(Path, [*study.files(), *map(study.path, ("tables/ising/rsmi.csv", "figures/costs.pdf"))]):
        stage, *rest = path.relative_to(study.root).parts
        noted = folder / Path(study.root, "benchmarks", STAGES.get(stage, stage), *rest).with_suffix(".tsv")
        noted.parent.mkdir(parents=True, exist_ok=True)
        noted.write_text("s\th:m:s\tmax_rss\n2.0\t0:00:02\t100.0\n")
    return folder


def test_every_script_is_run_here():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert {path.stem for path in SCRIPTS.glob("*.py")} <= tests | {SHARED}


def test_default_study(study):
    text = run(study, "default_study.py", "results/tiny")
    assert "T = 2.6, L_B = 4: test" in text and "T_c, L_B = 4: edge share" in text
    for temperature in CONFIG["models"]["ising"]["control"]:
        (deviation,) = re.findall(rf"^T = {temperature}: energy .* \((\S+) errors\)", text, re.M)
        assert abs(float(deviation)) < 5
    assert "train: 8 jobs, 16 s, 2.0 s each" in text


def test_planned(study):
    text = run(study, "planned.py", "tiny.yaml", "results/tiny")
    head, *rows = [line.split() for line in text.splitlines()[1:] if not line.startswith("stage")]
    table = pd.DataFrame([map(float, row[1:]) for row in rows], [row[0] for row in rows], head)
    assert table["jobs"].to_dict() == {"aggregate": 1, "sample": 4, "train": 8, "together": 13}
    assert (table > 0).drop(columns=["planned_hours", "measured_hours"]).all(axis=None)
    assert "every configuration needs" in run(study, "planned.py", "tiny.yaml", good=False)


def test_referee_ising(study):
    where = "--control", "T=1.5", "--buffer", 2, "--rings", 40, "--filter-rings", 40
    text = run(study, "referee_ising.py", "results/tiny", *where)
    found = dict(re.findall(r"^  (\S.*?) +(-?\d+\.\d+) \+- \d+\.\d+$", text, re.M))
    assert len(found) == 2 + 2 * 2 + 1
    # Deep in the ordered phase the sum of V tells nearly log 2, and nothing tells more.
    assert 0.6 < float(found["referee, sign of the whole sum"]) < 0.6932
    assert all(-1e-6 < float(value) < 0.6932 for value in found.values())
    assert text.count("study, seed") == 2 and text.count("chosen by validation") == 1


def test_estimator(benchmarked):
    assert float(re.search(r"^peak of .*: (\d+) GFLOP/s$", benchmarked, re.M)[1]) > 0
    heads = r"^(\w+), K = \d+, \|E\| = \d+, (\w+, \w+)\n.* MFLOP per model-step\nmembers .*\n"
    tables = re.findall(heads + r" +2 +(\d+) +\d+% +(\S+) +(\d+)$", benchmarked, re.M)
    shapes, modes, *found = zip(*tables, strict=True)
    assert shapes == ("Ising", "dimers") and modes == ("exact, bfloat16", "gumbel, float32")
    assert (np.array(found, float) > 0).all()


def test_samplers(benchmarked):
    rows = cells(benchmarked)
    spins, worms, trials = rows[:4], rows[4:8], rows[8:]
    assert [row[2].split()[:2] for row in spins] == 2 * [["rsmi", "wolff"], ["rsmi", "metropolis"]]
    assert sum("(auto)" in row[2] for row in spins) == 2
    assert [row[1] for row in worms] == ["0.5", "0.65", "1.0", "inf"]
    assert [row[1] for row in trials] == ["0.1", "0.333", "1"]
    rates = [row[i] for row in spins for i in (3, 5)] + [row[i] for row in worms for i in (2, 4)]
    rates += [row[2] for row in trials]
    assert all(0 < float(rate) < np.inf for rate in rates)
    # There is nothing to compare with, and the table says so.
    assert "mcising is absent" in benchmarked and "peapods is absent" in benchmarked
    assert {row[6] for row in spins} == {"no peer"}


def test_peers(tmp_path):
    head, *lines = run(tmp_path, "peers.py", "--quick").splitlines()
    assert head.endswith("exactly 0.76471")
    assert len(lines) == 6 and all(line.endswith(": absent") for line in lines)


def test_sampling_physics(tmp_path):
    text = run(tmp_path, "sampling_physics.py", "--quick")
    deviations = re.findall(r"z = (\S+),", text)
    assert len(deviations) == 5 + 3 + 2 and all(abs(float(z)) < 6 for z in deviations)
    (crossing,) = re.findall(r"They cross at (\S+) ± \S+ % of T_c", text)
    assert -20 < float(crossing) < 30
    orders = re.findall(r"L = \d+: (\S+) ±", "".join(re.findall(r"columnar order (.*)", text)))
    assert len(orders) == 2 * 3 and all(0 < float(order) < 1 for order in orders)
    occupied = re.findall(r"P\(m > 0\) = (\S+?),? ", text)
    assert len(occupied) == 5 and all(0 < float(share) < 1 for share in occupied)
    assert re.search(r"P\(m\) falls as m\^-\d", text)
    for ending in ("pdf", "png"):
        assert (tmp_path / f"results/quick/sampling_physics/mass_distribution.{ending}").stat().st_size > 5000


def test_referee_estimator(tmp_path):
    text = run(tmp_path, "referee_estimator.py", "--quick")
    folder = tmp_path / "results/quick/referee_estimator"
    tables = {name: pd.read_csv(folder / f"{name}.csv") for name in ("null", "rules", "steps")}
    assert {name: len(table) for name, table in tables.items()} == {"null": 3, "rules": 1, "steps": 4}
    for name, table in tables.items():
        assert f"\n{name}\n" in text
        assert np.isfinite(table.select_dtypes("number")).all(axis=None)
    # What these judge by is exact, however short the training.
    assert tables["rules"]["edge sum"].between(0, np.log(2)).all()
    assert tables["steps"]["referee, filter"].between(0, np.log(2)).all()


def test_mutual_information(benchmarked_mi):
    clone, text = benchmarked_mi
    (row,) = cells(text)
    assert row[:3] == ["1v1-normal-0.75", "0", "0.413"] and row[3 + len(BOUNDS)] == "0.400"
    table = pd.read_csv(clone.folder / "results/quick/benchmark_mi/table.csv")
    values = table[[*BOUNDS, *(f"{bound}_error" for bound in BOUNDS)]]
    assert np.isfinite(values).all(axis=None) and (values < 1).all(axis=None)
    assert re.search(r"^[01] of 1 tasks pass$", text, re.M)


def test_mutual_information_peer(benchmarked_mi, tmp_path):
    # Its package is not here: it finds all that it would write.
    _, text = benchmarked_mi
    assert "1v1-normal-0.75_0: is there" in text
    assert "--quick" in run(tmp_path, "mutual_information_peer.py", "--help")


def test_scale(tmp_path):
    rows = cells(run(tmp_path, "scale.py", 1000))
    found = {name: float(value.replace(",", "")) for name, value in rows}
    assert len(found) == 11 and all(0 <= value < np.inf for value in found.values())
    assert found["jobs"] > 1 + 100 + 10
    assert found["most files in a folder"] == 10 and found["`snakemake -n`, wall (s)"] > 0


def test_identity(finished, tmp_path, capsys):
    """One array and one table that differ, and one that is missing, are named; equal studies are equal."""
    assert "no_such_commit is no commit" in run(tmp_path, "identity.py", "no_such_commit", good=False)
    spec = importlib.util.spec_from_file_location("identity", SCRIPTS / "identity.py")
    identity = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(identity)
    shutil.copytree(finished.directory / "results", tmp_path / "results")
    results = tmp_path / "results/miniature"
    commit = xr.open_dataset(results / "ensembles/plane.nc").attrs["commit"]
    before = identity.digests(tmp_path / "results", "miniature", commit)
    assert identity.report({"before": before, "after": before})
    assert capsys.readouterr().out.endswith("all equal\n")
    changed = xr.load_dataset(results / "ensembles/plane.nc")
    changed["rsmi"][0, 0] += 1e-7
    changed.to_netcdf(results / "ensembles/plane.nc")
    (results / "tables/plane/rsmi.csv").write_text("T\n")
    next((results / "samples/ising").glob("*.nc")).unlink()
    after = identity.digests(tmp_path / "results", "miniature", commit)
    assert not identity.report({"before": before, "after": after})
    said = capsys.readouterr().out.splitlines()
    assert "miniature/ensembles/plane.nc rsmi differs" in said
    assert "miniature/tables/plane/rsmi.csv differs" in said
    assert all(
        "is missing after" in line for line in said if "samples/ising" in line and "differs" not in line
    )
    with pytest.raises(identity.IdentityError, match="was made by"):
        identity.digests(tmp_path / "results", "miniature", "another")
