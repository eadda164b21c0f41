"""What jobs took, by the benchmark files that Snakemake writes: time and memory, and the disk space beside.

A benchmark file knows the last run of its job only: a job that was killed and went on, or samples that were
extended, count from there. Files of jobs that a changed configuration no longer asks for count too.
"""

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

# Snakemake's max_rss is in units of 2^20 bytes; so is the disk space here.
MB = 2**20
TOTAL = "total"
COLUMNS = ("stage", "jobs", "job_minutes", "median_seconds", "share", "peak_memory_mb", "disk_mb")
# Stages in the order of the workflow, and the folders of their results.
FOLDERS = {
    "sample": "samples",
    "train": "training",
    "learning": "learning",
    "aggregate": "ensembles",
    "tables": "tables",
    "figures": "figures",
    "validation": "validation",
}


class BudgetError(Exception):
    """Nothing to account for, or something that does not add up; the message says what to do."""


def read_benchmarks(paths: Iterable[str | Path]) -> pd.DataFrame:
    """Return a row per job: `s`, wall time in seconds, and `max_rss`, peak memory in MB of 2^20 bytes.

    What was not measured is NaN, such as the memory of a job too short to look at. Raises `BudgetError`,
    naming the file, if one is not a benchmark file.
    """
    parts = []
    for path in paths:
        try:
            part = pd.read_csv(path, sep="\t", usecols=["s", "max_rss"], na_values=["NA", "-"], dtype=float)
        except ValueError as error:
            raise BudgetError(
                f"{path}: is no benchmark file of Snakemake ({error}); delete it, or wait until its job "
                "is done."
            ) from error
        parts.append(part[["s", "max_rss"]])
    return pd.concat(parts, ignore_index=True)


def budget(root: str | Path) -> pd.DataFrame:
    """Return a row per stage of the study in folder `root`, and a last one of all together.

    Columns: `stage`; `jobs`; `job_minutes`, wall time summed over jobs; `median_seconds` of a job; `share` of
    the time of all jobs; `peak_memory_mb` of the largest job, NaN if none was long enough to be measured
    (Snakemake looks often for some 15 s, then twice a minute, so that a later peak can be missed); and
    `disk_mb` of the stage's results, not of logs and checkpoints. MB are 2^20 bytes. Raises `BudgetError` if
    there are no benchmark files.
    """
    root = Path(root)
    files = sorted((root / "benchmarks").glob("*/**/*.tsv"))
    if not files:
        raise BudgetError(
            f"{root}: holds no benchmarks/<stage>/*.tsv; give the folder of a study that was run, such as "
            "results/demo."
        )
    jobs: dict[str, list[Path]] = {name: [] for name in FOLDERS}
    for path in files:
        jobs.setdefault(path.relative_to(root / "benchmarks").parts[0], []).append(path)
    found = {name: read_benchmarks(paths) for name, paths in jobs.items() if paths}
    disk = {name: _disk(root / FOLDERS.get(name, name)) for name in found}
    rows = [_row(name, table, disk[name]) for name, table in found.items()]
    everything = pd.concat(found.values(), ignore_index=True)
    rows.append(_row(TOTAL, everything, sum(disk.values())))
    table = pd.DataFrame(rows)
    table.insert(4, "share", table["job_minutes"] / table["job_minutes"].iloc[-1])
    return table


def _row(stage: str, jobs: pd.DataFrame, disk: float) -> dict[str, str | int | float]:
    """Sum up the jobs of a stage."""
    return {
        "stage": stage,
        "jobs": len(jobs),
        "job_minutes": jobs["s"].sum() / 60.0,
        "median_seconds": jobs["s"].median(),
        "peak_memory_mb": jobs["max_rss"].max(),
        "disk_mb": disk,
    }


def _disk(folder: Path) -> float:
    """Return what the files below a folder hold, in MB; 0 if there is no such folder."""
    size = 0
    for path in folder.rglob("*"):
        # A run may be going on: its temporary files come and go.
        try:
            size += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return size / MB
