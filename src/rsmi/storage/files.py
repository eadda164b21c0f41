"""Files that are whole or not there, and that can be told from damaged ones.

Every file is written under a temporary name, which holds the process id, in the directory where it belongs,
synchronised, then renamed: a killed job, a full disk or a job that runs twice leaves no half file behind.
A format that cannot hold a checksum of itself gets a seal, a hidden file beside it (``.rsmi.csv.sha256``).
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REMEDY = "`rsmi resume` sets damaged files aside; then start the same run again, which remakes them."


class FileError(Exception):
    """A file that cannot be trusted; the message names it and the remedy."""


@contextmanager
def replacing(path: str | Path, sealed: bool = False) -> Iterator[Path]:
    """Yield a temporary path in the directory of `path`, made if need be, to write to.

    When the block ends well, what was written there is synchronised and becomes `path`; if it raises, `path`
    is as it was. With `sealed`, the seal holds the old file and the new one until the one has become the
    other, so that whichever is there after a kill is known for whole.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        with open(temporary, "rb") as file:
            os.fsync(file.fileno())
        if not sealed:
            os.replace(temporary, path)
            return
        mark = f"{_digest(temporary)}  {path.name}\n"
        before = _seal(path)
        _write(seal_of(path), mark + before)
        os.replace(temporary, path)
        if before:
            _write(seal_of(path), mark)
    finally:
        temporary.unlink(missing_ok=True)


def seal_of(path: str | Path) -> Path:
    """Return where the seal of a file lies."""
    path = Path(path)
    return path.with_name(f".{path.name}.sha256")


def check(path: str | Path) -> bool:
    """Tell whether a file has a seal; raise `FileError` if it does not match it, or cannot be read."""
    path = Path(path)
    try:
        found = _digest(path)
    except FileNotFoundError:
        raise FileError(f"{path}: there is no such file. {REMEDY}") from None
    except OSError as error:
        raise FileError(f"{path}: cannot be read ({error.strerror}). {REMEDY}") from None
    if not seal_of(path).exists():
        return False
    if found not in _seal(path).split():
        raise FileError(f"{path}: is not what was written (its checksum differs). {REMEDY}")
    return True


def _seal(path: Path) -> str:
    """Return what the seal of a file says; nothing if there is none."""
    try:
        return seal_of(path).read_text(errors="replace")
    except OSError:
        return ""


def _write(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text)


def _digest(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def remove(path: str | Path) -> None:
    """Remove a file and its seal, if they are there."""
    Path(path).unlink(missing_ok=True)
    seal_of(path).unlink(missing_ok=True)


def set_aside(path: str | Path, suffix: str) -> Path:
    """Give a file, and its seal if there is one, a name that ends with `suffix` too; return its new path.

    Where there is such a file already, it stays, and a number makes the name another one.
    """
    path, number = Path(path), 1
    aside = path.with_name(path.name + suffix)
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}{suffix}-{number}")
    if seal_of(path).exists():
        seal_of(path).replace(seal_of(aside))
    return path.replace(aside)
