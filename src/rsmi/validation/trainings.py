"""Trainings against the exact information of the very filters they found."""

import json
import math
from dataclasses import dataclass

import numpy as np
import xarray as xr

from rsmi import store
from rsmi.estimator.bounds import pointwise
from rsmi.estimator.coarse_graining import component_probabilities, joint_probabilities
from rsmi.estimator.evaluation import with_error
from rsmi.estimator.split import chain_bounds
from rsmi.exact import dimers_information, ising_information
from rsmi.exact.dimers_information import DimersReferee, threshold_channel
from rsmi.exact.ising_chain_information import ChainInformation
from rsmi.exact.ising_information import Referee, information
from rsmi.exact.ising_torus_information import TorusInformation
from rsmi.seeds import stream
from rsmi.validation.rows import lower_bound

BOUNDS = {
    "infonce": "InfoNCE",
    "nwj": "NWJ",
    "tuba": "TUBA",
    "donsker_varadhan": "Donsker-Varadhan",
    "barber_agakov": "Barber-Agakov",
}
# Rings of training chains that the best rule is sought on.
SEARCH = 1000


def point(training: xr.Dataset) -> tuple[int, int]:
    """Return what tells trainings of one control value apart: buffer and number of components."""
    return int(training["L_B"]), int(training["components"])


def check(samples: xr.Dataset, trainings: list[xr.Dataset]) -> list[dict]:
    """Return rows for the member that validation chose among trainings of one point, all blocks of seeds.

    Two bounds on test chains are held to the information of the very filter found, by the referee, and that
    filter to the best rule. On large lattices a further row has the first bound with p(h|ring) in place of
    p(h|v): its expectation is the same, but most of its noise is gone, so that what the critic misses shows.
    `trainings` must have been made with ``responses: true``, from `samples`.

    Raises `ValueError` if they were not, for models whose information is not known, and for more than two
    states of h.
    """
    member = Member(trainings)
    exact = _referee(samples, member)
    found = member.channel(exact.states)
    best, uncertain = exact.best(member, found)
    given, (of_filter, of_best) = exact.information(np.stack([found, best]))

    def row(quantity: str, ours: np.ndarray, theirs: np.ndarray, other: float = 0.0, **more: float) -> dict:
        """Return the row of a difference, whose error is `other` at least."""
        means = (member.mean(shares)[0] for shares in (ours, theirs))
        error = max(member.mean(ours - theirs)[1], other)
        return lower_bound(quantity, exact.model, member.point, *means, error, **more)

    rows = []
    for bound in dict.fromkeys((member.bound, "barber_agakov")):
        scores = member.log_q if bound == "barber_agakov" else member.scores
        shares = pointwise(bound, member.probabilities, scores, member.baseline)
        in_sample = member.in_sample if bound == member.bound else math.nan
        name = f"RSMI by {BOUNDS[bound]}"
        rows.append(row(name, shares, of_filter, _least_error(given, scores), in_sample=in_sample))
        if given is not None and bound == member.bound:
            shares = pointwise(bound, given[:, 0], scores, member.baseline)
            rows.append(row(f"{name}, mean of h given the ring", shares, of_filter))
    rows.append(row(f"filter found, {exact.rule}", of_filter, of_best, uncertain))
    return rows


def _least_error(given: np.ndarray | None, scores: np.ndarray) -> float:
    """Return the standard error that a mean over windows has from h alone; scores: (window, outcome).

    Deep in an ordered phase a few rare windows decide, which may be missing among them. Given the ring, the
    scatter of h is known exactly. Where it is not, that of one window with another h is taken.
    """
    if given is None:
        return float(np.ptp(scores, axis=-1).mean()) / len(scores)
    p = given[:, 0]
    variance = (p * scores**2).sum(axis=1) - (p * scores).sum(axis=1) ** 2
    return math.sqrt(max(variance.mean(), 0.0) / len(scores))


