"""Other packages that sample the 2D Ising model, to be compared with on one core: mcising and peapods.

Neither starts a thread the way it is called here: `mcising.IsingSimulation` is serial, and `peapods` is told
``sequential=True``. Cluster updates of peapods always come with a Metropolis sweep.
"""

import contextlib
import os
import signal
import sys
import time

import numpy as np
from mcising import IsingSimulation
from peapods import Ising

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
