"""What jobs cost before they are run: seconds, memory and disk, from the settings of a study.

The numbers are fits to the benchmark files of the default study and of the 2021 paper's, on two cores of a
cloud machine (98 GFLOP/s in float32 each): wall time, since `cpu_time` is not read to a job's end.
`rsmi.study.plan` replaces them by a machine's own speed; the rules take them as they are, and a margin.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from rsmi.estimator.split import chain_bounds
from rsmi.sampling.models.registry import FILE
from rsmi.study.lattice import lattice_of
from rsmi.study.items import OUTPUTS, Catalogue, Item
from rsmi.study.layout import Study, seeds_of

MB = 10**6
# Chains and samples per chain of a pilot run of `rsmi.sampling.driver`, which takes a second to import.
PILOT_CHAINS = 8
PILOT_SAMPLES = 1000


class Job(NamedTuple):
    """What one job needs: `seconds` of one core, `memory` and `disk` in MB of 10^6 bytes."""

    seconds: float
    memory: float
    disk: float


@dataclass(frozen=True)
class Planned:
    """`count` equal jobs of a stage (a folder of benchmarks) and rule, each with the needs of `job`."""

    stage: str
    rule: str
    count: int
    job: Job


class Kind(NamedTuple):
    """A kind of model: the usual automatic spacing in sweeps (None: as wide as it may be), seconds per site
    and sweep, and per site that is kept; bytes per site in memory, and on disk once compressed.
    """

    spacing: int | None
    sweep: float
    keep: float
    bytes: int
    compressed: float


KINDS = {
    "ising": Kind(5, 0.9e-9, 27e-9, 1, 0.16),
    # A direct sample does not depend on the number of sweeps.
    "ising_chain": Kind(1, 10e-9, 27e-9, 1, 0.16),
    "dimers": Kind(6, 4.1e-9, 9.5e-9, 1, 0.13),
    "chipping": Kind(None, 4.3e-9, 10e-9, 2, 0.38),
}
# A model that is not among them; states, and numbers, that come from files.
UNKNOWN = Kind(10, 10e-9, 30e-9, 2, 0.5)
READ_STATES, READ_NUMBERS = Kind(None, 0.0, 60e-9, 1, 0.16), Kind(None, 0.0, 60e-9, 4, 3.0)

# Of what is kept, per site: compression and writing alone.
WRITE_SITE = 6e-9
# Start of the process, imports, and writing of a file.
SAMPLE_START = 2.1
TRAIN_START = 4.6
# Per member: a step, a window that is trained on; a multiplication and addition of the critic, in training
# (forth and back) and on validation windows; a state of h of a window in the last evaluation.
STEP, WINDOW, TRAIN_FLOP, VALIDATE_FLOP, ANSWER = 4.0e-5, 1.6e-6, 1.45e-10, 0.8e-10, 1.3e-6
# A refinement takes about as long as this many epochs.
REFINE_EPOCHS = 30
# The critic reads K x K scores, or h is drawn, where sums over states are not exact.
INEXACT = 4.0

AGGREGATE_START, AGGREGATE_FILE = 1.2, 0.05
FIGURE, PAPER_FIGURE, TABLE, REFEREE, CHECK, COSTS = 3.8, 6.0, 1.3, 8.0, 60.0, 5.0
# A job that reads all samples of a model, per byte in memory.
READ_BYTE = 3.5e-9

SAMPLE_MEMORY, SAMPLE_COPIES, CHECK_COPIES = 270.0, 2.5, 10.0
TRAIN_MEMORY, TRAIN_COPIES, ANSWER_MEMORY = 600.0, 1.6, 1.0e-4
AGGREGATE_MEMORY, FIGURE_MEMORY, TABLE_MEMORY, REFEREE_MEMORY = 180.0, 520.0, 260.0, 480.0
# An ensemble is held uncompressed, with work arrays beside it.
ENSEMBLE_COPIES = 6.0

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
    """Estimates of every job of a study; nothing is run, and no file is read."""

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
        return m["chains"] * m["samples"] * self.sites(model) * _kind(m).bytes

    def sample(self, model: str, control: str | None = None) -> Job:
        """Return the cost of a sampling job, at one control name where that was measured."""
        m, kind = self.study.models[model], _kind(self.study.models[model])
        if m["kind"] == FILE:
            return self._read(model)
        sites, kept = self.sites(model), m["chains"] * m["samples"]
        sweeps, pilot = m["thermalisation"] * m["chains"], 0
        spacing = m["spacing"]
        if spacing == "auto":
            spacing = min(m["maximal_spacing"], kind.spacing or m["maximal_spacing"])
            pilot = PILOT_CHAINS * PILOT_SAMPLES
            # Strides of 1, 4, 16, ... up to about a quarter of the spacing.
            sweeps += m["thermalisation"] * PILOT_CHAINS + 4 / 3 * max(4, spacing / 4) * pilot
        sweeps += kept * spacing
        seconds = self.measured.start * (
            SAMPLE_START + sites * (sweeps * kind.sweep + (kept + pilot) * kind.keep)
        )
        if control is not None:
            seconds = self.measured.sampling.get((model, control), seconds)
        held = max(kept, pilot) * sites * kind.bytes
        return Job(
            seconds,
            SAMPLE_MEMORY + SAMPLE_COPIES * held / MB,
            kept * sites * kind.compressed / MB,
        )

    def _read(self, model: str) -> Job:
        """Return the cost of a job that reads and checks configurations from a file."""
        held = self.bytes(model)
        kind, sites = _kind(self.study.models[model]), held // _kind(self.study.models[model]).bytes
        seconds = self.measured.start * (SAMPLE_START + kind.keep * sites)
        # In the file's own type besides, most often eight bytes.
        memory = SAMPLE_MEMORY + (CHECK_COPIES * kind.bytes + 8) * sites / MB
        return Job(seconds, memory, kind.compressed * sites / MB)

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
        start, work = training_seconds(s, m, buffer, components, members, share)
        measured = self.measured.training.get((scan, components), self.measured.start)
        training, _, test = _windows(s, m)
        states = t["states"] ** components
        answers = ANSWER_MEMORY * members * (training + test) * states
        visible = _block(s["visible"], m)
        disk = seeds * 4 * t["epochs"] * (visible * components + 4) + 8 * visible**2 + 40_000
        if t["responses"]:
            disk += seeds * test * (components + 3 * states) * 4
            answers *= 2
        return Job(
            self.measured.start * start + measured * work,
            TRAIN_MEMORY + TRAIN_COPIES * self.bytes(s["model"]) / MB + answers,
            disk / MB,
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
        disk = self._ensemble_disk(scan)
        seconds = self.measured.start * (AGGREGATE_START + AGGREGATE_FILE * files)
        return Job(seconds, AGGREGATE_MEMORY + ENSEMBLE_COPIES * disk, disk)

    def _ensemble_disk(self, scan: str) -> float:
        return 0.65 * sum(count * job.disk for count, job in self.trainings(scan))

    @cached_property
    def _ensembles(self) -> dict[str, float]:
        return {scan: self._ensemble_disk(scan) for scan in self.study.scans}

    def item(self, item: Item) -> Job:
        """Return the cost of a figure, a table or a check, by what it reads.

        Sample sets are read one after the other, ensembles all together.
        """
        kind, place = item.about.kind, item.place
        names: dict[str, list[str]] = {}
        for file in item.files():
            _, _, folder, *rest = PurePosixPath(file).parts
            names.setdefault(folder, []).append(PurePosixPath(rest[0]).stem)
        if kind == "check" and "training" in names:
            return self.referee(place["scan"])
        if kind == "check" and (not names or item.about.each == "free dimers"):
            # Long, whatever it reads.
            return Job(self.measured.start * CHECK, 2 * REFEREE_MEMORY, 0.01)
        if kind in ("check", "table") and "samples" in names:
            return self._read_samples(names["samples"])
        scans = {*item.ensembles(), *filter(None, [place.get("scan")])}
        held = ENSEMBLE_COPIES * sum(size for scan, size in self._ensembles.items() if scan in scans)
        if kind == "table" and "scan" in place:
            return Job(self.measured.start * TABLE, TABLE_MEMORY + held, 0.01)
        seconds = FIGURE if "scan" in place else PAPER_FIGURE
        return Job(self.measured.start * seconds, FIGURE_MEMORY + held, 0.1)

    def _read_samples(self, models: list[str]) -> Job:
        """Return the cost of reading sample sets one after the other, each of one of these models."""
        held = [self.bytes(model) for model in models]
        seconds = TABLE + sum(0.05 + READ_BYTE * size for size in held)
        # A set and the next; ring models are also cut into windows.
        return Job(self.measured.start * seconds, REFEREE_MEMORY + 2.5 * max(held) / MB, 0.01)

    def referee(self, scan: str) -> Job:
        """Return the cost of the exact information of a scan's filters at one control value."""
        held = self.bytes(self.study.scans[scan]["model"])
        return Job(self.measured.start * REFEREE, REFEREE_MEMORY + 2.5 * held / MB, 0.005)

    def costs(self) -> Job:
        """Return the cost of the table and figure of what all others cost."""
        return Job(self.measured.start * COSTS, FIGURE_MEMORY, 0.1)

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
        return self.costs()

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
            jobs += [Planned(stage, kind, 1, self.item(item)) for item in items if item.about.kind == kind]
        return [*jobs, Planned("costs", "costs", 1, self.costs())]


