"""Hold the estimator to exact information on Ising models: 6 x 6 torus, chain, L = 32, and pure noise.

    python benchmarks/referee_estimator.py torus chain large null rules steps

runs all six parts (or those that are named) with the default training settings, and writes the tables to
results/referee_estimator/. All information is in nats. Per row: the member that validation chose, valued on
test chains; the exact information of the very filter it found; the best rule's. A row passes within 3 % or
0.003 of both (torus, chain), or, for L = 32, if InfoNCE and Barber-Agakov lie within 5 % or 0.003 of the
referee on the same windows and not above it by more than 3 standard errors of the difference, and the filter
within 2 % or 0.002 of the best linear rule that was found by ascending the referee itself. `rules` has what
two simple rules keep, and the time that a ring takes; `steps` how good filters are after fewer epochs.
"""

import argparse
import os
import time
import warnings
from pathlib import Path

# One thread, before any library reads it: small matrix products gain nothing from more, and fight over cores.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
import torch
from scipy.stats import binom

from rsmi.estimator import windows as windows_module
from rsmi.estimator.bounds import pointwise
from rsmi.estimator.classifier import Classifier
from rsmi.estimator.evaluation import respond, with_error
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.training import fit
from rsmi.exact.ising import CRITICAL_TEMPERATURE
from rsmi.exact.ising_chain_information import ChainInformation
from rsmi.exact.ising_information import Referee, best_filter, information, rings_around
from rsmi.exact.ising_torus_information import TorusInformation
from rsmi.regions import SLACK, Regions
from rsmi.sampling import sample

SEEDS = [0, 1, 2, 3]
OUTPUT = Path("results/referee_estimator")
TEN_TEMPERATURES = (1.5, 1.8, 2.0, 2.1, 2.2, CRITICAL_TEMPERATURE, 2.4, 2.6, 3.0, 4.0)


