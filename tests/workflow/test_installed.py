"""The package as it is installed from its wheel, far from any clone, and a study begun by it."""

import getpass
import os
import platform
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections import Counter
from pathlib import Path

import pytest
import yaml

from rsmi.storage.version import __version__
from rsmi.study import running
from rsmi.study.why import jobs
from tests.conftest import PROJECT

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input")
# Nothing comes from the network.
ALONE = ("--no-deps", "--no-index")
TINY = {
    "study": "tiny",
    "models": {
        "spins": {
            "kind": "ising_chain",
            "parameters": {"size": 16},
            "control": [1.0],
            "chains": 4,
            "samples": 20,
        }
    },
}
# A rule of one's own, which also tells what jobs find in the environment.
OWN = """
rule mine:
    input:
        COSTS,
    output:
        "mine.txt",
    shell:
        'echo "at ${{PYTHONPATH:-no path}}" > {output}'
"""


def run(*command, cwd, check=True):
    """Run a program that knows nothing of the clone; return its exit status, and all that it prints."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    found = subprocess.run(
        [*map(str, command)],
        cwd=cwd,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert found.returncode == 0 or not check, found.stdout
    return found.returncode, found.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built by what the lock has."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [*PIP, "wheel", *ALONE, "--no-build-isolation", "--wheel-dir", folder, PROJECT]
    subprocess.run(command, cwd=folder, check=True)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def programs(wheel, tmp_path_factory):
    """The programs of an environment that has the wheel, and links to all else that the tests' one has."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    _, packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder)
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if not path.name.startswith(("rsmi", "_rsmi", "__editable__", "__pycache__")):
            Path(packages.strip(), path.name).symlink_to(path)
    run(*PIP, "--python", python, "install", *ALONE, wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture(scope="module")
def study(programs, tmp_path_factory):
    """A folder in which `rsmi init` has begun a study, with a rule of one's own."""
    folder = tmp_path_factory.mktemp("studies") / "first_study"
    run(programs / "rsmi", "init", folder.name, cwd=folder.parent)
    with (folder / "Snakefile").open("a") as file:
        file.write(OWN)
    return folder


@pytest.fixture(scope="module")
def snakemake(programs):
    """Run Snakemake in a folder; return its exit status, and all that it prints."""
    return lambda folder, *arguments, check=True: run(
        programs / "python", "-m", "snakemake", "--cores", "2", *arguments, cwd=folder, check=check
    )


def test_the_wheel_holds_what_a_study_needs_and_nothing_else(wheel):
    expected = {"rsmi/Snakefile"}
    for folder in ("src/rsmi", "workflow", "envs", "profiles", "studies"):
        expected |= {
            path.relative_to(PROJECT).as_posix().removeprefix("src/rsmi/")
            for path in (PROJECT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
    expected = {name if name.startswith("rsmi/") else f"rsmi/{name}" for name in expected}
    with zipfile.ZipFile(wheel) as file:
        names = {name for name in file.namelist() if not name.endswith("/")}
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        assert f"\nVersion: {__version__}\n" in file.read(metadata).decode()
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert {"rsmi/py.typed", "rsmi/__init__.pyi", "rsmi/envs/environment.yaml"} <= expected


def test_a_dry_run_lists_the_jobs(study, snakemake):
    _, output = snakemake(study, "--dry-run")
    counts = Counter(rule for rule, _, _ in jobs(output.splitlines()))
    assert counts["sample"] == 5 and counts["train"] == 10 and counts["costs"] == 1
    assert counts["figure rsmi_vs_control"] == counts["table rsmi"] == 1
    assert "results/first_study/samples/ising/T=2.3.nc" in output
    assert "profile profiles/default" in output
    # A rule below the include is not the default target.
    assert counts["mine"] == 0


def test_commands_work_there(study, programs):
    _, said = run(programs / "rsmi", "check", "config.yaml", cwd=study)
    assert said == "config.yaml: nothing is wrong with its settings.\n"
    _, said = run(programs / "rsmi", "plan", "config.yaml", "--reference", cwd=study)
    assert "train    10 " in said


def test_a_study_runs_there(study, programs, snakemake):
    (study / "config.yaml").write_text(yaml.safe_dump(TINY))
    # While somebody else runs it, nobody can.
    with running.hold("tiny", study / running.FOLDER):
        status, output = snakemake(study, check=False)
    assert status and "the study tiny is being run by process" in output
    snakemake(study, "all", "mine.txt")
    results = study / "results/tiny"
    made = {path.relative_to(results).as_posix() for path in results.rglob("*.*") if path.name[0] != "."}
    assert {"samples/spins/T=1.0.nc", "tables/spins/samples.csv", "figures/costs.pdf"} <= made
    # Jobs find the package without being told where all that is installed lies.
    assert (study / "mine.txt").read_text() == "at no path\n"
    snakemake(study, "--report", "results/tiny/report.html")
    words = [str(study.parent), str(programs.parent), str(PROJECT), str(Path.home())]
    words += [name for name in (platform.node(), getpass.getuser()) if len(name) > 5]
    for path in study.rglob("*"):
        if path.is_file() and not {"logs", ".snakemake"} & set(path.parts):
            assert not [word for word in words if word.encode() in path.read_bytes()], path