def training_seconds(
    scan: dict[str, Any],
    model: dict[str, Any],
    buffer: int,
    components: int,
    members: int,
    share: float = 1.0,
) -> tuple[float, float]:
    """Return the seconds of a training by the reference: start of the process, and work.

    `scan` and `model` are parts of a checked configuration.
    """
    t = scan["training"]
    training, validation, test = _windows(scan, model)
    states = t["states"] ** components
    visible, environment = _block(scan["visible"], model), _environment(scan, buffer, model)
    layers = [environment, *t["hidden"], t["embedding"]]
    flops = visible * components + sum(a * b for a, b in pairwise(layers))
    epochs = t["epochs"] + (REFINE_EPOCHS if t["refine"] else 0)
    steps = training // t["batch_size"]
    seconds = epochs * (STEP * steps + training * (WINDOW + TRAIN_FLOP * flops))
    # Less data is seen in more epochs, each of which is validated.
    seconds += t["epochs"] / share * validation * VALIDATE_FLOP * flops
    seconds += ANSWER * (training + validation + test) * states
    inexact = INEXACT if t["discretisation"] != "exact" or t["critic"] != "separable" else 1.0
    return TRAIN_START, members * inexact * seconds


def _kind(model: dict[str, Any]) -> Kind:
    if model["kind"] == FILE:
        return READ_STATES if model["parameters"]["values"] in ("binary", "states") else READ_NUMBERS
    return KINDS.get(model["kind"], UNKNOWN)


def _block(side: int, model: dict[str, Any]) -> int:
    """Return the sites of a block, in one or two dimensions."""
    return side ** len(lattice_of(model).dims)


def _environment(scan: dict[str, Any], buffer: int, model: dict[str, Any]) -> int:
    inner = scan["visible"] + 2 * buffer
    return _block(inner + 2 * scan["environment"], model) - _block(inner, model)


def _windows(scan: dict[str, Any], model: dict[str, Any]) -> tuple[int, int, int]:
    """Return the windows of one epoch of training, of validation, and of the test."""
    split, each = scan["split"], scan["training"]["windows"]
    first, second = chain_bounds(model["chains"], split["training"], split["validation"])
    chains, samples = model["chains"], model["samples"]
    return first * samples, (second - first) * samples * each, (chains - second) * samples * each


def minutes(job: Job, attempt: int = 1) -> int:
    """Return the `runtime` to ask for, in minutes: a multiple of the estimate, with a floor, per attempt."""
    return attempt * max(LEAST_MINUTES, math.ceil(MARGIN * job.seconds / 60))
