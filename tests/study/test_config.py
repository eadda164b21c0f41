import dataclasses

import numpy as np
import pytest

from rsmi.estimator.training import TrainingSettings
from rsmi.study.config import checked
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import ConfigError, load
from tests.conftest import PROJECT


@pytest.fixture
def schema():
    return load(SCHEMA)


@pytest.fixture
def config():
    return load(PROJECT / "config.yaml")


def errors_of(config, schema):
    with pytest.raises(ConfigError) as caught:
        checked(config, schema)
    return caught.value.errors


def test_the_default_study_is_valid_and_completed(config, schema):
    complete = checked(config, schema)
    assert complete["models"]["ising"]["spacing"] == "auto"
    assert complete["scans"]["ising"]["split"] == {"training": 0.5, "validation": 0.125}
    assert "spacing" not in config["models"]["ising"], "the argument must not be changed"


def test_defaults_of_the_schema_are_those_of_the_package(config, schema):
    training = checked(config, schema)["scans"]["ising"]["training"]
    defaults = dataclasses.asdict(TrainingSettings())
    assert {k: tuple(v) if isinstance(v, list) else v for k, v in training.items()} == defaults


def test_every_setting_is_described(schema):
    def walk(part, key):
        assert "description" in part, key
        for name, sub in part.get("properties", {}).items():
            walk(sub, f"{key}.{name}")
        for name in ("additionalProperties", "items"):
            if isinstance(part.get(name), dict):
                walk(part[name], f"{key}.{name}")

    walk(schema, "schema")


def test_all_errors_come_at_once(config, schema):
    config["models"]["ising"]["chians"] = 4
    config["models"]["ising"]["samples"] = 2.5
    config["scans"]["ising"]["seeds"] = 0
    del config["scans"]["ising"]["visible"]
    found = "\n".join(errors_of(config, schema))
    for text in (
        "chians: unknown setting; did you mean 'chains'",
        "samples: must be of type integer, not 2.5",
        "seeds: 0 must be at least 1",
        "visible: is missing",
    ):
        assert text in found


def test_errors_of_all_kinds_come_at_once(config, schema):
    config["models"]["other"] = {"kind": "isng", "parameters": {}, "control": [1.0]}
    config["models"]["ising"]["chians"] = 4
    config["models"]["ising"]["control"] = [-1.8]
    config["scans"]["ising"]["environment"] = 15
    config["scans"]["wrong"] = {"model": "isin", "visible": "4", "buffers": [0], "environment": 1}
    found = "\n".join(errors_of(config, schema))
    for text in (
        "models.ising.chians: unknown",
        "no model 'isng'",
        "T = -1.8 is not possible",
        "scans.ising.buffers[0]: 0 needs a window",
        "scans.wrong.visible: must be of type integer",
    ):
        assert text in found


def test_a_study_may_only_sample(config, schema):
    del config["scans"]
    assert checked(config, schema)["scans"] == {}


@pytest.mark.parametrize(
    ("kind", "parameters", "control", "message"),
    [
        ("ising", {"size": 5, "coupling": "antiferromagnetic"}, 2.0, "models.ising: size = 5: an antiferro"),
        (
            "ising",
            {"size": 8, "algorithm": "metropolis"},
            float("inf"),
            "models.ising: algorithm = metropolis",
        ),
        ("ising", {"size": 8, "algorithm": "worm"}, 2.0, "parameters.algorithm: 'worm' is not possible"),
        ("dimers", {"size": 5}, 1.0, "parameters.size: 5"),
        ("dimers", {"size": 8}, 0.01, "models.ising: T = 0.01: below 0.05"),
        ("chipping", {"size": 8, "density": 0.3}, 1.0, "models.ising: density = 0.3"),
    ],
)
def test_what_a_model_refuses_is_told_before_anything_runs(
    config, schema, kind, parameters, control, message
):
    del config["scans"]
    config["models"]["ising"] |= {"kind": kind, "parameters": parameters, "control": [1.0, control]}
    assert message in "\n".join(errors_of(config, schema))


@pytest.mark.parametrize(
    "broken", [{}, {"study": "a"}, {"study": "a", "models": [], "scans": 3}, {"models": None}]
)
def test_anything_can_be_checked(schema, broken):
    assert errors_of(broken, schema)


