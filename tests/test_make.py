"""Every target of the Makefile does what it says, in copies of the project."""

import re
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml

from rsmi.storage import csv
from rsmi.validation.rows import COLUMNS
from tests.clone import PROJECT, Clone

STUDY = {
    "study": "tiny",
    "models": {
        "ising": {
            "kind": "ising",
            "parameters": {"size": 8},
            "control": [2.0],
            "chains": 4,
            "samples": 50,
            "thermalisation": 20,
            "spacing": 2,
        }
    },
    "scans": {},
}
# With a space, as people name files.
STUDY_FILE = "my study.yaml"
CONFIG = f"CONFIG={STUDY_FILE}"
# In the place of Snakemake where it would compute for long; what it computes is tested in tests/workflow.
SAYS = 'echo "snakemake $@"'
OPTIONS = "--cores 1 --configfile studies/{}.yaml"


@pytest.fixture
def clone(tmp_path):
    """A copy of the project."""
    return Clone(tmp_path / "project")


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A copy of the project in which `make run` ran a tiny study, and what that said."""
    clone = Clone(tmp_path_factory.mktemp("ran") / "project")
    (clone.folder / STUDY_FILE).write_text(yaml.safe_dump(STUDY))
    return clone, clone.make("run", CONFIG).stdout


def test_every_target_is_made_here():
    (targets,) = re.findall(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(), re.M)
    # What several tests need is made in conftest.py, and `make run` makes the report.
    texts = [Path(__file__).read_text(), (PROJECT / "tests/conftest.py").read_text()]
    calls = ["report", *re.findall(r'\.make\("([\w-]+)"', "".join(texts))]
    assert set(targets.split()) <= set(calls)


def test_run_and_report(ran):
    clone, output = ran
    results = clone.folder / "results/tiny"
    assert pd.read_csv(results / "tables/ising/samples.csv")["T"].tolist() == [2.0]
    assert (results / "tables/costs.csv").exists()
    assert "make --no-print-directory report\n" in output
    assert output.endswith("Open results/tiny/report.html in a browser.\n")
    assert "samples.csv" in (results / "report.html").read_text()


def test_check(clone):
    config = {**STUDY, "models": {"ising": {**STUDY["models"]["ising"], "chains": "many"}}}
    (clone.folder / STUDY_FILE).write_text(yaml.safe_dump(config))
    result = clone.make("check", CONFIG, check=False)
    assert result.returncode and "models.ising.chains" in result.stdout


def test_resume_and_why(ran):
    clone, _ = ran
    table = clone.folder / "results/tiny/tables/ising/samples.csv"
    whole = table.read_bytes()
    try:
        table.write_text("damaged")
        assert "samples.csv" in clone.make("resume", CONFIG).stdout
        assert not table.exists()
        lines = clone.make("why", CONFIG).stdout
        assert re.search(r"^table samples +\S+/samples.csv: +its result is missing$", lines, re.M)
    finally:
        table.write_bytes(whole)


def test_plan(clone):
    (clone.folder / STUDY_FILE).write_text(yaml.safe_dump(STUDY))
    output = clone.make("plan", CONFIG, "PLAN=--reference").stdout
    assert re.search(r"^ *sample +1 ", output, re.M) and "minutes on 1 cores" in output


def test_figure(clone):
    clone.program(".venv/bin/snakemake", SAYS)
    lines = clone.make("figure_03").stdout.splitlines()
    figure = "results/paper/figures/paper/figure_03"
    assert f"snakemake {OPTIONS.format('paper')} -- {figure}.pdf {figure}.png" in lines


def test_paper(clone):
    clone.program(".venv/bin/snakemake", SAYS)
    lines = clone.make("paper").stdout.splitlines()
    asked = f"snakemake {OPTIONS.format('paper')} paper"
    assert asked in lines and f"{asked} --report results/paper/report.html" in lines


@pytest.mark.parametrize("good", [True, False])
def test_validate(clone, good):
    clone.program(".venv/bin/snakemake", SAYS)
    row = {"quantity": "energy", "model": "ising", "parameters": "T=2", "kind": "stochastic", "pass": good}
    row |= {"ours": 1.0, "error": 0.1, "exact": 1.0, "deviation": 0.0, "limit": 4.0}
    summary = clone.folder / "results/validation/summary.csv"
    csv.write(pd.DataFrame([row], columns=COLUMNS), summary)
    result = clone.make("validate", check=False)
    lines = result.stdout.splitlines()
    asked = f"snakemake {OPTIONS.format('validation')} validate"
    assert asked in lines and f"{asked} --report results/validation/report.html" in lines
    assert (result.returncode == 0) == good and ("FAILS: energy" in result.stdout) != good


def test_test(clone):
    # Without the fixtures that all tests share, which take seconds to import.
    output = clone.make("test", "TESTS=--noconftest tests/study/test_why.py").stdout
    assert re.search(r"^\d+ passed", output, re.M)


def test_chaos(clone):
    # A small storm is tested beside it.
    assert "--faults" in clone.make("chaos", "CHAOS=--help").stdout


def test_benchmarks(benchmarked, benchmarked_mi):
    # What they print is tested beside the other scripts.
    assert "share of peak" in benchmarked and "tasks pass" in benchmarked_mi[1]


def test_docs(clone):
    # The site itself is built by tests/test_docs.py, where there is what builds it.
    clone.program(".venv-docs/bin/mkdocs", 'echo "mkdocs $@"')
    clone.ready(".venv-docs")
    lines = clone.make("docs").stdout.splitlines()
    assert lines[-2:] == ["mkdocs build --strict", "Open site/index.html in a browser."]


def test_format_and_lint(clone):
    # These take their time, and read the package of the environment; `make lint` is run before every change.
    for name in ("snakemake", "mypy", "lint-imports"):
        clone.program(f".venv/bin/{name}", f'echo "{name} $@"')
    ugly = clone.folder / "src/rsmi/ugly.py"
    ugly.write_text('"""Not as it should be."""\nimport numpy\nONE = numpy.array( [ 1 ] )\n')
    assert clone.make("lint", check=False).returncode
    clone.make("format")
    assert ugly.read_text() == '"""Not as it should be."""\n\nimport numpy\n\nONE = numpy.array([1])\n'
    said = clone.make("lint").stdout
    assert all(f"\n{line}" in said for line in ("snakemake --lint\n", "mypy", "lint-imports"))


def test_lock(clone):
    # A Python whose environments say that they hold what would come from the network.
    says = '#!/bin/sh\\necho "$@" >> asked\\ncase "$*" in *freeze*) echo "torch==2.13.0+cpu";; esac\\n'
    python = clone.program(
        "python",
        f"""mkdir -p "$3/bin"
printf '{says}' > "$3/bin/python"
chmod +x "$3/bin/python\"""",
    )
    clone.make("lock", f"PYTHON={python}")
    assert (clone.folder / "envs/requirements.lock").read_text().splitlines()[1:] == ["torch==2.13.0"]
    assert "install --quiet -r envs/requirements.in" in (clone.folder / "asked").read_text()
    assert not (clone.folder / ".venv.lock").exists()


def test_clean_environment(clone):
    clone.make("clean-environment")
    assert not (clone.folder / ".venv").exists()
    assert Path(sys.executable).exists() and Path(sys.prefix, "lib").exists()
