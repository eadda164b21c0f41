"""`rsmi init` writes a study that can be run, and nothing where something is."""

import importlib.util
from pathlib import Path

import pytest

from rsmi.__main__ import main
from rsmi.study.config import read
from rsmi.study.init import InitError, init
from tests.conftest import PROJECT

FILES = ("Snakefile", "profiles/default/config.yaml", "config.yaml")


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}


def test_it_writes_a_study_that_is_right(tmp_path):
    folder = tmp_path / "new/my_study"
    assert init(folder) == [folder / name for name in FILES]
    assert files(folder) == set(FILES)
    assert (folder / FILES[1]).read_text() == (PROJECT / FILES[1]).read_text()
    assert list(read(folder / "config.yaml")["models"]) == ["ising"]
    for name in FILES:
        assert str(tmp_path) not in (folder / name).read_text()
        assert str(PROJECT) not in (folder / name).read_text()


# YAML takes some names for numbers or truths.
@pytest.mark.parametrize("name", ["Ising-2d_b", "123", "1_000", "yes", "null", "2021-01-01"])
def test_the_folder_names_the_study(tmp_path, name):
    init(tmp_path / name)
    assert read(tmp_path / name / "config.yaml")["study"] == name


def test_here_is_a_folder_too(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/data.npy").touch()
    monkeypatch.chdir(tmp_path / "mine")
    init(Path("."))
    assert read("config.yaml")["study"] == "mine"


def test_a_folder_with_another_name_has_a_study_all_the_same(tmp_path, capsys):
    assert main(["init", str(tmp_path / "größe 2")]) == 0
    said = capsys.readouterr().out
    assert read(tmp_path / "größe 2/config.yaml")["study"] == "my_study"
    assert "The study is called my_study: the folder's name cannot be used" in said
    assert "größe 2'\n" in said and "results/my_study/report.html" in said


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("link", [False, True])
def test_what_is_there_stays(tmp_path, name, link, capsys):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if link:
        path.symlink_to(tmp_path / "nowhere")
    else:
        path.write_text("mine")
    with pytest.raises(InitError, match=r"is there already, so nothing was written; name another folder"):
        init(tmp_path)
    assert main(["init", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith(f"{path}: ")
    assert files(tmp_path) == {name}
    assert link or path.read_text() == "mine"


def test_a_file_is_no_folder(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    for folder in ("file", "file/inside"):
        assert main(["init", str(tmp_path / folder)]) == 1
        assert str(tmp_path / "file") in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "mine"


def test_it_says_what_to_type_next(tmp_path, capsys, monkeypatch):
    assert main(["init", str(tmp_path / "a")]) == 0
    said = capsys.readouterr().out
    assert f"    cd {tmp_path}/a\n" in said and "    snakemake --cores 2 " in said
    assert "results/a/report.html" in said and "Snakemake is missing" not in said
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["init", str(tmp_path / "b")]) == 0
    assert "Snakemake is missing" in capsys.readouterr().out
