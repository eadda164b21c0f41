"""The conda environment must name the versions of the lock."""

import yaml

from tests.conftest import PROJECT

CONDA_NAMES = {"pytorch": "torch", "matplotlib-base": "matplotlib", "snakemake-minimal": "snakemake"}


def test_conda_and_lock_agree():
    lines = (PROJECT / "envs/requirements.lock").read_text().splitlines()
    lock = dict(line.lower().split("==") for line in lines if "==" in line)
    conda = yaml.safe_load((PROJECT / "envs/environment.yaml").read_text())["dependencies"]
    pinned = dict(entry.split("=") for entry in conda if not entry.startswith("python="))
    for name, version in pinned.items():
        assert lock[CONDA_NAMES.get(name, name)] == version, name
    assert lock["torch"] == "2.13.0"
