"""Digests of the code that a stage really uses, so that it reruns when that code changes, and only then.

Snakemake tracks the text of a rule's script, to the byte, but not what the script imports. Here the modules
that a script imports, and those that they import, are found by reading them, and all their syntax trees are
hashed. Comments, docstrings and formatting are not part of a syntax tree.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = "rsmi"
SOURCE = Path(__file__).parent
# These say nothing about what a stage computes: a new version number, a model that it does not use, and how
# jobs start, and how files are written and explain themselves.
EXCLUDED = {
    f"{PACKAGE}.{name}" for name in ("version", "models.registry", "job", "files", "provenance", "progress")
}


def code_digest(*modules: str) -> str:
    """Return a digest of `modules` (such as ``"rsmi.sampling"``) and all of rsmi that they import.

    Imports are found wherever they stand in a file, except for those by a computed name: give such
    modules explicitly. Raises `ModuleNotFoundError` for a module that does not exist
    and `ValueError` for a relative import, which would go unseen.
    """
    return _combined([], modules)


@cache
def script_digest(script: Path, *modules: str) -> str:
    """Return a digest of a script, of all of rsmi that it imports, and of `modules`.

    Those are what it imports by a computed name. Raises as `code_digest` does.
    """
    tree = ast.parse(script.read_bytes())
    text = hashlib.sha256("".join(_canonical(tree)).encode()).hexdigest()
    imported = sorted({name for name in _imports(tree) if _path(name)})
    return _combined([text], [*imported, *modules])


def _combined(texts: list[str], modules: Iterable[str]) -> str:
    """Return a digest of texts, of modules and of all of rsmi that these import."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name not in found and name not in EXCLUDED:
            found.add(name)
            waiting.extend(_read(name)[1])
    combined = "\n".join([*texts, *(f"{name} {_read(name)[0]}" for name in sorted(found))])
    return hashlib.sha256(combined.encode()).hexdigest()[:16]


def _path(module: str) -> Path | None:
    """Return the file of a module of the package, None if there is none."""
    base = SOURCE.joinpath(*module.split(".")[1:])
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file() and module.split(".")[0] == PACKAGE:
            return path
    return None


@cache
def _read(module: str) -> tuple[str, tuple[str, ...]]:
    """Return the digest of one module and the modules of the package that it imports."""
    path = _path(module)
    if path is None:
        raise ModuleNotFoundError(f"there is no module {module}")
    tree = ast.parse(path.read_bytes())
    imported = {name for name in _imports(tree) if _path(name)}
    # Importing a.b.c runs the __init__ of a and of a.b too.
    parents = {name.rsplit(".", depth)[0] for name in (module, *imported) for depth in range(1, 4)}
    imported |= {name for name in parents if _path(name)}
    text = "".join(_canonical(tree))
    return hashlib.sha256(text.encode()).hexdigest(), tuple(sorted(imported - {module}))


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the names of all modules that may be imported (and of objects, which `_path` drops)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"line {node.lineno}: a relative import; digests need absolute ones")
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _canonical(value: Any) -> Iterator[str]:
    """Write a syntax tree as text that is the same for every Python version from 3.11 on.

    Empty fields are left out, because newer versions add such; so are docstrings and positions.
    """
    if isinstance(value, ast.AST):
        yield f"{type(value).__name__}("
        for name, field in ast.iter_fields(value):
            if name == "body" and isinstance(field, list) and _is_docstring(field):
                field = field[1:]
            if field is not None and field != []:
                yield f"{name}="
                yield from _canonical(field)
        yield ")"
    elif isinstance(value, list):
        yield "["
        for item in value:
            yield from _canonical(item)
        yield "]"
    else:
        yield f"{value!r},"


def _is_docstring(body: list[ast.stmt]) -> bool:
    """Tell whether a body begins with a string that stands by itself."""
    first = body[0] if body else None
    return (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    )
