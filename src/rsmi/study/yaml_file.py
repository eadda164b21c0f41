"""Configuration files: YAML that is read as it is written, or refused with the file and the line."""

from pathlib import Path
from typing import Any

import yaml


class ConfigError(Exception):
    """All that is wrong with a configuration; the message has a line per error."""

    def __init__(self, errors: list[str]) -> None:
        """Keep the list of errors and compose the message."""
        self.errors = errors
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        lines = "\n".join(f"  - {error}" for error in errors)
        super().__init__(f"{count} in the configuration, nothing was run:\n{lines}")


class _Loader(yaml.SafeLoader):
    """Refuses what YAML would silently take for something else.

    Of a key that stands twice in one mapping it takes the last; 010 is eight to it, and 1:30 ninety.
    """

    def construct_yaml_int(self, node: yaml.ScalarNode) -> int:
        """Take decimal whole numbers only."""
        value, digits = super().construct_yaml_int(node), node.value.lstrip("+-")
        return _as_written(node, value, (len(digits) > 1 and digits.startswith("0")) or ":" in digits)

    def construct_yaml_float(self, node: yaml.ScalarNode) -> float:
        """Take decimal numbers only."""
        return _as_written(node, super().construct_yaml_float(node), ":" in node.value)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        # "<<" takes over the keys of another mapping, which those given here replace.
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value if key.value != "<<"]
        for key in duplicates(keys):
            raise yaml.constructor.ConstructorError(
                problem=f"the key '{key}' is given twice", problem_mark=node.start_mark
            )
        return super().construct_mapping(node, deep)


def _as_written(node: yaml.ScalarNode, value: Any, otherwise: bool) -> Any:
    """Return a number; raise an error of YAML if it is read otherwise than it is written."""
    if otherwise:
        raise yaml.constructor.ConstructorError(
            problem=f"{node.value} would be read as {value}", problem_mark=node.start_mark
        )
    return value


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_yaml_float)


def _text(path: str | Path) -> str:
    """Return the text of a file; raise `ConfigError`, naming the line, if it is not UTF-8."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ConfigError([f"{path}: cannot be read ({error.strerror}); give the path of a file."]) from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ConfigError([f"{path}: is written in UTF-16; save it as UTF-8."])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        found = f"0x{content[error.start]:02x}"
        raise ConfigError(
            [f"{path}, line {line}: is not UTF-8 (it holds {found}); save it as UTF-8."]
        ) from None


def _circle(value: Any, inside: tuple[int, ...] = ()) -> bool:
    """Tell whether a value holds itself, as aliases of YAML can have it."""
    if id(value) in inside:
        return True
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_circle(part, (*inside, id(value))) for part in parts)


def load(path: str | Path) -> dict[str, Any]:
    """Read a configuration file; raise `ConfigError`, naming the file and line, if it is not YAML."""
    try:
        config = yaml.load(_text(path), _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "unreadable"
        remedy = "keep one" if "twice" in problem else "indent with spaces"
        if "would be read" in problem:
            remedy = "write it in decimal digits, without zeros before it"
        raise ConfigError([f"{path}{line}: not valid YAML ({problem}); {remedy}."]) from None
    if _circle(config):
        raise ConfigError([f"{path}: a setting holds itself, by an alias (*name); write it out."])
    if not isinstance(config, dict):
        raise ConfigError([f"{path}: holds no settings; it must begin with keys such as 'study:'."])
    return config


def duplicates(values: list[Any]) -> list[Any]:
    """Return the values that occur before in the list; 2 and 2.0 are the same."""
    return [value for i, value in enumerate(values) if value in values[:i]]
