"""Code of users in files of their own: it is run from its folder, and leaves nothing of it behind."""

import sys

import pytest

from rsmi.storage import extension
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
    import os

    os.utime(path, ns=(1, 1))
    assert load(path).WORD == "changed, and longer"


def test_what_is_installed_in_the_folder_stays(tmp_path):
    """An environment often lies in the folder of a project."""
    (tmp_path / "program.py").write_text("import json\n")
    (tmp_path / "other.py").write_text("")
    sys.path.append(str(tmp_path))
    try:
        import other  # a module that others use, in the same folder

        load(tmp_path / "program.py")
        assert sys.modules["other"] is other
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("other", None)


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
        ("x = (\n", "cannot be read"),
        ("from . import helpers\n", "a relative import"),
        ("import helpers\nhelpers.NOTHING\n", "AttributeError: .*, line 2"),
        ("import yaml\n", "imports yaml, which lies beside it, but an installed module has that name"),
        ("import math\n", "imports math, which lies beside it"),
    ],
)
def test_what_cannot_be_run_is_said(folders, text, message):
    folder = folders[0]
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


def test_a_digest_follows_what_a_file_imports_of_rsmi(folders, monkeypatch):
    path = folders[0] / "program.py"
    plain = extension_digest(path)
    path.write_text(path.read_text() + "from rsmi.analysis.decay import fit_decay\n")
    with_rsmi = extension_digest(path)
    assert plain != with_rsmi
    path.write_text(path.read_text().replace("fit_decay", "fit_decay  # a comment"))
    assert extension_digest(path) == with_rsmi
