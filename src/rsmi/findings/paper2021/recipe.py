"""Tables I and II of the paper, architecture and training, with its values beside those of our scans.

Paper: D. E. Gökmen, Z. Ringel, S. D. Huber, M. Koch-Janusz, Phase diagrams with real-space mutual information
neural estimation (2021), appendix B. A row is a scan; a column that ends in ``_paper`` is the paper's.
"""

import math
from pathlib import Path
from typing import Any

import pandas as pd

from rsmi.estimator.split import chain_bounds
from rsmi.storage.benchmarks import read_benchmarks
from rsmi.study.layout import seeds_of

NOT_GIVEN = "not given"
# Table I, by the kind of model; L_V of Ising by its coupling.
PAPER_VISIBLE_ISING = {"ferromagnetic": "4", "antiferromagnetic": "5"}
PAPER_ARCHITECTURE = {
    "ising": {
        "L_B": "0, ..., 8",
        "L_E": "10",
        "components": "1",
        "embedding": "binary",
        "gumbel_epsilon": "from 0.5 to 0.1",
        "gumbel_r": "0.005",
    },
    "dimers": {
        "L_V": "8",
        "L_B": "2, 4, 6, 8",
        "L_E": "4",
        "components": "2",
        "embedding": "binary",
        "gumbel_epsilon": "from 0.75 to 0.1",
        "gumbel_r": "0.005",
    },
}
# Table II, Ising at T_c. Dimers have two columns there, here in its order; the text that this was taken from
# has one heading for both, T > T_BKT, so that it is open which is which. By algorithm 1 all samples are
# trained on.
PAPER_TRAINING = {
    "ising": {
        "sampling_size": "20000",
        "trained_on": "20000",
        "batch_size": "100",
        "epochs": "30",
        "learning_rate": "0.005",
        "seconds_per_filter": "35",
    },
    "dimers": {
        "sampling_size": "32400",
        "trained_on": "32400",
        "batch_size": "400",
        "epochs": "15, 50",
        "learning_rate": "0.005",
        "seconds_per_filter": "8, 34",
    },
}


def architecture_table(scans: dict[str, Any], models: dict[str, Any]) -> pd.DataFrame:
    """Return Table I: a row per scan, with the paper's value to the right of each of ours.

    `scans` and `models` are those of a checked configuration. Columns: L_V, L_B and L_E in sites (of dimers
    in pixels), numbers of components of H, their embedding, and what makes h discrete in training: the first
    and the least temperature epsilon of the Gumbel-softmax, and its annealing rate r per step.
    """
    rows = []
    for name, scan in scans.items():
        model, training = models[scan["model"]], scan["training"]
        epsilon, rate = _relaxation(training)
        ours = {
            "L_V": scan["visible"],
            "L_B": _listed(scan["buffers"]),
            "L_E": scan["environment"],
            "components": _listed(scan["components"]),
            "embedding": _embedding(training),
            "gumbel_epsilon": epsilon,
            "gumbel_r": rate,
        }
        paper = dict(PAPER_ARCHITECTURE.get(model["kind"], {}))
        if model["kind"] == "ising":
            paper["L_V"] = PAPER_VISIBLE_ISING[model["parameters"].get("coupling", "ferromagnetic")]
        rows.append({"scan": name, **_beside(ours, paper)})
    return pd.DataFrame(rows)


def training_table(scans: dict[str, Any], models: dict[str, Any], benchmarks: str | Path) -> pd.DataFrame:
    """Return Table II: a row per scan, with the paper's value to the right of each of ours.

    `scans` and `models` are those of a checked configuration, `benchmarks` is the folder of the study's
    benchmark files. Columns: `sampling_size`, configurations per control value; `trained_on`, how many of
    them training sees; `batch_size`; `epochs`, the most where patience stops members; `learning_rate`;
    `seconds_per_filter`, the median over jobs of wall time over seeds in the job, to compare with the paper's
    total run time; and `seconds_per_job`, the median wall time of a job that trains all its seeds together.
    Both times hold imports and evaluation, and are NaN for a scan without benchmark files. Raises
    `rsmi.storage.benchmarks.BudgetError` for a file that is not one.
    """
    rows = []
    for name, scan in scans.items():
        model, training, split = models[scan["model"]], scan["training"], scan["split"]
        first, _ = chain_bounds(model["chains"], split["training"], split["validation"])
        per_job, per_filter = _run_times(Path(benchmarks, "train", name))
        ours = {
            "sampling_size": model["chains"] * model["samples"],
            "trained_on": first * model["samples"],
            "batch_size": training["batch_size"],
            "epochs": training["epochs"],
            "learning_rate": training["learning_rate"],
            "seconds_per_filter": per_filter,
        }
        beside = _beside(ours, PAPER_TRAINING.get(model["kind"], {}))
        rows.append({"scan": name, **beside, "seconds_per_job": per_job})
    return pd.DataFrame(rows)


def _beside(ours: dict[str, Any], paper: dict[str, str]) -> dict[str, Any]:
    """Put the paper's value after each of ours."""
    pairs: dict[str, Any] = {}
    for name, value in ours.items():
        pairs |= {name: value, f"{name}_paper": paper.get(name, NOT_GIVEN)}
    return pairs


def _listed(values: list[int]) -> str:
    return ", ".join(map(str, values))


def _embedding(training: dict[str, Any]) -> str:
    if training["discretisation"] == "none":
        return "real"
    return "binary" if training["states"] == 2 else f"{training['states']} states"


def _relaxation(training: dict[str, Any]) -> tuple[str, str]:
    """Say which Gumbel-softmax makes h discrete, or what does instead of it."""
    match training["discretisation"]:
        case "gumbel":
            epsilon = f"from {training['relaxation_max']} to {training['relaxation_min']}"
            return epsilon, str(training["relaxation_rate"])
        case "exact":
            return "none: exact sums over h", "none: exact sums over h"
    return "none: h is real", "none: h is real"


def _run_times(folder: Path) -> tuple[float, float]:
    """Return median seconds per job and per filter of the training jobs whose benchmarks lie in a folder."""
    files = list(folder.glob("*_seeds=*.tsv"))
    if not files:
        return math.nan, math.nan
    per_job = read_benchmarks(files)["s"]
    seeds = [len(seeds_of(path.stem.split("_seeds=")[1])) for path in files]
    return per_job.median(), (per_job / seeds).median()
