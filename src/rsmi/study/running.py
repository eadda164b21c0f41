"""Who is running a study: a lock that ends with the process that holds it, however that ends."""

import fcntl
import os
import platform
from pathlib import Path
from typing import TextIO

# Snakemake's own folder, in the directory where studies are run.
FOLDER = Path(".snakemake")
PREFIX = "running-"


class RunningError(Exception):
    """A study is being run by another process; the message says by which."""


def studies(folder: Path = FOLDER) -> list[str]:
    """Return the names of all studies that were ever run here."""
    return sorted(path.name.removeprefix(PREFIX) for path in folder.glob(f"{PREFIX}*"))


def hold(study: str, folder: Path = FOLDER) -> TextIO:
    """Mark a study as running for as long as the file that is returned is open.

    Raises `RunningError` if another process has done so.
    """
    path = folder / f"{PREFIX}{study}"
    path.parent.mkdir(parents=True, exist_ok=True)
    # It stays open: whoever holds it is running the study.
    file = open(path, "a+")  # noqa: SIM115
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        holder = file.read().strip() or "another process"
        file.close()
        raise RunningError(
            f"the study {study} is being run by {holder}; wait until it has ended, or end it."
        ) from None
    except OSError:
        # A file system without locks: Snakemake's own lock must do.
        return file
    file.truncate(0)
    file.write(f"process {os.getpid()} on {platform.node()}\n")
    file.flush()
    return file