class Member:
    """The member that validation chose, what it answers to its test windows, and where those lie."""

    def __init__(self, trainings: list[xr.Dataset]) -> None:
        """Choose among all seeds of trainings of one point."""
        chosen = max(trainings, key=lambda training: training["rsmi_validation"].max().item())
        one = chosen.isel(seed=int(chosen["rsmi_validation"].values.argmax()))
        settings = store.settings(chosen)
        self.settings = settings["training"]
        if "score" not in one or self.settings["states"] != 2:
            raise ValueError(
                "a training is compared window by window only with training.responses = true and "
                f"training.states = 2; this one has {self.settings['responses']!r} and "
                f"{self.settings['states']!r}"
            )
        self.visible, self.environment = settings["visible"], settings["environment"]
        self.split = settings["split"]
        self.buffer, self.components = int(one["L_B"]), int(one["components"])
        self.bound = self.settings["bound"]
        control = one["control"]
        self.point = json.loads(one.attrs["parameters"]) | {
            control.attrs["symbol"]: control.item(), "V": self.visible, "L_B": self.buffer,
            "components": self.components, "scan": settings["key"][-1],
        }  # fmt: skip
        self.probabilities, self.scores, self.log_q = (
            one[name].values.astype(float) for name in ("probability", "score", "log_q")
        )
        self.baseline = one["baseline"].values.astype(float) if "baseline" in one else None
        # What the published code would report is the moving average, where windows are fixed.
        name = "rsmi_train" if self.settings["translations"] else "rsmi_moving_average"
        self.in_sample = one[name].item()
        self.filter, self.bias, self.centre = (one[name].values for name in ("filter", "bias", "mean"))
        self.chain, self.sample = one["window_chain"].values, one["window_sample"].values
        self.corner = np.stack([one["window_y"].values, one["window_x"].values], axis=1)
        chains, samples = len(np.unique(self.chain)), len(np.unique(self.sample))
        self.shape = chains, samples, len(self.chain) // (chains * samples)

    def channel(self, states: np.ndarray) -> np.ndarray:
        """Return p(h|v) of blocks (number, [y,] x), shape (number, outcome)."""
        v = (states - self.centre).reshape(len(states), -1)
        z = v @ self.filter.reshape(self.components, -1).T + self.bias
        return joint_probabilities(component_probabilities(z, 2, self.settings["channel"]))

    def mean(self, shares: np.ndarray) -> tuple[float, float]:
        """Return mean and standard error of values of the test windows, shape (window,)."""
        return tuple(float(part) for part in with_error(shares, self.shape))


@dataclass
class _Known:
    """A system whose joint distribution of V and E is known, the same for every window."""

    exact: TorusInformation | ChainInformation
    model: str
    windows: int
    rule = "beside the best of all rules"

    @property
    def states(self) -> np.ndarray:
        return self.exact.states

    def information(self, channels: np.ndarray) -> tuple[None, np.ndarray]:
        """Return the information of channels (channel, state, outcome), for every window alike."""
        values = self.exact.channel_information(channels)
        return None, np.repeat(values[:, None], self.windows, axis=1)

    def best(self, member: Member, found: np.ndarray) -> tuple[np.ndarray, float]:
        """Return the best rule of all, of one component, as a channel (state, outcome), and no error."""
        if isinstance(self.exact, TorusInformation):
            rule, _ = self.exact.best_rule()
            return np.eye(2)[(rule > 0).astype(int)], 0.0
        count = len(self.states)
        if count > 8:
            raise ValueError(f"visible = {member.visible} has too many rules to try; use 3 or less")
        rules = (np.arange(1, 2 ** (count - 1))[:, None] >> np.arange(count)) & 1
        channels = np.eye(2)[rules]
        return channels[self.exact.channel_information(channels).argmax()], 0.0


