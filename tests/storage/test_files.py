import os
import subprocess
import sys

import pytest

from rsmi.storage import csv, files


def write(path, text, **options):
    with files.replacing(path, **options) as temporary:
        temporary.write_text(text)


def test_what_is_written_has_its_name_and_nothing_else_remains(tmp_path):
    path = tmp_path / "deep" / "a.txt"
    write(path, "one")
    assert path.read_text() == "one" and os.listdir(path.parent) == ["a.txt"]
    assert not files.check(path)


def test_a_failure_leaves_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    write(path, "one", sealed=True)
    with pytest.raises(RuntimeError), files.replacing(path, sealed=True) as temporary:
        temporary.write_text("half of tw")
        raise RuntimeError
    assert path.read_text() == "one" and files.check(path)
    assert sorted(os.listdir(tmp_path)) == [".a.txt.sha256", "a.txt"]


def test_a_seal_is_a_line_for_sha256sum(tmp_path):
    path = tmp_path / "a.txt"
    write(path, "one", sealed=True)
    seal = files.seal_of(path).name
    assert subprocess.run(["sha256sum", "--check", "--quiet", seal], cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_text("on"),
        lambda path: path.write_text("onE"),
        lambda path: path.write_bytes(b""),
        lambda path: files.seal_of(path).write_bytes(b"\xff\x00"),
        lambda path: files.seal_of(path).write_bytes(b""),
    ],
)
def test_damage_is_seen(tmp_path, damage):
    path = tmp_path / "a.txt"
    write(path, "one", sealed=True)
    damage(path)
    with pytest.raises(files.FileError, match=r"a\.txt: is not what was written.*rsmi resume"):
        files.check(path)


def test_a_file_and_its_seal_go_together(tmp_path):
    write(tmp_path / "a.txt", "one", sealed=True)
    files.remove(tmp_path / "a.txt")
    files.remove(tmp_path / "a.txt")
    assert not os.listdir(tmp_path)


@pytest.mark.parametrize("call", [1, 2, 3])
def test_a_file_is_whole_and_sealed_whenever_its_writer_is_killed(tmp_path, call):
    """Killed right before one of the three renames: of the seal, of the file, of the seal again."""
    path = tmp_path / "a.txt"
    write(path, "one", sealed=True)
    assert subprocess.run([sys.executable, "-c", KILLED, str(path), str(call)]).returncode < 0
    assert path.read_text() == ("one" if call < 3 else "two") and files.check(path)


KILLED = """
import os, signal, sys
from rsmi.storage import files

rename, calls = os.replace, []
def counted(*names):
    calls.append(names)
    if len(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    rename(*names)
os.replace = counted
with files.replacing(sys.argv[1], sealed=True) as temporary:
    temporary.write_text("two")
"""


def test_a_killed_writer_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    write(path, "one", sealed=True)
    code = (
        "import os, signal, sys; from rsmi.storage import files\n"
        "with files.replacing(sys.argv[1], sealed=True) as t:\n"
        "    t.write_text('two'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)]).returncode < 0
    assert path.read_text() == "one" and files.check(path)


@pytest.mark.parametrize("text", ["", "a,b\n1\n2,3,4\n"])
def test_what_is_no_table_is_named(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(files.FileError, match=r"a\.csv: cannot be read as a table"):
        csv.read(path)


def test_a_file_set_aside_replaces_none_that_was(tmp_path):
    path = tmp_path / "a.csv"
    for text in ("first", "second", "third"):
        with files.replacing(path, sealed=True) as temporary:
            temporary.write_text(text)
        files.set_aside(path, ".damaged")
    names = ("a.csv.damaged", "a.csv.damaged-2", "a.csv.damaged-3")
    assert [(tmp_path / name).read_text() for name in names] == ["first", "second", "third"]
    assert files.check(tmp_path / names[1]) and not path.exists()
