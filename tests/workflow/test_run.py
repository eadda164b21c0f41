import getpass
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
import xarray as xr

from tests.workflow.conftest import PROJECT, Workspace

FIGURES = ("rsmi_vs_control", "rsmi_vs_buffer", "filters", "convergence", "edge_share", "principal")


@pytest.fixture
def results(finished):
    return finished.directory / "results" / "miniature"


def test_every_figure_is_made_as_pdf_and_png(results):
    for name in FIGURES:
        image = matplotlib.image.imread(results / "figures" / "plane" / f"{name}.png")
        assert min(image.shape[:2]) > 200 and image[..., :3].std() > 0.01
        assert (results / "figures" / "plane" / f"{name}.pdf").read_bytes().startswith(b"%PDF")


def test_the_ensemble_explains_itself(results):
    ensemble = xr.open_dataset(results / "ensembles" / "plane.nc")
    assert dict(ensemble.sizes) == {
        "control": 2, "L_B": 2, "components": 1, "seed": 2, "component": 1, "y": 3, "x": 3, "epoch": 3,
        "site": 9, "other_site": 9,
    }  # fmt: skip
    assert ensemble["control"].attrs["symbol"] == "T"
    assert ensemble["rsmi"].attrs["units"] == "nat"
    assert ensemble["rsmi"].notnull().all()
    for name in ("rsmi_version", "commit", "libraries", "settings", "schema_version"):
        assert ensemble.attrs[name] != ""


def test_tables_quote_the_ensemble(results):
    ensemble = xr.open_dataset(results / "ensembles" / "plane.nc")
    table = pd.read_csv(results / "tables" / "plane" / "rsmi.csv")
    assert len(table) == 4
    for row in table.itertuples():
        assert row.T in ensemble["control"]
        at = ensemble.sel(control=row.T, L_B=row.L_B, components=row.components)
        assert at["rsmi_validation"].values.argmax() == row.best_seed
        assert at["rsmi"].sel(seed=row.best_seed).item() == pytest.approx(row.rsmi, rel=1e-5)
    samples = pd.read_csv(results / "tables" / "ising" / "samples.csv")
    assert samples["T"].tolist() == [1.5, 4.0]
    assert (samples["energy_effective_samples"] > 100).all()


def test_every_job_leaves_log_and_benchmark(results):
    assert "training: 100%" in next((results / "logs" / "train" / "plane").iterdir()).read_text()
    assert len(list((results / "benchmarks" / "train" / "plane").iterdir())) == 4


def test_the_costs_are_told_last_of_all(results, finished):
    table = pd.read_csv(results / "tables" / "costs.csv").set_index("stage")
    assert list(table["jobs"]) == [2, 4, 1, 4, 7, 18]
    costs = results / "tables" / "costs.csv"
    others = [
        path for path in results.rglob("*") if path.is_file() and path.parent.name in ("plane", "ising")
    ]
    assert all(path.stat().st_mtime <= costs.stat().st_mtime for path in others)
    for name in ("costs.pdf", "costs.png"):
        assert (results / "figures" / name).stat().st_size > 5_000
    _, output = finished.snakemake("--dry-run")
    assert "Nothing to be done" in output


def test_without_the_costs_nothing_else_runs_again(finished):
    path = finished.directory / "results/miniature/tables/costs.csv"
    before = path.read_bytes()
    path.unlink()
    try:
        assert finished.planned() == {}
        _, output = finished.snakemake("--dry-run")
        assert "costs " in output
    finally:
        path.write_bytes(before)


def test_nothing_produced_names_this_machine(results, finished):
    words = [str(finished.directory), str(finished.original), str(PROJECT), str(Path.home())]
    # Short names, such as root, stand in other words and in compressed bytes too.
    words += [name for name in (platform.node(), getpass.getuser()) if len(name) > 5]
    for path in results.rglob("*"):
        if path.is_file() and "logs" not in path.parts:
            content = path.read_bytes()
            assert not [word for word in words if word.encode() in content], path


