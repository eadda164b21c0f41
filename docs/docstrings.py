"""Docstrings as they go to the site: averages in angle brackets, which HTML would take for tags."""

import re
from typing import Any

from griffe import Extension, Object

AVERAGE = re.compile(r"(``.*?``|`.*?`)|<(?=[^\s<>=])([^<>]+)>", re.S)


class Averages(Extension):
    """Writes <m> as ⟨m⟩, but not in code."""

    def on_object(self, *, obj: Object, **kwargs: Any) -> None:
        """Change the docstring of an object."""
        if obj.docstring:
            obj.docstring.value = AVERAGE.sub(lambda m: m[1] or f"⟨{m[2]}⟩", obj.docstring.value)
