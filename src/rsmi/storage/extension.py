"""Code of users in files of their own: a model, a figure or a table beside a study, without a fork.

Such a file is a program, and it is run. It may import what lies beside it. Its folder is in the path of
imports only while it is run, so that two folders may each have a ``helpers.py``; a job stays in its one.
"""

import importlib.util
import sys
from functools import cache
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType

from rsmi.storage.digest import local_files

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
    beside = check_imports(path)
    name = PREFIX + path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Decorators such as that of data classes look a module up by its name.
    sys.modules[name] = module
    folder = str(path.parent)
    # Behind what is installed: a file that is named as something there would break that.
    sys.path.append(folder)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = _line(error, path)
        raise ExtensionError(f"cannot be run ({type(error).__name__}: {error}{line}); mend it") from error
    finally:
        sys.path.remove(folder)
        if folder not in _stayed:
            # Another folder may have modules of the same names.
            for other in beside:
                sys.modules.pop(other, None)
    return module


def stay(path: str | Path) -> None:
    """Let the functions of a file import what lies beside it later, too: for a job, which runs one file."""
    folder = str(Path(path).resolve().parent)
    _stayed.add(folder)
    sys.path.append(folder)


def _line(error: Exception, path: Path) -> str:
    """Say at which line of a file an error came up."""
    lines, trace = [], error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {lines[-1]}" if lines else ""


def check_imports(path: Path) -> list[str]:
    """Return the names of all modules beside a file that it imports.

    Raises `ExtensionError` for one whose name would get something that is installed.
    """
    try:
        files = local_files(path)
    except (SyntaxError, ValueError) as error:
        raise ExtensionError(f"cannot be read ({error}); mend it") from None
    beside = [name for name, file in files.items() if file != path]
    for name in beside:
        if _is_installed(name.split(".")[0], path.parent):
            raise ExtensionError(
                f"imports {name}, which lies beside it, but an installed module has that name, too; give the "
                "file another one"
            )
    return beside


def _is_installed(name: str, folder: Path) -> bool:
    """Tell whether a module of this name would come from elsewhere than from a folder."""
    places = {str(Path(entry or ".").resolve()) for entry in sys.path} - {str(folder)}
    found = PathFinder.find_spec(name, sorted(places))
    return name in sys.builtin_module_names or (found is not None and found.origin is not None)
