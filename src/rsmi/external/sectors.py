"""Chains that each stay in one of several sectors, as any local dynamics leaves them below a transition."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from rsmi.external.axes import Runs
from rsmi.sampling.statistics import autocorrelation

# In standard deviations of the samples of one chain: means of chains in one sector differ by no more, and
# those of different sectors by so much that their samples hardly overlap.
TOGETHER, APART = 1.5, 3.0
# A chain whose samples spread so many times as widely as those of most passes between sectors; as a share of
# all chains, how many may.
WIDE, MOST_PASSING = 3.0, 0.25
# In standard deviations of a site, by how much sites of different sectors must differ to matter to a block.
SITES = 0.25
# Chains of a sector that training, validation and test need, as `rsmi.estimator.split` has it, which uses no
# code of this wing: that trains on what is sampled, too.
ENOUGH = 3


@dataclass(frozen=True)
class Sectors:
    """The sector of every run, (run,), and the memory of samples within it, in samples; NaN if unknown."""

    sector: np.ndarray
    memory: float

    def attributes(self) -> dict[str, Any]:
        """Return what a coordinate should say of itself."""
        return {"long_name": "sector in which a chain stays", "memory_within": self.memory}

    def told(self, runs: Runs) -> str:
        """Say what there is, what follows, and what to do."""
        units = np.unique(np.stack([runs.group, self.sector]), axis=1)[1]
        size = np.bincount(units)
        what = {"series": "parts of the series", "labels": "groups"}.get(runs.kind, "chains")
        lacking = "Where training, validation or test lacks some, errors include what may be missed"
        if size.max() == 1:
            return (
                f"the samples of no two of {len(units)} {what} are alike: each stays in a sector of its "
                f"own, or they are different systems. {lacking}; sample longer, or several in each sector"
            )
        said = (
            f"{what} stay in {len(size)} sectors, such as ordered states ({', '.join(map(str, size))} {what} "
            "in them)"
        )
        if runs.kind == "series":
            return f"{said}. {lacking}; give several series, as chains"
        every = "training, validation and test each get all of them"
        if size.min() >= ENOUGH and runs.kind == "chains":
            return f"{said}; {every}, unless split.order is as_given"
        if size.min() >= ENOUGH:
            return f"{said}. With split.order random {every}. {lacking}"
        return f"{said}. {lacking}, unless chains can be cut in time; sample {ENOUGH} or more in each"


def sectors_of(series: np.ndarray, values: np.ndarray) -> Sectors | None:
    """Return the sectors that runs stay in; None where all are of one, or pass from one to the next.

    series: (series, run, sample), numbers that tell samples apart: mean, neighbours, leading principal
    components (`rsmi.external.checks.series`). values: (run, sample, Y, X).

    Runs are of one sector if the mean of every series is the same to within `TOGETHER`, of others if that of
    one differs by `APART` or more; where something lies in between, there are no sectors but a spread. The
    few that pass between sectors count to the nearest. Sites must differ, too (`_differ`): a number of
    particles that each chain conserves tells chains apart, but hardly a block.
    """
    scale = np.abs(series).max(axis=(1, 2))
    changing = (np.ptp(series, axis=(1, 2)) > 1e-9 * scale) & (scale > 0)
    if not changing.any():
        return None
    series, least = series[changing], 1e-9 * scale[changing]
    own = series.std(axis=2)
    everyone = np.zeros(series.shape[1], bool)
    found = _sectors(series, np.maximum(np.sqrt((own**2).mean(axis=1)), least), everyone)
    if found is None:
        # Perhaps a few pass from one to another, which makes the average wide.
        usual = np.maximum(np.median(own, axis=1), least)
        passing = (own > WIDE * usual[:, None]).any(axis=0)
        if passing.any() and passing.sum() <= MOST_PASSING * len(passing):
            found = _sectors(series, usual, passing)
    return found if found is not None and _differ(values, found.sector) else None


def _differ(values: np.ndarray, sector: np.ndarray) -> bool:
    """Tell whether the mean of a site differs between any two sectors by `SITES` of its deviation or more.

    The difference is a root mean square over sites.
    """
    flat = values.reshape(*values.shape[:2], -1)
    of_run = flat.mean(axis=1, dtype=float)
    profiles = np.stack([of_run[sector == one].mean(axis=0) for one in np.unique(sector)])
    difference = np.sqrt(((profiles[:, None] - profiles[None, :]) ** 2).mean(axis=2))
    within = np.sqrt(np.mean([run.var(dtype=float) for run in flat]))
    apart = difference[~np.eye(len(profiles), dtype=bool)]
    return bool((apart >= SITES * within).all())


def _sectors(series: np.ndarray, spread: np.ndarray, passing: np.ndarray) -> Sectors | None:
    """Return the sectors of runs, of which some are `passing`, (run,), where samples have this `spread`."""
    mean = series.mean(axis=2) / spread[:, None]
    distance = np.abs(mean[:, :, None] - mean[:, None, :]).max(axis=0)
    stays = np.flatnonzero(~passing)
    sector = _sets(distance[np.ix_(stays, stays)])
    if sector is None:
        return None
    nearest = distance[:, stays].argmin(axis=1)
    within = [autocorrelation(one - one.mean(axis=1, keepdims=True)) for one in series[:, stays]]
    moving = [one for one in within if not one.constant]
    known = not passing.any() and all(one.reliable for one in moving)
    return Sectors(sector[nearest], max((one.tau for one in moving), default=0.5) if known else np.nan)


def _sets(distance: np.ndarray) -> np.ndarray | None:
    """Return in which set each run is, (run,); None if runs form no sets, or only one."""
    together = distance <= TOGETHER
    # A set of runs that are all together, and apart from all others.
    first = together.argmax(axis=1)
    alike = first[:, None] == first[None, :]
    if not ((together == alike).all() and (distance[~alike] >= APART).all()) or alike.all():
        return None
    return np.unique(first, return_inverse=True)[1]
