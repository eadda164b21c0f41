"""The figures, tables and checks of a study: which there are, from which files, and who asks for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from rsmi.storage import extension
from rsmi.study.catalogue import EACH, EXTENDED, KINDS, About, built_in, fields, own
from rsmi.study.layout import Study

# Files of each kind below the study's folder, with its wildcard.
OUTPUTS = {
    "figure": ("figures/{}.pdf", "figures/{}.png"),
    "paper_figure": ("figures/paper/{}.pdf", "figures/paper/{}.png"),
    "table": ("tables/{}.csv",),
    "check": ("validation/{}.csv",),
}
# What the report puts together where the target says it; else by scan or model.
CATEGORIES = {("figure", "validate"): "Validation", ("paper_figure", "paper"): "Figures of the paper"}
CATEGORIES |= {("table", "paper"): "Tables of the paper"}


@dataclass(frozen=True)
class Item:
    """One figure, table or check of a study.

    `key` is the value of its rule's wildcard, such as ``"ising/filters"``; `place` holds the scan, model and
    control name that it is of; `inputs` are its files, and `settings` the arguments of its function besides.
    `made_by` are the settings that trainings among its inputs must have been made by.
    """

    about: About
    key: str
    place: dict[str, str]
    inputs: dict[str, str | list[str]]
    settings: dict[str, Any]
    made_by: dict[str, Any]

    def files(self) -> list[str]:
        """Return all of its inputs, in order."""
        return [file for part in self.inputs.values() for file in ([part] if isinstance(part, str) else part)]

    def ensembles(self) -> list[str]:
        """Return the scans whose ensembles it reads."""
        paths = map(PurePosixPath, self.files())
        return [path.stem for path in paths if path.parts[2] == "ensembles"]

    @property
    def category(self) -> str:
        """Return the category of the report that it stands in."""
        named = CATEGORIES.get((self.about.kind, self.about.target or ""))
        return named or self.place.get("scan") or self.place.get("model") or "All scans"

    @property
    def label(self) -> str:
        """Return its numbered title."""
        return f"{self.about.order:02d} {self.about.title}"


class Catalogue:
    """All figures, tables and checks of a study, by kind and key."""

    def __init__(self, study: Study) -> None:
        """Find what the package has for a study; no module is run.

        What would be made from a list of files of which the study has none is left out.
        """
        self.study = study
        self._items = {
            kind: {item.key: item for item in self._all(kind) if [] not in item.inputs.values()}
            for kind in KINDS
        }

    def __getitem__(self, kind: str) -> dict[str, Item]:
        """Return the items of a kind by their keys."""
        return self._items[kind]

    def item(self, kind: str, wildcards: Any) -> Item:
        """Return the item of a job, by its rule, which is named as the kind, and its wildcards."""
        return self._items[kind][wildcards[kind]]

    def outputs(self, kind: str, key: str) -> list[str]:
        """Return the files of an item."""
        return [self.study.path(pattern.format(key)) for pattern in OUTPUTS[kind]]

    def files(self, target: str) -> list[str]:
        """Return the files of all items that a target asks for."""
        return [
            file
            for kind, items in self._items.items()
            for key, item in items.items()
            if item.about.target == target
            for file in self.outputs(kind, key)
        ]

    def needed(self, target: str) -> list[Item]:
        """Return the items that a target asks for, and those that these are made from."""
        made = {
            file: item
            for kind, items in self._items.items()
            for key, item in items.items()
            for file in self.outputs(kind, key)
        }
        found: dict[tuple[str, str], Item] = {}
        waiting = [made[file] for file in self.files(target)]
        while waiting:
            item = waiting.pop()
            if (item.about.kind, item.key) not in found:
                found[item.about.kind, item.key] = item
                waiting += [made[file] for file in item.files() if file in made]
        return [found[key] for key in sorted(found)]

    def extensions(self) -> dict[str, dict[str, str]]:
        """Return the files of users' figures and tables, by kind and key, and of models, by their names."""
        files = {
            kind: {
                key: str(item.about.path) for key, item in some.items() if item.about.code == item.about.path
            }
            for kind, some in self._items.items()
        }
        models = {name: model["kind"] for name, model in self.study.models.items()}
        return files | {"model": {name: kind for name, kind in models.items() if extension.is_file(kind)}}

    def captions(self) -> dict[str, dict[str, str]]:
        """Return the captions of the report, by kind and key."""
        return {
            kind: {key: one.about.caption for key, one in some.items()} for kind, some in self._items.items()
        }

    def _all(self, kind: str) -> Iterator[Item]:
        for about in built_in(kind):
            for place in self.study.places(about.each):
                yield self._made(about, place)
        if kind in EXTENDED:
            for path, scan in self.study.extensions(f"{kind}s"):
                about = own(kind, path)
                for place in self.study.places(about.each):
                    if scan in (None, place.get("scan")):
                        yield self._made(about, place)

    def _made(self, about: About, place: dict[str, str]) -> Item:
        owner = [place[name] for name in EACH[about.each]]
        if about.kind == "check":
            # Rows of free dimers say of which model they are.
            key = "/".join([about.name, *(owner or place.values())])
        else:
            key = "/".join([*owner, about.name])
        inputs = {
            name: self.study.expand(pattern, place)[0]
            if isinstance(pattern, str)
            else [file for part in pattern for file in self.study.expand(part, place)]
            for name, pattern in about.inputs.items()
        }
        trained = any("learning" in fields(part) for part in _patterns(about))
        made_by = self.study.training_settings(place["scan"]) if trained else {}
        return Item(about, key, place, inputs, self.study.settings(about.settings, place), made_by)


def _patterns(about: About) -> Iterator[str]:
    """Yield the patterns of all inputs."""
    for pattern in about.inputs.values():
        yield from [pattern] if isinstance(pattern, str) else pattern
