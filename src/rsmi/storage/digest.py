"""Digests of the code that a stage really uses, so that it reruns when that code changes, and only then.

Snakemake tracks the text of a rule's script, to the byte, but not what the script imports. Here the modules
that a script imports, and those that they import, are found by reading them, and all their syntax trees are
hashed. Comments, docstrings and formatting are not part of a syntax tree; imports for type checkers alone
(``if TYPE_CHECKING:``) are left out of it. So are a module's notes about itself, ``ABOUT = ...`` and
``COST = ...`` at its top level: what a job is expected to cost changes no result. A module that reads such a
name itself computes with it, and then it counts.
"""

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = "rsmi"
SOURCE = Path(__file__).parent.parent
# These say nothing about what a stage computes: names for notebooks, a new version number, a model that the
# stage does not use, which symbols are refused, how jobs start, how files are written and explain themselves,
# and what becomes of files of other versions (where a form changes, so does the code that writes it, which
# reruns its stage).
EXCLUDED = {
    PACKAGE,
    f"{PACKAGE}.sampling.models.registry",
    f"{PACKAGE}.sampling.models.symbols",
    f"{PACKAGE}.storage.digest",
    f"{PACKAGE}.storage.files",
    f"{PACKAGE}.storage.provenance",
    f"{PACKAGE}.storage.version",
    f"{PACKAGE}.storage.versions",
    f"{PACKAGE}.study.job",
}
# Names that modules give to notes about themselves; no stage reads those of another module.
UNTRACKED = {"ABOUT", "COST", "EXAMPLE"}


def code_digest(*modules: str) -> str:
    """Return a digest of `modules` (such as ``"rsmi.sampling.driver"``) and all of rsmi that they import.

    Imports are found wherever they stand in a file, except for those by a computed name: give such
    modules explicitly. Raises `ModuleNotFoundError` for a module that does not exist
    and `ValueError` for a relative import, which would go unseen.
    """
    return _combined([], modules)


def extension_digest(path: Path) -> str:
    """Return a digest of a file outside the package, of what it imports beside it, and of rsmi.

    The folder is not part of it. Raises as `code_digest` and `local_files` do.
    """
    return _combined(*_extension(path))


def local_files(path: Path) -> dict[str, Path]:
    """Return a file outside the package and all files beside it that it imports, by the modules' names.

    Raises `ValueError`, naming the file, for what is not Python, and for a relative import.
    """
    path = path.resolve()
    found = {path.stem: path}
    waiting = [path]
    while waiting:
        file = waiting.pop()
        try:
            names = list(_imports(ast.parse(file.read_bytes())))
        except SyntaxError as error:
            raise ValueError(f"{file.name}, line {error.lineno}: {error.msg}") from None
        except ValueError as error:
            raise ValueError(f"{file.name}, {error}") from None
        for name in names:
            parts = name.split(".")
            for n in range(1, len(parts) + 1):
                part = ".".join(parts[:n])
                other = _file(path.parent, parts[:n])
                if other and part not in found:
                    found[part] = other
                    waiting.append(other)
    return found


def imported_names(path: Path) -> set[str]:
    """Return the names of all modules that a file, or one beside it that it imports, may import."""
    return {name for file in local_files(path).values() for name in _imports(_parsed(file))}


def _extension(path: Path) -> tuple[list[str], list[str]]:
    """Return digests of a file outside the package and of those beside it, and what they import of rsmi.

    Of these only the file itself can have notes that nothing reads.
    """
    texts, modules = [], set()
    for name, file in sorted(local_files(path).items()):
        tree = _parsed(file, notes=file != path.resolve())
        texts.append(f"{name} {hashlib.sha256(''.join(_canonical(tree)).encode()).hexdigest()}")
        modules |= {imported for imported in _imports(tree) if _path(imported)} - {PACKAGE}
        modules |= _behind_names(tree)
    return texts, sorted(modules)


