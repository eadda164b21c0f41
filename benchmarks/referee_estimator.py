"""What `make validate` leaves out: pure noise, two simple rules, and what fewer steps of training cost.

    python benchmarks/referee_estimator.py null rules steps

runs all three parts (or those that are named) with the default training settings, and writes the tables to
results/referee_estimator/. All information is in nats. `null` trains where there is nothing to be found;
`rules` has what two simple rules keep, and the time that a ring takes; `steps` how good filters are after
fewer epochs.
"""

import os
import time
import warnings

# One thread, before any library reads it: small matrix products gain nothing from more, and fight over cores.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np
import pandas as pd
import torch
from command_line import parser_of, results
from scipy.stats import binom

from rsmi.estimator import windows as windows_module
from rsmi.estimator.bounds import pointwise
from rsmi.estimator.evaluation import respond, with_error
from rsmi.estimator.settings import TrainingSettings
from rsmi.estimator.training import fit
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.ising.surroundings import rings_around
from rsmi.exact.ising.thermodynamics import CRITICAL_TEMPERATURE
from rsmi.exact.referee import information
from rsmi.geometry.regions import SLACK, Regions
from rsmi.sampling.driver import sample

SEEDS = [0, 1, 2, 3]
TEMPERATURES = (1.8, 2.1, CRITICAL_TEMPERATURE, 2.5, 2.6)
# How h is made discrete, and epochs.
RECIPES = (("gumbel", 15), ("exact", 15), ("exact", 8), ("exact", 4))
# What the parts do with `--quick`.
QUICK = {
    "null": {"repeats": 3, "number": 20},
    "rules": {"visible": 3, "buffer": 1, "size": 16, "number": 5, "temperatures": (CRITICAL_TEMPERATURE,)},
    "steps": {"buffer": 1, "number": 20, "recipes": (("gumbel", 1), ("exact", 1))},
}


def ising(kind: str, temperature: float, size: int, chains: int, samples: int, name: str):
    """Sample, without warnings about what only matters for averages over the samples."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sample(
            kind, temperature, {"size": size}, chains=chains, samples=samples, thermalisation=500,
            key=(0, "referee_estimator", name),
        )  # fmt: skip


class Judged:
    """A training's chosen member on its test windows: its channel, and every window's share of InfoNCE."""

    def __init__(self, samples, regions: Regions, split: tuple[float, float], settings: TrainingSettings):
        """Train, and choose by validation."""
        self.data, network, results = fit(samples, regions, 1, SEEDS, settings, split, (0, "referee"))
        best = int(results["rsmi_validation"].argmax())
        self.windows = self.data.windows("test", 1)
        unseen = respond(network, self.windows)
        self.infonce = pointwise(settings.bound, unseen.probabilities[best], unseen.scores[best])
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


def rules(
    visible: int = 4,
    buffer: int = 4,
    size: int = 32,
    number: int = 2000,
    temperatures: tuple[float, ...] = TEMPERATURES,
) -> pd.DataFrame:
    """Sign of the edge sum and of the whole sum, ties at random, of `number` samples; errors over chains."""
    rows = []
    for temperature in temperatures:
        samples = ising("ising", temperature, size, 16, number, "rules")
        flat = samples["configuration"].values.reshape(-1, size, size)
        referee = IsingReferee(temperature, visible, buffer)
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


def steps(
    buffer: int = 4, number: int = 1600, recipes: tuple[tuple[str, int], ...] = RECIPES
) -> pd.DataFrame:
    """What the chosen filter keeps after fewer epochs, beside Gumbel-softmax, at T_c and 2.6."""
    rows = []
    for temperature in (CRITICAL_TEMPERATURE, 2.6):
        samples = ising("ising", temperature, 32, 32, number, "steps")
        referee = IsingReferee(temperature, 4, buffer)
        for discretisation, epochs in recipes:
            settings = TrainingSettings(discretisation=discretisation, epochs=epochs)
            judged = Judged(samples, Regions(4, buffer, 5), (0.25, 0.125), settings)
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


def null(repeats: int = 100, number: int = 800) -> pd.DataFrame:
    """Shuffled pairs at three temperatures: what is found where there is nothing."""
    rows = []
    original, windows_module._Cutter = windows_module._Cutter, _Shuffled
    try:
        for repeat in range(repeats):
            temperature = (2.0, CRITICAL_TEMPERATURE, 3.0)[repeat % 3]
            samples = ising("ising", temperature, 16, 16, number, f"null {repeat}")
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
    parts = {"null": null, "rules": rules, "steps": steps}
    parser = parser_of(__doc__, quick=True)
    parser.add_argument("parts", nargs="*", choices=[[], *parts], help="default: all")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    output = results("referee_estimator", asked.quick)
    output.mkdir(parents=True, exist_ok=True)
    for name in asked.parts or parts:
        table = parts[name](**QUICK[name] if asked.quick else {})
        table.to_csv(output / f"{name}.csv", index=False, float_format="%.6g")
        print(f"\n{name}\n{table.to_string(index=False, float_format='%.4f')}\n", flush=True)


if __name__ == "__main__":
    main()
