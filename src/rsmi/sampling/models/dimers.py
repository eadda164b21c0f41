"""Interacting dimers on the periodic square lattice, by the directed-loop (worm) algorithm.

A covering has the weight exp(N_parallel / T), where N_parallel counts the plaquettes with two parallel dimers
(F. Alet et al., Phys. Rev. E 74, 041124 (2006)); energies are in units of the attraction, k_B = 1. The
algorithm is that of A. W. Sandvik and R. Moessner, Phys. Rev. B 73, 144504 (2006), with scattering matrices
of minimal bounce as in appendix C of D. E. Gökmen et al., Phys. Rev. E 104, 064106 (2021).

A configuration is an image of 2L x 2L pixels: the vertex (y, x) is the pixel (2y, 2x), the link to its right
(2y, 2x + 1), the link downwards (2y + 1, 2x), each link 1 where a dimer lies on it and else 0; the other
pixels are plaquettes. Vertices and plaquettes are 0, or spins that serve as noise. Directions are numbered 0
right, 1 down, 2 left, 3 up, so that d ^ 2 is opposite to d.
"""

import math
from functools import cache, cached_property
from itertools import combinations, product
from typing import ClassVar

import numba
import numpy as np

from rsmi.sampling.models.base import Control, Model
from rsmi.sampling.models.dimer_starts import EMPTY, columnar, random_covering
from rsmi.sampling.seeds import stream
from rsmi.sampling.splitmix import LOW, below, mix, random_states, threshold

TRANSITION = 0.65
# Below it, weights differ by more than the precision of the random numbers, and nothing moves.
LOWEST_TEMPERATURE = 0.05
# Chains whose worms are interleaved.
LANES = 4
PAIRS = [(a, b) for a in range(4) for b in range(a, 4)]
BOUNCES = {unknown for unknown, (a, b) in enumerate(PAIRS) if a == b}


@cache
def _bases() -> list[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]]:
    """Return the corners of the directed-loop equations, as functions of the weights.

    The ten unknowns are A_ab, a <= b, in the order of `PAIRS`; each link a asks that sum_b A_ab = w_a. A
    corner has at most four unknowns that are not zero: which ones, and twice the inverse of their equations,
    an integer matrix.
    """
    found: list[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]] = []
    for chosen in combinations(range(len(PAIRS)), 4):
        equations = np.array([[link in PAIRS[unknown] for unknown in chosen] for link in range(4)], float)
        if abs(np.linalg.det(equations)) > 0.5:
            inverse = np.round(2 * np.linalg.inv(equations)).astype(int)
            found.append((chosen, tuple(map(tuple, inverse.tolist()))))
    return found


def scattering_matrix(weights: tuple[float, ...]) -> np.ndarray:
    """Return the probability p[a, b] that a worm which came along link a leaves along link b; shape (4, 4).

    `weights` are those of a dimer on each link of the site, w_a > 0. With A_ab = w_a p_ab = A_ba detailed
    balance holds, and the bounces sum_a A_aa are to be minimal: a linear program (paper, equations C3 to
    C12), small enough to be solved exactly by all its corners. Of the optimal corners the average is taken. A
    single one may be deterministic, with which the worm is not ergodic; the average is symmetric between
    equal weights.
    """
    # The unknowns that are not zero in each optimal corner, and their values.
    optimal: list[tuple[tuple[int, ...], list[float]]] = []
    least = math.inf
    for chosen, inverse in _bases():
        # fsum rounds once, so that rates far below the largest weight are right to all their digits.
        rates = [math.fsum(n * w for n, w in zip(row, weights, strict=True)) / 2 for row in inverse]
        if min(rates) < 0:
            continue
        bounces = math.fsum(rate for unknown, rate in zip(chosen, rates, strict=True) if unknown in BOUNCES)
        if bounces < least:
            optimal, least = [], bounces
        if bounces == least:
            optimal.append((chosen, rates))
    matrix = np.zeros((4, 4))
    for chosen, rates in optimal:
        for unknown, rate in zip(chosen, rates, strict=True):
            a, b = PAIRS[unknown]
            matrix[a, b] += rate
            if a != b:
                matrix[b, a] += rate
    return matrix / len(optimal) / np.array(weights)[:, None]


@cache
def scattering_table(temperature: float) -> np.ndarray:
    """Return the scattering matrices of all local environments; float64, shape (3, 3, 3, 3, 4, 4).

    The first four indices are the numbers of dimers beside and parallel to one on link 0, 1, 2, 3: 0, 1 or 2.
    It is worked out once per temperature, and can only be read.
    """
    table = np.empty((3, 3, 3, 3, 4, 4))
    for parallel in product(range(3), repeat=4):
        # Relative to the largest, so that they do not overflow.
        weights = tuple(math.exp((n - max(parallel)) / temperature) for n in parallel)
        table[parallel] = scattering_matrix(weights)
    table.flags.writeable = False
    return table


