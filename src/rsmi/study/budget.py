"""Where time, memory and disk of a run went: ``rsmi budget results/paper [--wall SECONDS --cores N]``.

The table is that of `rsmi.storage.benchmarks.budget`, with what jobs take to import beside it.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rsmi.storage.benchmarks import TOTAL, BudgetError, budget

# What Snakemake puts before every script loads this.
EVERY_JOB = "snakemake.iocontainers"


# Modules that the scripts of a stage import; where its jobs import different ones, the typical ones.
MODULES = {
    "sample": ("rsmi.sampling.driver", "rsmi.storage.netcdf"),
    "train": ("torch", "rsmi.estimator.training", "rsmi.storage.netcdf"),
    "learning": ("torch", "rsmi.estimator.training", "rsmi.storage.netcdf"),
    "aggregate": ("rsmi.analysis.ensemble", "rsmi.storage.netcdf"),
    "tables": ("rsmi.tables.rsmi", "rsmi.storage.netcdf"),
    "figures": ("rsmi.figures.style", "rsmi.storage.netcdf"),
    "validation": ("rsmi.validation.trainings", "rsmi.storage.netcdf"),
}
# Of a stage that is not among them, what every job imports.
OTHER = ("rsmi.storage.netcdf",)


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

    Of a stage that `MODULES` does not know, only what every job imports is counted.
    """
    return {
        name: import_seconds(MODULES.get(name, OTHER), repeats) for name in table["stage"] if name != TOTAL
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
    parser = argparse.ArgumentParser(
        prog="python -m rsmi.study.budget", description="Where a run's time went."
    )
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
