"""Where the time, the memory and the disk of a run went, by the benchmark files that Snakemake writes.

``rsmi budget results/paper [--wall SECONDS --cores N]`` prints a table of it; the rule `costs`
writes it to a study's tables. A benchmark file tells of the last run of its job only: a job that was killed
and went on, or samples that were extended, count from there. Files of jobs that a changed configuration no
longer asks for count too.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

# Snakemake's max_rss is in units of 2^20 bytes; so is the disk space here.
MB = 2**20
TOTAL = "total"
COLUMNS = ("stage", "jobs", "job_minutes", "median_seconds", "share", "peak_memory_mb", "disk_mb")
# What Snakemake puts before every script loads this.
EVERY_JOB = "snakemake.iocontainers"


@dataclass(frozen=True)
class Stage:
    """The folder of a stage's results, and the modules that its scripts import."""

    folder: str
    modules: tuple[str, ...] = ("rsmi.store",)


# In the order of the workflow. Where jobs of a stage import different modules, the typical ones stand here.
STAGES = {
    "sample": Stage("samples", ("rsmi.sampling", "rsmi.store")),
    "train": Stage("training", ("torch", "rsmi.estimator.training", "rsmi.store")),
    "learning": Stage("learning", ("torch", "rsmi.estimator.training", "rsmi.store")),
    "aggregate": Stage("ensembles", ("rsmi.analysis.ensemble", "rsmi.store")),
    "tables": Stage("tables", ("rsmi.analysis.tables", "rsmi.store")),
    "figures": Stage("figures", ("rsmi.figures.style", "rsmi.store")),
    "validation": Stage("validation", ("rsmi.validation.trainings", "rsmi.store")),
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
    jobs = {name: [] for name in STAGES}
    for path in files:
        jobs.setdefault(path.relative_to(root / "benchmarks").parts[0], []).append(path)
    found = {name: read_benchmarks(paths) for name, paths in jobs.items() if paths}
    rows = [
        _row(name, table, _disk(root / STAGES.get(name, Stage(name)).folder)) for name, table in found.items()
    ]
    everything = pd.concat(found.values(), ignore_index=True)
    rows.append(_row(TOTAL, everything, sum(row["disk_mb"] for row in rows)))
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


def import_seconds(modules: Sequence[str], repeats: int = 3) -> float:
    """Return the median wall time in seconds of a Python process that does nothing but import `modules`.

    What Snakemake itself loads first in every job's script is among them. Jobs that share busy cores take
    longer to import: measure while they are as busy as in the run. Raises `BudgetError` if an import fails.
    """
    command = [sys.executable, "-c", f"import {', '.join([EVERY_JOB, *modules])}"]
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = subprocess.run(command, capture_output=True, text=True)
        times.append(time.perf_counter() - start)
        if result.returncode:
            reason = result.stderr.strip().splitlines()[-1:]
            raise BudgetError(f"cannot import {', '.join(modules)}: {''.join(reason)}")
    return float(pd.Series(times).median())


def stage_import_seconds(table: pd.DataFrame, repeats: int = 3) -> dict[str, float]:
    """Return `import_seconds` of a job of each stage in a table that `budget` made.

    Of a stage that `STAGES` does not know, only what every job imports is counted.
    """
    return {
        name: import_seconds(STAGES.get(name, Stage(name)).modules, repeats)
        for name in table["stage"]
        if name != TOTAL
    }


def other_share(table: pd.DataFrame, imports: dict[str, float]) -> float:
    """Return the share of all job time that was neither sampling nor training nor imports.

    `table` is of `budget`, `imports` holds the seconds that a job of each stage needs for its imports. From
    no stage more is taken off than it has.
    """
    minutes = table.set_index("stage")["job_minutes"]
    others = table[~table["stage"].isin(["sample", "train", "learning", TOTAL])]
    rest = [60.0 * row.job_minutes - row.jobs * imports[row.stage] for row in others.itertuples()]
    return sum(max(0.0, seconds) for seconds in rest) / (60.0 * minutes[TOTAL])


def idle_share(table: pd.DataFrame, wall: float, cores: int) -> float:
    """Return the share of `cores` times `wall` seconds in which no job ran: the start of Snakemake, and gaps.

    Raises `BudgetError` if the jobs in the table took longer than that.
    """
    available, used = wall * cores, 60.0 * table["job_minutes"].iloc[-1]
    if used > available:
        raise BudgetError(
            f"the jobs took {used:.0f} s, more than {cores} cores have in {wall:.0f} s; give the wall time "
            "of all runs that made these files, or start from an empty folder."
        )
    return 1.0 - used / available


def text(table: pd.DataFrame) -> str:
    """Return a table of `budget`, with imports, to read."""
    shown = table.copy()
    shown["share"] = shown["share"].map("{:.1%}".format)
    return shown.to_string(index=False, na_rep="-", float_format="{:.1f}".format)


def main(arguments: list[str]) -> str | None:
    """Print the budget of a study; return what is wrong, if anything is."""
    parser = argparse.ArgumentParser(prog="python -m rsmi.budget", description="Where a run's time went.")
    parser.add_argument("root", type=Path, help="folder of the study, such as results/demo")
    parser.add_argument("--wall", type=float, help="wall time of the whole run in seconds")
    parser.add_argument("--cores", type=int, help="cores that the run had")
    asked = parser.parse_args(arguments)
    if (asked.wall is None) != (asked.cores is None):
        parser.error("--wall and --cores need each other")
    try:
        table = budget(asked.root)
        idle = None if asked.wall is None else idle_share(table, asked.wall, asked.cores)
        imports = stage_import_seconds(table)
    except BudgetError as error:
        return str(error)
    table["import_seconds"] = table["stage"].map(imports)
    print(text(table))
    print(f"Neither sampling nor training nor imports: {other_share(table, imports):.1%} of all job time.")
    if idle is not None:
        print(f"No job ran: {idle:.1%} of {asked.cores} cores for {asked.wall:.0f} s.")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