def test_errors_across_keys_come_at_once_too(config, schema):
    config["models"]["ising"]["parameters"]["size"] = 2
    config["models"]["ising"]["control"] = [2.0, 0.0, float("nan"), 2]
    config["scans"]["ising"]["buffers"] = [1, 1]
    config["scans"]["ising"]["control"] = [2.0, 7.5]
    config["scans"]["ising"]["training"] = {"relaxation_min": 1.0, "batch_size": 10**6}
    found = "\n".join(errors_of(config, schema))
    for text in (
        "parameters.size: 2 must be at least 3",
        "T = 0.0 is not possible",
        "T = nan is not possible",
        "T = 2 is listed twice",
        "buffers: 1 is listed twice",
        "scans.ising.control[1]: 7.5 is not among models.ising.control",
        "relaxation_min: 1.0 is above",
        "batch_size: 1000000 is more than the",
    ):
        assert text in found


@pytest.mark.parametrize(
    ("section", "key", "value", "text"),
    [
        (
            "scans",
            "split",
            {"training": 0.9, "validation": 0.1},
            "each needs at least one; change the shares",
        ),
        ("scans", "training", {"channel": "soft"}, "'soft' is not possible; use one of: hard, sampled"),
        ("scans", "environment", 12, "lower one of the three or enlarge it"),
        ("models", "spacing", "often", "'often' is not possible; use e.g. 'auto'"),
        ("models", "control", ["hot"], "control[0]: must be of type number, not 'hot'"),
        ("models", "chains", True, "chains: must be of type integer, not True"),
        ("models", "samples", 1600.0, "samples: must be of type integer, not 1600.0"),
        ("scans", "buffers", [2.0], "buffers[0]: must be of type integer, not 2.0"),
        ("scans", "training", {"learning_rate": float("nan")}, "learning_rate: nan is not possible"),
    ],
)
def test_each_error_names_key_value_and_remedy(config, schema, section, key, value, text):
    config[section]["ising"][key] = value
    found = errors_of(config, schema)
    assert any(text in error for error in found), found


@pytest.mark.parametrize("section", ["models", "scans"])
def test_numbers_as_names(config, schema, section):
    config[section][2024] = config[section].pop("ising")
    assert any("2024" in error and "string" in error for error in errors_of(config, schema))


@pytest.mark.parametrize("name", ["a/b", "", "-x", "a b", "demo\n"])
def test_names_that_cannot_be_folders(config, schema, name):
    config["study"] = name
    assert "file names" in errors_of(config, schema)[0]


