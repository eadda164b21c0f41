import os
import signal
import subprocess
import sys
import time

from rsmi.study.job import PARENT

CODE = """
import sys, time
from rsmi.study.job import begin

begin(sys.argv[1])
print("at work", flush=True)
try:
    time.sleep(60)
finally:
    print("tidied up")
"""


def start(log, parent):
    environment = os.environ | {PARENT: str(parent)}
    job = subprocess.Popen([sys.executable, "-c", CODE, str(log)], env=environment)
    deadline = time.monotonic() + 30
    while not (log.exists() and log.read_text()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return job


def test_a_job_that_is_told_to_end_tidies_up(tmp_path):
    job = start(tmp_path / "log", os.getpid())
    job.send_signal(signal.SIGTERM)
    assert job.wait(10) == 1
    assert "tidied up" in (tmp_path / "log").read_text() and "SIGTERM" in (tmp_path / "log").read_text()


def test_a_job_ends_with_the_snakemake_that_started_it(tmp_path):
    parent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    job = start(tmp_path / "log", parent.pid)
    time.sleep(1.5)
    assert job.poll() is None
    parent.kill()
    parent.wait()
    assert job.wait(10) == 1
    assert "is gone; run it again" in (tmp_path / "log").read_text()