def _environments() -> np.ndarray:
    """Return which row of the table holds for the dimers of the four neighbours; uint8, shape (625,).

    Neighbour d's dimer points to p_d in 0 to 4 and the index is p_0 + 5 p_1 + 25 p_2 + 125 p_3. A dimer on
    link 0 has a parallel one beside it where the neighbours 1 or 3 have theirs in direction 0 too; and so on.
    """
    rows = np.empty((5,) * 4, np.uint8)
    for right, down, left, up in product(range(5), repeat=4):
        n = [
            (down == 0) + (up == 0),
            (right == 1) + (left == 1),
            (down == 2) + (up == 2),
            (right == 3) + (left == 3),
        ]
        rows[up, left, down, right] = ((n[0] * 3 + n[1]) * 3 + n[2]) * 3 + n[3]
    return rows.ravel()


ENVIRONMENTS = _environments()
COLUMNAR = ("columnar_right", "columnar_left", "columnar_down", "columnar_up")


@numba.njit(cache=True)
def _neighbours(length):
    """Return the neighbour of each site in each direction; int32, shape (L * L, 4)."""
    table = np.empty((length * length, 4), np.int32)
    for y in range(length):
        for x in range(length):
            table[y * length + x] = (
                y * length + (x + 1) % length,
                (y + 1) % length * length + x,
                y * length + (x - 1) % length,
                (y - 1) % length * length + x,
            )
    return table


@numba.njit(cache=True)
def _worms(states, worms, environments, thresholds, alike, random):
    """Run a fixed number of worms on each chain, then move it by a random symmetry of the lattice.

    states: int8 (chain, 2L, 2L). thresholds: uint64 (81, 4, 4), where the first three of each row are the
    cumulative probabilities of leaving along link 0, 1, 2. A fixed number, since stopping when something has
    been reached would prefer the states in which it is reached. `LANES` chains take their steps in turn: the
    next step of a worm has to wait for memory, in which time the others go on. Returns the number of steps.
    """
    length = states.shape[1] // 2
    neighbours = _neighbours(length)
    dimers = np.empty((LANES, length * length), np.uint8)
    head, direction, left = np.empty(LANES, np.int64), np.empty(LANES, np.int64), np.empty(LANES, np.int64)
    steps = 0
    for first in range(0, states.shape[0], LANES):
        lanes = min(LANES, states.shape[0] - first)
        for lane in range(lanes):
            _read(states[first + lane], dimers[lane])
            direction[lane], left[lane] = EMPTY, worms
        busy = lanes
        while busy > 0:
            for lane in range(lanes):
                dimer, state = dimers[lane], random[first + lane]
                if direction[lane] == EMPTY:
                    if left[lane] <= 0:
                        busy -= left[lane] == 0
                        left[lane] = -1
                        continue
                    left[lane] -= 1
                    state[0] += state[1]
                    head[lane] = below(mix(state[0]), length * length)
                    direction[lane] = dimer[head[lane]]
                    dimer[head[lane]] = EMPTY
                state[0] += state[1]
                head[lane], direction[lane] = _step(
                    dimer, neighbours, environments, thresholds, head[lane], direction[lane], mix(state[0])
                )
                steps += 1
        for lane in range(lanes):
            state = random[first + lane]
            state[0] += state[1]
            _write(dimers[lane], mix(state[0]), states[first + lane])
            state[0] = _noise(states[first + lane], alike, state[0], state[1])
    return steps


@numba.njit(cache=True)
def _step(dimer, neighbours, environments, thresholds, head, direction, word):
    """Take the dimer from the head of a worm in `direction` away, and pair its other end, the pivot, anew.

    Returns the new head, which the pivot is paired with, and the direction of the dimer that the head had:
    `EMPTY` if it is the tail, the only site without one, and the worm is closed.
    """
    pivot = neighbours[head, direction]
    around = neighbours[pivot]
    row = environments[
        dimer[around[0]]
        + np.int64(5) * dimer[around[1]]
        + np.int64(25) * dimer[around[2]]
        + np.int64(125) * dimer[around[3]]
    ]
    bounds = thresholds[row, direction ^ 2]
    leaves = np.int64(word >= bounds[0]) + np.int64(word >= bounds[1]) + np.int64(word >= bounds[2])
    dimer[pivot] = leaves
    head = np.int64(around[leaves])
    direction = np.int64(dimer[head])
    dimer[head] = leaves ^ 2
    return head, direction


