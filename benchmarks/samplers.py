"""Measure the samplers on one core, the Ising ones beside other packages in the same run.

    make benchmark [BENCHMARK=--quick]

prints how long the kernels take to compile; for the Ising model at T_c and 1.2 T_c the spin updates per ns,
the autocorrelation time of |m|, and the independent |m| samples per second, 1 / (2 tau) of all, with the
ratio to the best peer; for dimers the worm steps per ns and independent samples per second of the slowest
observable; for chipping and aggregation the trials per ns. The samplers take turns, and the median of all
turns counts. Packages that are not installed are named, and there is no ratio without any.
"""

import os
import time
from dataclasses import dataclass

for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import peers
from command_line import parser_of

from rsmi.sampling.models import dimers
from rsmi.sampling.models.chipping import Chipping
from rsmi.sampling.models.dimers import Dimers
from rsmi.sampling.models.ising import CRITICAL_TEMPERATURE, Ising
from rsmi.sampling.models.ising_chain import IsingChain
from rsmi.sampling.seeds import stream
from rsmi.sampling.splitmix import random_states
from rsmi.sampling.statistics import autocorrelation


@dataclass(frozen=True)
class Effort:
    """How often and how long is measured, and on which lattices.

    times: the length of the series that tell an autocorrelation time, in units of it. Sides are in sites;
    `chipping` is that of the ring.
    """

    turns: int = 5
    seconds: float = 0.3
    times: int = 4000
    ising: tuple[int, ...] = (32, 64, 128)
    dimers: tuple[int, ...] = (32, 64)
    chipping: int = 256


QUICK = Effort(turns=2, seconds=0.01, times=100, ising=(8,), dimers=(8,), chipping=64)


def chains_of(model, number, seed):
    """Return thermalised states and their random states."""
    generators = [stream("benchmark", seed, c) for c in range(number)]
    states = np.stack(
        [model.initial(model.starts[c % len(model.starts)], rng) for c, rng in enumerate(generators)]
    )
    random = random_states(generators)
    model.thermalise(states, 300, random)
    return states, random


class Own:
    """A model of this package as a sampler of |m|, by many chains at once."""

    def __init__(self, algorithm, size, temperature, chains):
        """Thermalise the chains."""
        self.model = Ising(temperature, size=size, algorithm=algorithm)
        # Sweeps would be too coarse a unit where a few clusters are independent enough.
        self.model.clusters = 1
        self.chains = chains
        self.states, self.random = chains_of(self.model, chains, algorithm)

    def run(self, records, spacing):
        """Return seconds and |m| (chain, record)."""
        series = np.empty((self.chains, records))
        begin = time.perf_counter()
        for record in range(records):
            self.model.advance(self.states, spacing, self.random)
            series[:, record] = self.states.mean(axis=(1, 2))
        return time.perf_counter() - begin, np.abs(series)

    def visits(self, square):
        """Return the sites that one update of one chain visits."""
        return self.model.size**2 * (square if self.model.algorithm == "wolff" else 1.0)


class Peer:
    """A sampler of another package."""

    chains = 1

    def __init__(self, package, algorithm, size, temperature):
        """Keep what to run."""
        self.arguments = package, algorithm, size, temperature
        self.seed = 0

    def run(self, records, spacing):
        """Return seconds and |m| (1, record)."""
        self.seed += 1
        seconds, series = peers.run(*self.arguments, records, spacing, self.seed)
        return seconds, series[None]

    def visits(self, square):
        """Return the sites that one update visits."""
        return peers.visits(*self.arguments[:3], square)


def autocorrelation_time(sampler, times):
    """Return tau of |m| in updates, its error and <m^2>, from a series about `times` of them long."""
    stride = 1
    while True:
        _, series = sampler.run(400, stride)
        tau = stride * autocorrelation(series).tau
        if tau < 10 * stride:
            break
        stride *= 4
    stride = max(1, round(tau / 4))
    _, series = sampler.run(max(400, int(times * tau / stride / sampler.chains)), stride)
    measured = autocorrelation(series)
    return stride * measured.tau, stride * measured.error, np.mean(series**2)


