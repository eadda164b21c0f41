"""What every workflow script does first."""

import importlib
import os
import signal
import sys
import threading
import time
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

from rsmi.storage import extension

# Where the workflow says which process runs it.
PARENT = "RSMI_SNAKEMAKE_PID"


def begin(log: str) -> None:
    """Prepare this process to be a job.

    All that it prints from here on, errors and progress too, goes to the file `log`. Asked to end (SIGTERM),
    it tidies up and ends. Should the Snakemake that started it be killed, it ends as well, so that the
    next one does not meet it at work on the same file; finished files and checkpoints remain.
    """
    number = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(number, 1)
    os.dup2(number, 2)
    os.close(number)
    warnings.simplefilter("default")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("This job was told to end (SIGTERM); run it again."))
    if PARENT in os.environ:
        threading.Thread(target=_end_with, args=(int(os.environ[PARENT]),), daemon=True).start()


def module_of(job: Any) -> ModuleType:
    """Return the module whose function a job of `workflow/rules/items.smk` is there to call."""
    file = job.config["extensions"][job.rule].get(job.wildcards[job.rule])
    if not file:
        return importlib.import_module(job.params.module)
    _stay(file, job)
    return extension.load(file)


def kind_of(job: Any) -> str:
    """Return the kind of the model that a job samples, as `rsmi.sampling.driver.sample` takes it."""
    file = job.config["extensions"]["model"].get(job.wildcards.model)
    if not file:
        return job.params.settings["kind"]
    _stay(file, job)
    return file


def _stay(file: str, job: Any) -> None:
    """Stay in the folder of a user's file, where the workflow's scripts are no modules to be imported."""
    scripts = Path(job.scriptdir).resolve()
    sys.path[:] = [place for place in sys.path if Path(place).resolve() != scripts]
    extension.stay(file)


def _end_with(pid: int, interval: float = 1.0) -> None:
    """End this process when another one is gone."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            print("The Snakemake that started this job is gone; run it again.", flush=True)
            os._exit(1)
        except PermissionError:
            # It is there, and belongs to somebody else.
            pass
        time.sleep(interval)
