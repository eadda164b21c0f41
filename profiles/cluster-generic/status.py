#!/usr/bin/env python3
"""Print how a job of Slurm stands, as Snakemake's cluster-generic plugin asks: running, success or failed."""

# The python3 of a login node may be as old as 3.6.
# ruff: noqa: UP021, UP022

import subprocess
import sys

FAILED = {
    *("BOOT_FAIL", "CANCELLED", "DEADLINE", "FAILED", "LAUNCH_FAILED", "NODE_FAIL", "OUT_OF_MEMORY"),
    *("PREEMPTED", "RECONFIG_FAIL", "REVOKED", "TIMEOUT"),
}


def ask(*command):
    """Run a command of Slurm; return its exit code, output and errors, or None if it does not answer."""
    try:
        answer = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=60
        )
    except subprocess.TimeoutExpired:
        return None
    return answer.returncode, answer.stdout.split(), answer.stderr


def verdict(state):
    """Return Snakemake's word for a state of Slurm; what has not ended is running, in whatever way."""
    if state == "COMPLETED":
        return "success"
    return "failed" if state in FAILED else "running"


def status(job):
    """Return how a job stands by squeue, or by sacct if squeue knows it no longer."""
    answer = ask("squeue", "--noheader", "--states=all", "--format=%T", "--jobs=" + job)
    if answer is None:
        return "running"
    code, words, errors = answer
    if words:
        return verdict(words[0])
    if code != 0 and "Invalid job id" not in errors:
        # The controller is restarted, say, or overloaded: jobs go on meanwhile.
        return "running"
    # It forgets a job some minutes after its end (MinJobAge). Accounting, where there is any, does not.
    try:
        answer = ask("sacct", "--allocations", "--noheader", "--parsable2", "--format=State", "--jobs=" + job)
    except FileNotFoundError:
        answer = 1, [], ""
    if answer is None:
        return "running"
    if answer[1]:
        return verdict(answer[1][0])
    # To make its files again costs time; to take unfinished ones for finished would cost more.
    print("Slurm no longer knows job " + job + ", which is taken as failed.", file=sys.stderr)
    return "failed"


if __name__ == "__main__":
    print(status(sys.argv[1]))
