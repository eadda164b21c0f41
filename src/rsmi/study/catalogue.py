"""What figures, tables and checks say of themselves: the literal ``ABOUT`` at the top of a module.

The workflow reads it without running the module, so that a dry run imports no plotting. ``ABOUT`` holds

- `title`: what the report calls it;
- `each`: what there is one for, a key of `EACH`, such as ``"scan"`` or ``"study"``;
- `inputs`: by the name of a parameter of the module's function, a file below the study's folder, with the
  wildcards ``{scan}``, ``{model}`` and ``{control}``. A list is expanded over all wildcards that `each` does
  not fix: ``["ensembles/{scan}.nc"]`` are the ensembles of all scans;
- `settings`, optional: names of settings that the function takes beside its inputs, those of the scan, of
  the model, or of the study (see `rsmi.study.layout.Study.settings`);
- `order` and `caption`, optional: its place in the report, and the text there, in reStructuredText;
- `cost`, optional: ``seconds`` of one core and ``memory`` in MB of 10^6 bytes, where it takes more than what
  reading its inputs takes (see `rsmi.study.cost`);
- `target`, optional: what asks for it, ``"all"`` unless said, ``"validate"``, ``"paper"``, or None.

Code digests leave it out (`rsmi.storage.digest`): another caption makes nothing again.
"""

import ast
import keyword
import re
import string
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from rsmi.storage import FOLDERS, extension
from rsmi.storage.digest import PACKAGE, SOURCE
from rsmi.storage.words import nearest


class Kind(NamedTuple):
    """The function of a module of this kind, and in which folders of the package such modules lie.

    A folder stands before the prefix that the names of its modules get.
    """

    function: str
    folders: dict[str, str]


# By the name of the rule that makes them, and of its wildcard.
KINDS = {
    "figure": Kind("draw", {"figures": "", "validation/figures": "validation_"}),
    "paper_figure": Kind("draw", {"figures/paper2021": ""}),
    "table": Kind("table", {"tables": "", "findings/paper2021": ""}),
    "check": Kind("check", {"validation": ""}),
}
# What there may be one for, and the wildcards that this fixes in its file's name.
EACH: dict[str, tuple[str, ...]] = {
    "study": (),
    "model": ("model",),
    "scan": ("scan",),
    "scan with shares": ("scan",),
    "refereed point": ("scan", "control"),
    "free dimers": (),
}
# Of these, what users' own may be for.
OWN_EACH = "study", "model", "scan"
# Wildcards that are known besides.
KNOWN = {
    "scan": {"model"},
    "scan with shares": {"model"},
    "refereed point": {"model"},
    "free dimers": {"model"},
}
# What users may add in files of their own.
EXTENDED = "figure", "table"
# Names in these kinds that other rules have, and what a name may be.
TAKEN = {"costs"}
NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]*\Z"
# Names that Snakemake's lists of inputs use themselves.
RESERVED = {
    *(
        "append",
        "clear",
        "copy",
        "count",
        "extend",
        "get",
        "index",
        "insert",
        "items",
        "keys",
        "pop",
        "remove",
    ),
    *("reverse", "sort", "update", "size", "size_files", "size_tempfiles", "temp_size_mb"),
    *(f"{name}_{unit}" for name in ("size", "size_files") for unit in ("kb", "mb", "gb")),
}
TARGETS = "all", "validate", "paper", None
LAST = 99
Assignment = ast.Assign | ast.AnnAssign


class AboutError(Exception):
    """What is wrong with a module of a figure, table or check; the message says how to mend it."""


@dataclass(frozen=True)
class About:
    """What one module says of itself, and where it lies.

    `module` is its name for Python, or, of a file outside the package, that of the file.
    """

    kind: str
    name: str
    path: Path
    module: str
    title: str
    each: str
    inputs: dict[str, str | list[str]]
    settings: list[str] = field(default_factory=list)
    order: int = LAST
    cost: dict[str, float] = field(default_factory=dict)
    caption: str = ""
    target: str | None = "all"

    @property
    def code(self) -> str | Path:
        """Return what `rsmi.storage.digest.script_digest` knows it by."""
        return self.module if self.module.startswith(f"{PACKAGE}.") else self.path


