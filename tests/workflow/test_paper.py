"""The study of the paper: what it would run, and its first and last steps on made-up files."""

import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from rsmi.study.config import read
from rsmi.study.layout import Study
from tests.workflow.conftest import PROJECT, Workspace


@pytest.fixture(scope="module")
def study():
    return Study(read(PROJECT / "studies/paper.yaml"))


@pytest.fixture
def workspace(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.configure((PROJECT / "studies/paper.yaml").read_text())
    return workspace


def test_its_scale_is_that_of_the_paper(study):
    sizes = {name: model["parameters"]["size"] for name, model in study.models.items()}
    assert sizes["ising"] == sizes["antiferromagnet"] == 64
    assert sizes["dimers"] == 32 and sizes["chipping"] == 256
    for name in ("ising", "dimers", "chipping"):
        model = study.models[name]
        assert 20_000 <= model["chains"] * model["samples"] <= 32_400
        assert len(model["control"]) >= (15 if name == "chipping" else 20)
    near = [value for value in sorted(study.models["ising"]["control"]) if 2.19 <= value <= 2.37]
    assert max(b - a for a, b in pairwise(near)) <= 0.021
    visible = {name: scan["visible"] for name, scan in study.scans.items()}
    assert (visible["ising"], visible["antiferromagnet"], visible["dimers"]) == (4, 5, 8)
    assert {0, 2, 4, 6, 8} <= set(study.scans["ising"]["buffers"])
    assert study.scans["dimers"]["buffers"] == [2, 4, 6, 8]
    assert all(scan["seeds"] >= 10 for scan in study.scans.values())


def test_one_command_asks_for_every_figure_and_table(workspace, study):
    code, output = workspace.snakemake("--dry-run", "--", "paper", check=False)
    assert code == 0, output
    table = " ".join(output.split("Job stats:")[1].split("Reasons:")[0].split())
    for line in ("paper_figure 11", "table 11"):
        assert line in table
    # They wait for what was asked for, and for nothing else.
    assert "costs 1" in table and "rule figure:" not in output
    for number in range(1, 11):
        assert f"figures/paper/figure_{number:02d}.pdf" in output
    for name in ("findings", "table_1", "table_2"):
        assert f"tables/{name}.csv" in output
    trainings = sum(len(study.training_files(scan)) for scan in study.scans)
    assert f"train {trainings} " in table


def test_another_study_is_told_what_it_lacks(tmp_path, config):
    workspace = Workspace(tmp_path)
    workspace.configure(config)
    code, output = workspace.snakemake("--dry-run", "--", "paper", check=False)
    assert code != 0
    assert "lacks the scans " in output and "studies/paper.yaml" in output
    assert all(scan in output for scan in ("ising_thick", "dimers_one", "chipping_near", "scaled_64"))


def test_what_needs_no_samples_is_drawn(workspace):
    folder = "results/paper/figures/paper"
    workspace.snakemake("--cores", "1", "--", f"{folder}/figure_01.png", f"{folder}/figure_10.pdf")
    for name in ("figure_01", "figure_10"):
        for ending in ("pdf", "png"):
            assert (workspace.directory / folder / f"{name}.{ending}").stat().st_size > 10_000


def test_masses_of_a_model_and_what_they_tell(finished, tmp_path):
    workspace = Workspace(tmp_path)
    workspace.configure(
        {
            "study": "ring",
            "models": {
                "ring": {
                    "kind": "chipping", "parameters": {"size": 16}, "control": [0.5, 1.0], "chains": 8,
                    "samples": 50, "thermalisation": 100, "spacing": 5,
                }
            },
            "scans": {"ring": {"model": "ring", "visible": 4, "buffers": [2], "environment": 4}},
        }
    )  # fmt: skip
    tables = "results/ring/tables/ring"
    workspace.snakemake("--cores", "1", "--", f"{tables}/masses.csv", f"{tables}/mass_rule.csv")
    assert set(pd.read_csv(tmp_path / tables / "masses.csv")["w"]) == {0.5, 1.0}
    assert len(pd.read_csv(tmp_path / tables / "mass_rule.csv")) == 2


def test_the_budget_of_a_finished_run(finished):
    command = [sys.executable, "-m", "rsmi.study.budget", str(finished.directory / "results/miniature")]
    result = subprocess.run(command, capture_output=True, text=True, env=dict(os.environ), cwd=Path.cwd())
    assert result.returncode == 0, result.stderr
    for stage in ("sample", "train", "aggregate", "total", "Neither sampling nor training nor imports"):
        assert stage in result.stdout
