"""What a study will cost on this machine, before it is run: ``rsmi plan STUDY.yaml``.

It measures, for less than a minute, how fast this machine samples (the models of the study themselves, with
their own pilot runs), trains (on made-up configurations) and starts processes, puts that into
`rsmi.study.cost`, and prints jobs, core-hours, disk and memory of every stage, and the time on so many
cores. Where the study was run before, what that took stands beside it. Processor time is measured: other
work does not matter.
"""

import argparse
import contextlib
import io
import math
import os
import resource
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.sampling.cost import SAMPLE_START, WRITE_SITE
from rsmi.sampling.driver import sample
from rsmi.sampling.models.registry import FILE
from rsmi.storage.benchmarks import TOTAL, BudgetError, budget
from rsmi.study.budget import MODULES, import_seconds
from rsmi.study.config import read
from rsmi.study.cost import Costs, Measured, training_work
from rsmi.study.lattice import lattice_of
from rsmi.study.layout import Study, control_value
from rsmi.study.yaml_file import ConfigError

# Seconds for all models, and for all scans; what has begun is finished.
SAMPLING_BUDGET, TRAINING_BUDGET = 25.0, 20.0
# Reference seconds of one trial training, and its epochs.
TRIAL, TRIAL_EPOCHS = 0.6, 4
# What the machine of the reference takes to import what a training imports.
REFERENCE_IMPORT = 2.7
# Fewer have no autocorrelation time.
LEAST_SAMPLES = 4
# Metropolis runs as many chains at once.
MOST_CHAINS = 64


def measure_sampling(study: Study, budget: float = SAMPLING_BUDGET) -> dict[tuple[str, str], float]:
    """Return the seconds of the sampling jobs of a study by (model, control name), from short ones.

    Every model is timed at one control value at least, in the middle, and at more of them, the ends first,
    while `budget` seconds last. A value that was not timed is given what the nearest one in order took.
    """
    started = time.perf_counter()
    timed: dict[str, dict[int, float]] = {name: {} for name, m in study.models.items() if m["kind"] != FILE}
    queues = {model: _spread(len(study.controls(model))) for model in timed}
    for turn in range(max(map(len, queues.values()), default=0)):
        for model, queue in queues.items():
            if turn < len(queue) and (turn == 0 or time.perf_counter() - started < budget):
                name = study.controls(model)[queue[turn]]
                timed[model][queue[turn]] = _sampling_seconds(study, model, name)
    return {
        (model, name): seconds[min(seconds, key=lambda k: abs(k - i))]
        for model, seconds in timed.items()
        for i, name in enumerate(study.controls(model))
    }