@cache
def built_in(kind: str) -> tuple[About, ...]:
    """Return what the package's own modules of a kind say, in the order of their names.

    Raises `AboutError`, with the file, for what is wrong with one.
    """
    found = []
    for folder, prefix in KINDS[kind].folders.items():
        for path in sorted(SOURCE.joinpath(folder).glob("*.py")):
            module = ".".join([PACKAGE, *folder.split("/"), path.stem])
            try:
                about = read(kind, path, prefix + path.stem, module)
            except AboutError as error:
                raise AboutError(f"{path}: {error}") from None
            if about:
                found.append(about)
    return tuple(sorted(found, key=lambda about: about.name))


def own(kind: str, path: str) -> About:
    """Return what a file of users says of its figure or table.

    Raises `AboutError` for what is wrong with it.
    """
    name = extension.name_of(path)
    if not re.search(NAME, name):
        raise AboutError("would give its name to files; use letters, digits, '-' and '_' only")
    others = [
        about
        for other in ({kind, "paper_figure"} if kind == "figure" else {kind})
        for about in built_in(other)
    ]
    if name in {about.name for about in others} | TAKEN:
        raise AboutError(f"rsmi has a {kind} of that name; rename the file")
    if not Path(path).is_file():
        raise AboutError("there is no such file; correct the path")
    try:
        extension.check_imports(Path(path).resolve())
    except extension.ExtensionError as error:
        raise AboutError(str(error)) from None
    about = read(kind, Path(path), name, name)
    if about is None:
        raise AboutError("has no ABOUT; give it one, with the keys title, each and inputs")
    if about.target != "all":
        raise AboutError("ABOUT has a target, which is for rsmi's own; leave it out")
    if about.each not in OWN_EACH:
        raise AboutError(f"ABOUT is for each {about.each!r}; {nearest(about.each, OWN_EACH)}")
    return about


def read(kind: str, path: Path, name: str, module: str) -> About | None:
    """Return what the module in a file says of itself, None if it has no ``ABOUT``.

    Raises `AboutError` for what is wrong, and if its function does not take what it asks for.
    """
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as error:
        raise AboutError(f"line {error.lineno} is not Python ({error.msg}); correct it") from None
    literals = [node.value for node in tree.body if isinstance(node, Assignment) and _assigns(node, "ABOUT")]
    if not literals or literals[-1] is None:
        return None
    try:
        told = ast.literal_eval(literals[-1])
    except (ValueError, TypeError):
        raise AboutError("ABOUT is computed; write it as a literal, for it is read and not run") from None
    _check(told)
    _check_function(tree, KINDS[kind].function, {*told["inputs"], *told.get("settings", ())})
    return About(kind, name, path, module, **told)


