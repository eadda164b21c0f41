"""A checked configuration as the workflow sees it: files, and the slice of the settings of each job."""

import math
from itertools import product
from pathlib import Path, PurePosixPath
from typing import Any

from rsmi.external.locate import inputs
from rsmi.external.settings import public
from rsmi.sampling.models.registry import FILE, REGISTRY, model_name
from rsmi.storage import extension
from rsmi.study.catalogue import fields
from rsmi.study.lattice import control_of_model

# Settings that name files of users' own code.
OWN_CODE = "figures", "tables"


def control_name(symbol: str, value: float) -> str:
    """Return a control value as file names have it, ``"T=2.0"``; infinity is ``inf``."""
    return f"{symbol}={float(value)!r}"


def control_value(name: str) -> float:
    """Return the value of a control name."""
    return float(name.split("=")[1])


def seed_blocks(seeds: int, per_job: int) -> list[str]:
    """Cut the seeds 0, ..., seeds - 1 into blocks ``"first-last"`` that are aligned to absolute numbers."""
    return [f"{s}-{min(s + per_job, seeds) - 1}" for s in range(0, seeds, per_job)]


def seeds_of(block: str) -> list[int]:
    """Return the seeds of a block ``"first-last"``."""
    first, last = map(int, block.split("-"))
    return list(range(first, last + 1))


def _plain(value: Any) -> Any:
    """Sort the keys of all dictionaries, so that equal settings read alike as text."""
    if isinstance(value, dict):
        return {key: _plain(value[key]) for key in sorted(value)}
    return value


