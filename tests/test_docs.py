"""What the documentation says must be so: its code runs, its commands, settings, files and links exist."""

import ast
import importlib.util
import re
import shlex
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
import yaml

from rsmi.__main__ import COMMANDS
from rsmi.analysis.decay import LAWS
from rsmi.findings.rows import COLUMNS as FINDINGS
from rsmi.sampling.models.registry import REGISTRY
from rsmi.storage import extension
from rsmi.storage.benchmarks import COLUMNS as BUDGET
from rsmi.study.catalogue import built_in
from rsmi.study.config import checked
from rsmi.study.project import SCHEMA
from rsmi.study.yaml_file import ConfigError, load
from rsmi.tables.rsmi import COLUMNS as RSMI
from tests.conftest import PROJECT
from tests.sampling.models import test_contract

DOCS = PROJECT / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
TEXTS = [*(DOCS / page for page in PAGES), PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"]
BUILDER = PROJECT / ".venv-docs/bin/mkdocs"
# A fence with its language and title, and whether a comment before it, which no reader sees, calls it a part.
BLOCK = re.compile(
    r'^(?P<part><!-- part -->\n)?```(?P<language>\w+)(?: title="(?P<title>[^"]*)")?\n(?P<code>.*?)^```$',
    re.M | re.S,
)
# Files that a page adds an entry to, and the dictionary that it goes into.
ENTRIES = {
    "src/rsmi/sampling/models/registry.py": REGISTRY,
    "tests/sampling/models/test_contract.py": test_contract.EXAMPLES,
}
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")


def blocks(path, *languages):
    """Return the blocks of a page in these languages, in order."""
    return [match for match in BLOCK.finditer(path.read_text()) if match["language"] in languages]


class Reader:
    """Somebody who does all that a page says, in a folder of their own."""

    def __init__(self, folder):
        self.folder, self.namespace = folder, {"__name__": "page"}
        self.kinds, self.modules = [], []

    def saves(self, title, code):
        """Save a file, import it as the module that it will be, and run the tests in it."""
        path = self.folder / title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
        if not title.startswith(("src/", "tests/")):
            # What a user keeps beside a study.
            extension.load(path)
            return
        name = ".".join(path.relative_to(self.folder).with_suffix("").parts).removeprefix("src.")
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        self.modules.append(name)
        spec.loader.exec_module(module)
        for name, function in vars(module).items():
            if name.startswith("test_"):
                function()

    def adds(self, title, code):
        """Add an entry to a dictionary of the repository."""
        entry = ast.literal_eval("{" + code.replace('float("inf")', "1e999") + "}")
        ENTRIES[title].update(entry)
        self.kinds += entry

    def runs(self, number, code):
        """Run a block where those before it have been run; Numba wants a file to keep its work beside."""
        path = self.folder / f"block_{number}.py"
        path.write_text(code)
        exec(compile(code, path, "exec"), self.namespace)


def same(found, stated):
    """Compare what was printed with what a page shows; numbers within what another machine may round to."""
    words = [NUMBER.sub("#", text).split() for text in (found, stated)]
    numbers = [[float(number) for number in NUMBER.findall(text)] for text in (found, stated)]
    return words[0] == words[1] and np.allclose(*numbers, rtol=0.05, atol=0.02)


# The tutorial reads files of few samples, and says which warnings that gives.
@pytest.mark.filterwarnings("ignore:.*(samples are few|groups disagree)")
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(DOCS / page, "python")])
def test_code_runs_and_prints_what_is_shown(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    known = {title: dict(entries) for title, entries in ENTRIES.items()}
    reader, shown = Reader(tmp_path), ""
    try:
        for number, block in enumerate(blocks(DOCS / page, "python", "text")):
            if block["language"] == "text":
                assert block["title"] != "Output" or same(shown, block["code"]), f"{page} prints\n{shown}"
            elif block["title"] in ENTRIES:
                reader.adds(block["title"], block["code"])
            elif block["title"]:
                assert not (PROJECT / block["title"]).exists(), "the page would overwrite a file"
                reader.saves(block["title"], block["code"])
            else:
                capsys.readouterr()
                reader.runs(number, block["code"])
                shown = capsys.readouterr().out
        for kind in {*reader.kinds} & REGISTRY.keys():
            test_contract.test_every_registered_model_has_an_example()
            test_contract.test_contract(kind)
        # Configurations of the page may name its models.
        for block in blocks(DOCS / page, "yaml"):
            check_configuration(block)
    finally:
        plt.close("all")
        for title, entries in known.items():
            ENTRIES[title].clear()
            ENTRIES[title].update(entries)
        for name in reader.modules:
            del sys.modules[name]


def check_configuration(block):
    """Hold a study to the schema; a part of one is at least YAML."""
    config = yaml.safe_load(block["code"])
    if not block["part"]:
        checked(config, load(SCHEMA))


@pytest.mark.parametrize("path", [path for path in TEXTS if blocks(path, "yaml")], ids=lambda path: path.name)
def test_configurations_are_right(path):
    if not blocks(path, "python") or path.name == "README.md":
        for block in blocks(path, "yaml"):
            check_configuration(block)


def test_a_wrong_configuration_would_be_found():
    text = "```yaml\nstudy: a\nmodels: {}\n```\n"
    with pytest.raises(ConfigError):
        check_configuration(BLOCK.search(text))
    check_configuration(BLOCK.search("<!-- part -->\n" + text))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(path):
    text = BLOCK.sub("", path.read_text())
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in link and not link.startswith("#"):
            assert (path.parent / link.split("#")[0]).exists(), link


def commands(path):
    """Return the lines of a text that are typed into a shell."""
    shell = [line for block in blocks(path, "console") for line in block["code"].splitlines()]
    text = BLOCK.sub("", path.read_text())
    return shell + re.findall(r"^ {4}((?:make|rsmi|\.venv/bin/\w+) .*)$", text, re.M)


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if commands(path)], ids=lambda path: path.relative_to(PROJECT).as_posix()
)
def test_commands_and_their_files_exist(path):
    rules = (PROJECT / "Makefile").read_text()
    targets = {
        target for line in re.findall(r"^([^\s#:=][^:=]*):(?!=)", rules, re.M) for target in line.split()
    }
    targets |= {f"figure_{name.stem.removeprefix('figure_')}" for name in DOCS.glob("paper/figure_*.png")}
    targets |= {".venv/.ready", ".venv-docs/.ready"}
    titles = {block["title"] for block in blocks(path, "python", "yaml")}
    for line in commands(path):
        words = shlex.split(line, comments=True)
        names = [word for word in words if "=" not in word]
        if names and names[0] == "make":
            assert set(names[1:]) <= targets, line
        if names and names[0].endswith("rsmi"):
            assert names[1] in COMMANDS, line
        for word in words:
            value = word.split("=")[-1]
            if value in titles:
                continue
            if "/" in value and not value.startswith((".venv", "/", "results/")) and "*" not in value:
                assert (PROJECT / value).exists(), line


