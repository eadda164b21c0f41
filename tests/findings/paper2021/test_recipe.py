import math

import pytest

from rsmi.estimator.settings import TrainingSettings
from rsmi.findings.paper2021.recipe import NOT_GIVEN, architecture_table, training_table
from rsmi.storage.benchmarks import BudgetError

COUPLING = {"coupling": "antiferromagnetic"}
MODELS = {
    "magnet": {"kind": "ising", "parameters": {"size": 64}, "chains": 48, "samples": 417},
    "antimagnet": {"kind": "ising", "parameters": {"size": 64, **COUPLING}, "chains": 16, "samples": 10},
    "dimers": {"kind": "dimers", "parameters": {"size": 32}, "chains": 64, "samples": 506},
    "ring": {"kind": "chipping", "parameters": {"size": 256}, "chains": 40, "samples": 500},
}


def scan(model, **changes):
    training = vars(TrainingSettings()) | changes.pop("training", {})
    split = {"training": 0.5, "validation": 0.125}
    return {
        "model": model, "visible": 4, "buffers": [0, 4], "environment": 1, "components": [1], "seeds": 10,
        "split": split, "training": training, **changes,
    }  # fmt: skip


SCANS = {
    "magnet": scan("magnet"),
    "antimagnet": scan("antimagnet", visible=5, training={"discretisation": "gumbel", "relaxation_max": 0.6}),
    "dimers": scan(
        "dimers",
        visible=8,
        buffers=[2, 4, 6, 8],
        environment=2,
        components=[1, 2],
        split={"training": 0.625, "validation": 0.125},
        training={"batch_size": 400, "epochs": 40, "learning_rate": 0.01, "states": 3},
    ),
    "ring": scan("ring", training={"discretisation": "none"}),
}


def benchmark(folder, scan, name, seconds):
    path = folder / "train" / scan / f"{name}.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"s\th:m:s\tmax_rss\tcpu_time\n{seconds}\t0:00:01\t5\t1\n")


def test_architecture_of_ours_and_the_paper():
    table = architecture_table(SCANS, MODELS).set_index("scan")
    assert list(table.index) == list(SCANS)
    # Every column of ours has the paper's to its right.
    assert list(table.columns[1::2]) == [f"{name}_paper" for name in table.columns[::2]]

    assert list(table["L_V"]) == [4, 5, 8, 4]
    assert list(table["L_V_paper"]) == ["4", "5", "8", NOT_GIVEN]
    assert list(table["L_E_paper"]) == ["10", "10", "4", NOT_GIVEN]
    dimers = table.loc["dimers"]
    assert dimers["L_B"] == dimers["L_B_paper"] == "2, 4, 6, 8"
    assert dimers["components"] == "1, 2" and dimers["components_paper"] == "2"
    assert list(table["embedding"]) == ["binary", "binary", "3 states", "real"]
    assert dimers["gumbel_epsilon_paper"] == "from 0.75 to 0.1"
    assert table.loc["magnet", "gumbel_epsilon_paper"] == "from 0.5 to 0.1"


def test_relaxation_is_stated_only_where_it_acts():
    table = architecture_table(SCANS, MODELS).set_index("scan")
    for column in ("gumbel_epsilon", "gumbel_r"):
        assert table.loc["magnet", column] == "none: exact sums over h"
        assert table.loc["ring", column] == "none: h is real"
    assert table.loc["antimagnet", "gumbel_epsilon"] == "from 0.6 to 0.1"
    assert table.loc["antimagnet", "gumbel_r"] == "0.005"


def test_training_of_ours_and_the_paper(tmp_path):
    table = training_table(SCANS, MODELS, tmp_path).set_index("scan")
    assert list(table["sampling_size"]) == [20016, 160, 32384, 20000]
    assert list(table["trained_on"]) == [10008, 80, 20240, 10000]
    assert list(table["sampling_size_paper"]) == ["20000", "20000", "32400", NOT_GIVEN]
    dimers = table.loc["dimers"]
    assert (dimers["batch_size"], dimers["epochs"], dimers["learning_rate"]) == (400, 40, 0.01)
    assert (dimers["epochs_paper"], dimers["seconds_per_filter_paper"]) == ("15, 50", "8, 34")
    assert table.loc["magnet", "epochs_paper"] == "30"
    assert table.loc["magnet", "seconds_per_filter_paper"] == "35"


def test_run_times_are_medians_per_job_and_per_filter(tmp_path):
    # 4, 5, and 11 s for a filter: the last block of seeds is shorter, and the medians are of different jobs.
    benchmark(tmp_path, "magnet", "T=1.0_LB=0_n=1_seeds=0-9", 40)
    benchmark(tmp_path, "magnet", "T=2.0_LB=0_n=1_seeds=0-9", 50)
    benchmark(tmp_path, "magnet", "T=1.0_LB=0_n=1_seeds=10-12", 33)
    benchmark(tmp_path, "antimagnet", "T=1.0_LB=0_n=1_seeds=0-0", "NA")
    # A sampling job of the same name is not a training.
    benchmark(tmp_path / "sample", "magnet", "T=1.0_seeds=0-9", 1000)
    table = training_table(SCANS, MODELS, tmp_path).set_index("scan")
    assert table.loc["magnet", "seconds_per_job"] == 40.0
    assert table.loc["magnet", "seconds_per_filter"] == 5.0
    for name in ("antimagnet", "dimers", "ring"):
        assert math.isnan(table.loc[name, "seconds_per_job"])
        assert math.isnan(table.loc[name, "seconds_per_filter"])


def test_a_damaged_benchmark_file_is_named(tmp_path):
    benchmark(tmp_path, "dimers", "T=1.0_LB=0_n=1_seeds=0-9", "soon")
    with pytest.raises(BudgetError, match="seeds=0-9"):
        training_table(SCANS, MODELS, tmp_path)
