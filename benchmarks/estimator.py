"""Speed of the estimator: model-steps per second on one core, beside the matrix-multiply peak.

    python benchmarks/estimator.py [--quick]

A model-step is one step of one member: its windows cut, its bound and gradients, its share of Adam. Two
shapes, those of the paper's Ising and dimer trainings, with sums over the states of h (the default; also with
products with E in bfloat16) and with Gumbel-softmax samples and their K x K scores (the paper's way). Every
line is a process of its own, for the sake of its peak memory; the lines take turns, and the median of all
turns counts.
"""

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from itertools import product

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

STARTED = time.perf_counter()

import numpy as np
import torch
from command_line import parser_of

from rsmi.estimator.adam import Adam
from rsmi.estimator.network import Network
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.windows import FreshWindows
from rsmi.geometry.regions import Corners, Regions, sites

IMPORTED = time.perf_counter()

# Name: batch size, regions, components, side of the lattice.
SHAPES = {
    "Ising, K = 100": (100, Regions(4, 4, 8), 1, 32),
    "dimers, K = 400": (400, Regions(8, 6, 4), 2, 64),
}
# Name: discretisation of h and precision of the products with E.
MODES = {"exact": ("exact", "float32"), "bfloat16": ("exact", "bfloat16"), "gumbel": ("gumbel", "float32")}


@dataclass(frozen=True)
class Effort:
    """What is measured, shapes and modes, for how many members; how often, how long, and on how much.

    `side` is that of the matrices whose product tells the peak.
    """

    tables: tuple[tuple[str, str], ...] = tuple(product(SHAPES, MODES))
    members: tuple[int, ...] = (1, 4, 8, 16, 32)
    turns: int = 3
    seconds: float = 2.0
    configurations: int = 8000
    side: int = 1024


# Either shape, discretisation and precision once.
QUICK = Effort(
    tuple(zip(SHAPES, ("bfloat16", "gumbel"), strict=True)),
    members=(2,),
    turns=1,
    seconds=0.02,
    configurations=400,
    side=128,
)


def operations(shape: str, discretisation: str) -> int:
    """Return the floating-point operations of the matrix products of one model-step."""
    batch, regions, components, _ = SHAPES[shape]
    visible, environment = sites(regions.visible_runs()), sites(regions.environment_runs())
    settings = TrainingSettings()
    rows = 2**components if discretisation == "exact" else batch
    widths = (*settings.hidden, settings.embedding)

    def network(rows: int, inputs: int, to_input: bool) -> int:
        """Forward, gradient of the weights, and gradient of the inputs of all layers (the first if asked)."""
        products = [rows * a * b for a, b in zip((inputs, *widths), widths, strict=False)]
        return 2 * (3 * sum(products) - (0 if to_input else products[0]))

    scores = 2 * 3 * batch * rows * settings.embedding
    coarse = 2 * 2 * batch * visible * components
    sampled = discretisation == "gumbel"
    return network(batch, environment, False) + network(rows, components, sampled) + scores + coarse


def measure(shape: str, mode: str, members: int, effort: Effort) -> dict[str, float]:
    """Return model-steps per second, the time to the first step and the peak memory of this process."""
    torch.set_num_threads(1)
    batch, regions, components, side = SHAPES[shape]
    rng = np.random.default_rng(0)
    spins = (2 * rng.integers(0, 2, (effort.configurations, side, side)) - 1).astype(np.int8)
    generators = [np.random.default_rng(member) for member in range(members)]
    visible, environment = sites(regions.visible_runs()), sites(regions.environment_runs())
    discretisation, precision = MODES[mode]
    settings = TrainingSettings(batch_size=batch, discretisation=discretisation, precision=precision)
    prepared = time.perf_counter()
    # As in a training, E is centred, which costs the same whatever the centre is.
    network = Network(visible, environment, components, settings, generators, np.zeros(environment))
    optimiser = Adam(network.parameters())
    corners = Corners((side, side), (1, 1), regions)
    fresh = FreshWindows(
        spins, corners, np.zeros(visible), batch, members, precision=getattr(torch, precision)
    )

    def step(windows):
        network.ascend(*windows, optimiser.steps, generators)
        optimiser.step(1e-3)

    step(next(fresh.epoch(rng, generators)))
    start_up = time.perf_counter() - prepared
    steps, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < effort.seconds:
        for windows in fresh.epoch(rng, generators):
            step(windows)
            steps += 1
            if time.perf_counter() - begin > effort.seconds:
                break
    seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start_up += IMPORTED - STARTED
    rate = steps * members / seconds
    return {"rate": rate, "start_up": start_up, "memory": memory, "peak": peak(effort.side)}


def peak(side: int) -> float:
    """Return the best floating-point operations per second of a large float32 product, on one thread."""
    a, b, c = (torch.ones(side, side) for _ in range(3))
    best = np.inf
    for _ in range(8):
        begin = time.perf_counter()
        torch.mm(a, b, out=c)
        best = min(best, time.perf_counter() - begin)
    return 2 * side**3 / best


def table(effort: Effort, options: list[str]) -> None:
    """Measure every line in processes of its own, with these options, in turn, and print medians."""
    lines = [(*line, members) for line in effort.tables for members in effort.members]
    found: dict[tuple, list[dict]] = {line: [] for line in lines}
    for _ in range(effort.turns):
        for line in lines:
            command = [sys.executable, __file__, *options, "--line", *map(str, line)]
            output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            found[line].append(json.loads(output))
    highest = max(turn["peak"] for turns in found.values() for turn in turns)
    print(f"peak of a float32 matrix product on one core: {highest / 1e9:.0f} GFLOP/s")
    for shape, mode in effort.tables:
        discretisation, precision = MODES[mode]
        flop = operations(shape, discretisation)
        environment = sites(SHAPES[shape][1].environment_runs())
        print(f"\n{shape}, |E| = {environment}, {discretisation}, {precision}")
        print(f"{flop / 1e6:.1f} MFLOP per model-step")
        print("members  model-steps/s  share of peak  start-up (s)  peak memory (MB)")
        for members in effort.members:
            turns = found[shape, mode, members]
            rate, start, memory = (
                float(np.median([turn[name] for turn in turns])) for name in ("rate", "start_up", "memory")
            )
            share = rate * flop / highest
            print(f"{members:7d} {rate:14.0f} {share:13.0%} {start:13.1f} {memory:17.0f}")


def main() -> None:
    """Print the table, or what this very process measures of one line of it."""
    parser = parser_of(__doc__, quick=True)
    parser.add_argument(
        "--line",
        nargs=3,
        metavar=("SHAPE", "MODE", "MEMBERS"),
        help="measure this line only, in this process, and print it as JSON",
    )
    asked = parser.parse_args()
    effort = QUICK if asked.quick else Effort()
    if asked.line:
        shape, mode, members = asked.line
        print(json.dumps(measure(shape, mode, int(members), effort)))
    else:
        table(effort, ["--quick"] if asked.quick else [])


if __name__ == "__main__":
    main()