def _behind_names(tree: ast.Module) -> set[str]:
    """Return the modules behind the names for notebooks that a file takes from `rsmi` itself."""
    (names,) = (
        ast.literal_eval(node.value)
        for node in ast.parse((SOURCE / "__init__.py").read_bytes()).body
        if isinstance(node, ast.Assign) and _assigned(node) == "_NAMES"
    )
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == PACKAGE:
            found |= {names[alias.name][0] for alias in node.names if alias.name in names}
        elif isinstance(node, ast.Import):
            # As attributes, any of them may be used.
            whole = [alias for alias in node.names if alias.name.split(".")[0] == PACKAGE]
            if any(alias.name == PACKAGE or alias.asname is None for alias in whole):
                found |= {module for module, _ in names.values()}
    return found


@cache
def script_digest(script: Path, *modules: str | Path) -> str:
    """Return a digest of a script, of all of rsmi that it imports, and of `modules`.

    Those are what it imports by a computed name, and files outside the package. Raises as `code_digest` and
    `extension_digest` do.
    """
    files = [_extension(module) for module in modules if isinstance(module, Path)]
    tree = _parsed(script)
    text = hashlib.sha256("".join(_canonical(tree)).encode()).hexdigest()
    imported = sorted({name for name in _imports(tree) if _path(name)})
    names = [module for module in modules if isinstance(module, str)]
    texts = [text, *(line for lines, _ in files for line in lines)]
    return _combined(texts, [*imported, *names, *(name for _, some in files for name in some)])


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
    package, *parts = module.split(".")
    return _file(SOURCE, parts) if package == PACKAGE else None


def _file(folder: Path, parts: list[str]) -> Path | None:
    """Return the file of a module by the parts of its name below a folder, None if there is none."""
    base = folder.joinpath(*parts)
    return next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)


@cache
def _read(module: str) -> tuple[str, tuple[str, ...]]:
    """Return the digest of one module and the modules of the package that it imports."""
    path = _path(module)
    if path is None:
        raise ModuleNotFoundError(f"there is no module {module}")
    tree = _parsed(path)
    imported = {name for name in _imports(tree) if _path(name)}
    # Importing a.b.c runs the __init__ of a and of a.b too.
    for name in (module, *imported):
        parts = name.split(".")
        imported |= {parent for n in range(1, len(parts)) if _path(parent := ".".join(parts[:n]))}
    text = "".join(_canonical(tree))
    return hashlib.sha256(text.encode()).hexdigest(), tuple(sorted(imported - {module}))


class _WithoutTypes(ast.NodeTransformer):
    """Drops what only a type checker runs."""

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        """Leave of ``if TYPE_CHECKING:`` what stands behind its ``else:``."""
        self.generic_visit(node)
        name = getattr(node.test, "id", None) or getattr(node.test, "attr", None)
        return node.orelse if name == "TYPE_CHECKING" else node


class _WithoutNotes(_WithoutTypes):
    """Drops a module's notes about itself, too."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Leave out ``NAME = ...`` and ``NAME: T = ...`` for the names in `UNTRACKED` that nothing reads."""
        names = [name for name in ast.walk(node) if isinstance(name, ast.Name)]
        notes = UNTRACKED - {name.id for name in names if not isinstance(name.ctx, ast.Store)}
        node.body = [statement for statement in node.body if _assigned(statement) not in notes]
        self.generic_visit(node)
        return node


def _assigned(statement: ast.stmt) -> str | None:
    """Return the one name that a statement assigns a value to, None if it is no such statement."""
    match statement:
        case ast.Assign(targets=[ast.Name(name)]) | ast.AnnAssign(target=ast.Name(name)):
            return name
    return None


def _parsed(path: Path, notes: bool = False) -> ast.Module:
    """Return the syntax tree of a file without what only a type checker runs, and without its notes."""
    tree = ast.parse(path.read_bytes())
    return _WithoutTypes().visit(tree) if notes else _WithoutNotes().visit(tree)


def _imports(tree: ast.Module) -> Iterator[str]:
    """Yield the names of all modules that may be imported (and of objects, which `_path` drops)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"line {node.lineno}: a relative import; write the whole name of the module")
            # Only a relative import may name no module.
            assert node.module is not None
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
