"""Check the cost model against finished studies: planned, at reference speeds, beside measured.

    python benchmarks/planned.py config.yaml results/demo [studies/validation.yaml results/validation ...]

Only jobs that left a benchmark file are compared, one by one. Prints, per stage, the hours of all jobs, the
largest peak memory over what its job asks for, and the longest time over the `runtime` that is asked for;
both must stay below one.
"""

from pathlib import Path

import pandas as pd
from command_line import parser_of

from rsmi.storage.benchmarks import read_benchmarks
from rsmi.study.config import read
from rsmi.study.cost import Costs, Job, minutes
from rsmi.study.layout import Study


def job(costs: Costs, stage: str, parts: tuple[str, ...]) -> Job | None:
    """Return what was planned of the job of a benchmark file; None of a stage that is not compared."""
    study, name = costs.study, parts[-1].removesuffix(".tsv")
    match stage:
        case "sample" if parts[0] in study.models:
            return costs.of("sample", {"model": parts[0], "control": name})
        case "train" if parts[0] in study.scans:
            place = dict(part.split("=") for part in name.split("_"))
            names = {"scan": parts[0], "buffer": place["LB"], "components": place["n"]}
            return costs.of("train", names | {"seeds": place["seeds"]})
        case "aggregate" if name in study.scans:
            return costs.of("aggregate", {"scan": name})
    return None


def compare(config: str, root: str) -> pd.DataFrame:
    """Return a row per stage of the study in folder `root`, and one of all."""
    costs = Costs(Study(read(config)))
    folder = Path(root, "benchmarks")
    rows = []
    for path in sorted(folder.glob("*/**/*.tsv")):
        stage, *parts = path.relative_to(folder).parts
        planned = job(costs, stage, tuple(parts))
        if planned is not None:
            measured = read_benchmarks([path]).iloc[-1]
            rows.append(
                {
                    "stage": stage,
                    "jobs": 1,
                    "planned_hours": planned.seconds / 3600,
                    "measured_hours": measured["s"] / 3600,
                    "memory_share": measured["max_rss"] * 1.048576 / planned.memory,
                    "runtime_share": measured["s"] / 60 / minutes(planned),
                }
            )
    how = {"jobs": "sum", "planned_hours": "sum", "measured_hours": "sum", "memory_share": "max"}
    how["runtime_share"] = "max"
    jobs = pd.DataFrame(rows)
    table = pd.concat([jobs, jobs.assign(stage="together")]).groupby("stage", sort=False).agg(how)
    table.insert(3, "ratio", table["planned_hours"] / table["measured_hours"])
    return table


def main() -> None:
    """Print a table per study."""
    parser = parser_of(__doc__)
    parser.add_argument("pairs", nargs="+", metavar="CONFIG RESULTS", help="studies, and where they were run")
    pairs = parser.parse_args().pairs
    if len(pairs) % 2:
        parser.error("every configuration needs the folder of its results")
    for config, root in zip(pairs[::2], pairs[1::2], strict=True):
        print(f"{root}, by {config}")
        print(compare(config, root).round(3).to_string())


if __name__ == "__main__":
    main()
