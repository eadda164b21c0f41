"""Make a study that was cut short, or whose files were damaged, ready to be gone on with.

``rsmi resume results/demo`` makes sure that no other process runs the study, takes away what killed processes
left behind, Snakemake's lock among it, sets aside (``NAME.damaged``) every file that is not known to be what
was written, and sets the times of files that lie in the future to now. Whatever is missing after that, the
next run makes. `make run` and its kin do all this first.
"""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from rsmi.storage import files
from rsmi.study import running

DAMAGED = ".damaged"
# Seconds after which a temporary file belongs to nobody: writing one takes far less.
ABANDONED = 3600.0


def results(root: Path) -> Iterator[Path]:
    """Yield all finished files of the study in folder `root` that a job or a reader relies on."""
    for path in sorted(root.rglob("*")):
        if path.suffix in (".nc", ".csv", ".pdf", ".png") and not path.name.startswith("."):
            yield path


def check(path: Path) -> None:
    """Raise `rsmi.storage.files.FileError` if a result is not what was written, or has no seal to tell by."""
    if not files.check(path):
        raise files.FileError(f"{path}: has no seal, so nobody knows whether it is whole. {files.REMEDY}")


def resume(root: str | Path, snakemake: Path = running.FOLDER) -> list[str]:
    """Make the study in folder `root` ready and return what was done, a line each.

    `snakemake` is Snakemake's own folder; its locks go only if no study at all is running here. Raises
    `rsmi.study.running.RunningError` if one is.
    """
    root = Path(root)
    done: list[str] = []
    if not root.is_dir() and not snakemake.is_dir():
        return done
    with running.hold(root.name, snakemake), ExitStack() as others:
        for path in results(root):
            try:
                check(path)
            except files.FileError as error:
                files.set_aside(path, DAMAGED)
                done.append(f"set aside: {error}")
                continue
            # Snakemake refuses whatever is made from a file of the future.
            if path.stat().st_mtime > time.time():
                os.utime(path)
                done.append(f"{path}: its time lay in the future, and is now")
        for path in root.rglob(".*.tmp"):
            if time.time() - path.stat().st_mtime > ABANDONED:
                path.unlink(missing_ok=True)
                done.append(f"removed {path}, which a killed job left")
        locks = snakemake / "locks"
        if locks.is_dir() and any(locks.iterdir()):
            for other in running.studies(snakemake):
                if other != root.name:
                    others.enter_context(running.hold(other, snakemake))
            shutil.rmtree(locks)
            done.append("removed the lock that a killed Snakemake left")
    return done


def main(arguments: list[str]) -> str | None:
    """Make studies ready, and say what was done; return what is in the way, if anything is."""
    if not arguments:
        return "usage: rsmi resume FOLDER..., such as results/demo"
    for root in arguments:
        try:
            for line in resume(root):
                print(line, file=sys.stderr)
        except (running.RunningError, OSError) as error:
            return str(error)
    return None