class Study:
    """Paths and settings of a study, from a configuration that `rsmi.study.config.checked` returned."""

    def __init__(self, config: dict[str, Any]) -> None:
        """Keep the configuration."""
        self.config = config
        self.models = config["models"]
        self.scans = config["scans"]
        self.root = PurePosixPath("results", config["study"])

    def path(self, relative: str) -> str:
        """Return a path below the study's folder, with any wildcards in it."""
        return str(self.root / relative)

    def controls(self, model: str) -> list[str]:
        """Return the control names of a model, ascending."""
        return self._names(model, self.models[model]["control"])

    def scan_controls(self, scan: str) -> list[str]:
        """Return the control names of a scan, ascending: those it asks for, else all of its model."""
        s = self.scans[scan]
        return self._names(s["model"], s["control"] or self.models[s["model"]]["control"])

    def _names(self, model: str, values: list[float]) -> list[str]:
        symbol = control_of_model(self.models[model]).symbol
        return [control_name(symbol, value) for value in sorted(values)]

    def read_models(self) -> list[str]:
        """Return the models whose configurations are read from files."""
        return [name for name, model in self.models.items() if model["kind"] == FILE]

    def raw_files(self, model: str, control: float) -> list[str]:
        """Return the files that the configurations of a model at one control value are read from."""
        return inputs(self.models[model]["parameters"], control)

    def sample_files(self, model: str) -> list[str]:
        """Return the files of all sample sets of a model."""
        return [self.path(f"samples/{model}/{control}.nc") for control in self.controls(model)]

    def training_files(self, scan: str, controls: list[str] | None = None) -> list[str]:
        """Return the files of all trainings of a scan, or of those at some control names."""
        s = self.scans[scan]
        points = product(
            self.scan_controls(scan) if controls is None else controls,
            s["buffers"],
            s["components"],
            seed_blocks(s["seeds"], s["seeds_per_job"]),
        )
        return [
            self.path(f"training/{scan}/{control}_LB={buffer}_n={components}_seeds={seeds}.nc")
            for control, buffer, components, seeds in points
        ]

    def learning_point(self, scan: str) -> tuple[int, int]:
        """Return the buffer and the number of components at which shares of the data are trained on."""
        return self.scans[scan]["buffers"][0], max(self.scans[scan]["components"])

    def learning_files(self, scan: str, share: float) -> list[str]:
        """Return the files of all trainings of a scan on a share of the data, at its learning point.

        A share of one is all of the data: trainings that the scan makes anyway.
        """
        s = self.scans[scan]
        buffer, components = self.learning_point(scan)
        folder, name = ("training", "") if share == 1 else ("learning", f"_share={share!r}")
        return [
            self.path(f"{folder}/{scan}/{control}_LB={buffer}_n={components}{name}_seeds={seeds}.nc")
            for control in self.scan_controls(scan)
            for seeds in seed_blocks(s["seeds"], s["seeds_per_job"])
        ]

    def files(self) -> list[str]:
        """Return the files of all samples, trainings and ensembles: what figures and tables are made from.

        A study is whole when all are there, though what was made from a missing one may be.
        """
        samples = [file for model in self.models for file in self.sample_files(model)]
        trainings = [file for scan in self.scans for file in self.training_files(scan)]
        learning = [
            file
            for scan in self.scans
            for share in self.scans[scan]["shares"]
            for file in self.learning_files(scan, share)
        ]
        return samples + trainings + learning + [self.path(f"ensembles/{scan}.nc") for scan in self.scans]

    def refereed(self) -> list[tuple[str, str]]:
        """Return scan and control name wherever trainings keep what exact results can be compared with."""
        return [
            (scan, control)
            for scan, s in self.scans.items()
            if s["training"]["responses"]
            for control in self.scan_controls(scan)
        ]

    def places(self, each: str) -> list[dict[str, str]]:
        """Return scan, model and control name of all that there is one figure, table or check for.

        `each` is a key of `rsmi.study.catalogue.EACH`.
        """
        scans = [{"scan": name, "model": scan["model"]} for name, scan in self.scans.items()]
        match each:
            case "scan":
                return scans
            case "scan with shares":
                return [place for place in scans if self.scans[place["scan"]]["shares"]]
            case "model":
                return [{"model": name} for name in self.models]
            case "refereed point":
                model = {name: scan["model"] for name, scan in self.scans.items()}
                return [
                    {"scan": scan, "model": model[scan], "control": control}
                    for scan, control in self.refereed()
                ]
            case "free dimers":
                name = self.free_dimers()
                return [{"model": name}] if name else []
        return [{}]

    def expand(self, pattern: str, place: dict[str, str]) -> list[str]:
        """Return the files of a pattern, with all values of the wildcards that `place` does not fix.

        Control values are those of the scan, but of samples those of the model.
        """
        missing = [name for name in fields(pattern) if name not in place]
        if not missing:
            return [self.path(pattern.format(**place))]
        return [
            file
            for value in self._range(missing[0], pattern, place)
            for file in self.expand(pattern, place | value)
        ]

    def _range(self, wildcard: str, pattern: str, place: dict[str, str]) -> list[dict[str, str]]:
        """Return all values of a wildcard, with what else they fix."""
        scan = place.get("scan")
        match wildcard:
            case "scan":
                # Where a model is known, those of that model.
                return [at for at in self.places("scan") if place.get("model", at["model"]) == at["model"]]
            case "model":
                return self.places("model")
            case "control" if scan is None or pattern.startswith("samples/"):
                return [{"control": name} for name in self.controls(place["model"])]
            case "control":
                return [{"control": name} for name in self.scan_controls(place["scan"])]
            case "training":
                at = [place["control"]] if "control" in place else None
                files = self.training_files(place["scan"], at)
                return [{"training": PurePosixPath(file).stem} for file in files]
        shares = [*self.scans[place["scan"]]["shares"], 1]
        files = [file for share in shares for file in self.learning_files(place["scan"], share)]
        return [{"learning": str(PurePosixPath(file).relative_to(self.root))} for file in files]

    def settings(self, names: list[str], place: dict[str, str]) -> dict[str, Any]:
        """Return settings by name: those of the scan, the model or the study that a place is of.

        Of a study `benchmarks` is the folder of its benchmark files.
        """
        models = {name: self._public(name) for name in self.models}
        # Which tables and figures there are changes none of them.
        scans = {
            name: {key: value for key, value in scan.items() if key not in OWN_CODE}
            for name, scan in self.scans.items()
        }
        owner = self.config | {"benchmarks": self.path("benchmarks"), "models": models, "scans": scans}
        if "model" in place:
            owner = scans[place["scan"]] if "scan" in place else models[place["model"]]
        return {name: _plain(owner[name]) for name in names}

    def free_dimers(self) -> str | None:
        """Return the name of a model of free dimers that the widest windows of their check fit, or None."""
        for name, model in self.models.items():
            if (
                model["kind"] == "dimers"
                and math.inf in model["control"]
                and model["parameters"]["size"] >= 16
            ):
                return name
        return None

    def sampling_settings(self, model: str) -> dict[str, Any]:
        """Return what a sampling job needs to know, but for its control value.

        The list of control values is not among it, or adding one would rerun all. Of what is read from
        files, it is how to read them, but for folders of this machine.
        """
        settings = self._public(model)
        if settings["kind"] == FILE:
            return _plain({name: settings[name] for name in ("kind", "parameters")})
        del settings["control"]
        return _plain(settings | {"key": [self.config["seed"], "sample", model]})

    def _public(self, model: str) -> dict[str, Any]:
        """Return the settings of a model without folders of this machine."""
        settings = self.models[model]
        if settings["kind"] == FILE:
            return settings | {"parameters": public(settings["parameters"])}
        return settings | {"kind": model_name(settings["kind"])}

    def model_code(self, model: str) -> str | Path:
        """Return the name of the module that holds a model's class, or its file if it is a user's own."""
        kind = self.models[model]["kind"]
        return Path(kind) if extension.is_file(kind) else REGISTRY[kind]

    def extensions(self, name: str) -> list[tuple[str, str | None]]:
        """Return users' own files of ``"figures"`` or ``"tables"``, and the scan that each is for, if it is
        for one."""
        found: list[tuple[str, str | None]] = [(path, None) for path in self.config.get(name, ())]
        return found + [(path, scan) for scan, s in self.scans.items() for path in s.get(name, ())]

    def training_settings(self, scan: str) -> dict[str, Any]:
        """Return what a training job needs to know, but for its place in the scan."""
        s = self.scans[scan]
        settings = {k: s[k] for k in ("visible", "environment", "split", "training")}
        return _plain(settings | {"key": [self.config["seed"], "train", scan]})
