"""Bad configurations, as a user meets them: exit code, message, and nothing written."""

import pytest

from tests.workflow.conftest import Workspace

BAD = {
    "wrong type": (
        ("models", "ising", "samples"),
        "many",
        "models.ising.samples: must be of type integer, not 'many'",
    ),
    "misspelt key": (
        ("scans", "plane", "bufers"),
        [1],
        "scans.plane.bufers: unknown setting; did you mean 'buffers'?",
    ),
    "temperature not positive": (
        ("models", "ising", "control"),
        [-1.0, 2.0],
        "models.ising.control[0]: T = -1.0 is not possible; use values greater than 0.0",
    ),
    "window too large": (
        ("scans", "plane", "buffers"),
        [0, 9],
        "scans.plane.buffers[1]: 9 needs a window of 25 sites per side",
    ),
    "empty list": (("scans", "plane", "buffers"), [], "scans.plane.buffers: the list is empty"),
    "unknown model": (("models", "ising", "kind"), "isng", "there is no model 'isng'; did you mean 'ising'?"),
    "undeclared model": (
        ("scans", "plane", "model"),
        "isin",
        "scans.plane.model: 'isin' is not declared under models; did you mean 'ising'?",
    ),
    "zero seeds": (("scans", "plane", "seeds"), 0, "scans.plane.seeds: 0 must be at least 1"),
    "duplicate temperatures": (("models", "ising", "control"), [2.0, 2], "T = 2 is listed twice; remove one"),
    "too few chains": (("models", "ising", "chains"), 2, "models.ising.chains: 2 must be at least 3"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_settings(tmp_path, config, name):
    path, value, message = BAD[name]
    section = config
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value
    workspace = Workspace(tmp_path)
    workspace.configure(config)
    code, output = workspace.snakemake("--cores", "1", check=False)
    assert code != 0
    assert message in output
    assert "Traceback" not in output
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("text", ["study: [unclosed", "just a sentence", "study: a\n\tmodels: {}"])
def test_not_yaml(tmp_path, text):
    workspace = Workspace(tmp_path)
    workspace.configure(text)
    code, output = workspace.snakemake("--cores", "1", check=False)
    assert code != 0
    assert "not valid JSON or YAML" in output or "YAML with keys at top level" in output
    assert "Traceback" not in output
    assert not (tmp_path / "results").exists()
