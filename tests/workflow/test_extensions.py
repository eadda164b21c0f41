"""A model, figures and tables from folders outside the project, in one study: what runs, and runs again."""

import re
from collections import Counter

import pandas as pd
import pytest
import xarray as xr
import yaml

from rsmi.__main__ import main
from rsmi.storage.provenance import inspect
from rsmi.study.config import read
from rsmi.study.why import jobs
from rsmi.study.yaml_file import ConfigError
from tests.test_docs import DOCS, blocks
from tests.workflow.conftest import PROJECT, Workspace
from tests.workflow.test_reruns import replace_once

OTHER = """
import pandas as pd
from units import WORD

ABOUT = {"title": "A word", "each": "study", "inputs": {"bits": ["tables/{scan}/bits.csv"]}}


def table(bits):
    return pd.DataFrame({"word": [WORD], "rows": [len(bits[0])]})
"""
TARGETS = ["figures/ring/energy.png", "tables/ring/bits.csv", "tables/word.csv"]
TARGETS = [f"results/potts/{name}" for name in TARGETS]
# All that follows from the samples.
AFTER_SAMPLES = {"train": 2, "aggregate": 1, "figure energy": 1, "table bits": 1, "table word": 1}


def write(folder):
    """Write the files of the page, and a table of another folder, which has a units.py of its own."""
    for block in blocks(DOCS / "extend.md", "python", "yaml"):
        if block["title"]:
            path = folder / block["title"]
            path.parent.mkdir(exist_ok=True)
            path.write_text(block["code"])
    (folder / "another").mkdir()
    (folder / "another/word.py").write_text(OTHER)
    (folder / "another/units.py").write_text("from read import WORD\n")
    # As a script of the workflow is called.
    (folder / "another/read.py").write_text("WORD = 'nat'\n")
    config = yaml.safe_load((folder / "potts.yaml").read_text())
    config["tables"] = ["another/word.py"]
    config["scans"]["ring"] |= {"seeds": 2, "seeds_per_job": 2, "training": {"epochs": 2}}
    return config


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The study of docs/extend.md, as far as its own files ask for it."""
    workspace = Workspace(tmp_path_factory.mktemp("extended"))
    workspace.configure(write(workspace.directory))
    workspace.snakemake("--cores", "2", "--", *TARGETS)
    return workspace


def planned(workspace):
    """Return what would run, by rule and name."""
    _, output = workspace.snakemake("--dry-run", "--", *TARGETS)
    return Counter(rule for rule, _, _ in jobs(output.splitlines()))


def test_all_are_made_from_their_files(ran):
    root = ran.directory / "results/potts"
    bits = pd.read_csv(root / "tables/ring/bits.csv")
    ensemble = xr.open_dataset(root / "ensembles/ring.nc")
    assert bits["control"].tolist() == [0.3, 1.0] and bits["visible"].tolist() == [4, 4]
    best = ensemble["rsmi"].isel(seed=ensemble["rsmi_validation"].argmax("seed"))
    assert bits["rsmi"].tolist() == pytest.approx((best / 0.6931472).values.ravel().tolist(), rel=1e-3)
    # Two folders have a units.py each.
    assert pd.read_csv(root / "tables/word.csv")["word"].tolist() == ["nat"]
    assert (root / "figures/ring/energy.png").stat().st_size > 5_000


def test_they_are_named_with_a_digest_but_without_a_folder(ran):
    root = ran.directory / "results/potts"
    samples = inspect(root / "samples/ring/T=0.3.nc")
    assert samples["settings"]["kind"] == "potts_chain" and len(samples["settings"]["code"]) == 16
    figure = inspect(root / "figures/ring/energy.png")
    assert figure["figure"] == "energy" and len(figure["code"]) == 16
    for path in root.rglob("*"):
        if path.is_file() and path.suffix != ".log":
            assert b"my_folder" not in path.read_bytes(), path


def test_nothing_to_do_after_a_run(ran):
    assert planned(ran) == {}


@pytest.mark.parametrize(
    ("name", "old", "new", "again"),
    [
        ("potts_chain", "counter += step", "counter += 3 * step", {"sample": 2, **AFTER_SAMPLES}),
        ("energy", 'fmt="o"', 'fmt="s"', {"figure energy": 1}),
        ("bits", "visible=visible", "visible=2 * visible", {"table bits": 1, "table word": 1}),
        ("units", "1.0 / math.log(2.0)", "1.0 / math.log(3.0)", {"table bits": 1, "table word": 1}),
    ],
)
def test_a_change_runs_again_what_it_made_and_nothing_else(ran, name, old, new, again):
    path = ran.directory / f"my_folder/{name}.py"
    before = path.read_text()
    try:
        replace_once(path, old, new)
        assert planned(ran) == again
    finally:
        path.write_text(before)


def test_the_same_files_in_another_folder_are_the_same(ran):
    """Params and attributes hold no folder; notes about the code do nothing."""
    notes = [
        ("energy", '"title": "Energy of the samples"', '"title": "Energies"'),
        ("energy", "**Energy per site**", "**Energies per site**"),
        ("bits", '"order": 20', '"order": 3'),
        ("potts_chain", '{"size": 4}', '{"size": 5}'),
        ("potts_chain", "MODEL = PottsChain", "# The class.\nMODEL = PottsChain"),
    ]
    files = {path: path.read_text() for path in (ran.directory / "my_folder").glob("*.py")}
    for name, old, new in notes:
        replace_once(ran.directory / f"my_folder/{name}.py", old, new)
    moved = ran.directory / "moved"
    (ran.directory / "my_folder").rename(moved)
    study = ran.directory / "study.yaml"
    before = study.read_text()
    try:
        study.write_text(before.replace("my_folder", "moved"))
        assert planned(ran) == {}
    finally:
        study.write_text(before)
        moved.rename(ran.directory / "my_folder")
        for path, text in files.items():
            path.write_text(text)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The files of the page, and a function that changes the configuration and says what is wrong."""
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


