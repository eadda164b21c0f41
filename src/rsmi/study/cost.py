"""What the jobs of a study cost before they are run: seconds, memory and disk, from its configuration.

Here a configuration becomes numbers (sites, windows, steps, ...). What these cost, on the reference machine
of `rsmi.storage.needs`, is said beside each stage: in `rsmi.sampling.cost` and its counterparts in
`external`, `estimator`, `analysis`, `tables` and `figures`. `rsmi.study.plan` replaces the reference by a
machine's own speed; the rules take it as it is, and a margin.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from rsmi.analysis.cost import ENSEMBLE_COPIES, aggregate_job, ensemble_disk, exact_information_job
from rsmi.estimator.cost import TRAIN_START, Windows, training_disk, training_memory, training_seconds
from rsmi.estimator.split import chain_bounds
from rsmi.external.cost import READ_NUMBERS, READ_STATES, reading_job
from rsmi.figures.cost import costs_job, figure_job
from rsmi.sampling.cost import Speeds, sampling_job, speeds_of
from rsmi.sampling.models.registry import FILE, model_cost
from rsmi.storage.needs import MB, Job
from rsmi.study.items import OUTPUTS, Catalogue, Item
from rsmi.study.lattice import lattice_of
from rsmi.study.layout import Study, seeds_of
from rsmi.tables.cost import COPIES, samples_job, table_job


@dataclass(frozen=True)
class Planned:
    """`count` equal jobs of a stage (a folder of benchmarks) and rule, each with the needs of `job`.

    A figure or table has its name after the rule: ``"figure filters"``.
    """

    stage: str
    rule: str
    count: int
    job: Job


# `runtime` is this many times what was measured here, at least `LEAST_MINUTES`.
MARGIN = 4.0
LEAST_MINUTES = 10


@dataclass
class Measured:
    """What was measured on a machine, in place of the reference.

    `sampling`: seconds of a job by (model, control name); `training`: time over that of the reference by
    (scan, components); `start`: the same for processes that mostly import, and for whatever was not measured.
    """

    sampling: dict[tuple[str, str], float] = field(default_factory=dict)
    training: dict[tuple[str, int], float] = field(default_factory=dict)
    start: float = 1.0


class Costs:
    """Estimates of every job of a study; no job is run, and none of its files is read."""

    def __init__(self, study: Study, measured: Measured | None = None) -> None:
        """Estimate by the reference, or by what was measured on a machine."""
        self.study, self.catalogue = study, Catalogue(study)
        self.measured = measured or Measured()
        self._trainings: dict[tuple[str, int, int, int, float], Job] = {}

    def sites(self, model: str) -> int:
        """Return the number of lattice sites of a model."""
        return math.prod(lattice_of(self.study.models[model]).shape)

    def bytes(self, model: str) -> int:
        """Return what the configurations of one sample set of a model take in memory, in bytes."""
        m = self.study.models[model]
        return m["chains"] * m["samples"] * self.sites(model) * _speeds(m).bytes

    def sample(self, model: str, control: str | None = None) -> Job:
        """Return the cost of a sampling job, at one control name where that was measured."""
        m, sites = self.study.models[model], self.sites(model)
        if m["kind"] == FILE:
            return self._started(reading_job(_speeds(m), sites, m["chains"] * m["samples"]))
        job = self._started(
            sampling_job(
                _speeds(m),
                sites,
                chains=m["chains"],
                samples=m["samples"],
                thermalisation=m["thermalisation"],
                spacing=m["spacing"],
                maximal_spacing=m["maximal_spacing"],
            )
        )
        if control is not None:
            job = job._replace(seconds=self.measured.sampling.get((model, control), job.seconds))
        return job

    def _started(self, job: Job) -> Job:
        """Return a job with the time that it takes if processes start at this machine's speed."""
        return job._replace(seconds=self.measured.start * job.seconds)

    def train(self, scan: str, buffer: int, components: int, seeds: int, share: float = 1.0) -> Job:
        """Return the cost of a training job of so many seeds, on a share of the training configurations."""
        key = scan, buffer, components, seeds, share
        if key not in self._trainings:
            self._trainings[key] = self._train(*key)
        return self._trainings[key]

    def _train(self, scan: str, buffer: int, components: int, seeds: int, share: float) -> Job:
        s = self.study.scans[scan]
        m, t = self.study.models[s["model"]], s["training"]
        # A lone member has a twin.
        members = max(2, seeds)
        work = training_work(s, m, buffer, components, members, share)
        measured = self.measured.training.get((scan, components), self.measured.start)
        windows, states, responses = _windows(s, m), t["states"], t["responses"]
        return Job(
            self.measured.start * TRAIN_START + measured * work,
            training_memory(
                self.bytes(s["model"]), components, states, windows, members=members, responses=responses
            ),
            training_disk(
                _block(s["visible"], m),
                components,
                states,
                windows,
                epochs=t["epochs"],
                seeds=seeds,
                responses=responses,
            ),
        )

    def trainings(self, scan: str) -> Iterator[tuple[int, Job]]:
        """Yield how many training jobs of a scan are alike, and the cost of one."""
        s = self.study.scans[scan]
        for buffer in s["buffers"]:
            for components in s["components"]:
                yield from self._of_point(scan, buffer, components)

    def learnings(self, scan: str) -> Iterator[tuple[int, Job]]:
        """Yield how many trainings on a share of the data are alike, and the cost of one."""
        for share in self.study.scans[scan]["shares"]:
            yield from self._of_point(scan, *self.study.learning_point(scan), share)

    def _of_point(
        self, scan: str, buffer: int, components: int, share: float = 1.0
    ) -> Iterator[tuple[int, Job]]:
        """Yield full jobs of a buffer and number of components at all control values, and one of the rest."""
        s = self.study.scans[scan]
        controls = len(self.study.scan_controls(scan))
        full, rest = divmod(s["seeds"], s["seeds_per_job"])
        if full:
            yield controls * full, self.train(scan, buffer, components, s["seeds_per_job"], share)
        if rest:
            yield controls, self.train(scan, buffer, components, rest, share)

    def aggregate(self, scan: str) -> Job:
        """Return the cost of collecting the trainings of a scan."""
        files = sum(count for count, _ in self.trainings(scan))
        return self._started(aggregate_job(files, self._trainings_disk(scan)))

    def _trainings_disk(self, scan: str) -> float:
        return sum(count * job.disk for count, job in self.trainings(scan))

    @cached_property
    def _ensembles(self) -> dict[str, float]:
        return {scan: ensemble_disk(self._trainings_disk(scan)) for scan in self.study.scans}

    def item(self, item: Item) -> Job:
        """Return the cost of a figure, a table or a check, by what it reads.

        Sample sets are read one after the other, ensembles all together.
        """
        kind, place = item.about.kind, item.place
        parts = [PurePosixPath(file).parts[2:] for file in item.files()]
        folders, models = {folder for folder, *_ in parts}, self.study.models
        if item.about.cost:
            return self._here(Job(item.about.cost["seconds"], item.about.cost["memory"], 0.01))
        if kind == "check" and "training" in folders:
            return self.referee(place["scan"])
        read = [part[1] for part in parts if part[0] == "samples"]
        sets = [self.bytes(model) for model in read if model in models]
        if kind in ("check", "table") and sets:
            return self._here(samples_job(sets))
        scans = {*item.ensembles(), *filter(None, [place.get("scan")])}
        held = ENSEMBLE_COPIES * sum(size for scan, size in self._ensembles.items() if scan in scans)
        held += COPIES * max(sets, default=0) / MB
        if kind == "table" and "scan" in place:
            return self._here(table_job(held))
        return self._here(figure_job(held, several="scan" not in place))

    def referee(self, scan: str) -> Job:
        """Return the cost of the exact information of a scan's filters at one control value."""
        return self._here(exact_information_job(self.bytes(self.study.scans[scan]["model"])))

    def _here(self, job: Job) -> Job:
        """Return what a job of the reference that mostly imports costs on this machine."""
        return job._replace(seconds=self.measured.start * job.seconds)

    def of(self, rule: str, wildcards: Any) -> Job:
        """Return the cost of a job of the workflow, by its rule's name and its wildcards."""
        get = wildcards.get
        match rule:
            case "sample" | "read":
                return self.sample(get("model"), get("control"))
            case "train" | "train_share":
                seeds = len(seeds_of(get("seeds")))
                point = int(get("buffer")), int(get("components"))
                return self.train(get("scan"), *point, seeds, float(get("share") or 1.0))
            case "aggregate":
                return self.aggregate(get("scan"))
            case "referee":
                return self.referee(get("scan"))
        if rule in OUTPUTS:
            return self.item(self.catalogue.item(rule, wildcards))
        return self._here(costs_job())

    def plan(self, target: str = "all") -> list[Planned]:
        """Return all jobs of a target, "all" or "paper", in the order of the workflow."""
        study, jobs = self.study, []
        for model in study.models:
            rule = "read" if model in study.read_models() else "sample"
            jobs += [
                Planned("sample", rule, 1, self.sample(model, control)) for control in study.controls(model)
            ]
        for scan in study.scans:
            jobs += [Planned("train", "train", count, job) for count, job in self.trainings(scan)]
            jobs += [Planned("learning", "train_share", n, job) for n, job in self.learnings(scan)]
        jobs += [Planned("aggregate", "aggregate", 1, self.aggregate(scan)) for scan in study.scans]
        items = self.catalogue.needed(target)
        # Tables of exact information are made from a job per control value.
        jobs += [
            Planned("referee", "referee", len(item.inputs["points"]), self.referee(item.place["scan"]))
            for item in items
            if item.about.name == "referee"
        ]
        for kind, stage in (("table", "tables"), ("figure", "figures"), ("paper_figure", "figures")):
            jobs += [
                Planned(stage, f"{kind} {item.about.name}", 1, self.item(item))
                for item in items
                if item.about.kind == kind
            ]
        return [*jobs, Planned("costs", "costs", 1, self._here(costs_job()))]


