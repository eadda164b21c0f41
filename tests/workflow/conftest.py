"""The whole workflow in miniature, run by real Snakemake."""

import copy
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from rsmi.study.why import jobs

PROJECT = Path(__file__).parent.parent.parent

MINIATURE = {
    "study": "miniature",
    "seed": 1,
    "models": {
        "ising": {
            "kind": "ising",
            "parameters": {"size": 12},
            "control": [1.5, 4.0],
            "chains": 4,
            "samples": 100,
            "thermalisation": 50,
        }
    },
    "scans": {
        "plane": {
            "model": "ising",
            "visible": 3,
            "buffers": [0, 1],
            "environment": 2,
            "seeds": 2,
            "seeds_per_job": 2,
            "split": {"training": 0.5, "validation": 0.25},
            # A restart depends on the other members of the job.
            "training": {"epochs": 3, "batch_size": 50, "restarts": 0},
        }
    },
}


@dataclass
class Workspace:
    """A directory in which Snakemake runs, with a configuration and perhaps code of its own."""

    directory: Path
    source: Path | None = None
    # Where Snakefile, workflow and profiles lie.
    project: Path = PROJECT
    # Where the files were made, if they are copies.
    original: Path | None = None

    def configure(self, config):
        """Write the configuration; a text is written as it is."""
        text = config if isinstance(config, str) else yaml.safe_dump(config)
        (self.directory / "study.yaml").write_text(text)

    def start(self, *arguments, output=subprocess.PIPE):
        """Start Snakemake in a process group of its own; output and errors together."""
        command = [
            str(Path(sys.executable).parent / "snakemake"),
            *("--snakefile", str(self.project / "Snakefile"), "--directory", str(self.directory)),
            *("--configfile", "study.yaml"),
            *arguments,
        ]
        environment = dict(os.environ)
        if self.source:
            environment["PYTHONPATH"] = str(self.source)
        return subprocess.Popen(
            command,
            cwd=self.directory,
            env=environment,
            text=True,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def snakemake(self, *arguments, check=True):
        """Run Snakemake to its end and return its exit code and output."""
        with self.start(*arguments) as process:
            output, _ = process.communicate(timeout=600)
        if check:
            assert process.returncode == 0, output
        return process.returncode, output

    def planned(self):
        """Return how many jobs of each rule a run would start, but for the costs, which follow any other.

        Those of figures, tables and checks are counted by rule and name, as ``figure filters``.
        """
        _, output = self.snakemake("--dry-run")
        counts = Counter(rule for rule, _, _ in jobs(output.splitlines()) if rule != "costs")
        # Snakemake's own count of all, with the targets and the costs.
        total = re.search(r"^total +(\d+)$", output, re.MULTILINE)
        others = len(re.findall(r"^(?:local)?rule (?:all|costs):$", output, re.MULTILINE))
        assert counts.total() + others == (int(total[1]) if total else 0)
        return dict(counts)


@pytest.fixture
def config():
    """A copy of the miniature's configuration, to change at will."""
    return copy.deepcopy(MINIATURE)


@pytest.fixture
def unchanged(finished):
    """The finished miniature, whose configuration is restored after the test."""
    yield finished
    finished.configure(MINIATURE)
    finished.source, finished.project = None, PROJECT
