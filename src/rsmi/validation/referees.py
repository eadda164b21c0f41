"""What is known exactly, or nearly so, of the information on the samples of a training."""

import json
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from rsmi.estimator.split import chain_bounds
from rsmi.exact.dimers import best_rules as dimer_rules
from rsmi.exact.dimers import surroundings as dimer_rings
from rsmi.exact.dimers.information import DimersReferee
from rsmi.exact.ising import best_rules as ising_rules
from rsmi.exact.ising import surroundings as ising_rings
from rsmi.exact.ising.chain import ChainInformation
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.ising.torus import TorusInformation
from rsmi.exact.referee import information
from rsmi.sampling.seeds import stream
from rsmi.validation.member import Member

# Rings of training chains that the best rule is sought on.
SEARCH = 1000
# States of V whose rules can all be tried.
MOST_RULES = 16


@dataclass
class Known:
    """A system whose joint distribution of V and E is known, the same for every window."""

    exact: TorusInformation | ChainInformation
    windows: int
    rule = "beside the best of all rules"

    @property
    def states(self) -> np.ndarray:
        """All states of V, int8, shape (state, [visible,] visible)."""
        return self.exact.states

    def information(self, channels: np.ndarray) -> tuple[None, np.ndarray]:
        """Return the information of channels (channel, state, outcome), for every window alike."""
        values = self.exact.channel_information(channels)
        return None, np.repeat(values[:, None], self.windows, axis=1)

    def best(self, member: Member, found: np.ndarray) -> tuple[np.ndarray, float] | None:
        """Return the best of all rules, a channel (state, outcome), and no error; None for components > 1."""
        if found.shape[1] > 2 or len(self.states) > MOST_RULES:
            return None
        if isinstance(self.exact, TorusInformation):
            rule, _ = self.exact.best_rule()
            return np.eye(2)[(rule > 0).astype(int)], 0.0
        count = len(self.states)
        rules = (np.arange(1, 2 ** (count - 1))[:, None] >> np.arange(count)) & 1
        channels = np.eye(2)[rules]
        return channels[self.exact.channel_information(channels).argmax()], 0.0


