"""Other packages that sample the 2D Ising model, to be compared with on one core: mcising and peapods.

    PYTHONPATH=.peers .venv/bin/python benchmarks/peers.py [--quick]

checks them: it prints <|m|> of 4 x 4 spins by each of their updates, beside what enumeration gives. (`make
benchmark`, which puts them into .peers, and `samplers.py` compare their speed.) A package that is not
installed is said to be absent.

Neither starts a thread the way it is called here: `mcising.IsingSimulation` is serial, and `peapods` is told
``sequential=True``. Cluster updates of peapods always come with a Metropolis sweep.
"""

import contextlib
import importlib.util
import os
import signal
import sys
import time

import numpy as np
from command_line import parser_of

from rsmi.exact.ising.thermodynamics import enumerate_states
from rsmi.sampling.statistics import autocorrelation

# Swendsen–Wang updates, from a random start, that come before every series and are not timed.
THERMALISATION = 300
# What one update is.
PEERS = {
    ("mcising", "metropolis"): "a sweep",
    ("mcising", "wolff"): "a cluster",
    ("mcising", "swendsen-wang"): "a sweep",
    ("peapods", "metropolis"): "a sweep",
    ("peapods", "wolff"): "a Metropolis sweep and a cluster",
    ("peapods", "swendsen-wang"): "a Metropolis and a Swendsen-Wang sweep",
}


def absent() -> list[str]:
    """Return the packages that are not installed."""
    packages = dict.fromkeys(package for package, _ in PEERS)
    return [package for package in packages if importlib.util.find_spec(package) is None]


def run(
    package: str, algorithm: str, size: int, temperature: float, records: int, spacing: int, seed: int
) -> tuple[float, np.ndarray]:
    """Return the seconds that the recorded part took, and |m| per site after every `spacing` updates."""
    runner = {"mcising": _mcising, "peapods": _peapods}[package]
    return runner(algorithm, size, temperature, records, spacing, seed)


def visits(package: str, algorithm: str, size: int, square_magnetisation: float) -> float:
    """Return the sites that one update visits; a Wolff cluster has N <m^2> sites on average, exactly."""
    cluster = {"metropolis": 0.0, "wolff": square_magnetisation, "swendsen-wang": 1.0}[algorithm]
    return size**2 * (cluster + (package == "peapods" or algorithm == "metropolis"))


def _mcising(algorithm, size, temperature, records, spacing, seed):
    """Loop over `sweep` and `magnetization`; the package's own loop measures more and is slower."""
    from mcising import IsingSimulation

    start = IsingSimulation(size, 1.0, 0.0, 0.0, 0.0, seed + 2**32, "swendsen_wang")
    start.sweep(THERMALISATION, temperature=temperature)
    simulation = IsingSimulation(size, 1.0, 0.0, 0.0, 0.0, seed, algorithm.replace("-", "_"))
    simulation.set_spins(start.get_spins())
    series = np.empty(records)
    begin = time.perf_counter()
    for record in range(records):
        simulation.sweep(spacing, temperature=temperature)
        series[record] = simulation.magnetization()
    return time.perf_counter() - begin, np.abs(series)


def _peapods(algorithm, size, temperature, records, spacing, seed):
    """Call the sampler once per record, since it returns averages; only its last update is measured.

    A call costs 20 to 45 us beside its updates, little at the spacing of independent samples.
    """
    from peapods import Ising

    simulation = Ising((size, size), temperatures=np.array([temperature]))._sim
    simulation.reset(seed=seed)

    def advance(updates, mode):
        return simulation.sample(
            updates,
            "metropolis",
            cluster_update_interval=1 if mode else None,
            cluster_mode=mode,
            warmup_ratio=(updates - 1) / updates,
            sequential=True,
        )

    mode = {"metropolis": None, "wolff": "wolff", "swendsen-wang": "sw"}[algorithm]
    series = np.empty(records)
    with _quiet():
        advance(THERMALISATION, "sw")
        # Its first call takes SIGINT for itself.
        signal.signal(signal.SIGINT, signal.getsignal(signal.SIGINT))
        begin = time.perf_counter()
        for record in range(records):
            series[record] = advance(spacing, mode)["mags"][0]
        seconds = time.perf_counter() - begin
    return seconds, np.abs(series)


@contextlib.contextmanager
def _quiet():
    """Send file descriptor 2 nowhere: on a terminal peapods draws a progress bar per call."""
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "wb") as null:
        os.dup2(null.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


def main() -> None:
    """Print <|m|> by all peers, and how far from the exact value it lies."""
    asked = parser_of(__doc__, quick=True).parse_args()
    size, temperature, records, spacing = 4, 2.5, 100 if asked.quick else 20_000, 5
    states = enumerate_states(temperature, size)
    exact = float(states["probability"] @ np.abs(states["magnetisation"]))
    print(f"<|m|> of {size} x {size} spins at T = {temperature}, exactly {exact:.5f}")
    for package, algorithm in PEERS:
        if package in absent():
            print(f"{package} {algorithm}: absent")
            continue
        _, series = run(package, algorithm, size, temperature, records, spacing, 1)
        tau = autocorrelation(series[None]).tau
        mean, error = series.mean(), series.std() * np.sqrt(2 * tau / records)
        print(f"{package} {algorithm}: {mean:.5f} +- {error:.5f} ({(mean - exact) / error:+.1f} errors)")


if __name__ == "__main__":
    main()