def said(config):
    with open("study.yaml", "w") as file:
        yaml.safe_dump(config, file)
    with pytest.raises(ConfigError) as error:
        read("study.yaml")
    return str(error.value)


BROKEN = {
    "no file": ("none.py", None, "there is no such file; correct the path"),
    "no Python": ("a.py", "class:\n", "a.py': cannot be read (a.py, line 1: invalid syntax); mend it"),
    "no class": ("a.py", "X = 1\n", "has no MODEL; end it with MODEL ="),
    "no model": ("a.py", "MODEL = dict\n", "is no subclass of rsmi.sampling.models.base.Model"),
    "fails": (
        "a.py",
        "x = 1\n1 / 0\n",
        "cannot be run (ZeroDivisionError: division by zero, line 2); mend it",
    ),
    "name of ours": ("ising.py", "MODEL = 1\n", "is named as a model of rsmi"),
    "import of a sibling": ("a.py", "from .units import X\n", "line 1: a relative import"),
    "sibling that is installed": ("a.py", "import yaml\n", "an installed module has that name, too"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_with_a_model_is_said_before_it_runs(folder, name, tmp_path):
    file, text, message = BROKEN[name]
    if text is not None:
        (tmp_path / "my_folder" / file).write_text(text)
    if name == "sibling that is installed":
        (tmp_path / "my_folder/yaml.py").write_text("")
    folder["models"]["ring"]["kind"] = f"my_folder/{file}"
    found = said(folder)
    assert f"models.ring.kind: 'my_folder/{file}'" in found and message in found


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "self.size, self.q, self.factor = size",
            "1 / 0\n        self.size, self.q, self.factor = size",
            "ZeroDivisionError",
        ),
        ("return (size,)", "return size", "shape() is 24; give a length for each axis"),
        ("return (size,)", "return size[0]", "the model fails with TypeError"),
        ('symbol="T"', 'symbol="1/T"', "use letters, digits and _"),
        ('symbol="T"', 'symbol="seed"', "the symbol 'seed' is the name of another column"),
        ('symbol="T"', 'symbol="energy_error"', "the symbol 'energy_error' is the name of another column"),
        ('"type": "object"', '"type": "int"', "parameters is no JSON schema"),
        ('starts = ("ordered", "random")', "", "starts is None; name at least one"),
        (
            "MODEL = PottsChain",
            "MODEL = PottsChain\nCOST = {'sweep': 1}",
            "COST of potts_chain: 'bytes' is missing",
        ),
        (
            "MODEL = PottsChain",
            "MODEL = PottsChain\nCOST = 3",
            "COST of potts_chain is 3; make it a dictionary",
        ),
        ("MODEL = PottsChain", "import sys\nsys.exit()", "cannot be run (SystemExit"),
    ],
)
def test_what_a_model_lacks_is_said_before_it_runs(folder, tmp_path, old, new, message):
    replace_once(tmp_path / "my_folder/potts_chain.py", old, new)
    found = said(folder)
    assert "models.ring" in found and message in found and ".." not in found