class Rings(ABC):
    """A lattice on which the information follows from the ring around every window's buffer."""

    rule = "beside the best linear rule"

    def __init__(self, referee: IsingReferee | DimersReferee, samples: xr.Dataset, member: Member) -> None:
        """Cut out the rings around the test windows."""
        self.referee, self.states = referee, referee.states
        self._configurations = samples["configuration"].values
        self._period = np.atleast_1d(samples.attrs["translation_period"])
        self._rings = self._around(member.chain, member.sample, member.corner + member.environment)

    @abstractmethod
    def cut(self, configurations: np.ndarray, corners: np.ndarray) -> np.ndarray:
        """Return the rings around squares with these corners, as the referee takes them."""

    @abstractmethod
    def reduced(self, channels: np.ndarray) -> np.ndarray:
        """Return channels as the referee takes them."""

    @abstractmethod
    def rule_on(self, rings: np.ndarray, member: Member) -> np.ndarray | None:
        """Return the channel of the best linear rule on `rings`, or None where none is sought."""

    def _around(self, chain: np.ndarray, sample: np.ndarray, corner: np.ndarray) -> np.ndarray:
        """Return the rings around squares of V and buffer whose first sites are `corner`, (number, 2)."""
        size = self._configurations.shape[-1]
        return self.cut(self._configurations[chain, sample], corner % size)

    def information(self, channels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return p(h|ring), (window, channel, outcome), and shares of the information, (channel, window)."""
        given = self.referee.channel_given_ring(self._rings, self.reduced(channels))
        return given, information(given)

    def best(self, member: Member, found: np.ndarray) -> tuple[np.ndarray, float] | None:
        """Return the best linear rule, sought on rings of the training chains, as a channel (state, outcome).

        It is the filter that was `found` if none keeps more of those rings. The error is by how much the rule
        may only seem the better one.
        """
        rng = stream(0, "validation", *map(str, member.point.values()))
        total, samples = self._configurations.shape[:2]
        chains, _ = chain_bounds(total, member.split["training"], member.split["validation"])
        size = self._configurations.shape[-1]
        chain, sample = rng.integers(0, chains, SEARCH), rng.integers(0, samples, SEARCH)
        corner = self._period * rng.integers(0, size // self._period, (SEARCH, 2)) + member.environment
        rings = self._around(chain, sample, corner)
        rule = self.rule_on(rings, member)
        if rule is None:
            return None
        candidates = np.stack([found, rule])
        shares = information(self.referee.channel_given_ring(rings, self.reduced(candidates)))
        gain = shares[1] - shares[0]
        if gain.mean() <= 0:
            return found, 0.0
        return candidates[1], float(gain.std(ddof=1) / math.sqrt(SEARCH))


class IsingRings(Rings):
    """The Ising ferromagnet on a large lattice."""

    referee: IsingReferee

    def cut(self, configurations: np.ndarray, corners: np.ndarray) -> np.ndarray:
        """Return the rings around squares with these corners, as the referee takes them."""
        return ising_rings.rings_around(configurations, corners, self.referee.side)

    def reduced(self, channels: np.ndarray) -> np.ndarray:
        """Return channels as the referee takes them: averaged over the interior of V."""
        return self.referee.reduce(channels)

    def rule_on(self, rings: np.ndarray, member: Member) -> np.ndarray | None:
        """Return the channel of the best linear rule on `rings`, of one component."""
        if member.components > 1:
            return None
        found = ising_rules.best_filter(self.referee, rings, starts=3)
        z = np.einsum("nyx,yx->n", self.states, found.weights) + found.bias
        return np.eye(2)[(z > 0).astype(int)]


class DimerRings(Rings):
    """Interacting dimers on a large lattice."""

    referee: DimersReferee

    def cut(self, configurations: np.ndarray, corners: np.ndarray) -> np.ndarray:
        """Return the rings around squares with these corners, as the referee takes them."""
        return dimer_rings.rings_around(configurations, corners, self.referee.side)

    def reduced(self, channels: np.ndarray) -> np.ndarray:
        """Return channels as the referee takes them: as they are."""
        return channels

    def rule_on(self, rings: np.ndarray, member: Member) -> np.ndarray:
        """Return the channel of the best linear rule on `rings`; one start is the filter that was found."""
        found = dimer_rules.best_filter(
            self.referee, rings, member.components, starts=1, hops=2, initial=[member.filter]
        )
        return dimer_rules.threshold_channel(self.states, found.weights, found.bias)


def referee_of(samples: xr.Dataset, member: Member) -> Known | Rings | None:
    """Return what knows the information of any filter on these samples, or None if nothing does."""
    kind, parameters = samples.attrs["model"], json.loads(samples.attrs["parameters"])
    try:
        return _referee_of(kind, parameters, samples, member)
    except ValueError as error:
        print(f"no referee for {kind} at {member.point}: {error}")
        return None


def _referee_of(
    kind: str, parameters: dict[str, Any], samples: xr.Dataset, member: Member
) -> Known | Rings | None:
    """Return the referee of a model; raise `ValueError` for blocks, buffers and temperatures it cannot do."""
    control, windows = samples["control"].item(), len(member.chain)
    ferromagnet = parameters.get("coupling", "ferromagnetic") == "ferromagnetic"
    if kind == "ising_chain":
        exact = ChainInformation(
            control,
            member.visible,
            member.buffer,
            coupling=1 if ferromagnet else -1,
            size=parameters["size"],
        )
        return Known(exact, windows)
    if kind == "ising" and ferromagnet:
        if parameters["size"] == 6 and (member.visible, member.buffer) == (2, 1):
            return Known(TorusInformation(control), windows)
        return IsingRings(IsingReferee(control, member.visible, member.buffer), samples, member)
    if kind == "dimers" and parameters.get("noise") is None:
        return DimerRings(DimersReferee(control, member.visible, member.buffer), samples, member)
    return None