def test_the_referee_reads_a_finished_study(results):
    script = PROJECT / "benchmarks/referee_ising.py"
    options = ("--scan", "plane", "--control", "T=1.5", "--buffer", "1", "--rings", "50")
    printed = subprocess.run(
        [sys.executable, str(script), str(results), *options], capture_output=True, text=True, check=True
    ).stdout
    # Two rules, two members in two channels, and what the study says of both members.
    assert printed.count("referee, ") == 6 and printed.count("study, seed") == 2
    quoted = float(re.search(r"referee, sign of the edge sum +([0-9.]+)", printed)[1])
    assert 0.6 < quoted < np.log(2) + 1e-9


def scientific(dataset):
    """Drop what may differ between runs: attributes, with provenance and wall times among them."""
    return dataset.drop_attrs(deep=True)


@pytest.mark.parametrize("seeds_per_job", [2, 1])
def test_cores_and_job_sizes_change_no_bit(tmp_path, finished, config, seeds_per_job):
    workspace = type(finished)(tmp_path)
    config["scans"]["plane"]["seeds_per_job"] = seeds_per_job
    workspace.configure(config)
    target = "results/miniature/ensembles/plane.nc"
    workspace.snakemake("--cores", "1", "--", target)
    first, second = (xr.open_dataset(w.directory / target) for w in (finished, workspace))
    assert scientific(first).identical(scientific(second))
    sample = "results/miniature/samples/ising/T=1.5.nc"
    first, second = (xr.open_dataset(w.directory / sample) for w in (finished, workspace))
    assert np.array_equal(first["configuration"], second["configuration"])


def test_a_killed_run_goes_on_and_loses_nothing(tmp_path, finished, config):
    workspace = type(finished)(tmp_path)
    workspace.configure(config)
    trainings = workspace.directory / "results/miniature/training/plane"
    with workspace.start("--cores", "2") as process:
        deadline = time.monotonic() + 120
        while not list(trainings.glob("*.nc")):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    finished_before = {
        path: path.stat().st_mtime_ns for path in workspace.directory.glob("results/**/T=*.nc")
    }
    assert 0 < len(finished_before) < 6
    workspace.snakemake("--unlock")
    workspace.snakemake("--cores", "2")
    # Snakemake makes what it had marked as incomplete again: the jobs that ran when it was killed.
    kept = [path for path, time_ns in finished_before.items() if path.stat().st_mtime_ns == time_ns]
    assert len(kept) >= len(finished_before) - 2
    first, second = (
        xr.open_dataset(w.directory / "results/miniature/ensembles/plane.nc") for w in (finished, workspace)
    )
    assert scientific(first).identical(scientific(second))
    assert workspace.planned() == {}


def test_more_samples_go_on_from_those_that_are_there(tmp_path, config):
    """The file is that of a run with as many samples from the start, and only new ones were drawn."""
    workspace = Workspace(tmp_path)
    path = tmp_path / "results" / "miniature" / "samples" / "ising" / "T=1.5.nc"
    log = tmp_path / "results" / "miniature" / "logs" / "sample" / "ising" / "T=1.5.log"
    for samples in (60, 100):
        config["models"]["ising"]["samples"] = samples
        workspace.configure(config)
        workspace.snakemake("--cores", "1", "--until", "sample")
    extended = xr.load_dataset(path)
    assert "60/100" in log.read_text()
    path.unlink()
    workspace.snakemake("--cores", "1", "--until", "sample")
    assert "60/100" not in log.read_text()
    assert scientific(extended).identical(scientific(xr.load_dataset(path)))


def test_a_failed_job_leaves_the_samples_that_were_there(tmp_path, config):
    workspace = Workspace(tmp_path)
    workspace.configure(config)
    workspace.snakemake("--cores", "1", "--until", "sample")
    path = tmp_path / "results" / "miniature" / "samples" / "ising" / "T=1.5.nc"
    before = path.read_bytes()
    workspace.source = tmp_path / "src"
    shutil.copytree(PROJECT / "src", workspace.source, ignore=shutil.ignore_patterns("__pycache__"))
    broken = workspace.source / "rsmi/sampling/models/ising.py"
    broken.write_text(broken.read_text().replace("self.algorithm = algorithm", "self.algorithm = missing"))
    code, _ = workspace.snakemake("--cores", "1", "--until", "sample", check=False)
    assert code != 0
    assert path.read_bytes() == before
