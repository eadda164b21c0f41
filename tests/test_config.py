import dataclasses

import pytest

from rsmi.config import ConfigError, checked, load, main
from rsmi.estimator.training import TrainingSettings
from tests.conftest import PROJECT

SCHEMA_FILE = PROJECT / "workflow/schemas/config.schema.yaml"


@pytest.fixture
def schema():
    return load(SCHEMA_FILE)


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
        ("scans", "environment", 12, "lower one of the three or enlarge the lattice"),
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


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("study: a\nmodels: [unclosed", "line 2: not valid YAML"),
        ("a sentence", "must begin with keys"),
        (
            "study: a\nmodels:\n  b: 1\n  b: 2\n",
            "line 3: not valid YAML (the key 'b' is given twice); keep one",
        ),
        ("", "must begin with keys"),
    ],
)
def test_files_that_are_no_configuration(tmp_path, text, message):
    path = tmp_path / "study.yaml"
    path.write_text(text)
    said = main([str(path), str(SCHEMA_FILE)])
    assert message in said and str(path) in said


def test_a_missing_file(tmp_path):
    assert "cannot be read" in main([str(tmp_path / "none.yaml"), str(SCHEMA_FILE)])


def test_the_command_accepts_the_default_study():
    assert main([str(PROJECT / "config.yaml"), str(SCHEMA_FILE)]) is None
