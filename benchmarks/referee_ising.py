"""Check the filters of a finished Ising study against their nearly exact information.

    python benchmarks/referee_ising.py results/demo --scan ising --control T=2.6 --buffer 4 --rings 20000

prints, in nats, what two simple rules and every trained filter keep, by transfer matrix on rings of the
study's test chains, beside what the study quotes on them, and the best linear threshold rule found on rings
of the other chains.
"""

import math
from pathlib import Path

import numpy as np
from command_line import parser_of

from rsmi.estimator.split import as_split, split_samples
from rsmi.exact.ising.best_rules import best_filter
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.ising.surroundings import rings_around
from rsmi.exact.referee import information
from rsmi.sampling.seeds import stream
from rsmi.storage import netcdf


def spread(
    configurations: np.ndarray, number: int, side: int, rng: np.random.Generator
) -> tuple[np.ndarray, int]:
    """Return about `number` rings, at random places, of as many configurations as possible.

    Also returns how many windows each configuration has; its rings follow one another.
    """
    windows = math.ceil(number / len(configurations))
    chosen = rng.choice(len(configurations), math.ceil(number / windows), replace=False)
    repeated = configurations[np.repeat(chosen, windows)]
    corners = rng.integers(0, configurations.shape[1], (len(repeated), 2))
    return rings_around(repeated, corners, side), windows


def rules(states: np.ndarray) -> dict[str, np.ndarray]:
    """Return p(h = +1 | v) of the sign of the edge sum and of the whole sum, ties at random."""
    edge = np.ones(states.shape[1:])
    edge[1:-1, 1:-1] = 0
    sums = {"sign of the edge sum": (states * edge).sum((1, 2)), "sign of the whole sum": states.sum((1, 2))}
    return {name: 0.5 * (1 + np.sign(total)) for name, total in sums.items()}


def main() -> None:
    """Read a study, referee it and print a table."""
    parser = parser_of(__doc__)
    parser.add_argument("study", type=Path)
    parser.add_argument("--scan", default="ising")
    parser.add_argument("--model", default="ising", help="the model of the scan")
    parser.add_argument("--control", default="T=2.6")
    parser.add_argument("--buffer", type=int, default=4)
    parser.add_argument("--rings", type=int, default=20000)
    text = "on how many the best linear rule is chosen"
    parser.add_argument("--filter-rings", type=int, default=2000, help=text)
    arguments = parser.parse_args()

    ensemble = netcdf.read(arguments.study / f"ensembles/{arguments.scan}.nc", "ensemble")
    temperature = float(arguments.control.split("=")[1])
    trained = ensemble.sel(control=temperature, L_B=arguments.buffer, components=1).isel(component=0)
    samples = netcdf.read(arguments.study / f"samples/{arguments.model}/{arguments.control}.nc", "samples")
    split = netcdf.settings(ensemble)["split"]
    parts = split_samples(samples, as_split(split), stream(0, "split"))
    configurations = samples["configuration"].values
    *others, test = (part.of(configurations) for part in (parts.training, parts.validation, parts.test))
    lattice = test.shape[2:]

    referee = IsingReferee(temperature, trained.sizes["y"], arguments.buffer)
    up = rules(referee.states)
    v = referee.states - trained["mean"].values
    z = np.einsum("nyx,syx->sn", v, trained["filter"].values) + trained["bias"].values[:, None]
    for seed, row in zip(trained["seed"].values, z, strict=True):
        up[f"filter of seed {seed}, hard"] = (row > 0).astype(float)
        up[f"filter of seed {seed}, sampled"] = 0.5 * (1 + np.tanh(row))
    rng = stream(0, "referee", arguments.scan, temperature, arguments.buffer)
    rings, windows = spread(test.reshape(-1, *lattice), arguments.rings, referee.side, rng)
    other = np.concatenate([part.reshape(-1, *lattice) for part in others])
    chosen_on, _ = spread(other, arguments.filter_rings, referee.side, rng)
    best = best_filter(referee, chosen_on)
    best_up = 0.5 * (1 + np.sign(np.einsum("nyx,yx->n", referee.states, best.weights) + best.bias))

    names = [*(f"referee, {name}" for name in up), "best linear rule of other chains"]
    channels = np.stack([np.stack([1 - p, p], axis=-1) for p in (*up.values(), best_up)])
    shares = information(referee.channel_given_ring(rings, referee.reduce(channels), progress=True))
    # Windows of one configuration are not independent; their mean counts once.
    shares = shares.reshape(len(shares), -1, windows).mean(axis=2)
    errors = shares.std(axis=1) / np.sqrt(shares.shape[1])
    print(f"{arguments.control}, L_B = {arguments.buffer}, {len(rings)} rings; information in nats")
    for name, value, error in zip(names, shares.mean(axis=1), errors, strict=True):
        print(f"  {name:39s} {value:.5f} +- {error:.5f}")
    for seed in trained["seed"].values:
        one = trained.sel(seed=seed)
        mark = " (chosen by validation)" if seed == one["best_seed"] else ""
        print(
            f"  study, seed {seed}: test {one['rsmi'].item():.5f} +- {one['rsmi_error'].item():.5f}, "
            f"Barber-Agakov {one['barber_agakov'].item():.5f}, in sample {one['rsmi_train'].item():.5f}{mark}"
        )


if __name__ == "__main__":
    main()
