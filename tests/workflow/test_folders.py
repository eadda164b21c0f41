"""Studies in any folder: what a configuration file names, and from where it is run."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
import yaml

from rsmi.__main__ import main
from rsmi.study.config import checked, read
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import ConfigError, load
from tests.workflow.conftest import PROJECT, Workspace

MODEL = {"kind": "ising", "parameters": {"size": 8}, "control": [2.0], "chains": 4, "samples": 20}
FILES = {
    "kind": "file",
    "parameters": {
        "path": "my data/T={control}.npy", "groups": "my data/runs.npy", "values": "binary",
        "boundary": "periodic", "symbol": "T", "name": "temperature",
    },
}  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """A folder with spaces that holds a study and its data, beside that from which it is run."""
    folder, here = tmp_path / "my studies", tmp_path / "work"
    (folder / "my data").mkdir(parents=True)
    here.mkdir()
    rng = np.random.default_rng(0)
    np.save(folder / "my data/T=2.0.npy", 2 * rng.integers(0, 2, (120, 8, 8), dtype=np.int8) - 1)
    np.save(folder / "my data/runs.npy", np.repeat(np.arange(6), 20))
    path = folder / "my study.yaml"
    path.write_text(yaml.safe_dump({"study": "mine", "models": {"spins": FILES}}))
    return path


def test_what_a_file_names_lies_relative_to_it(study, monkeypatch):
    monkeypatch.chdir(study.parent.parent / "work")
    parameters = read(study)["models"]["spins"]["parameters"]
    assert parameters["path"] == "../my studies/my data/T={control}.npy"
    assert parameters["groups"] == "../my studies/my data/runs.npy"
    # From its own folder it reads as it is written.
    monkeypatch.chdir(study.parent)
    assert read("my study.yaml")["models"]["spins"]["parameters"]["path"] == FILES["parameters"]["path"]


def test_several_files_may_name_none_but_by_absolute_paths(study, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    config = load(study)
    with pytest.raises(ConfigError, match="several configuration files are given; give one, or an absolute"):
        checked(config, load(SCHEMA), folder=None)
    for name in ("path", "groups"):
        config["models"]["spins"]["parameters"][name] = str(study.parent / FILES["parameters"][name])
    found = checked(config, load(SCHEMA), folder=None)["models"]["spins"]["parameters"]
    assert found["path"] == str(study.parent / "my data/T={control}.npy")


@pytest.mark.filterwarnings("ignore:.*samples are few")
def test_commands_work_from_anywhere(study, monkeypatch, capsys):
    monkeypatch.chdir(study.parent.parent / "work")
    assert main(["check", str(study)]) == 0
    assert "The file can be used" in capsys.readouterr().out
    assert main(["check", "--quick", str(study)]) == 0
    assert capsys.readouterr().out == f"{study}: nothing is wrong with its settings.\n"
    assert main(["plan", str(study), "--reference"]) == 0
    assert "sample" in capsys.readouterr().out


def run(directory, *arguments):
    """Run Snakemake in a folder; return its exit status and all that it prints."""
    command = [Path(sys.executable).parent / "snakemake", "--snakefile", PROJECT / "Snakefile"]
    found = subprocess.run(
        [*command, "--cores", "1", *arguments], cwd=directory, capture_output=True, text=True
    )
    return found.returncode, found.stdout + found.stderr


def test_results_lie_where_it_is_run(study):
    here = study.parent.parent / "work"
    status, output = run(here, "--configfile", str(Path("..", *study.parts[-2:])))
    assert status == 0, output
    samples = xr.open_dataset(here / "results/mine/samples/spins/T=2.0.nc")
    assert samples["configuration"].shape == (6, 20, 8, 8)
    # What leads out of here is nobody's business.
    assert "my studies" not in str(samples.attrs) and ".." not in str(samples.attrs)
    assert {path.name for path in study.parent.iterdir()} == {"my data", "my study.yaml"}
    _, output = run(here, "--configfile", str(study), "--dry-run")
    assert "Nothing to be done" in output


def test_two_files_are_merged_but_name_nothing(study):
    here = study.parent.parent / "work"
    (here / "more.yaml").write_text("seed: 3\n")
    status, output = run(here, "--dry-run", "--configfile", str(study), "more.yaml")
    assert status and "several configuration files are given" in output


def test_a_job_of_a_cluster_has_the_same_configuration(tmp_path):
    """Snakemake does not hand on to jobs that a file given stands in the place of config.yaml."""
    default = {"study": "default", "models": {"spins": MODEL | {"thermalisation": 77, "spacing": 3}}}
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(default))
    workspace = Workspace(tmp_path)
    workspace.configure({"study": "mine", "models": {"spins": MODEL}})
    workspace.snakemake(
        *("--executor", "cluster-generic", "--cluster-generic-submit-cmd", "sh", "--jobs", "1"),
        *("--until", "sample"),
    )
    samples = xr.open_dataset(tmp_path / "results/mine/samples/spins/T=2.0.nc")
    assert samples.attrs["thermalisation"] == 500


def test_the_default_configuration_is_that_of_the_folder(tmp_path):
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"study": "here", "models": {"spins": MODEL}}))
    status, output = run(tmp_path, "--dry-run")
    assert status == 0 and "results/here/samples/spins/T=2.0.nc" in output
