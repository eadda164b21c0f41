"""Code of users in files of their own: a model, a figure or a table beside a study, without a fork.

Such a file is a program, and it is run. It may import what lies beside it. Its folder is in the path of
imports only while it is run, so that two folders may each have a ``helpers.py``; a job stays in its one.
"""

import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from rsmi.storage import compiled
from rsmi.storage.digest import extension_digest, imported_names, local_files

SUFFIX = ".py"
# Of the modules here, so that none takes the place of one that is installed.
PREFIX = "rsmi_extension_"

_stayed: set[str] = set()


class ExtensionError(Exception):
    """A file that cannot be used; the message says how to mend it."""


def is_file(name: str) -> bool:
    """Tell whether what stands in a configuration is the path of a file, and not a name that is known."""
    return name.endswith(SUFFIX)


def name_of(path: str | Path) -> str:
    """Return what the thing in a file is called: the file's name without its ending and its folder."""
    return Path(path).stem


def load(path: str | Path) -> ModuleType:
    """Run the file and return its module; it is run again only if it has changed.

    Raises `ExtensionError` if there is no such file, or if it fails.
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise ExtensionError("there is no such file; correct the path")
    return _load(path, path.stat().st_mtime_ns)


@cache
def _load(path: Path, _: int) -> ModuleType:
    check_imports(path)
    name = PREFIX + path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Decorators such as that of data classes look a module up by its name.
    sys.modules[name] = module
    with _inside(path), _compiled(path):
        try:
            spec.loader.exec_module(module)
        except (Exception, SystemExit) as error:
            line = _line(error, path)
            raise ExtensionError(f"cannot be run ({type(error).__name__}: {error}{line}); mend it") from error
    return module


@contextmanager
def _inside(path: Path) -> Iterator[None]:
    """Let modules beside a file be imported, behind what is installed, and forget them after it.

    Another folder may have modules of the same names. A job stays.
    """
    folder = str(path.parent)
    if folder in _stayed:
        yield
        return
    places, before = list(sys.path), dict(sys.modules)
    names = {top for name in local_files(path) if (top := name.split(".")[0]) != path.stem}
    hidden = {name: module for name, module in before.items() if name.split(".")[0] in names}
    for name in hidden:
        del sys.modules[name]
    sys.path.append(folder)
    try:
        yield
    finally:
        sys.path[:] = places
        for name in [name for name in sys.modules if name.split(".")[0] in names]:
            del sys.modules[name]
        sys.modules.update(hidden)


@contextmanager
def _compiled(path: Path) -> Iterator[None]:
    """Let Numba keep what it compiles of a file by the digest of all of its code.

    Its own index follows the file of a function alone, not what the function calls of others.
    """
    if "numba" not in {name.split(".")[0] for name in imported_names(path)}:
        yield
        return
    from numba import config

    # The module takes its settings from the environment, without naming them in its text.
    settings = vars(config)
    before = settings["CACHE_DIR"]
    # Not in a folder that others can write to: what is kept is run.
    places = str(path.parent / "__pycache__"), os.path.join(os.path.dirname(compiled.user_cache()), "rsmi")
    folder = before or next(filter(compiled.writable, places), None) or compiled.temporary()
    settings["CACHE_DIR"] = os.path.join(folder, f"rsmi-{extension_digest(path)}")
    try:
        yield
    finally:
        settings["CACHE_DIR"] = before


def stay(path: str | Path) -> None:
    """Let the functions of a file import what lies beside it later, too: for a job, which runs one file."""
    folder = str(Path(path).resolve().parent)
    if folder not in _stayed:
        _stayed.add(folder)
        sys.path.append(folder)


def _line(error: BaseException, path: Path) -> str:
    """Say at which line of a file an error came up."""
    lines, trace = [], error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {lines[-1]}" if lines else ""


def check_imports(path: Path) -> None:
    """Raise `ExtensionError` for an import of a file beside this one that would get something installed."""
    try:
        files = local_files(path)
    except ValueError as error:
        raise ExtensionError(f"cannot be read ({error}); mend it") from None
    for name, file in files.items():
        if file != path and _is_installed(name.split(".")[0], path.parent):
            raise ExtensionError(
                f"imports {name}, which lies beside it, but an installed module has that name, too; give the "
                "file another one"
            )


def _is_installed(name: str, folder: Path) -> bool:
    """Tell whether a module of this name would come from elsewhere than from a folder."""
    places = {str(Path(entry or ".").resolve()) for entry in sys.path} - {str(folder)}
    found = PathFinder.find_spec(name, sorted(places))
    return name in sys.builtin_module_names or (found is not None and found.origin is not None)