def ising(size, ratio, effort):
    """Print the table of all samplers of the Ising model at one size and temperature, in units of T_c."""
    temperature = ratio * CRITICAL_TEMPERATURE
    samplers = {
        ("rsmi", "wolff"): Own("wolff", size, temperature, 16),
        ("rsmi", "metropolis"): Own("metropolis", size, temperature, 64),
        **{name: Peer(*name, size, temperature) for name in peers.PEERS if name[0] not in peers.absent()},
    }
    facts = {}
    for name, sampler in samplers.items():
        # Sequential Metropolis sweeps, and Wolff clusters alone, are the same dynamics here and there.
        same = name[1] == "metropolis" or name == ("mcising", "wolff")
        facts[name] = facts.get(("rsmi", name[1])) if same else None
        facts[name] = facts[name] or autocorrelation_time(sampler, effort.times)
    rates = {name: [] for name in samplers}
    for _ in range(effort.turns):
        for name, sampler in samplers.items():
            spacing = max(1, round(2 * facts[name][0]))
            seconds, _ = sampler.run(2, spacing)
            records = max(2, int(effort.seconds / seconds * 2))
            seconds, _ = sampler.run(records, spacing)
            rates[name].append(sampler.chains * records * spacing / seconds)
    independent = {name: np.median(rates[name]) / (2 * facts[name][0]) for name in samplers}
    best = max((value for name, value in independent.items() if name[0] != "rsmi"), default=None)
    chosen = Ising(temperature, size=size).algorithm
    for name, sampler in samplers.items():
        tau, error, square = facts[name]
        updates = np.median(rates[name])
        mark = " (auto)" if name == ("rsmi", chosen) else ""
        over = f"{independent[name] / best:.2f}" if best else "no peer"
        print(
            f"| {size} | {ratio} | {name[0]} {name[1]}{mark} | {updates * sampler.visits(square) * 1e-9:.3g} "
            f"| {tau:.3g} ± {error:.1g} | {independent[name]:.3g} | {over} |",
            flush=True,
        )


def worms(size, temperature, turns):
    """Print the worm steps per ns and the independent samples per second of dimers."""
    model = Dimers(temperature, size=size)
    states, random = chains_of(model, 16, "dimers")

    def steps(sweeps):
        begin = time.perf_counter()
        taken = dimers._worms(
            states, sweeps * model.worms, dimers.ENVIRONMENTS, model.thresholds, model.alike, random
        )
        return taken / (time.perf_counter() - begin)

    series = []
    begin = time.perf_counter()
    for _ in range(600):
        model.advance(states, 1, random)
        series.append(model.observables(states))
    seconds = []
    for _ in range(turns):
        begin = time.perf_counter()
        for _ in range(50):
            model.advance(states, 1, random)
        seconds.append((time.perf_counter() - begin) / 50)
    taus = {
        name: autocorrelation(np.stack([record[name] for record in series], axis=1)) for name in series[0]
    }
    slowest = max(taus, key=lambda name: taus[name].tau)
    tau = taus[slowest].tau
    print(
        f"| {size} | {temperature} | {np.median([steps(50) for _ in range(turns)]) * 1e-9:.3g} "
        f"| {tau:.3g} ({slowest}) | {16 / np.median(seconds) / (2 * tau):.3g} |",
        flush=True,
    )


def trials(size, w, turns):
    """Print the trials per ns of chipping and aggregation."""
    model = Chipping(w, size=size)
    states, random = chains_of(model, 16, "chipping")
    rates = []
    for _ in range(turns):
        begin = time.perf_counter()
        model.advance(states, 200, random)
        rates.append(states.size * 200 / (time.perf_counter() - begin))
    print(f"| {size} | {w:.3g} | {np.median(rates) * 1e-9:.3g} |", flush=True)


def main():
    """Print all tables."""
    effort = QUICK if parser_of(__doc__, quick=True).parse_args().quick else Effort()
    begin = time.perf_counter()
    for model in (
        Ising(2.0, size=8, algorithm="wolff"),
        Ising(2.0, size=8, algorithm="metropolis"),
        IsingChain(1.0, size=8),
        Dimers(1.0, size=4),
        Chipping(1.0, size=8),
    ):
        states, random = chains_of(model, 2, "compile")
        model.advance(states, 1, random)
    print(f"Loading or compiling all kernels: {time.perf_counter() - begin:.1f} s (cached between runs).\n")
    for package in peers.absent():
        print(f"{package} is absent, and not compared with; `make benchmark` has it.")
    print("Ising, one core; rsmi by 16 chains (Wolff) or 64 (Metropolis); an update is a sweep or a cluster.")
    print(
        "| L | T/T_c | sampler | spin updates/ns | tau of abs(m), updates | independent/s | ratio to peers |"
    )
    print("|--:|--:|---|--:|--:|--:|--:|")
    for ratio in (1.0, 1.2):
        for size in effort.ising:
            ising(size, ratio, effort)
    print("\nDimers, one core, 16 chains.")
    print("| L | T | worm steps/ns | longest tau, sweeps | independent/s |")
    print("|--:|--:|--:|--:|--:|")
    for size in effort.dimers:
        for temperature in (0.5, 0.65, 1.0, float("inf")):
            worms(size, temperature, effort.turns)
    print("\nChipping and aggregation, one core, 16 chains.")
    print("| L | w | trials/ns |")
    print("|--:|--:|--:|")
    for w in (0.1, 1 / 3, 1.0):
        trials(effort.chipping, w, effort.turns)


if __name__ == "__main__":
    main()
