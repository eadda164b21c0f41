"""Estimate known information by every bound, beside the InfoNCE that benchmark-mi itself ships, on one core.

    make benchmark-mi [BENCHMARK=--quick]

runs `mutual_information_peer.py`, then this on its folder. It prints one table, in nats, with a row per task
and set of 10,000 samples: truth, our bounds with their standard errors (all but InfoNCE on the first set
alone), the other InfoNCE, and the processor time of both. A normal task below 2 nats passes if InfoNCE is
within 5 % or 0.02 nats on every set, any other if its error, averaged over the sets, is no larger than that
of the other InfoNCE. The table is also written to results/benchmark_mi/table.csv. With `--quick`, the folder
`quick` in that one is read, and the table goes to results/quick/benchmark_mi.

Source of the tasks: P. Czyż et al., Beyond normal: on the evaluation of mutual information estimators (2023).
"""

import os
import sys
import time
from dataclasses import replace
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
from command_line import parser_of, results

from rsmi.estimator.mutual_information import BOUNDS, CANDIDATES, Candidate, mutual_information

# What `--quick` tries.
QUICK = tuple(replace(one, settings=replace(one.settings, epochs=1)) for one in CANDIDATES)
NORMAL = ("1v1-normal-", "multinormal-")
SHARE, NATS, HIGHEST = 0.05, 0.02, 2.0


def measure(path: Path, candidates: tuple[Candidate, ...]) -> dict:
    """Return a row of the table."""
    task, number = path.stem.rsplit("_", 1)
    with np.load(path) as peer:
        x, y = peer["x"], peer["y"]
        row = {"task": task, "set": int(number), "truth": float(peer["truth"])}
        row |= {"peer": float(peer["estimate"]), "peer_seconds": float(peer["seconds"])}
    for bound in BOUNDS if row["set"] == 0 else BOUNDS[:1]:
        begin = time.process_time()
        result = mutual_information(x, y, bound, candidates, seed=row["set"])
        seconds = time.process_time() - begin
        row |= {bound: result.value, f"{bound}_error": result.error, f"{bound}_seconds": seconds}
    return row


def passes(rows: pd.DataFrame) -> bool:
    """Tell whether the rows of one task, all its sets, meet what is asked of it."""
    truth = rows["truth"].iloc[0]
    error = (rows["infonce"] - truth).abs()
    if rows["task"].iloc[0].startswith(NORMAL) and truth < HIGHEST:
        return bool(error.max() <= max(SHARE * truth, NATS))
    return bool(error.mean() <= (rows["peer"] - truth).abs().mean())


def markdown(table: pd.DataFrame) -> str:
    """Return the table to be read."""
    lines = [
        f"| task | set | truth | {' | '.join(BOUNDS)} | benchmark-mi | seconds, ours | theirs | |",
        "|" + "---|" * (len(BOUNDS) + 7),
    ]
    for _, row in table.iterrows():
        ours = [
            f"{row[bound]:.3f} ± {row[f'{bound}_error']:.3f}" if np.isfinite(row[bound]) else ""
            for bound in BOUNDS
        ]
        lines.append(
            f"| {row['task']} | {row['set']} | {row['truth']:.3f} | {' | '.join(ours)} | {row['peer']:.3f} "
            f"| {row['infonce_seconds']:.0f} | {row['peer_seconds']:.0f} | "
            f"{'pass' if row['passed'] else 'FAIL'} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure all tasks of the folder."""
    parser = parser_of(__doc__, quick=True)
    parser.add_argument("folder", type=Path, help="what mutual_information_peer.py wrote")
    asked = parser.parse_args()
    folder = asked.folder / "quick" if asked.quick else asked.folder
    paths = sorted(folder.glob("*_[0-9].npz"))
    if not paths:
        sys.exit(f"{folder} holds no tasks; say `make benchmark-mi`")
    rows = []
    for path in paths:
        rows.append(measure(path, QUICK if asked.quick else CANDIDATES))
        print(f"{path.stem}: {rows[-1]['infonce']:.3f} of {rows[-1]['truth']:.3f} nat", file=sys.stderr)
    table = pd.DataFrame(rows)
    verdicts = {task: passes(group) for task, group in table.groupby("task")}
    table["passed"] = table["task"].map(verdicts)
    output = results("benchmark_mi", asked.quick)
    output.mkdir(parents=True, exist_ok=True)
    table.to_csv(output / "table.csv", index=False)
    print(markdown(table))
    failed = [task for task, passed in verdicts.items() if not passed]
    print(
        f"{len(verdicts) - len(failed)} of {len(verdicts)} tasks pass"
        + "".join(f"\n  not {t}" for t in failed)
    )


if __name__ == "__main__":
    main()
