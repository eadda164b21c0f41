"""What `mkdocs build` adds to the pages: the settings, and files of the repository that pages link to.

The settings are read from the schema, and those of each model from the text of its file, so that nothing of
the package need be installed.
"""

import ast
import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
REGISTRY = ROOT / "src/rsmi/sampling/models/registry.py"
FILES = ROOT / "src/rsmi/external/settings.py"
SETTINGS, MODELS = "<!-- settings -->", "<!-- models -->"
# A link or image that leads out of docs/, from a page at its top or one folder below.
OUTSIDE = re.compile(r"(\]\()((?:\.\./)+)([^)#\s]+)")
# Symbols with an index, and what is left as it is: code, and tags with their attributes.
INDEX = re.compile(r"\b([LTkwg])_([BEVc])\b")
CODE = re.compile(r"(<pre.*?</pre>|<code.*?</code>|<[^>]*>)", re.S)
HEAD = "| setting | type | default | unit | meaning |\n|---|---|---|---|---|\n"
LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "multipleOf": "multiple of {}",
}


def on_files(files: Any, config: Any) -> Any:
    """Add the files of the repository that pages link to; as text, so that a browser shows them."""
    from mkdocs.structure.files import File

    pages = [file for file in files if file.src_uri.endswith(".md")]
    for target in sorted({target for page in pages for target in outside(page)}):
        text = (ROOT / target).read_text()
        files.append(File.generated(config, f"repository/{target}.txt", content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Turn links that lead out of docs/ to the copies, and put the settings where a page asks for them."""
    depth = page.file.src_uri.count("/")

    def turned(match: re.Match) -> str:
        if match[2].count("..") <= depth:
            return match[0]
        return f"{match[1]}{'../' * depth}repository/{match[3]}.txt"

    markdown = OUTSIDE.sub(turned, markdown)
    if SETTINGS in markdown:
        markdown = markdown.replace(SETTINGS, settings(yaml.safe_load(SCHEMA.read_text())))
        markdown = markdown.replace(MODELS, models())
    return markdown


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Set the indices of symbols such as L_B low, but not in code."""
    parts = CODE.split(html)
    return "".join(part if i % 2 else INDEX.sub(r"\1<sub>\2</sub>", part) for i, part in enumerate(parts))


def outside(page: Any) -> list[str]:
    """Return the paths, from the repository's top, of the files out of docs/ that a page links to."""
    depth = page.src_uri.count("/")
    matches = OUTSIDE.findall(Path(page.abs_src_path).read_text())
    return [target for _, up, target in matches if up.count("..") > depth]


def settings(schema: dict[str, Any]) -> str:
    """Return the sections of all settings of a study as Markdown, a table for every mapping."""
    return "\n\n".join(_sections(schema, ""))


def _sections(schema: dict[str, Any], path: str) -> list[str]:
    """Return the section of a mapping, and those of the mappings in it."""
    title = f"`{path}`" if path else "The study"
    rows, inner = [], []
    for name, sub in schema.get("properties", {}).items():
        key = f"{path}.{name}".lstrip(".")
        rows.append(_row(name, sub, name in schema.get("required", [])))
        entries = sub.get("additionalProperties")
        if isinstance(entries, dict):
            inner += _sections(entries, f"{key}.NAME")
        elif "properties" in sub:
            inner += _sections(sub, key)
    text = f"## {title}\n\n{_line(schema.get('description', ''))}\n\n{HEAD}" + "\n".join(rows)
    return [text, *inner]


def _row(name: str, schema: dict[str, Any], required: bool) -> str:
    """Return the row of a setting."""
    default = _value(schema["default"]) if "default" in schema else "*required*" if required else ""
    cells = f"`{name}`", kind(schema), default, schema.get("unit", ""), schema.get("description", "")
    return "| " + " | ".join(_line(cell).replace("|", "\\|") for cell in cells) + " |"


def kind(schema: dict[str, Any]) -> str:
    """Say in words which values a schema allows."""
    if "oneOf" in schema:
        return ", or ".join(kind(sub) for sub in schema["oneOf"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return re.sub(r"^(\w+)", r"list of \1s", kind(schema["items"]))
    if schema.get("type") == "object":
        inner = isinstance(schema.get("additionalProperties"), dict) or "properties" in schema
        return "mapping, see below" if inner else "mapping"
    limits = [text.format(_plain(schema[name])) for name, text in LIMITS.items() if name in schema]
    return " ".join([str(schema.get("type", "")), ", ".join(limits)]).strip()


def models() -> str:
    """Return a section for every registered model whose settings stand in its file as plain values."""
    sections = []
    for name, module in _assigned(ast.parse(REGISTRY.read_text()), "REGISTRY").items():
        tree = ast.parse((ROOT / "src" / f"{module.replace('.', '/')}.py").read_text())
        for node in tree.body:
            parameters = _assigned(node, "parameters") if isinstance(node, ast.ClassDef) else None
            if parameters:
                sections.append(_model(name, node, parameters))
    return "\n\n".join([*sections, _files()])


def _files() -> str:
    """Return the section of models that are read from files."""
    tree = ast.parse(FILES.read_text())
    schema = _assigned(tree, "SCHEMA")
    rows = [_row(key, sub, key in schema["required"]) for key, sub in schema["properties"].items()]
    about = "Configurations of your own; [Your own configurations](data.md) says more."
    return "\n\n".join(["### `file` {#file}", about, HEAD + "\n".join(rows)])


def _model(name: str, node: ast.ClassDef, parameters: dict[str, Any]) -> str:
    """Return the section of a model from its class."""
    about = _line((ast.get_docstring(node) or "").split("\n\n")[0])
    required = parameters.get("required", [])
    rows = [_row(key, sub, key in required) for key, sub in parameters.get("properties", {}).items()]
    parts = [f"### `{name}`", about]
    control = _call(node, "control")
    if {"symbol", "long_name", "units"} <= control.keys():
        above = control.get("above")
        limit = "" if above is None else f", greater than {_plain(above)}"
        unit = control["units"].replace("_", "\\_")
        parts.append(f"Control parameter: {control['long_name']} {control['symbol']} ({unit}){limit}.")
    observed = _assigned(node, "observed") or {}
    if observed:
        parts.append(f"Observables: {', '.join(f'`{key}` ({text[0]})' for key, text in observed.items())}.")
    parts.append(HEAD + "\n".join(rows))
    return "\n\n".join(parts)


def _assigned(node: ast.AST, name: str) -> dict[str, Any] | None:
    """Return the plain value that is assigned to a name in a body, or None."""
    for statement in getattr(node, "body", []):
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            try:
                return ast.literal_eval(statement.value)
            except ValueError:
                return None
    return None


def _call(node: ast.ClassDef, name: str) -> dict[str, Any]:
    """Return the arguments that are plain values of a call whose result is assigned to a name in a body."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == name:
            values = {word.arg: word.value for word in getattr(statement.value, "keywords", [])}
            return {key: value.value for key, value in values.items() if isinstance(value, ast.Constant)}
    return {}


def _plain(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(value: Any) -> str:
    """Write a default as a configuration would."""
    text = yaml.safe_dump(value, default_flow_style=True).strip().removesuffix("...").strip()
    return f"`{text}`"


def _line(text: str) -> str:
    """Bring a text to one line, and keep what would be markup."""
    return " ".join(str(text).split()).replace("<", "&lt;")