class _Rings:
    """A lattice on which the information follows from the ring around every window's buffer."""

    rule = "beside the best linear rule"
    model: str

    def __init__(self, referee, samples: xr.Dataset, member: Member) -> None:
        """Cut out the rings around the test windows."""
        self.referee, self.states = referee, referee.states
        self._configurations = samples["configuration"].values
        self._period = np.atleast_1d(samples.attrs["translation_period"])
        self._rings = self._around(member.chain, member.sample, member.corner + member.environment)

    def _around(self, chain: np.ndarray, sample: np.ndarray, corner: np.ndarray) -> np.ndarray:
        """Return the rings around squares of V and buffer whose first sites are `corner`, (number, 2)."""
        size = self._configurations.shape[-1]
        return self.cut(self._configurations[chain, sample], corner % size)

    def information(self, channels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return p(h|ring), (window, channel, outcome), and shares of the information, (channel, window)."""
        given = self.referee.channel_given_ring(self._rings, self.reduced(channels))
        return given, information(given)

    def best(self, member: Member, found: np.ndarray) -> tuple[np.ndarray, float]:
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
        candidates = np.stack([found, self.rule_on(rings, member)])
        shares = information(self.referee.channel_given_ring(rings, self.reduced(candidates)))
        gain = shares[1] - shares[0]
        if gain.mean() <= 0:
            return found, 0.0
        return candidates[1], float(gain.std(ddof=1) / math.sqrt(SEARCH))


class _IsingRings(_Rings):
    model = "ising"

    def cut(self, configurations: np.ndarray, corners: np.ndarray) -> np.ndarray:
        return ising_information.rings_around(configurations, corners, self.referee.side)

    def reduced(self, channels: np.ndarray) -> np.ndarray:
        """Return channels as the referee takes them: averaged over the interior of V."""
        return self.referee.reduce(channels)

    def rule_on(self, rings: np.ndarray, member: Member) -> np.ndarray:
        """Return the channel of the best linear rule on `rings`."""
        found = ising_information.best_filter(self.referee, rings, starts=3)
        z = np.einsum("nyx,yx->n", self.states, found.weights) + found.bias
        return np.eye(2)[(z > 0).astype(int)]


class _DimerRings(_Rings):
    model = "dimers"

    def cut(self, configurations: np.ndarray, corners: np.ndarray) -> np.ndarray:
        return dimers_information.rings_around(configurations, corners, self.referee.side)

    def reduced(self, channels: np.ndarray) -> np.ndarray:
        """Return channels as the referee takes them: as they are."""
        return channels

    def rule_on(self, rings: np.ndarray, member: Member) -> np.ndarray:
        """Return the channel of the best linear rule on `rings`; one start is the filter that was found."""
        found = dimers_information.best_filter(
            self.referee, rings, member.components, starts=1, hops=2, initial=[member.filter]
        )
        return threshold_channel(self.states, found.weights, found.bias)


def _referee(samples: xr.Dataset, member: Member) -> _Known | _Rings:
    """Return what knows the information of any filter on these samples."""
    kind, parameters = samples.attrs["model"], json.loads(samples.attrs["parameters"])
    control, windows = samples["control"].item(), len(member.chain)
    if kind == "ising_chain":
        sign = -1 if parameters.get("coupling") == "antiferromagnetic" else 1
        exact = ChainInformation(
            control, member.visible, member.buffer, coupling=sign, size=parameters["size"]
        )
        return _Known(exact, kind, windows)
    if kind == "ising" and parameters.get("coupling", "ferromagnetic") == "ferromagnetic":
        if parameters["size"] == 6 and (member.visible, member.buffer) == (2, 1):
            return _Known(TorusInformation(control), kind, windows)
        return _IsingRings(Referee(control, member.visible, member.buffer), samples, member)
    if kind == "dimers" and parameters.get("noise") is None:
        return _DimerRings(DimersReferee(control, member.visible, member.buffer), samples, member)
    raise ValueError(
        f"no exact information is known of model {kind!r} with {parameters}; leave out training.responses"
    )
