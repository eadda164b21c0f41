import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

import rsmi
from rsmi.storage import compiled, extension

# A module with a small kernel that imports nothing else of ours; a child finds the place, too.
PROGRAM = """
import os, subprocess, sys
import {}, {}
import numpy as np
from rsmi.sampling.splitmix import mix

assert mix(np.uint64(1)) == 6238072747940578789
print(os.environ["NUMBA_CACHE_DIR"], numba.config.CACHE_DIR)
subprocess.run([sys.executable, "-c", "import rsmi"], check=True)
"""
# Root can write everywhere unless it gives that up.
WITHOUT_RIGHTS = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)


@pytest.fixture
def read_only(tmp_path):
    """A folder with the package, and a home, in which nobody can write."""
    folder = tmp_path / "read_only"
    shutil.copytree(Path(rsmi.__file__).parent, folder / "rsmi", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "home").mkdir()
    for path in (folder, *folder.rglob("*/")):
        path.chmod(0o555)
    yield folder
    for path in (folder, *folder.rglob("*/")):
        path.chmod(0o755)


def run(program, folder, **environment):
    """Run a program with the package in a folder, as somebody who cannot write there."""
    as_somebody = WITHOUT_RIGHTS if os.geteuid() == 0 else ()
    if as_somebody and shutil.which("setpriv") is None:
        pytest.skip("needs setpriv (Debian package util-linux)")
    places = [str(folder), *(path for path in sys.path if path.endswith("site-packages"))]
    environment = {"HOME": str(folder / "home"), "PYTHONPATH": os.pathsep.join(places), **environment}
    return subprocess.run(
        [*as_somebody, sys.executable, "-c", program],
        env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("order", [("rsmi", "numba"), ("numba", "rsmi")])
def test_numba_compiles_where_nothing_can_be_written(read_only, tmp_path, order):
    place = tmp_path / f"rsmi-numba-{os.geteuid()}"
    done = run(PROGRAM.format(*order), read_only, TMPDIR=str(tmp_path))
    assert done.stdout.split() == [str(place)] * 2
    assert len(list(place.rglob("*.nbi"))) == 1 and place.stat().st_mode & 0o777 == 0o700
    (told,) = done.stderr.splitlines()
    remedy = "set NUMBA_CACHE_DIR to a folder of your own"
    assert f"neither {read_only / 'rsmi'} nor {read_only / 'home'}" in told and remedy in told
    # The child has it from its parent.
    assert done.stderr.count("UserWarning") == 1


def test_what_the_user_has_set_stays(read_only, tmp_path):
    mine = str(tmp_path / "mine")
    done = run(PROGRAM.format("numba", "rsmi"), read_only, NUMBA_CACHE_DIR=mine)
    assert (done.stdout.split(), done.stderr) == ([mine] * 2, "")


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """Numba has no place to write to; the temporary folder, which is empty."""
    monkeypatch.setattr(compiled, "writable", lambda folder: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    return tmp_path


def test_a_folder_of_somebody_else_is_not_used(nowhere, monkeypatch):
    place = nowhere / f"rsmi-numba-{os.getuid()}"
    # Whoever can write to it, or has laid a link there, would choose what is run.
    place.mkdir()
    place.chmod(0o777)
    others = [compiled.temporary()]
    place.rmdir()
    place.symlink_to(nowhere, target_is_directory=True)
    others.append(compiled.temporary())
    place.unlink()
    place.mkdir(0o700)
    assert compiled.temporary() == str(place)
    monkeypatch.setattr(os, "getuid", lambda: os.geteuid() + 1)
    place.rename(nowhere / f"rsmi-numba-{os.getuid()}")
    others.append(compiled.temporary())
    assert len({*others, str(place)}) == 4
    assert all(Path(other).stat().st_mode & 0o777 == 0o700 for other in others)


def test_a_place_of_ours_on_another_machine_is_looked_at_again(nowhere, monkeypatch):
    place = nowhere / f"rsmi-numba-{os.getuid()}"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(place))
    compiled.find_place()
    assert place.is_dir()
    place.chmod(0o777)
    with pytest.warns(UserWarning, match="set NUMBA_CACHE_DIR"):
        compiled.find_place()
    assert os.environ["NUMBA_CACHE_DIR"] == numba.config.CACHE_DIR != str(place)


def test_without_any_place_the_remedy_is_named(nowhere, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(nowhere / "missing"))
    with pytest.warns(
        UserWarning, match=r"no place for what it compiles \(.*No such file.*set NUMBA_CACHE_DIR"
    ):
        compiled.find_place()
    assert "NUMBA_CACHE_DIR" not in os.environ


def test_code_of_ones_own_is_compiled_there_too(nowhere):
    path = nowhere / "mine.py"
    path.write_text("import numba\nPLACE = numba.config.CACHE_DIR\n")
    assert Path(extension.load(path).PLACE).parent == nowhere / f"rsmi-numba-{os.getuid()}"


def test_what_can_be_written_to_or_made(tmp_path):
    (tmp_path / "file").touch()
    assert compiled.writable(str(tmp_path)) and compiled.writable(str(tmp_path / "new" / "folder"))
    assert not compiled.writable(str(tmp_path / "file" / "folder"))
    # Of a user without an account.
    assert not compiled.writable("~/.cache/numba")