def training_work(
    scan: dict[str, Any],
    model: dict[str, Any],
    buffer: int,
    components: int,
    members: int,
    share: float = 1.0,
) -> float:
    """Return the seconds of a training on the reference machine, without the start of its process.

    `scan` and `model` are parts of a checked configuration.
    """
    t = scan["training"]
    return training_seconds(
        _block(scan["visible"], model),
        _environment(scan, buffer, model),
        components,
        t["states"],
        _windows(scan, model),
        batch_size=t["batch_size"],
        epochs=t["epochs"],
        hidden=t["hidden"],
        embedding=t["embedding"],
        refine=t["refine"],
        inexact=t["discretisation"] != "exact" or t["critic"] != "separable",
        members=members,
        share=share,
    )


def _speeds(model: dict[str, Any]) -> Speeds:
    kind = model["kind"]
    if kind == FILE:
        return READ_STATES if model["parameters"]["values"] in ("binary", "states") else READ_NUMBERS
    return speeds_of(model_cost(kind), kind)


def _block(side: int, model: dict[str, Any]) -> int:
    """Return the sites of a block, in one or two dimensions."""
    return side ** len(lattice_of(model).dims)


def _environment(scan: dict[str, Any], buffer: int, model: dict[str, Any]) -> int:
    inner = scan["visible"] + 2 * buffer
    return _block(inner + 2 * scan["environment"], model) - _block(inner, model)


def _windows(scan: dict[str, Any], model: dict[str, Any]) -> Windows:
    """Return the windows of one epoch of training, of validation, and of the test."""
    split, each = scan["split"], scan["training"]["windows"]
    first, second = chain_bounds(model["chains"], split["training"], split["validation"])
    chains, samples = model["chains"], model["samples"]
    return Windows(first * samples, (second - first) * samples * each, (chains - second) * samples * each)


def minutes(job: Job, attempt: int = 1) -> int:
    """Return the `runtime` to ask for, in minutes: a multiple of the estimate, with a floor, per attempt."""
    return attempt * max(LEAST_MINUTES, math.ceil(MARGIN * job.seconds / 60))
