"""Distribution of the mass per site, p(m), as figure 9a of the 2021 paper has it."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr

# Masses up to here stand alone; above, bins grow by this factor.
SINGLE, GROWTH = 10, 1.25


def bin_edges(largest: int) -> np.ndarray:
    """Return the edges of bins of masses: 0, 1, ..., `SINGLE`, then ever wider, beyond `largest`."""
    edges = list(range(SINGLE + 1))
    while edges[-1] <= largest:
        edges.append(max(edges[-1] + 1, round(edges[-1] * GROWTH)))
    return np.array(edges)


def mass_table(samples: Iterable[xr.Dataset]) -> pd.DataFrame:
    """Return p(m) of every sample set: a row per bin of masses, with its standard error.

    Columns are the control parameter's symbol; `mass`, the geometric mean of the bin's first and last mass;
    `width`, how many masses it holds; `probability`, per unit of mass, of a site to hold it; `error`, from
    the scatter between chains, which are independent. Empty bins are left out.
    """
    tables = []
    for dataset in samples:
        masses = dataset["configuration"].transpose("chain", ...).values
        edges = bin_edges(int(masses.max()))
        counts = np.stack([np.histogram(chain, edges)[0] for chain in masses])
        width = np.diff(edges)
        density = counts / counts.sum(axis=1, keepdims=True) / width
        table = pd.DataFrame(
            {
                dataset["control"].attrs["symbol"]: dataset["control"].item(),
                "mass": np.sqrt(edges[:-1] * (edges[1:] - 1.0)),
                "width": width,
                "probability": density.mean(axis=0),
                "error": density.std(axis=0, ddof=1) / np.sqrt(len(density)),
            }
        )
        tables.append(table[counts.sum(axis=0) > 0])
    return pd.concat(tables, ignore_index=True)
