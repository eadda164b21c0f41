import json
import os
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
import xarray as xr

from rsmi.figures import style
from rsmi.storage import files, netcdf
from rsmi.storage.provenance import inspect, main
from tests.conftest import PROJECT


@pytest.fixture
def checkout(tmp_path):
    """A repository of its own with a copy of the package, and what a file made by it says of its code."""
    shutil.copytree(
        PROJECT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )

    def git(*arguments):
        identity = "-c", "user.name=test", "-c", "user.email=test@example.org"
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    git("add", ".")
    git("commit", "--message", "all")

    def says():
        code = "import json; from rsmi.storage.provenance import provenance; print(json.dumps(provenance()))"
        environment = os.environ | {"PYTHONPATH": str(tmp_path / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
        return json.loads(done.stdout)

    return tmp_path, says


def test_a_change_anywhere_in_the_package_is_said(checkout):
    folder, says = checkout
    clean = says()
    assert clean["commit"] != "unknown" and clean["commit_dirty"] == "false"
    with open(folder / "src/rsmi/estimator/layers.py", "a") as file:
        file.write("# Changed.\n")
    assert says() == clean | {"commit_dirty": "true"}


@pytest.fixture
def drawn(tmp_path):
    """A figure, drawn from one NetCDF file whose settings hold parentheses, backslashes and letters."""
    netcdf.write(xr.Dataset(), tmp_path / "a.nc", "ensemble", {"key": [7, "train"], "label": "(\\) η"})
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    paths = [tmp_path / "a.pdf", tmp_path / "a.png"]
    style.save(figure, paths, [tmp_path / "a.nc", tmp_path / "t.csv"])
    return paths


def test_figures_say_what_they_were_drawn_from(drawn, tmp_path):
    for path in drawn:
        told = inspect(path)
        assert told["inputs"] == {
            str(tmp_path / "a.nc"): {"key": [7, "train"], "label": "(\\) η"},
            str(tmp_path / "t.csv"): None,
        }
        assert told["checksum"] == "intact" and "matplotlib" in told["libraries"]


def test_the_same_data_make_the_same_files(drawn):
    before = [path.read_bytes() for path in drawn]
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    style.save(figure, drawn, [drawn[0].with_name("a.nc"), drawn[0].with_name("t.csv")])
    assert [path.read_bytes() for path in drawn] == before


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.txt", "give a NetCDF"),
        ("b.png", "cannot be read as PNG"),
        ("b.nc", "cannot be read"),
        ("b.pdf", "was not made by rsmi"),
    ],
)
def test_what_tells_nothing_is_refused(tmp_path, name, message, capsys):
    (tmp_path / name).write_text("nothing")
    assert message in main([str(tmp_path / name)])


def test_a_damaged_file_is_named(drawn):
    drawn[0].write_bytes(drawn[0].read_bytes()[:-5])
    with pytest.raises(files.FileError, match="is not what was written"):
        inspect(drawn[0])


def test_several_files_are_told_one_after_the_other(drawn, capsys):
    assert main([str(drawn[1])]) is None
    assert json.loads(capsys.readouterr().out)["file"] == str(drawn[1])
