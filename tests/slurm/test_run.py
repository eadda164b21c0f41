"""The miniature on a real Slurm gives the bits of a run on one machine, whatever befalls its jobs."""

import os
import signal
import time

import pytest
import xarray as xr
import yaml

from tests.conftest import PROJECT
from tests.workflow.conftest import MINIATURE, Workspace
from tests.workflow.test_run import scientific

ENSEMBLE = "results/miniature/ensembles/plane.nc"
# What a user says of a site, in a profile read after the project's. It need not be kind to this scheduler.
SITES = {
    "slurm": {
        "default-resources": {"slurm_partition": "main", "runtime": "10 * attempt"},
        "slurm-status-command": "squeue",
        "slurm-init-seconds-before-status-checks": 3,
        "seconds-between-status-checks": 3,
    },
    "cluster-generic": {"default-resources": {"runtime": "10 * attempt"}, "seconds-between-status-checks": 3},
}
SECONDS = 240


class Study:
    """The miniature, to be run on a cluster by one of the profiles."""

    def __init__(self, directory, cluster):
        self.cluster = cluster
        self.workspace = Workspace(directory)
        self.workspace.configure(MINIATURE)
        self.log = directory / "run.log"
        self.process = None

    def start(self, profile):
        """Start Snakemake as docs/cluster.md says, as far as the ensemble."""
        site = self.workspace.directory / "site.yaml"
        site.write_text(yaml.safe_dump(SITES[profile]))
        profiles = ("--profile", str(PROJECT / "profiles" / profile), "--profile", "site.yaml")
        with open(self.log, "a") as log:
            self.process = self.workspace.start(*profiles, "--", ENSEMBLE, output=log)

    def trainings(self):
        """Return the jobs that train, as Slurm lists them."""
        return [job for job in self.cluster.jobs() if "train" in job["name"] + job["comment"]]

    def wait_until_half_way(self):
        """Wait until two trainings are at work while two wait for a processor; return those at work."""
        logs = self.workspace.directory / "results/miniature/logs/train/plane"
        deadline = time.monotonic() + SECONDS / 2
        while True:
            trainings = self.trainings()
            states = [job["state"] for job in trainings]
            # A log begins when the training itself does, some seconds after its job.
            if sorted(states) == ["PENDING"] * 2 + ["RUNNING"] * 2 and len(list(logs.glob("*"))) == 2:
                return [job for job in trainings if job["state"] == "RUNNING"]
            assert self.process.poll() is None and time.monotonic() < deadline, states
            time.sleep(0.2)

    def finish(self):
        """Wait for the end and return the exit code."""
        return self.process.wait(timeout=SECONDS)

    def kill(self):
        """End Snakemake if it still runs."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def study(tmp_path, cluster):
    study = Study(tmp_path, cluster)
    yield study
    study.kill()
    # Shown where the test fails.
    print(study.log.read_text(), *cluster.jobs(), cluster.logs(), sep="\n")


def assert_as_on_one_machine(study, finished):
    ensembles = [xr.open_dataset(w.directory / ENSEMBLE) for w in (finished, study.workspace)]
    assert scientific(ensembles[0]).identical(scientific(ensembles[1]))
    # Logs of the scheduler are out of the way.
    names = {path.name for path in study.workspace.directory.iterdir()}
    assert names == {"results", ".snakemake", "study.yaml", "site.yaml", "run.log"}


def memory(job):
    """Return the memory that a job asks for, in MB."""
    number, unit = job["minmemory"][:-1], job["minmemory"][-1]
    return float(number) * {"M": 1, "G": 1024}[unit]


def test_slurm_profile_makes_a_cancelled_job_again(study, cluster, finished):
    study.start("slurm")
    cancelled = study.wait_until_half_way()[0]
    cluster.command("scancel", cancelled["jobid"])
    assert study.finish() == 0
    trainings = study.trainings()
    assert sorted(job["state"] for job in trainings) == ["CANCELLED", *["COMPLETED"] * 4]
    assert [job["jobid"] for job in trainings if job["state"] == "CANCELLED"] == [cancelled["jobid"]]
    # The second attempt asks for more memory.
    again = max(trainings, key=lambda job: int(job["jobid"]))
    assert memory(again) > memory(cancelled)
    assert_as_on_one_machine(study, finished)


def test_generic_profile_survives_a_restart_of_the_node(study, cluster, finished):
    study.start("cluster-generic")
    killed = {job["jobid"] for job in study.wait_until_half_way()}
    cluster.restart_node()
    if study.finish() != 0:
        study.start("cluster-generic")
        assert study.finish() == 0
    # Slurm started them again, or Snakemake did.
    ends = [(job["restartcnt"], job["state"]) for job in cluster.jobs() if job["jobid"] in killed]
    assert len(ends) == 2 and ("0", "COMPLETED") not in ends
    assert_as_on_one_machine(study, finished)
