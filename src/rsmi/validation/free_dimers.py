"""How much two binary components can tell of free dimers, by the referee alone, and how it decays."""

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.analysis.dimer_filters import pristine_filters
from rsmi.exact.dimers.best_rules import best_filter, best_partition, threshold_channel
from rsmi.exact.dimers.information import DimersReferee
from rsmi.exact.dimers.surroundings import rings_around
from rsmi.exact.referee import information
from rsmi.geometry.regions import random_corners
from rsmi.sampling.seeds import stream

ABOUT = {
    "title": "Rules on free dimers by the referee",
    "each": "free dimers",
    "target": "validate",
    "inputs": {"samples": "samples/{model}/T=inf.nc"},
    "cost": {"seconds": 60.0, "memory": 960.0},
}

VISIBLE = 8
BUFFERS = 2, 4, 6, 8
# Rings that rules are sought on, those that they are valued on, and how many of these I(V:E) is the mean of.
SEARCH, TEST, WHOLE = 1200, 5000, 1200


def check(samples: xr.Dataset) -> pd.DataFrame:
    """Return a row per buffer and rule: what it keeps of E in nats, with its standard error.

    The rules have two binary components, that is four outcomes: the pristine staggered filters, whose sums
    are often zero, with such ties at random or all to one side; the best pair of linear filters found; the
    best rule of any kind found. These are sought on the rings of the first half of the chains and valued on
    those of the others. The last row of a buffer is I(V:E). The column `exponent` has that of L_B in a power
    law through all buffers, and its standard error.
    """
    configurations = samples["configuration"].values
    half = len(configurations) // 2
    rows = []
    for buffer in BUFFERS:
        referee = DimersReferee(samples["control"].item(), VISIBLE, buffer)
        rng = stream(0, "free dimers", buffer)
        searched = _rings(configurations[:half], referee.side, rng, SEARCH)
        rings = _rings(configurations[half:], referee.side, rng, TEST)
        pristine = pristine_filters(VISIBLE)
        pair = np.stack([pristine["staggered_1"], pristine["staggered_2"]])
        # Sums and differences of the two, too: the components of the gradient along the diagonals.
        starts = [pair, np.stack([pair[0] + pair[1], pair[0] - pair[1]])]
        linear = best_filter(referee, searched, 2, starts=3, hops=6, initial=starts, rng=rng)
        channels = {
            "staggered": threshold_channel(referee.states, pair),
            "staggered, ties broken": threshold_channel(referee.states, pair, 0.5),
            "best linear": threshold_channel(referee.states, linear.weights, linear.bias),
        }
        labels = channels["best linear"].argmax(axis=1)
        free = best_partition(referee, searched, 4, starts=3, initial=[labels], rng=rng)
        channels["best of any kind"] = np.eye(4)[free.labels]
        shares = information(referee.channel_given_ring(rings, np.stack(list(channels.values()))))
        some = rng.choice(len(rings), min(WHOLE, len(rings)), replace=False)
        everything = referee.block_information(rings[some])
        for name, values in zip([*channels, "I(V:E)"], [*shares, everything], strict=True):
            value, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
            rows.append({"L_B": buffer, "rule": name, "information": value, "error": error})
        print(pd.DataFrame(rows[-5:]).to_string(index=False), flush=True)
    table = pd.DataFrame(rows)
    for _, part in table.groupby("rule", sort=False):
        slope, error = exponent(*part[["L_B", "information", "error"]].to_numpy().T)
        table.loc[part.index, ["exponent", "exponent_error"]] = slope, error
    return table


def _rings(configurations: np.ndarray, side: int, rng: np.random.Generator, number: int) -> np.ndarray:
    """Return rings at random places of a `number` of configurations, or of all if there are fewer.

    One of each, so that they are as independent as the samples are.
    """
    flat = configurations.reshape(-1, *configurations.shape[2:])
    flat = flat[rng.choice(len(flat), min(number, len(flat)), replace=False)]
    return rings_around(flat, random_corners(rng, (len(flat),), flat.shape[1:], (2, 2)), side)


def exponent(length: np.ndarray, value: np.ndarray, error: np.ndarray) -> tuple[float, float]:
    """Return a of value ~ length^-a with its standard error, by weighted least squares of the logarithms."""
    length, value, error = (np.asarray(part, float) for part in (length, value, error))
    weight = value / error
    design = np.stack([np.ones_like(length), -np.log(length)], axis=1) * weight[:, None]
    covariance = np.linalg.inv(design.T @ design)
    return float((covariance @ design.T @ (weight * np.log(value)))[1]), float(np.sqrt(covariance[1, 1]))