@pytest.fixture
def files(tmp_path, monkeypatch):
    """A study of spins in files at T = 1.5 and 2, 16 chains of 40 samples on 12 x 12 sites."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    for value in ("1.5", "2.00"):
        np.save(f"T={value}.npy", rng.choice([0, 1], (16, 40, 12, 12)))
    parameters = {
        "path": "T={control}.npy",
        "values": "binary",
        "boundary": "periodic",
        "symbol": "T",
        "name": "temperature",
    }
    return {
        "study": "mine",
        "models": {"mine": {"kind": "file", "parameters": parameters}},
        "scans": {"mine": {"model": "mine", "visible": 4, "buffers": [0, 2], "environment": 1}},
    }


def test_headers_of_files_complete_a_model(files, schema):
    model = checked(files, schema)["models"]["mine"]
    assert model["control"] == [1.5, 2.0] and model["lattice"] == [12, 12]
    assert (model["chains"], model["samples"]) == (16, 40)
    assert model["parameters"]["unit"] == "1"
    files["models"]["mine"]["control"] = [2]
    assert checked(files, schema)["models"]["mine"]["control"] == [2]


@pytest.mark.parametrize(
    ("where", "name", "value", "message"),
    [
        ("model", "thermalisation", 100, "models.mine.thermalisation: configurations from files are not"),
        ("model", "control", [3.0], "no file for T = 3.0"),
        ("parameters", "values", "binry", "'binry' is not possible; did you mean 'binary'"),
        ("parameters", "pth", "x", "models.mine.parameters.pth: unknown setting; did you mean 'path'"),
        ("parameters", "levels", [1], "models.mine.parameters.levels: [1] must be two different values"),
        *[
            ("parameters", "symbol", name, f"models.mine.parameters.symbol: {name!r} is the name of another")
            for name in ("seed", "L_B", "components", "entropy", "rsmi", "mean_error")
        ],
        ("parameters", "path", "U={control}.npy", "there is no file like 'U={control}.npy'"),
        ("parameters", "axes", ["sample", "x"], "names 2 axes, but T=1.5.npy has 4"),
        ("parameters", "translations", [5, 5], "translations: steps of 5 do not close"),
        ("scan", "buffers", [0, 4], "scans.mine.buffers[1]: 4 needs a window of 14 sites"),
        ("scan", "control", [3.0], "3.0 is not among models.mine.control"),
        ("scan", "training", {"batch_size": 1000}, "more than the 320 training configurations at T = 1.5"),
        ("scan", "split", {"training": 0.9, "validation": 0.2}, "scans.mine.split"),
    ],
)
def test_settings_of_files_are_checked(where, name, value, message, files, schema):
    parts = {
        "model": files["models"]["mine"],
        "parameters": files["models"]["mine"]["parameters"],
        "scan": files["scans"]["mine"],
    }
    parts[where][name] = value
    assert message in "\n".join(errors_of(files, schema))


def test_the_order_of_groups_is_asked_about(files, schema):
    parameters, scan = files["models"]["mine"]["parameters"], files["scans"]["mine"]
    np.save("days.npy", np.repeat(np.arange(8), 2))
    parameters["groups"] = "days.npy"
    (error,) = errors_of(files, schema)
    assert "scans.mine.split.order: is missing, and samples have labels of groups; add order: random" in error
    for order in ("random", "as_given"):
        scan["split"] = {"order": order}
        assert checked(files, schema)["scans"]["mine"]["split"]["order"] == order
    scan["split"] = {"order": "shuffled"}
    assert "'shuffled' is not possible" in errors_of(files, schema)[0]


def test_a_series_is_never_dealt_out_at_random(files, schema):
    for value in ("1.5", "2.00"):
        np.save(f"T={value}.npy", np.random.default_rng(0).choice([0, 1], (640, 12, 12)))
    files["scans"]["mine"]["split"] = {"order": "random"}
    assert "scans.mine.split.order: 'random' would tear one series" in errors_of(files, schema)[0]


def test_windows_keep_inside_a_margin(files, schema):
    files["models"]["mine"]["parameters"] |= {"boundary": "open", "margin": 1}
    assert checked(files, schema)
    files["models"]["mine"]["parameters"]["margin"] = 2
    found = errors_of(files, schema)[0]
    assert "scans.mine.buffers[1]: 2 needs a window of 10" in found and "8 inside a margin of 2" in found


def test_a_lattice_of_states_is_one_of_pixels(files, schema):
    for value in ("1.5", "2.00"):
        np.save(f"T={value}.npy", np.random.default_rng(0).choice([0, 1, 2], (16, 40, 12, 12)))
    files["models"]["mine"]["parameters"] |= {"values": "states", "levels": [0, 1, 2]}
    files["scans"]["mine"] |= {"buffers": [8], "environment": 2}
    assert checked(files, schema)["models"]["mine"]["lattice"] == [12, 12]
    files["scans"]["mine"] |= {"buffers": [10]}
    assert "needs a window of 28 sites" in errors_of(files, schema)[0]
    files["scans"]["mine"] |= {"buffers": [2], "environment": 1}
    assert (
        "scans.mine.environment: 1 pixels would cut sites, which are 2 pixels wide"
        in errors_of(files, schema)[0]
    )


def test_a_model_that_is_sampled_needs_control_values(config, schema):
    del config["models"]["ising"]["control"]
    assert any("models.ising.control: is missing or empty" in error for error in errors_of(config, schema))


def test_shares_are_checked(config, schema):
    config["scans"]["ising"]["shares"] = [0.5, 0.5, float("nan"), 0.005]
    found = "\n".join(errors_of(config, schema))
    assert "scans.ising.shares: 0.5 is listed twice" in found
    assert "scans.ising.shares[2]: nan is not possible" in found
    assert "batch_size: 100 is more than the 48 training configurations that a share of 0.005 leaves" in found


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1e-3", "0.001"),
        ("1e22", "1.0e+22"),
        ("1e-30", "1.0e-30"),
        ("inf", ".inf"),
        ("-inf", "-.inf"),
        ("5", "5.0"),
    ],
)
def test_a_number_that_yaml_takes_for_text_is_told_how_to_write_it(config, schema, text, written):
    config["scans"]["ising"]["training"] = {"learning_rate": text}
    assert f"not '{text}'; YAML takes that for text: write {written}." in errors_of(config, schema)[0]
