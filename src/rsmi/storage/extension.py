"""Code of users in files of their own: a model, a figure or a table beside a study, without a fork.

Such a file is a program, and it is run. It may import what lies beside it. One folder at a time is in the
path of imports, so that two folders may each have a ``helpers.py``; a job needs one only.
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

_folders: list[str] = []


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
    _enter(str(path.parent))
    name = PREFIX + path.stem
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Decorators such as that of data classes look a module up by its name.
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        line = _line(error, path)
        raise ExtensionError(f"cannot be run ({type(error).__name__}: {error}{line}); mend it") from error
    return module


def _line(error: Exception, path: Path) -> str:
    """Say at which line of a file an error came up."""
    lines, trace = [], error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {lines[-1]}" if lines else ""


def _enter(folder: str) -> None:
    """Let modules of one folder be imported, and no longer those of the last one."""
    if _folders == [folder]:
        return
    for last in _folders:
        sys.path.remove(last)
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file and Path(file).is_relative_to(last) and not name.startswith(PREFIX):
                del sys.modules[name]
    _folders[:] = [folder]
    # Behind what is installed: a file that is named as something there would break that.
    sys.path.append(folder)


def check_imports(path: Path) -> None:
    """Raise `ExtensionError` for an import of a file beside this one that would get something installed."""
    try:
        files = local_files(path)
    except (SyntaxError, ValueError) as error:
        raise ExtensionError(f"cannot be read ({error}); mend it") from None
    for name, file in files.items():
        if file != path and _is_installed(name.split(".")[0], path.parent):
            raise ExtensionError(
                f"imports {name}, which lies beside it as {file.name}, but an installed module has that "
                "name, too; give the file another one"
            )


def _is_installed(name: str, folder: Path) -> bool:
    """Tell whether a module of this name would come from elsewhere than from a folder."""
    places = {str(Path(entry or ".").resolve()) for entry in sys.path} - {str(folder), *_folders}
    found = PathFinder.find_spec(name, sorted(places))
    return name in sys.builtin_module_names or (found is not None and found.origin is not None)