def _spread(count: int) -> list[int]:
    """Return 0, ..., count - 1 so that any first few are spread over all: the middle, the ends, and so on."""
    order, parts = [count // 2, 0, count - 1], 2
    while len(set(order)) < count:
        parts *= 2
        order += [round((count - 1) * k / parts) for k in range(1, parts)]
    return list(dict.fromkeys(order))


def _sampling_seconds(study: Study, model: str, control: str) -> float:
    """Return the seconds of one sampling job, but for the start of its process and writing.

    Its own pilot run and thermalisation are timed, and then some of its samples.
    """
    m = study.models[model]
    chains = min(m["chains"], MOST_CHAINS)
    options = {
        "chains": chains,
        "thermalisation": m["thermalisation"],
        "spacing": m["spacing"],
        "maximal_spacing": m["maximal_spacing"],
        "key": ("plan",),
    }
    first = max(LEAST_SAMPLES, min(10, m["samples"]))
    arguments = m["kind"], control_value(control), m["parameters"]
    with _silence():
        # Compiled kernels are loaded on first use.
        sample(*arguments, **options | {"thermalisation": 1, "spacing": 1}, samples=LEAST_SAMPLES)
        start = time.process_time()
        dataset = sample(*arguments, **options, samples=first)
        before = time.process_time() - start
        more, seconds = first, 0.0
        while seconds < 0.1 and more < m["samples"]:
            more = min(4 * more, m["samples"])
            start = time.process_time()
            sample(*arguments, **options, samples=more, previous=dataset)
            seconds = time.process_time() - start
    each = seconds / max(1, more - first)
    return m["chains"] / chains * (before + each * max(0, m["samples"] - first))


def measure_training(study: Study, budget: float = TRAINING_BUDGET) -> dict[tuple[str, int], float]:
    """Return how long trainings take over the reference, by (scan, components), from short ones.

    What looks alike is timed once. Beyond `budget` seconds the mean of those that were timed is taken.
    """
    started = time.perf_counter()
    timed: dict[str, float] = {}
    ratios: dict[tuple[str, int], float] = {}
    for scan, s in study.scans.items():
        m = study.models[s["model"]]
        for components in s["components"]:
            alike = repr((m["kind"], m["parameters"], s["visible"], s["environment"], s["buffers"][-1],
                          components, s["seeds_per_job"], s["training"]))  # fmt: skip
            if alike not in timed:
                if timed and time.perf_counter() - started > budget:
                    ratios[scan, components] = float(np.mean(list(timed.values())))
                    continue
                if not timed:
                    _training_ratio(s, m, components)
                timed[alike] = _training_ratio(s, m, components)
            ratios[scan, components] = timed[alike]
    return ratios


def _training_ratio(scan: dict[str, Any], model: dict[str, Any], components: int) -> float:
    """Return the time of a short training on made-up configurations over that of the reference."""
    epochs = min(TRIAL_EPOCHS, scan["training"]["epochs"])
    buffer = scan["buffers"][len(scan["buffers"]) // 2]
    members = max(2, min(scan["seeds"], scan["seeds_per_job"]))
    short = scan | {"training": scan["training"] | {"epochs": epochs, "restarts": 0, "refine": False}}
    full = training_work(short, model, buffer, components, members)
    # Enough for a few batches, and for as many windows as a set of the evaluation may need.
    least = math.ceil(4 * scan["training"]["batch_size"] / max(1, round(model["chains"] * 0.1)))
    samples = max(min(least, model["samples"]), round(model["samples"] * min(1.0, TRIAL / full)))
    smaller = model | {"samples": samples}
    lattice = lattice_of(model)
    values = np.random.default_rng(0).integers(
        0, 2, (model["chains"], samples, *lattice.shape), dtype=np.int8
    )
    data = xr.Dataset(
        {"configuration": (("chain", "sample", *lattice.dims), 2 * values - 1)},
        {"control": ((), 1.0, {"symbol": lattice.control.symbol, "long_name": "made up", "units": "1"})},
        {"translation_period": list(lattice.period)},
    )
    settings = TrainingSettings(**short["training"] | {"symmetries": []})
    regions = Regions(scan["visible"], buffer, scan["environment"], len(lattice.shape))
    split = scan["split"]["training"], scan["split"]["validation"]
    with _silence():
        start = time.process_time()
        train(data, regions, components, list(range(members)), settings, split, ("plan",))
        seconds = time.process_time() - start
    return seconds / training_work(short, smaller, buffer, components, members)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep progress bars and warnings of trials to ourselves."""
    with (
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _children() -> float:
    """Return the processor time of all finished child processes, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(study: Study) -> Measured:
    """Return the speed of this machine at all that a study does."""
    before = _children()
    import_seconds(MODULES["train"], repeats=1)
    start = (_children() - before) / REFERENCE_IMPORT
    sampling = measure_sampling(study)
    reference = Costs(study)
    for (model, name), seconds in sampling.items():
        m = study.models[model]
        kept = m["chains"] * m["samples"] * reference.sites(model)
        # Observables are among what was timed; compression and writing are not.
        sampling[model, name] = start * (SAMPLE_START + WRITE_SITE * kept) + seconds
    return Measured(sampling, measure_training(study), start)


def table(costs: Costs, target: str = "all") -> pd.DataFrame:
    """Return a row per stage and a last one of all: `stage`, `jobs`, `core_hours`, `longest_minutes` (the
    longest job), `peak_memory_mb` (the largest) and `disk_mb` of results; MB of 10^6 bytes.
    """
    jobs = pd.DataFrame(
        [
            {
                "stage": p.stage,
                "jobs": p.count,
                "core_hours": p.count * p.job.seconds / 3600,
                "longest_minutes": p.job.seconds / 60,
                "peak_memory_mb": p.job.memory,
                "disk_mb": p.count * p.job.disk,
            }
            for p in costs.plan(target)
        ]
    )
    how = {
        name: "max" if name in ("longest_minutes", "peak_memory_mb") else "sum" for name in jobs.columns[1:]
    }
    stages = jobs.groupby("stage", sort=False).agg(how).reset_index()
    everything = pd.DataFrame([{"stage": TOTAL, **stages.agg(how)}]).astype({"jobs": int})
    return pd.concat([stages, everything], ignore_index=True)


def wall_minutes(costs: Costs, cores: int, target: str = "all") -> float:
    """Return the minutes of a whole run on `cores` cores, without Snakemake's own.

    Stages follow each other where they must; samples are waited for, and so are the longest jobs.
    """
    stages = table(costs, target).iloc[:-1]
    work = 60 * stages["core_hours"].sum() / cores
    chain = stages["longest_minutes"].sum()
    return max(work, chain)


def main(arguments: list[str]) -> str | None:
    """Print the plan of a study; return what is wrong, if anything is."""
    parser = argparse.ArgumentParser(prog="rsmi plan", description="What a study will cost.")
    parser.add_argument("config", help="configuration file of the study")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="cores that the run will have")
    parser.add_argument("--target", choices=("all", "paper"), default="all", help="what will be asked for")
    parser.add_argument("--reference", action="store_true", help="measure nothing, take the reference speeds")
    asked = parser.parse_args(arguments)
    if asked.cores < 1:
        parser.error("--cores must be at least 1")
    try:
        study = Study(read(asked.config))
    except ConfigError as error:
        return str(error)
    start = time.perf_counter()
    costs = Costs(study, None if asked.reference else measure(study))
    if asked.reference:
        print("By the speeds of the reference, not of this machine:")
    else:
        print(f"By the speed of this machine, measured for {time.perf_counter() - start:.0f} s:")
    plan = table(costs, asked.target)
    print(plan.to_string(index=False, float_format=lambda x: f"{x:.1f}" if x >= 10 else f"{x:.2f}"))
    minutes = wall_minutes(costs, asked.cores, asked.target)
    print(f"About {minutes:.0f} minutes on {asked.cores} cores, if nothing else runs on them.")
    with contextlib.suppress(BudgetError):
        before = budget(Path(study.root)).set_index("stage").loc[TOTAL]
        hours = before["job_minutes"] / 60
        print(
            f"{study.root}/benchmarks hold {before['jobs']:.0f} jobs of {hours:.2f} core-hours: "
            f"planned over measured {plan['core_hours'].iloc[-1] / hours:.2f} if these are all."
        )
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