@numba.njit(cache=True)
def _read(state, dimer):
    """Read the links of `state`, int8 (2L, 2L), into the directions `dimer`, shape (L * L,)."""
    length = state.shape[0] // 2
    for y in range(length):
        for x in range(length):
            if state[2 * y, 2 * x + 1]:
                dimer[y * length + x] = 0
                dimer[y * length + (x + 1) % length] = 2
            if state[2 * y + 1, 2 * x]:
                dimer[y * length + x] = 1
                dimer[(y + 1) % length * length + x] = 3


@numba.njit(cache=True)
def _write(dimer, word, state):
    """Write the covering into `state`, moved by a symmetry of the lattice.

    Shifts by one site and transposition map the four columnar states onto each other, and leave all weights
    as they are.
    """
    length = state.shape[0] // 2
    shift_y, shift_x = np.int64(word & np.uint64(1)), np.int64((word >> np.uint64(1)) & np.uint64(1))
    transpose = (word >> np.uint64(2)) & np.uint64(1)
    for y in range(length):
        for x in range(length):
            direction = dimer[y * length + x]
            to_y, to_x = (y + shift_y) % length, (x + shift_x) % length
            right, down = np.int8(direction == 0), np.int8(direction == 1)
            if transpose:
                to_y, to_x, right, down = to_x, to_y, down, right
            state[2 * to_y, 2 * to_x + 1] = right
            state[2 * to_y + 1, 2 * to_x] = down


@numba.njit(cache=True)
def _noise(state, alike, counter, step):
    """Draw the pairs of a vertex and the plaquette to its lower right anew, unless `alike` is 0.

    32 random bits below `alike` make the two spins alike. Returns the next counter.
    """
    if alike == 0:
        return counter
    for y in range(0, state.shape[0], 2):
        for x in range(0, state.shape[1], 2):
            counter += step
            word = mix(counter)
            spin = np.int8(1) if word >> np.uint64(63) else np.int8(-1)
            state[y, x] = spin
            state[y + 1, x + 1] = spin if (word & LOW) < alike else -spin
    return counter


