"""Code of users in files of their own: it is run from its folder, and leaves nothing of it behind."""

import os
import subprocess
import sys

import pytest

from rsmi.storage import digest, extension
from rsmi.storage.digest import extension_digest, local_files
from rsmi.storage.extension import ExtensionError, load


@pytest.fixture
def folders(tmp_path):
    """Two folders with a program each, and a helpers.py each."""
    for name in ("first", "second"):
        folder = tmp_path / name
        (folder / "tools").mkdir(parents=True)
        (folder / "program.py").write_text("from helpers import WORD\nfrom tools.more import MORE\n")
        (folder / "helpers.py").write_text(f"WORD = {name!r}\n")
        (folder / "tools/__init__.py").write_text("")
        (folder / "tools/more.py").write_text("MORE = 1\n\n\ndef later():\n    import late\n")
        (folder / "late.py").write_text("")
    return tmp_path / "first", tmp_path / "second"


def test_two_folders_may_have_modules_of_the_same_name(folders):
    before = list(sys.path)
    assert [load(folder / "program.py").WORD for folder in folders] == ["first", "second"]
    assert sys.path == before and "helpers" not in sys.modules and "tools.more" not in sys.modules
    assert extension.name_of(folders[0] / "program.py") == "program"


def test_it_is_run_once_until_it_changes(folders):
    path = folders[0] / "program.py"
    assert load(path) is load(str(path))
    path.write_text("WORD = 'changed, and longer'\n")
    os.utime(path, ns=(1, 1))
    assert load(path).WORD == "changed, and longer"


def test_what_others_imported_stays(folders, monkeypatch):
    """A folder may be in the path of imports anyway, as that of a project with an environment in it is."""
    monkeypatch.setattr(sys, "path", [str(folders[1]), *sys.path])
    before = list(sys.path)
    try:
        import helpers

        assert load(folders[1] / "program.py").WORD == "second"
        assert sys.modules["helpers"] is helpers and sys.path == before
    finally:
        sys.modules.pop("helpers", None)


def test_folders_without_an_init_file_are_not_mixed(folders):
    for folder in folders:
        (folder / "tools/__init__.py").unlink()
        (folder / "tools/more.py").write_text(f"MORE = {folder.name!r}\n")
    assert [load(folder / "program.py").MORE for folder in folders] == ["first", "second"]


KERNEL = """
import numba


@numba.njit(cache=True)
def shift(x):
    return x + {}
"""
CALLER = """
import numba
from kernel import shift


@numba.njit(cache=True)
def twice(x):
    return shift(shift(x))


VALUE = twice(1)
"""


def test_what_numba_keeps_follows_all_of_the_code(tmp_path):
    """Its own index would take what it compiled for the file of the caller, which has not changed."""
    (tmp_path / "program.py").write_text(CALLER)
    found = []
    # Beside the file, where tests do not say otherwise.
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    for number in (10, 200):
        (tmp_path / "kernel.py").write_text(KERNEL.format(number))
        command = [
            sys.executable,
            "-c",
            "from rsmi.storage.extension import load; print(load('program.py').VALUE)",
        ]
        run = subprocess.run(
            command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
        )
        found.append(int(run.stdout))
    assert found == [21, 401]
    # It is kept, too.
    assert len(list(tmp_path.rglob("*.nbi"))) == 4


def test_a_job_stays_in_its_folder(folders, monkeypatch):
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(extension, "_stayed", set())
    extension.stay(folders[0] / "program.py")
    try:
        module = load(folders[0] / "program.py")
        assert sys.modules["helpers"].WORD == module.WORD
        assert str(folders[0]) in sys.path
    finally:
        for name in ("helpers", "tools", "tools.more"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "there is no such file"),
        ("x = (\n", r"cannot be read \(new.py, line 1: '\(' was never closed\)"),
        ("import broken\n", r"cannot be read \(broken.py, line 2: .*relative import; write the whole name"),
        ("import sys\nsys.exit()\n", "SystemExit: , line 2"),
        ("import helpers\nhelpers.NOTHING\n", "AttributeError: .*, line 2"),
        ("import yaml\n", "imports yaml, which lies beside it, but an installed module has that name"),
        ("import math\n", "imports math, which lies beside it"),
    ],
)
def test_what_cannot_be_run_is_said(folders, text, message):
    folder = folders[0]
    (folder / "broken.py").write_text("\nfrom . import helpers\n")
    for name in ("yaml", "math"):
        (folder / f"{name}.py").write_text("")
    if text is not None:
        (folder / "new.py").write_text(text)
    with pytest.raises(ExtensionError, match=message):
        load(folder / "new.py")


def test_a_digest_is_that_of_all_code_and_of_no_folder(folders):
    first, second = (folder / "program.py" for folder in folders)
    assert set(local_files(first)) == {"program", "helpers", "tools", "tools.more", "late"}
    (folders[1] / "helpers.py").write_text("WORD = 'first'  # the same\n")
    assert extension_digest(first) == extension_digest(second)
    (folders[1] / "late.py").write_text("X = 1\n")
    assert extension_digest(first) != extension_digest(second)


def test_a_digest_finds_what_lies_beside_the_file_that_a_link_leads_to(folders, tmp_path):
    link = tmp_path / "link" / "program.py"
    link.parent.mkdir()
    link.symlink_to(folders[0] / "program.py")
    before = extension_digest(link)
    (folders[0] / "helpers.py").write_text("WORD = 'another'\n")
    assert extension_digest(link) != before


def test_notes_of_the_file_itself_are_left_out_and_values_of_others_are_not(folders):
    path = folders[0] / "program.py"
    path.write_text("from helpers import COST\nEXAMPLE = 1\n")
    (folders[0] / "helpers.py").write_text("COST = 1.0\n")
    before = extension_digest(path)
    path.write_text("from helpers import COST\nEXAMPLE = 2\n")
    assert extension_digest(path) == before
    (folders[0] / "helpers.py").write_text("COST = 2.0\n")
    assert extension_digest(path) != before


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("from rsmi import best\n", "rsmi.analysis.ensemble"),
        ("import rsmi\nrsmi.table\n", "rsmi.tables.rsmi"),
        ("import rsmi.analysis.decay\n", "rsmi.tables.rsmi"),
    ],
)
def test_a_digest_follows_names_for_notebooks(folders, monkeypatch, text, follows):
    path = folders[0] / "program.py"
    path.write_text(text)
    before = extension_digest(path)
    read = digest._read

    def changed(module):
        text, imported = read(module)
        return ("changed" if module == follows else text), imported

    monkeypatch.setattr(digest, "_read", changed)
    assert extension_digest(path) != before


def test_a_digest_follows_what_a_file_imports_of_rsmi(folders, monkeypatch):
    path = folders[0] / "program.py"
    plain = extension_digest(path)
    path.write_text(path.read_text() + "from rsmi.analysis.decay import fit_decay\n")
    with_rsmi = extension_digest(path)
    assert plain != with_rsmi
    path.write_text(path.read_text().replace("fit_decay", "fit_decay  # a comment"))
    assert extension_digest(path) == with_rsmi