def _assigns(node: ast.Assign | ast.AnnAssign, name: str) -> bool:
    """Tell whether a statement assigns to a name alone."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [getattr(target, "id", None) for target in targets] == [name]


def _check(told: Any) -> None:
    """Raise `AboutError` unless a literal is an ``ABOUT``."""
    types: dict[str, tuple[type, ...]] = {
        "title": (str,),
        "each": (str,),
        "inputs": (dict,),
        "settings": (list,),
        "order": (int,),
        "caption": (str,),
        "cost": (dict,),
        "target": (str, type(None)),
    }
    if not isinstance(told, dict):
        raise AboutError("ABOUT is no dictionary; give it the keys title, each and inputs")
    for key in ("title", "each", "inputs"):
        if key not in told:
            raise AboutError(f"ABOUT has no '{key}'; add it")
    for key, value in told.items():
        if key not in types:
            raise AboutError(f"ABOUT has an unknown key {key!r}; {nearest(key, types)}")
        if not isinstance(value, types[key]):
            raise AboutError(
                f"ABOUT has {key!r}: {value!r}, which is of the wrong type; use {types[key][0].__name__}"
            )
    if told["each"] not in EACH:
        raise AboutError(f"ABOUT is for each {told['each']!r}; {nearest(told['each'], OWN_EACH)}")
    if told.get("target") not in TARGETS:
        raise AboutError(f"ABOUT has the target {told['target']!r}; {nearest(told['target'], TARGETS[:-1])}")
    _check_cost(told.get("cost", {}))
    for name in [*told["inputs"], *told.get("settings", ())]:
        if not (isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name)):
            raise AboutError(f"ABOUT has an input or setting {name!r}; use the name of a parameter")
        if name in RESERVED:
            raise AboutError(
                f"ABOUT has an input or setting {name!r}, a name that Snakemake uses; use another one"
            )
    for name in told.get("settings", ()):
        if name in told["inputs"]:
            raise AboutError(f"ABOUT has both an input and a setting {name!r}; call the input otherwise")
    for name, pattern in told["inputs"].items():
        _check_input(name, pattern, told["each"])


def _check_cost(cost: dict[Any, Any]) -> None:
    numbers = all(isinstance(value, int | float) and value > 0 for value in cost.values())
    if cost and not ({*cost} == {"seconds", "memory"} and numbers):
        raise AboutError(f"ABOUT has the cost {cost!r}; give it seconds and memory, two numbers above 0")


def _check_input(name: str, pattern: Any, each: str) -> None:
    """Raise `AboutError` unless a pattern gives one file, or a list of patterns gives files."""
    several = isinstance(pattern, list)
    where = f"ABOUT has the input {name!r}: {pattern!r}"
    if not all(isinstance(part, str) and part for part in (pattern if several else [pattern])):
        raise AboutError(f"{where}; give a file, or a list of files")
    given = {*EACH[each], *KNOWN.get(each, ())}
    for part in pattern if several else [pattern]:
        try:
            found = fields(part)
        except ValueError as error:
            raise AboutError(f"{where}: {error}; write wildcards as {{scan}}") from None
        for wildcard in found:
            if wildcard not in RANGES:
                raise AboutError(f"ABOUT has an unknown wildcard in {part!r}; {nearest(wildcard, RANGES)}")
            if not several and wildcard not in given:
                raise AboutError(
                    f"{where}, one file for each {each}, which does not fix {{{wildcard}}}; write [{part!r}] "
                    "for all of them"
                )
        if ("training" in found and "scan" not in {*given, *found}) or (
            "learning" in found and "scan" not in given
        ):
            raise AboutError(f"{where}, which is of a scan; let it be for each scan")
        if "control" in found and not {"scan", "model"} & (given | {*found}):
            raise AboutError(f"{where}, whose {{control}} is of a scan or model; let it be for each of these")
        folder, _, rest = part.partition("/")
        if part != "{learning}" and not part.endswith(".csv") and not (folder in FOLDERS and rest):
            raise AboutError(f"{where}, which is no table (.csv) nor in one of: {', '.join(FOLDERS)}")
        if PurePosixPath(part).is_absolute() or ".." in PurePosixPath(part).parts:
            raise AboutError(f"{where}, which leads out of the study; inputs are files below its folder")


# Wildcards of inputs, in the order in which they are expanded: `training` is the name of a training's file,
# `learning` a training that `shares` of a scan asks for, or one on all of the data to compare with.
RANGES = "scan", "model", "control", "training", "learning"


def fields(pattern: str) -> list[str]:
    """Return the wildcards of a pattern, in the order of `RANGES`; others, which are wrong, come first."""
    found = {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}
    return sorted(found, key=lambda name: RANGES.index(name) if name in RANGES else -1)


def _check_function(tree: ast.Module, name: str, given: set[str]) -> None:
    """Raise `AboutError` unless a module has a function that takes what it is given, by name."""
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name]
    if not functions:
        raise AboutError(f"has no function '{name}'; add {name}({', '.join(sorted(given))})")
    arguments = functions[-1].args
    named = [*arguments.args, *arguments.kwonlyargs]
    with_default = named[len(arguments.args) - len(arguments.defaults) : len(arguments.args)]
    with_default += [
        one for one, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value
    ]
    takes, needs = {one.arg for one in named}, {one.arg for one in named if one not in with_default}
    needs |= {one.arg for one in arguments.posonlyargs}
    unknown = set() if arguments.kwarg else given - takes
    if unknown or needs - given:
        raise AboutError(
            f"{name}({', '.join(one.arg for one in [*arguments.posonlyargs, *named])}) does not take what "
            f"ABOUT asks for; its parameters are to be {', '.join(sorted(given)) or 'none'}"
        )


def name_of(kind: str, key: str) -> str:
    """Return the name of the module in the key of an item: the last part, of a check the first."""
    return key.split("/")[0 if kind == "check" else -1]
