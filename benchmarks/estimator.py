"""Speed of the estimator: model-steps per second on one core, beside the matrix-multiply peak.

    python benchmarks/estimator.py

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

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

STARTED = time.perf_counter()

import numpy as np
import torch

from rsmi.estimator.adam import Adam
from rsmi.estimator.network import Network
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.windows import FreshWindows
from rsmi.regions import Corners, Regions, sites

IMPORTED = time.perf_counter()

TURNS = 3
SECONDS = 2.0
MEMBERS = (1, 4, 8, 16, 32)
CONFIGURATIONS = 8000
# Name: batch size, regions, components, side of the lattice.
SHAPES = {
    "Ising, K = 100": (100, Regions(4, 4, 8), 1, 32),
    "dimers, K = 400": (400, Regions(8, 6, 4), 2, 64),
}
# Name: discretisation of h and precision of the products with E.
MODES = {"exact": ("exact", "float32"), "bfloat16": ("exact", "bfloat16"), "gumbel": ("gumbel", "float32")}


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


def measure(shape: str, mode: str, members: int) -> dict[str, float]:
    """Return model-steps per second, the time to the first step and the peak memory of this process."""
    torch.set_num_threads(1)
    batch, regions, components, side = SHAPES[shape]
    rng = np.random.default_rng(0)
    spins = (2 * rng.integers(0, 2, (CONFIGURATIONS, side, side)) - 1).astype(np.int8)
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
    while time.perf_counter() - begin < SECONDS:
        for windows in fresh.epoch(rng, generators):
            step(windows)
            steps += 1
            if time.perf_counter() - begin > SECONDS:
                break
    seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    start_up += IMPORTED - STARTED
    return {"rate": steps * members / seconds, "start_up": start_up, "memory": memory, "peak": peak()}


def peak(side: int = 1024) -> float:
    """Return the best floating-point operations per second of a large float32 product, on one thread."""
    a, b, c = (torch.ones(side, side) for _ in range(3))
    best = np.inf
    for _ in range(8):
        begin = time.perf_counter()
        torch.mm(a, b, out=c)
        best = min(best, time.perf_counter() - begin)
    return 2 * side**3 / best


def main() -> None:
    """Measure every line in processes of its own, in turn, and print medians."""
    lines = [(s, d, m) for s in SHAPES for d in MODES for m in MEMBERS]
    found: dict[tuple, list[dict]] = {line: [] for line in lines}
    for _ in range(TURNS):
        for line in lines:
            command = [sys.executable, __file__, *map(str, line)]
            output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
            found[line].append(json.loads(output))
    highest = max(turn["peak"] for turns in found.values() for turn in turns)
    print(f"peak of a float32 matrix product on one core: {highest / 1e9:.0f} GFLOP/s")
    for shape in SHAPES:
        for mode, (discretisation, precision) in MODES.items():
            flop = operations(shape, discretisation)
            environment = sites(SHAPES[shape][1].environment_runs())
            print(f"\n{shape}, |E| = {environment}, {discretisation}, {precision}")
            print(f"{flop / 1e6:.1f} MFLOP per model-step")
            print("members  model-steps/s  share of peak  start-up (s)  peak memory (MB)")
            for members in MEMBERS:
                turns = found[shape, mode, members]
                rate, start, memory = (
                    float(np.median([turn[name] for turn in turns]))
                    for name in ("rate", "start_up", "memory")
                )
                share = rate * flop / highest
                print(f"{members:7d} {rate:14.0f} {share:13.0%} {start:13.1f} {memory:17.0f}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
    else:
        main()
