"""What studies of 1,000, 10,000 and 100,000 trainings ask of Snakemake, and what they would cost.

    python benchmarks/scale.py [1000 10000 100000]

Ten scans of ten buffers of 32 x 32 Ising spins, ten seeds to a job, at more and more temperatures. Of each
study, a dry run is timed, in a folder where nothing has been made, with `--quiet all` and its output dropped;
jobs, files, core-hours, disk and the wall time on 1,000 cores are of the cost model at its reference speeds.
Nothing is sampled or trained. Prints a table in Markdown.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import yaml
from command_line import parser_of

from rsmi.study.config import checked
from rsmi.study.cost import Costs
from rsmi.study.layout import Study
from rsmi.study.plan import table, wall_minutes
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import load

PROJECT = Path(__file__).parent.parent
SIZES = 1_000, 10_000, 100_000
SCANS = BUFFERS = SEEDS = 10
CORES = 1_000
# Beside its results, a job of the workflow leaves a log, a benchmark, and what Snakemake notes of it.
FILES_BESIDE = 3
MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def configuration(trainings: int) -> dict:
    """Return the configuration of a study of so many trainings, rounded to whole temperatures."""
    controls = max(1, round(trainings / (SCANS * BUFFERS * SEEDS)))
    return {
        "study": f"scale_{trainings}",
        "seed": 1,
        "models": {
            "ising": {
                "kind": "ising",
                "parameters": {"size": 32},
                "control": [round(1.5 + 2.5 * (i + 1) / controls, 5) for i in range(controls)],
                "chains": 16,
                "samples": 1200,
            }
        },
        "scans": {
            f"visible_{visible}": {
                "model": "ising",
                "visible": visible,
                "buffers": list(range(BUFFERS)),
                "environment": 1,
                "seeds": SEEDS,
                "seeds_per_job": SEEDS,
            }
            for visible in range(2, SCANS + 2)
        },
    }


def dry_run(config: dict) -> tuple[float, float, float]:
    """Return wall seconds, processor seconds and peak memory in MB of 2^20 bytes of `snakemake -n`.

    Raises `RuntimeError` if it fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "study.yaml")
        path.write_text(yaml.safe_dump(config))
        command = [
            *(sys.executable, "-m", "snakemake", "--snakefile", str(PROJECT / "Snakefile")),
            *("--workflow-profile", str(PROJECT / "profiles/default"), "--directory", folder),
            *("--configfile", str(path), "-n", "--quiet", "all"),
        ]
        # By way of a small process: what the parent of a process holds counts as its own peak.
        result = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"snakemake -n failed: {result.stderr[-500:]}")
        return tuple(map(float, result.stdout.split()))


def main() -> None:
    """Print a column of the table per size."""
    parser = parser_of(__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES, help="trainings of every study")
    schema = load(SCHEMA)
    columns = []
    for size in parser.parse_args().sizes:
        config = configuration(size)
        study = Study(checked(config, schema))
        costs = Costs(study)
        plan = table(costs).set_index("stage").loc["total"]
        planned = costs.plan()
        trainings = [len(study.training_files(scan)) for scan in study.scans]
        results = sum(p.count * (2 if p.stage in ("figures", "costs") else 1) for p in planned)
        longest = max(p.job.seconds for p in planned if p.stage == "aggregate")
        wall, processor, memory = dry_run(config)
        columns.append(
            {
                "trainings": f"{SEEDS * sum(trainings):,}",
                "jobs": f"{plan['jobs']:,.0f}",
                "`snakemake -n`, wall (s)": f"{wall:.1f}",
                "`snakemake -n`, processor (s)": f"{processor:.1f}",
                "`snakemake -n`, peak memory (MB)": f"{memory:.0f}",
                "files": f"{results + FILES_BESIDE * plan['jobs']:,.0f}",
                "most files in a folder": f"{max(trainings):,}",
                "core-hours": f"{plan['core_hours']:.1f}",
                "disk (GB)": f"{plan['disk_mb'] / 1000:.2f}",
                "largest job (MB)": f"{plan['peak_memory_mb']:.0f}",
                f"wall time on {CORES:,} cores (min)": f"{wall_minutes(costs, CORES):.1f}",
                "longest aggregation (min)": f"{longest / 60:.1f}",
            }
        )
    names = list(columns[0])
    print("| " + " | ".join([names[0], *(column[names[0]] for column in columns)]) + " |")
    print("|---|" + "--:|" * len(columns))
    for name in names[1:]:
        print("| " + " | ".join([name, *(column[name] for column in columns)]) + " |")


if __name__ == "__main__":
    main()
