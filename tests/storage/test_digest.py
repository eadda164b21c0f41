import ast
import shutil

import pytest

from rsmi.sampling.models.registry import REGISTRY
from rsmi.storage import digest
from rsmi.storage.digest import code_digest
from tests.conftest import PROJECT


def canonical(source):
    return "".join(digest._canonical(ast.parse(source)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 1  # a comment"),
        ("def f():\n    return 1", 'def f():\n    """Doc."""\n    return 1'),
        ("f(1, 2)", "f(\n    1,\n    2,\n)"),
        ("x = 'a'", 'x = "a"'),
        ("class A:\n    x = 1", 'class A:\n    """Doc."""\n\n    x = 1'),
    ],
)
def test_what_does_not_count(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 1", "x = 2"),
        ("x = 1", "x = 1.0"),
        ("x = (1,)", "x = (1)"),
        ("def f(a, b): pass", "def f(b, a): pass"),
        ("if a:\n    b()\nc()", "if a:\n    b()\n    c()"),
        ("x = 'docstring'", "x = 'other'"),
    ],
)
def test_what_counts(one, other):
    assert canonical(one) != canonical(other)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of its own, which tests may change."""
    files = {
        "__init__.py": "",
        "a.py": "from rsmi.b import f\nfrom rsmi.sub import c\n",
        "b.py": "def f():\n    import rsmi.late\n",
        "late.py": "x = 1\n",
        "other.py": "x = 1\n",
        "sub/__init__.py": "",
        "sub/c.py": "x = 1\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(digest, "SOURCE", tmp_path)

    def changed(name, text):
        digest._read.cache_clear()
        before = code_digest("rsmi.a")
        (tmp_path / name).write_text(text)
        digest._read.cache_clear()
        return code_digest("rsmi.a") != before

    yield changed
    digest._read.cache_clear()


@pytest.mark.parametrize("name", ["a.py", "b.py", "late.py", "sub/c.py", "sub/__init__.py"])
def test_all_that_is_imported_counts(package, name):
    assert package(name, "y = 2\n")


@pytest.mark.parametrize("name", ["other.py", "__init__.py"])
def test_what_is_not_imported_does_not_count_nor_do_the_names_for_notebooks(package, name):
    assert not package(name, "y = 2\n")


def test_imports_for_type_checkers_do_not_count(package):
    assert package("b.py", "from typing import TYPE_CHECKING\n\nx = 1\n")
    typed = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from rsmi.other import x\nx = 1\n"
    assert not package("b.py", typed)
    assert not package("other.py", "y = 2\n")
    assert package("b.py", typed.replace("TYPE_CHECKING:", "TYPE_CHECKING_TOO:"))


@pytest.mark.parametrize("name", sorted(digest.UNTRACKED))
def test_notes_of_a_module_about_itself_do_not_count(package, name):
    code = "def f():\n    return 1\n"
    assert package("b.py", code)
    assert not package("b.py", f"{name} = {{'sweep': 1}}\n{code}")
    assert not package("b.py", f"{name} = {{'sweep': 2}}\n{code}")
    assert not package("b.py", f"{name}: dict[str, int] = {{'sweep': 3}}\n{code}")
    assert not package("b.py", code)
    assert package("b.py", f"{name} = 1\n{code.replace('1', '2')}")
    assert package("b.py", f"OTHER = {name} = 1\n{code}")


def test_what_only_bears_the_name_of_a_note_counts(package):
    local = "def f():\n    COST = 1\n    return COST\n"
    assert package("b.py", local)
    assert package("b.py", local.replace("1", "2"))
    assert package("b.py", "class A:\n    COST = 1\n")
    assert package("b.py", "class A:\n    COST = 2\n")
    # The module computes with it.
    read = "COST = 1\n\n\ndef f():\n    return COST\n"
    assert package("b.py", read)
    assert package("b.py", read.replace("1", "2"))


def test_scripts_have_notes_too(tmp_path):
    def digested(name, text):
        script = tmp_path / name
        script.write_text(text)
        return digest.script_digest(script)

    assert (
        digested("a.py", "ABOUT = 1\nx = 1\n") == digested("b.py", "x = 1\n") != digested("c.py", "x = 2\n")
    )


def test_a_relative_import_is_an_error(package):
    with pytest.raises(ValueError, match="relative import"):
        package("b.py", "from .late import x\n")


def test_an_unknown_module_is_an_error():
    with pytest.raises(ModuleNotFoundError, match=r"rsmi\.nothing"):
        code_digest("rsmi.nothing")


def test_every_excluded_name_exists():
    assert all(digest._path(name) for name in digest.EXCLUDED)


def test_the_training_script_is_read_down_to_the_estimator(tmp_path, monkeypatch):
    """The package is found from where this module lies, so a move could make digests blind."""
    script = PROJECT / "workflow/scripts/train.py"
    source = tmp_path / "rsmi"
    shutil.copytree(digest.SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))

    def digested():
        digest._read.cache_clear()
        digest.script_digest.cache_clear()
        return digest.script_digest(script)

    before = digested()
    monkeypatch.setattr(digest, "SOURCE", source)
    try:
        assert digested() == before
        with open(source / "estimator/bounds.py", "a") as file:
            file.write("changed = True\n")
        assert digested() != before
    finally:
        monkeypatch.undo()
        digested()


def imported(*modules):
    """Return modules and all of the package that they import."""
    found, waiting = set(), list(modules)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting.extend(set(digest._read(name)[1]) - found)
    return found


def test_stages_use_no_code_of_others():
    """Training must not depend on models, nor any stage on figures."""
    for stage in ("rsmi.sampling.driver", "rsmi.estimator.training", "rsmi.analysis.ensemble"):
        found = imported(stage)
        assert not any(name.startswith("rsmi.figures") for name in found)
        if stage != "rsmi.sampling.driver":
            assert not any(name.startswith("rsmi.sampling.models.") for name in found)


def test_no_stage_uses_what_it_costs():
    """A better estimate must rerun nothing."""
    scripts = sorted((PROJECT / "workflow/scripts").glob("*.py"))
    modules = {
        name for path in scripts for name in digest._imports(digest._parsed(path)) if digest._path(name)
    }
    assert "rsmi.sampling.driver" in modules
    assert not any(name.endswith(".cost") for name in imported(*modules, *REGISTRY.values()))
