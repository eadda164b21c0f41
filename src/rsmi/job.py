"""What every workflow script does first."""

import os
import sys
import warnings


def log_to(path: str) -> None:
    """Send everything that this process prints from here on, errors and progress too, to a log file."""
    log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    warnings.simplefilter("default")
