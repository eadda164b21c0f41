"""Checks of the miniature against exact results, by real Snakemake."""

from collections import Counter

import pandas as pd

from rsmi.study.why import jobs
from tests.workflow.conftest import Workspace


def test_samples_and_trainings_are_checked_where_asked_for(tmp_path, config):
    config["models"]["ising"] |= {"control": [2.5], "samples": 200}
    config["models"]["free"] = {"kind": "dimers", "parameters": {"size": 16}, "control": [float("inf")]}
    config["scans"]["plane"]["buffers"] = [1]
    config["scans"]["plane"]["training"]["responses"] = True
    workspace = Workspace(tmp_path)
    workspace.configure(config)
    files = [
        f"results/miniature/validation/{name}.csv" for name in ("samples/ising", "trainings/plane/T=2.5")
    ]
    workspace.snakemake("--cores", "1", *files)
    samples, trainings = (pd.read_csv(tmp_path / file) for file in files)
    assert samples["quantity"].tolist() == ["energy", "specific heat"]
    assert set(trainings["kind"]) == {"deterministic", "lower bound", "stochastic"} and len(trainings) == 6
    # The rest of the validation: the other model's samples, checks that read no files, the summary, figures.
    _, output = workspace.snakemake("--dry-run", "validate")
    counts = Counter(rule for rule, _, _ in jobs(output.splitlines()))
    assert counts == {
        "sample": 1,
        **{f"check {name}": 1 for name in ("closed_forms", "mutual_information", "free_dimers", "samples")},
        **{f"figure validation_{name}": 1 for name in ("bounds", "z_scores", "free_dimers")},
        "validation_summary": 1,
    }


def test_without_responses_no_training_is_checked(unchanged):
    _, output = unchanged.snakemake("--dry-run", "validate")
    counts = Counter(rule for rule, _, _ in jobs(output.splitlines()))
    assert counts == {
        **{f"check {name}": 1 for name in ("closed_forms", "mutual_information", "samples")},
        **{f"figure validation_{name}": 1 for name in ("bounds", "z_scores")},
        "validation_summary": 1,
    }