def test_a_name_without_its_ending_is_no_file(folder):
    folder["models"]["ring"]["kind"] = "my_folder/potts_chain"
    assert "A file of your own ends in .py." in said(folder)


def test_a_model_s_settings_are_checked_as_ours_are(folder):
    folder["models"]["ring"]["parameters"] = {"size": 2, "length": 3}
    folder["scans"]["ring"]["visible"] = 400
    found = said(folder)
    assert "models.ring.parameters.size: 2 must be at least 3" in found
    assert "models.ring.parameters.length: unknown setting" in found
    folder["models"]["ring"]["parameters"] = {"size": 24}
    assert "needs a window of 406 sites" in said(folder)


WRONG = "ABOUT = {'title': 'a', 'each': 'scan', 'inputs': {}, %s}\ndef table(%s): pass\n"

RARE = WRONG.replace("'scan'", "'free dimers'")


@pytest.mark.parametrize(
    ("key", "file", "text", "message"),
    [
        ("figures", "none.py", None, "figures[1]: 'my_folder/none.py': there is no such file"),
        ("figures", "a.py", "X = 1\n", "has no ABOUT; give it one, with the keys title, each and inputs"),
        ("figures", "figure_01.py", "X = 1\n", "rsmi has a figure of that name; rename the file"),
        ("figures", "a{b}.py", "X = 1\n", "use letters, digits, '-' and '_' only"),
        (
            "tables",
            "a.py",
            WRONG.replace("'scan'", "'free dimers'") % ("'order': 1", ""),
            "use one of: study, model",
        ),
        ("tables", "a.py", WRONG % ("'settings': ['tables']", "tables"), "has the setting 'tables'"),
        ("figures", "filters.py", "X = 1\n", "rsmi has a figure of that name; rename the file"),
        ("figures", "energy.py", None, "another figure is called energy; rename the file"),
        ("figures", "a.txt", None, "'my_folder/a.txt' is not possible; give the path of a Python file"),
        ("tables", "a.py", WRONG % ("'settings': ['visibel']", "visibel"), "did you mean 'visible'?"),
        ("tables", "a.py", WRONG % ("'target': 'paper'", ""), "has a target, which is for rsmi's own"),
    ],
)
def test_what_is_wrong_with_a_figure_or_table_is_said(folder, tmp_path, key, file, text, message):
    if text is not None:
        (tmp_path / "my_folder" / file).write_text(text)
    folder[key] = [*folder[key], f"my_folder/{file}"]
    assert message in said(folder)


def test_what_is_for_a_study_is_named_by_the_study(folder):
    folder["scans"]["ring"]["tables"].append("another/word.py")
    del folder["tables"]
    assert "is for each study; name it under tables of the study itself" in said(folder)


def test_several_configuration_files_name_no_code(folder, tmp_path):
    from rsmi.study.config import checked
    from rsmi.study.project import SCHEMA
    from rsmi.study.yaml_file import load

    with pytest.raises(ConfigError) as error:
        checked(folder, load(SCHEMA), folder=None)
    for key in ("models.ring.kind", "scans.ring.tables[0]", "figures[0]", "tables[0]"):
        assert f"  - {key}: " in str(error.value)


def test_a_model_is_tried(folder, capsys, tmp_path):
    assert main(["test-model", "my_folder/potts_chain.py"]) == 0
    printed = capsys.readouterr()
    assert "PottsChain keeps to the contract at 0.3, 1.0, inf." in printed.out and printed.err == ""
    path = tmp_path / "my_folder/still.py"
    path.write_text((tmp_path / "my_folder/potts_chain.py").read_text().replace("spins[x] = s", "pass"))
    assert main(["test-model", str(path)]) == 1
    assert "still.py: nine sweeps of nine chains at T = 0.3 change nothing" in capsys.readouterr().err
    for example in ("None", "({'size': 4}, ())", "({'size': 4}, 0.3)", "({'size': 4}, ('a',))"):
        bare = re.sub("EXAMPLE = .*", f"EXAMPLE = {example}", path.read_text())
        path.with_name("bare.py").write_text(f"{bare}# {example}\n")
        assert main(["test-model", "my_folder/bare.py"]) == 1
        assert "; set it to (settings, control values)" in capsys.readouterr().err
    assert main(["test-model", "ising"]) == 1 and "is no Python file" in capsys.readouterr().err


def test_the_page_is_about_files_that_lie_outside_the_project(folder):
    assert not (PROJECT / "my_folder").exists()
