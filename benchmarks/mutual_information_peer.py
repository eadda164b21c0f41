"""Write tasks of benchmark-mi, and what that package's own InfoNCE makes of them, to a folder.

    .peers-mi/bin/python benchmarks/mutual_information_peer.py .peers-mi/data

`make benchmark-mi` runs it in an environment of its own, since benchmark-mi needs a NumPy below 2. Per task
and sample set, TASK_SET.npz holds x (N, d_x), y (N, d_y), the true information `truth` and the `estimate` of
that package's `InfoNCEEstimator` with its defaults, both in nats, and the `seconds` of processor time that
this took. Files that are there are left as they are. `--quick` writes one small set of one task to the folder
`quick` in that one.
"""

import os
import time
from pathlib import Path

os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np
from command_line import parser_of

SAMPLES = 10_000
SETS = 2
# The estimator values itself every 250 steps.
QUICK_SAMPLES, QUICK_STEPS = 1000, 250
# All normal tasks; of the others, one or two of each kind. The tasks that are left out are further dimensions
# of these.
TASKS = (
    "1v1-normal-0.75",
    "multinormal-dense-2-2-0.5",
    "multinormal-dense-3-3-0.5",
    "multinormal-dense-5-5-0.5",
    "multinormal-dense-25-25-0.5",
    "multinormal-dense-50-50-0.5",
    "multinormal-sparse-2-2-2-2.0",
    "multinormal-sparse-3-3-2-2.0",
    "multinormal-sparse-5-5-2-2.0",
    "multinormal-sparse-25-25-2-2.0",
    "normal_cdf-1v1-normal-0.75",
    "1v1-additive-0.1",
    "1v1-additive-0.75",
    "1v1-bimodal-0.75",
    "wiggly-1v1-normal-0.75",
    "half_cube-1v1-normal-0.75",
    "swissroll_x-normal_cdf-1v1-normal-0.75",
    "student-identity-1-1-1",
    "student-identity-2-2-1",
    "student-identity-5-5-2",
    "asinh-student-identity-5-5-2",
    "normal_cdf-multinormal-sparse-5-5-2-2.0",
    "half_cube-multinormal-sparse-25-25-2-2.0",
    "spiral-multinormal-sparse-3-3-2-2.0",
    "spiral-multinormal-sparse-25-25-2-2.0",
    "spiral-normal_cdf-multinormal-sparse-5-5-2-2.0",
)


def write(path: Path, name: str, number: int, samples: int, **options: int) -> None:
    """Write a set of a task, with that package's estimate by `options` of its estimator."""
    # Here, so that this script says what it does where the package is not there.
    from bmi.benchmark import BENCHMARK_TASKS
    from bmi.estimators import InfoNCEEstimator

    task = BENCHMARK_TASKS[name]
    x, y = (np.asarray(part) for part in task.sample(samples, seed=number))
    begin = time.process_time()
    estimate = float(InfoNCEEstimator(verbose=False, seed=number, **options).estimate(x, y))
    seconds = time.process_time() - begin
    truth = float(task.mutual_information)
    unfinished = path.with_suffix(".part.npz")
    np.savez(unfinished, x=x, y=y, truth=truth, estimate=estimate, seconds=seconds)
    unfinished.replace(path)
    print(f"{path.stem}: {estimate:.3f} of {truth:.3f} nat in {seconds:.0f} s of one core", flush=True)


def main() -> None:
    """Write what is not there yet."""
    parser = parser_of(__doc__, quick=True)
    parser.add_argument("folder", type=Path, help="where to write")
    asked = parser.parse_args()
    folder = asked.folder / "quick" if asked.quick else asked.folder
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1 if asked.quick else SETS):
        for name in TASKS[:1] if asked.quick else TASKS:
            path = folder / f"{name}_{number}.npz"
            if path.exists():
                print(f"{path.stem}: is there", flush=True)
            elif asked.quick:
                write(path, name, number, QUICK_SAMPLES, max_n_steps=QUICK_STEPS)
            else:
                write(path, name, number, SAMPLES)


if __name__ == "__main__":
    main()
