"""Hold the filters of a finished Ising study to their nearly exact information.

    python benchmarks/referee_ising.py results/demo --scan ising --control T=2.6 --buffer 4 --rings 6000

prints, in nats, what two simple rules and every trained filter keep, by transfer matrix on rings of the
study's test chains, beside what the study quotes on them.
"""

import argparse
from pathlib import Path

import numpy as np
from tqdm import tqdm

from rsmi import store
from rsmi.estimator.split import split_chains
from rsmi.exact.ising_information import Referee, information, ring_around
from rsmi.seeds import stream


def rules(states: np.ndarray) -> dict[str, np.ndarray]:
    """Return p(h = +1 | v) of the sign of the edge sum and of the whole sum, ties at random."""
    edge = np.ones(states.shape[1:])
    edge[1:-1, 1:-1] = 0
    sums = {"sign of the edge sum": (states * edge).sum((1, 2)), "sign of the whole sum": states.sum((1, 2))}
    return {name: 0.5 * (1 + np.sign(total)) for name, total in sums.items()}


def main() -> None:
    """Read a study, referee it and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("study", type=Path)
    parser.add_argument("--scan", default="ising")
    parser.add_argument("--model", default="ising", help="the model of the scan")
    parser.add_argument("--control", default="T=2.6")
    parser.add_argument("--buffer", type=int, default=4)
    parser.add_argument("--rings", type=int, default=6000)
    arguments = parser.parse_args()

    ensemble = store.read(arguments.study / f"ensembles/{arguments.scan}.nc", "ensemble")
    temperature = float(arguments.control.split("=")[1])
    trained = ensemble.sel(control=temperature, L_B=arguments.buffer, components=1).isel(component=0)
    samples = store.read(arguments.study / f"samples/{arguments.model}/{arguments.control}.nc", "samples")
    split = store.settings(ensemble)["split"]
    _, _, test = split_chains(samples["configuration"].values, split["training"], split["validation"])
    configurations = test.reshape(-1, *test.shape[2:])

    referee = Referee(temperature, trained.sizes["y"], arguments.buffer)
    up = rules(referee.states)
    v = referee.states - trained["mean"].values
    z = np.einsum("nyx,syx->sn", v, trained["filter"].values) + trained["bias"].values[:, None]
    for seed, row in zip(trained["seed"].values, z, strict=True):
        up[f"filter of seed {seed}, hard"] = (row > 0).astype(float)
        up[f"filter of seed {seed}, sampled"] = 0.5 * (1 + np.tanh(row))
    channels = np.stack([np.stack([1 - p, p], axis=-1) for p in up.values()])

    rng = stream(0, "referee", arguments.scan, temperature, arguments.buffer)
    chosen = rng.choice(len(configurations), arguments.rings, replace=False)
    # p(h | ring) of one ring at a time, since p(v | ring) of all of them would not fit into memory.
    given_ring = []
    for index in tqdm(chosen, desc="rings"):
        corner = rng.integers(0, configurations.shape[1], 2)
        p = referee.conditional(ring_around(configurations[index], corner, referee.side))
        given_ring.append(np.einsum("v,cvh->ch", p, channels))
    shares = np.stack(
        [information(given_channel, np.eye(2)[None])[0] for given_channel in np.stack(given_ring, axis=1)]
    )
    error = shares.std(axis=1) / np.sqrt(arguments.rings)
    print(f"{arguments.control}, L_B = {arguments.buffer}, {arguments.rings} rings; information in nats")
    for name, value, spread in zip(up, shares.mean(axis=1), error, strict=True):
        print(f"  referee, {name:30s} {value:.5f} +- {spread:.5f}")
    for seed in trained["seed"].values:
        one = trained.sel(seed=seed)
        mark = " (chosen by validation)" if seed == one["best_seed"] else ""
        print(
            f"  study, seed {seed}: test {one['rsmi'].item():.5f} +- {one['rsmi_error'].item():.5f}, "
            f"Barber-Agakov {one['barber_agakov'].item():.5f}, in sample {one['rsmi_train'].item():.5f}{mark}"
        )


if __name__ == "__main__":
    main()