def test_every_page_is_in_the_navigation():
    # Of the tags of YAML only plain ones occur.
    navigation = yaml.safe_load((PROJECT / "mkdocs.yml").read_text())["nav"]

    def pages(part):
        if isinstance(part, str):
            return [part]
        return [
            page for inner in (part.values() if isinstance(part, dict) else part) for page in pages(inner)
        ]

    assert sorted(pages(navigation)) == PAGES


def test_columns_and_figures_are_explained():
    text = (DOCS / "reading.md").read_text()
    for name in (*RSMI, *BUDGET, *FINDINGS, "location", "preferred", *(f"{law}_chi_squared" for law in LAWS)):
        assert f"`{name}`" in text, name
    drawn = {about.name for about in built_in("figure") if about.target == "all"} | {"costs"}
    assert drawn == set(re.findall(r"^### (\w+)$", text, re.M))


@pytest.mark.skipif(not BUILDER.exists(), reason="`make docs` makes what builds the site")
def test_the_site_builds_without_a_network(tmp_path):
    subprocess.run([BUILDER, "build", "--strict", "--site-dir", tmp_path], cwd=PROJECT, check=True)
    for page in tmp_path.rglob("*.html"):
        assert not re.search(r'(src|<link[^>]*href)="(https?:)?//', page.read_text()), page.name


def test_what_the_reference_names_can_be_imported():
    for page in (DOCS / "api").glob("*.md"):
        for name in re.findall(r"^::: (\S+)$", page.read_text(), re.M):
            assert importlib.util.find_spec(name), f"{page.name}: {name}"


def test_the_reference_of_settings_holds_all_of_them():
    spec = importlib.util.spec_from_file_location("hooks", DOCS / "hooks.py")
    hooks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(hooks)
    schema = load(SCHEMA)
    text = hooks.settings(schema)

    def walk(part):
        for name, sub in part.get("properties", {}).items():
            assert f"| `{name}` | " in text
            assert " ".join(sub["description"].split()).replace("<", "&lt;").replace("|", "\\|") in text
            walk(sub)
        if isinstance(part.get("additionalProperties"), dict):
            walk(part["additionalProperties"])

    walk(schema)
    for kind in ("ising", "ising_chain", "dimers", "chipping"):
        assert f"### `{kind}`" in hooks.models()
    assert all(marker in (DOCS / "settings.md").read_text() for marker in (hooks.SETTINGS, hooks.MODELS))