class Dimers(Model):
    """Interacting dimers at temperature T, on a torus of `size` x `size` sites, as 2L x 2L pixels.

    Chains start from all four columnar states equally below the transition, where a random covering would
    take long to order, and from random coverings too above it. Every call of `advance` ends with a random
    symmetry of the lattice, so that all sectors have equal weight in every chain.
    """

    control = Control(
        symbol="T",
        long_name="temperature",
        units="v/k_B",
        above=0.0,
        known_transition=TRANSITION,
        known_transition_label=r"$T_\mathrm{BKT}$ (Alet et al.)",
    )
    dims = ("y", "x")
    period = (2, 2)
    sweep = "a fixed number of worms, as many as take about L^2 steps together"
    observed: ClassVar = {
        "energy": ("energy per site, minus the number of parallel plaquettes", "v"),
        "winding_x": ("winding number: flux through the links that cross a vertical line", "1"),
        "winding_y": ("winding number: flux through the links that cross a horizontal line", "1"),
        "columnar_x": ("columnar order parameter of the horizontal dimers", "1"),
        "columnar_y": ("columnar order parameter of the vertical dimers", "1"),
        "abs_columnar": ("modulus of the columnar order parameter", "1"),
        "square_winding": ("mean of the two squared winding numbers", "1"),
        "plaquette": ("plaquette order parameter", "1"),
        "abs_plaquette": ("modulus of the plaquette order parameter", "1"),
    }
    parameters: ClassVar = {
        "type": "object",
        "additionalProperties": False,
        "required": ["size"],
        "properties": {
            "size": {
                "description": "Side length L of the periodic square lattice, in sites (2L pixels), even.",
                "type": "integer",
                "minimum": 4,
                "multipleOf": 2,
            },
            "noise": {
                "description": (
                    "Coupling (in k_B T) of pairs of Ising spins, on a vertex and its lower right plaquette, "
                    "which are decoupled from all else; null for no spins, pixels that are 0."
                ),
                "type": ["number", "null"],
                "minimum": -10,
                "maximum": 10,
                "default": None,
            },
        },
    }

    def __init__(self, control: float, size: int, noise: float | None = None) -> None:
        """Set the temperature (in units of the attraction v, may be infinite), the sites per side, the noise.

        Raises `ValueError` below the lowest temperature at which the random numbers are fine enough.
        """
        if control < LOWEST_TEMPERATURE:
            raise ValueError(
                f"T = {control!r}: below {LOWEST_TEMPERATURE} worms no longer move; use a higher temperature"
            )
        self.temperature = control
        self.size = size
        self.alike = np.uint64(0) if noise is None else threshold(1.0 / (1.0 + math.exp(-2.0 * noise)))
        self.starts = COLUMNAR if control < TRANSITION else (*COLUMNAR, "random")

    @staticmethod
    def shape(size: int, **_: float | None) -> tuple[int, int]:
        """Return (2L, 2L), in pixels."""
        return 2 * size, 2 * size

    @cached_property
    def thresholds(self) -> np.ndarray:
        """The cumulative probabilities of the scattering table times 2^64; uint64, shape (81, 4, 4)."""
        sums = np.cumsum(scattering_table(self.temperature).reshape(81, 4, 4), axis=-1)
        # The largest float below 1 stands for 1; a word above it is drawn once in 2^53 times.
        return (np.minimum(sums, 1 - 2.0**-53) * 2.0**64).astype(np.uint64)

    @cached_property
    def worms(self) -> int:
        """The worms of a sweep: about as many as take L^2 steps, by their mean length in a short run."""
        rng = stream("worm length", self.size, self.temperature)
        state, random = self.initial(self.starts[0], rng)[None], random_states([rng])
        trial = self.size**2
        for _ in range(2):
            steps = _worms(state, trial, ENVIRONMENTS, self.thresholds, np.uint64(0), random)
        return max(1, round(trial * self.size**2 / steps))

    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return one of the four columnar states, or a random covering; int8, shape (2L, 2L)."""
        covering = (
            random_covering(self.size, rng)
            if start == "random"
            else columnar(self.size, start.removeprefix("columnar_"))
        )
        state = np.zeros((2 * self.size, 2 * self.size), np.int8)
        _write(covering.ravel(), np.uint64(0), state)
        counter, step = random_states([rng])[0]
        _noise(state, self.alike, counter, step)
        return state

    def advance(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Run worms on `states`, int8 (chain, 2L, 2L), in place."""
        _worms(states, sweeps * self.worms, ENVIRONMENTS, self.thresholds, self.alike, random)

    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return energy per site, windings, columnar and plaquette order parameters, each of shape (...).

        `configurations` has shape (..., 2L, 2L). A winding number is the flux sum (-1)^(y+x) over the links
        that cross a line. The columnar order parameter, of components sum (-1)^x h and sum (-1)^y v over the
        links times 2 / L^2, is (1, 0) or (0, 1), up to signs, in columnar states; the plaquette order
        parameter is 2 / L^2 times sum (-1)^(x+y) over parallel plaquettes, zero in columnar states, 1/4 in
        modulus in an ideal plaquette state (F. Alet et al., section III).
        """
        horizontal = configurations[..., 0::2, 1::2].astype(np.int32)
        vertical = configurations[..., 1::2, 0::2].astype(np.int32)
        sites = self.size**2
        sign_y, sign_x = 1 - 2 * (np.indices((self.size, self.size)) % 2)
        parallel = horizontal * np.roll(horizontal, -1, -2) + vertical * np.roll(vertical, -1, -1)
        columnar_x = 2.0 * (sign_x * horizontal).sum(axis=(-2, -1)) / sites
        columnar_y = 2.0 * (sign_y * vertical).sum(axis=(-2, -1)) / sites
        winding_x = (sign_y[:, 0] * horizontal[..., :, 0]).sum(axis=-1)
        winding_y = (sign_x[0] * vertical[..., 0, :]).sum(axis=-1)
        plaquette = 2.0 * (sign_y * sign_x * parallel).sum(axis=(-2, -1)) / sites
        return {
            "energy": -parallel.sum(axis=(-2, -1)) / sites,
            "winding_x": winding_x,
            "winding_y": winding_y,
            "square_winding": (winding_x**2 + winding_y**2) / 2,
            "columnar_x": columnar_x,
            "columnar_y": columnar_y,
            "abs_columnar": np.hypot(columnar_x, columnar_y),
            "plaquette": plaquette,
            "abs_plaquette": np.abs(plaquette),
        }


# For `rsmi.sampling.cost`: the usual automatic spacing, in sweeps; seconds per site and sweep, and per site
# of a sample that is kept; bytes of such a site in memory, and on disk.
COST = {"spacing": 6, "sweep": 4.1e-9, "keep": 9.5e-9, "bytes": 1, "compressed": 0.13}
MODEL = Dimers
