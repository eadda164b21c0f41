"""What profiles/cluster-generic/status.py makes of what Slurm says."""

import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT

UNKNOWN = (1, "", "slurm_load_jobs error: Invalid job id specified")
SILENT = (1, "", "slurm_load_jobs error: Unable to contact slurm controller (connect failure)")
DISABLED = (1, "", "Slurm accounting storage is disabled")


def status(job, path):
    """Return what the script prints of a job, with programs of this path only."""
    command = [sys.executable, str(PROJECT / "profiles/cluster-generic/status.py"), job]
    result = subprocess.run(command, env={"PATH": str(path)}, capture_output=True, text=True, check=True)
    return result.stdout


@pytest.mark.parametrize(
    ("squeue", "sacct", "expected"),
    [
        ((0, "PENDING", ""), None, "running"),
        ((0, "RUNNING", ""), None, "running"),
        ((0, "COMPLETING", ""), None, "running"),
        ((0, "COMPLETED", ""), None, "success"),
        ((0, "CANCELLED", ""), None, "failed"),
        ((0, "OUT_OF_MEMORY", ""), None, "failed"),
        ((0, "TIMEOUT", ""), None, "failed"),
        ((0, "NODE_FAIL", ""), None, "failed"),
        (SILENT, (0, "COMPLETED", ""), "running"),
        (UNKNOWN, (0, "COMPLETED", ""), "success"),
        (UNKNOWN, (0, "CANCELLED by 0", ""), "failed"),
        (UNKNOWN, (0, "RUNNING", ""), "running"),
        (UNKNOWN, DISABLED, "failed"),
        (UNKNOWN, None, "failed"),
    ],
)
def test_status_of_a_job(tmp_path, squeue, sacct, expected):
    for name, answer in (("squeue", squeue), ("sacct", sacct)):
        if answer:
            code, output, errors = answer
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\necho '{output}'\necho '{errors}' >&2\nexit {code}\n")
            program.chmod(0o755)
    assert status("7", tmp_path) == f"{expected}\n"


def test_status_of_jobs_of_a_real_slurm(cluster, tmp_path):
    commands = {"success": "true", "failed": "false", "running": "sleep 100"}
    submit = ("sbatch", "--parsable", f"--output={tmp_path}/%j.log", "--wrap")
    jobs = {expected: cluster.command(*submit, command).strip() for expected, command in commands.items()}
    final = {"COMPLETED", "FAILED", "RUNNING"}
    cluster.wait_for(lambda: {job["state"] for job in cluster.jobs()} == final, "the jobs do not end")
    path = os.environ["PATH"]
    assert {expected: status(job, path) for expected, job in jobs.items()} == {
        expected: f"{expected}\n" for expected in jobs
    }
    assert status("999", path) == "failed\n"
    cluster.end("slurmctld")
    assert status(jobs["success"], path) == "running\n"