def ising(kind: str, temperature: float, size: int, chains: int, samples: int, name: str):
    """Sample, without warnings about what only matters for averages over the samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sample(
            kind, temperature, {"size": size}, chains=chains, samples=samples, thermalisation=500,
            key=(0, "referee_estimator", name),
        )  # fmt: skip


class Judged:
    """A training's chosen member on its test windows: its channel, and every window's share of two bounds."""

    def __init__(self, samples, regions: Regions, split: tuple[float, float], settings: TrainingSettings):
        """Train, and choose by validation."""
        self.data, network, results = fit(samples, regions, 1, SEEDS, settings, split, (0, "referee"))
        best = int(results["rsmi_validation"].argmax())
        self.windows = self.data.windows("test", 1)
        seen, unseen = respond(network, self.data.windows("training", 1)), respond(network, self.windows)
        self.probabilities, self.scores = unseen.probabilities[best], unseen.scores[best]
        self.infonce = pointwise(settings.bound, self.probabilities, self.scores)
        classifier = Classifier(seen.features[best], seen.probabilities[best])
        log_q = classifier.log_probability(unseen.features[best])
        self.barber_agakov = pointwise("barber_agakov", self.probabilities, log_q)
        # What each state of h would have scored; what is common to all states does not matter.
        self.infonce_of_states, self.barber_agakov_of_states = self.scores, log_q
        coarse = network.coarse.network
        self._weight, self._bias = (
            part[0].value[best].numpy().ravel() for part in (coarse.weights, coarse.biases)
        )

    def channel(self, states: np.ndarray) -> np.ndarray:
        """Return p(h|v) of blocks (number, [y,] x), shape (number, 2)."""
        z = (states.reshape(len(states), -1) - self.data.mean) @ self._weight + self._bias
        return np.eye(2)[(z > 0).astype(int)]

    def mean(self, shares: np.ndarray) -> tuple[float, float]:
        """Return mean and standard error over the test windows."""
        return tuple(float(part) for part in with_error(shares, self.windows.shape))


def within(value: float, reference: float, share: float, absolute: float) -> bool:
    """Tell whether a value is near enough to its reference, by either measure."""
    return abs(value - reference) <= max(share * abs(reference), absolute)


def small(name: str, control: float, judged: Judged, exact, best: float) -> dict:
    """Return a row for a system whose joint distribution is known."""
    (value, error), (ba, _) = judged.mean(judged.infonce), judged.mean(judged.barber_agakov)
    of_filter = float(exact.channel_information(judged.channel(exact.states)))
    return {
        "system": name, "T": control, "infonce": value, "error": error, "barber_agakov": ba,
        "exact, filter": of_filter, "best rule": best, "I(V:E)": exact.mutual_information(),
        "estimate ok": within(value, of_filter, 0.03, 0.003),
        "filter ok": within(of_filter, best, 0.03, 0.003),
    }  # fmt: skip


def torus() -> pd.DataFrame:
    """6 x 6 torus, V = 2 x 2, L_B = 1."""
    rows = []
    for temperature in (1.0, 1.5, 2.0, CRITICAL_TEMPERATURE, 2.6, 3.0, 4.0):
        samples = ising("ising", temperature, 6, 32, 4000, "torus")
        judged = Judged(samples, Regions(2, 1, 1), (0.25, 0.125), TrainingSettings())
        exact = TorusInformation(temperature)
        rows.append(small("torus", temperature, judged, exact, exact.best_rule()[1]))
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def chain() -> pd.DataFrame:
    """A ring of 64 spins, V of two: best is decimation, h = one of the two, or, when cold, the majority."""
    rows = []
    for temperature, buffer in ((2.0, 1), (1.0, 1), (0.5, 2)):
        samples = ising("ising_chain", temperature, 64, 32, 4000, "chain")
        judged = Judged(samples, Regions(2, buffer, 2, dimensions=1), (0.25, 0.125), TrainingSettings())
        exact = ChainInformation(temperature, 2, buffer, size=64)
        rules = [np.array([rule >> k & 1 for k in range(4)]) for rule in range(1, 8)]
        best = max(float(exact.channel_information(np.eye(2)[rule])) for rule in rules)
        row = small(f"chain, L_B = {buffer}", temperature, judged, exact, best)
        ups = judged.channel(exact.states)[:, 1].sum()
        row["rule found"] = "decimation" if ups == 2 else "majority, ties to one side"
        rows.append(row)
        print(rows[-1], flush=True)
    return pd.DataFrame(rows)


def large(size: int = 32, visible: int = 4) -> pd.DataFrame:
    """L = 32, V = 4 x 4, L_B = 2 and 4: the referee on the very windows of the test."""
    rows = []
    for temperature in TEN_TEMPERATURES:
        samples = ising("ising", temperature, size, 64, 1600, "large")
        for buffer in (2, 4):
            judged = Judged(samples, Regions(visible, buffer, 5), (0.1875, 0.0625), TrainingSettings())
            referee = Referee(temperature, visible, buffer)

            def rings(windows, part, of=referee):
                flat = part.reshape(-1, size, size)[windows.index]
                # The window begins with E, the ring surrounds the buffer.
                return rings_around(flat, (windows.corner + 5) % size, of.side)

            count = len(judged.windows)
            train = judged.data.windows("training", 1)
            some = np.random.default_rng(0).choice(len(train), 4000, replace=False)
            best = best_filter(referee, rings(train, judged.data.training)[some])
            blocks = referee.states
            best_h = (np.einsum("nyx,yx->n", blocks, best.weights) + best.bias > 0).astype(int)
            channels = referee.reduce(np.stack([judged.channel(blocks), np.eye(2)[best_h]]))
            given = referee.channel_given_ring(rings(judged.windows, judged.data.test), channels)
            shares = information(given)
            exact, exact_error = judged.mean(shares[0])
            row = {"T": temperature, "L_B": buffer, "referee, filter": exact, "referee error": exact_error}
            fine = True
            for name in ("infonce", "barber_agakov"):
                value, error = judged.mean(getattr(judged, name))
                difference, spread = judged.mean(getattr(judged, name) - shares[0])
                # Given the ring the variance is known exactly, which also counts events that did not happen.
                given_e = getattr(judged, f"{name}_of_states")
                second = (given[:, 0] * given_e**2).sum(1) - (given[:, 0] * given_e).sum(1) ** 2
                spread = max(spread, np.sqrt(second.mean() / count))
                tolerance = max(0.05 * exact, 0.003)
                row |= {name: value, f"{name} error": error, f"{name} - referee": difference,
                        f"{name} - referee error": spread,
                        f"{name} error/tolerance": spread / tolerance}  # fmt: skip
                fine &= abs(difference) <= tolerance and difference <= 3 * spread
            # The same critic with p(h|ring) in place of p(h|v): what it misses, nearly free of noise.
            gap, gap_error = judged.mean(shares[0] - pointwise("infonce", given[:, 0], judged.scores))
            best_value, _ = judged.mean(shares[1])
            behind, behind_error = judged.mean(shares[1] - shares[0])
            row |= {"critic's gap": gap, "critic's gap error": gap_error, "best linear rule": best_value,
                    "filter behind": behind, "filter behind error": behind_error, "estimate ok": fine,
                    "filter ok": behind <= max(0.02 * best_value, 0.002)}  # fmt: skip
            rows.append(row)
            print({k: round(v, 5) if isinstance(v, float) else v for k, v in row.items()}, flush=True)
    return pd.DataFrame(rows)


def rules(visible: int = 4, buffer: int = 4, size: int = 32) -> pd.DataFrame:
    """Sign of the edge sum and of the whole sum, ties at random, at L = 32, L_B = 4; errors over chains."""
    rows = []
    for temperature in (1.8, 2.1, CRITICAL_TEMPERATURE, 2.5, 2.6):
        samples = ising("ising", temperature, size, 16, 2000, "rules")
        flat = samples["configuration"].values.reshape(-1, size, size)
        referee = Referee(temperature, visible, buffer)
        corners = np.random.default_rng(0).integers(0, size, (len(flat), 2))
        rings = rings_around(flat, corners, referee.side)
        edge = np.ones((visible, visible))
        edge[1:-1, 1:-1] = 0
        sums = [(referee.states * mask).sum((1, 2)) for mask in (edge, np.ones_like(edge))]
        up = np.stack([0.5 * (1 + np.sign(total)) for total in sums])
        channels = referee.reduce(np.stack([1 - up, up], axis=-1))
        begin = time.perf_counter()
        shares = information(referee.channel_given_ring(rings, channels))
        milliseconds = 1e3 * (time.perf_counter() - begin) / len(rings)
        by_chain = np.stack([*shares, shares[0] - shares[1]]).reshape(3, 16, -1).mean(axis=2)
        row = {"T": temperature}
        for name, values in zip(("edge sum", "whole sum", "edge - whole"), by_chain, strict=True):
            row |= {name: values.mean(), f"{name} error": values.std(ddof=1) / 4}
        rows.append(row | {"ms per ring": milliseconds})
    return pd.DataFrame(rows)


def steps() -> pd.DataFrame:
    """What the chosen filter keeps after fewer epochs, beside Gumbel-softmax, at T_c and 2.6, L_B = 4."""
    rows = []
    for temperature in (CRITICAL_TEMPERATURE, 2.6):
        samples = ising("ising", temperature, 32, 32, 1600, "steps")
        referee = Referee(temperature, 4, 4)
        for discretisation, epochs in (("gumbel", 15), ("exact", 15), ("exact", 8), ("exact", 4)):
            settings = TrainingSettings(discretisation=discretisation, epochs=epochs)
            judged = Judged(samples, Regions(4, 4, 5), (0.25, 0.125), settings)
            flat = judged.data.test.reshape(-1, 32, 32)[judged.windows.index]
            rings = rings_around(flat, (judged.windows.corner + 5) % 32, referee.side)
            channel = referee.reduce(judged.channel(referee.states)[None])
            value, error = judged.mean(information(referee.channel_given_ring(rings, channel))[0])
            rows.append({"T": temperature, "discretisation": discretisation, "epochs": epochs,
                         "referee, filter": value, "error": error})  # fmt: skip
    return pd.DataFrame(rows)


class _Shuffled(windows_module._Cutter):
    """Cuts V out of one configuration and E out of another, far from it: independent pairs."""

    def cut(self, index, corner, element=None, sign=None):
        visible, _ = super().cut(index, corner, element, sign)
        visible = visible.clone()
        count = (len(self._flat) - SLACK) // int(np.prod(self._lattice))
        _, environment = super().cut((index + count // 2) % count, corner, element, sign)
        return visible, environment


def null(repeats: int = 100) -> pd.DataFrame:
    """Shuffled pairs at three temperatures: what is found where there is nothing."""
    rows = []
    original, windows_module._Cutter = windows_module._Cutter, _Shuffled
    try:
        for repeat in range(repeats):
            temperature = (2.0, CRITICAL_TEMPERATURE, 3.0)[repeat % 3]
            samples = ising("ising", temperature, 16, 16, 800, f"null {repeat}")
            judged = Judged(samples, Regions(4, 0, 4), (0.5, 0.125), TrainingSettings())
            value, error = judged.mean(judged.infonce)
            rows.append(
                {"T": temperature, "infonce": value, "error": error, "above 2 errors": value > 2 * error}
            )
    finally:
        windows_module._Cutter = original
    table = pd.DataFrame(rows)
    above, mean = int(table["above 2 errors"].sum()), table["infonce"].mean()
    chance = binom.sf(above - 1, repeats, 0.0228)
    print(f"mean {mean:.5f}, least {table['infonce'].min():.5f}, most {table['infonce'].max():.5f}")
    print(f"{above} of {repeats} above 2 standard errors; so many or more by chance: {chance:.2f}")
    print(f"mean in [-0.005, 0.001]: {-0.005 <= mean <= 0.001}")
    return table


def main() -> None:
    """Run the parts that are named."""
    parts = {"torus": torus, "chain": chain, "large": large, "null": null, "rules": rules, "steps": steps}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *parts], help="default: all")
    torch.set_num_threads(1)
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for name in parser.parse_args().parts or parts:
        table = parts[name]()
        table.to_csv(OUTPUT / f"{name}.csv", index=False, float_format="%.6g")
        print(f"\n{name}\n{table.to_string(index=False, float_format='%.4f')}\n", flush=True)


if __name__ == "__main__":
    main()
