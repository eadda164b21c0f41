"""The faults that a study is made to suffer. Each returns what it did, or None if there was nothing to do."""

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tests.chaos.arena import Arena, Run

FINISHED = (".nc", ".csv", ".pdf", ".png", ".pt")


def _results(arena: Arena) -> list[Path]:
    return sorted(p for p in arena.root.rglob("*") if p.suffix in FINISHED and not p.name.startswith("."))


def _one(rng: random.Random, things: list) -> object | None:
    return rng.choice(things) if things else None


# While nothing runs.


def truncate(arena: Arena, rng: random.Random) -> str | None:
    """Cut a finished file short."""
    path = _one(rng, _results(arena))
    if path is None:
        return None
    size = rng.randrange(path.stat().st_size)
    os.truncate(path, size)
    return f"{path.name} to {size} bytes"


def corrupt(arena: Arena, rng: random.Random) -> str | None:
    """Change some bytes of a finished file, but not its length."""
    path = _one(rng, _results(arena))
    if path is None:
        return None
    content = bytearray(path.read_bytes())
    for _ in range(rng.choice([1, 3, 100])):
        content[rng.randrange(len(content))] ^= rng.randrange(1, 256)
    path.write_bytes(content)
    return path.name


def change_times(arena: Arena, rng: random.Random) -> str | None:
    """Make a finished file look older or newer than it is, by up to a day."""
    path = _one(rng, _results(arena))
    if path is None:
        return None
    when = time.time() + rng.uniform(-86400, 86400)
    os.utime(path, (when, when))
    return path.name


def delete_result(arena: Arena, rng: random.Random) -> str | None:
    """Delete a finished file."""
    path = _one(rng, _results(arena))
    if path is None:
        return None
    path.unlink()
    return path.name


def delete_seal(arena: Arena, rng: random.Random) -> str | None:
    """Delete the seal of a finished file."""
    path = _one(rng, sorted(arena.root.rglob(".*.sha256")))
    if path is None:
        return None
    path.unlink()
    return path.name


def delete_logs(arena: Arena, rng: random.Random) -> str | None:
    """Delete all logs and benchmark files."""
    for folder in ("logs", "benchmarks"):
        shutil.rmtree(arena.root / folder, ignore_errors=True)
    return "all"


def forget(arena: Arena, rng: random.Random) -> str | None:
    """Delete what Snakemake remembers of finished jobs."""
    shutil.rmtree(arena.directory / ".snakemake", ignore_errors=True)
    return "all"


# While it runs.


def _job(run: Run, rng: random.Random) -> psutil.Process | None:
    return _one(rng, run.jobs())


def _send(process: psutil.Process | None, number: signal.Signals) -> str | None:
    if process is None:
        return None
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return None
    return f"process {process.pid}"


def kill_job(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Kill a job by SIGKILL."""
    return _send(_job(run, rng), signal.SIGKILL)


def end_job(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Tell a job to end by SIGTERM."""
    return _send(_job(run, rng), signal.SIGTERM)


def kill_snakemake(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Kill Snakemake by SIGKILL; its jobs are left to themselves."""
    return _send(run.snakemake(), signal.SIGKILL)


def end_snakemake(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Tell Snakemake to end by SIGTERM."""
    return _send(run.snakemake(), signal.SIGTERM)


def interrupt(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Interrupt everything, as Ctrl-C does."""
    return run.signal_all(signal.SIGINT)


def power_cut(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Kill everything by SIGKILL."""
    return run.signal_all(signal.SIGKILL)


def second_instance(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Run the same study a second time; it must be refused, or find nothing to do."""
    if run.snakemake() is None:
        return None
    other = arena.start()
    output = other.wait(120)
    if other.returncode == 0:
        return "when the first had ended" if not run.alive() else arena.complain("two ran at once", output)
    if "is being run by" not in output and "cannot be locked" not in output.lower():
        return arena.complain("the second instance was refused without saying why", output)
    return "refused"


def disk_full(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Fill the file system for a while."""
    if not arena.small_disk:
        return None
    filler = arena.directory / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
    arena.pause(rng.uniform(1, 4))
    filler.unlink()
    return "for a while"


def unwritable(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Make a folder of the results unwritable for a while."""
    folders = [p for p in arena.root.rglob("*") if p.is_dir()]
    folder = _one(rng, sorted(folders))
    if folder is None or not arena.heeds_permissions:
        return None
    folder.chmod(0o555)
    arena.pause(rng.uniform(1, 4))
    folder.chmod(0o755)
    return folder.name


def delete_log(arena: Arena, rng: random.Random, run: Run) -> str | None:
    """Delete a log, perhaps of a job that is writing it."""
    path = _one(rng, sorted(arena.root.rglob("*.log")))
    if path is None:
        return None
    path.unlink(missing_ok=True)
    return path.name


AT_REST: list[Callable] = [truncate, corrupt, change_times, delete_result, delete_seal, delete_logs, forget]
RUNNING: list[Callable] = [
    *(kill_job, end_job, kill_snakemake, end_snakemake, interrupt, power_cut),
    *(second_instance, disk_full, unwritable, delete_log),
]
