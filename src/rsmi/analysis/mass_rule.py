"""How much the mass of a block says about the mass of its environment, without any network (figure 9b)."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import entr

# Places of V along a ring, in steps of so many sites.
STEP = 4


def block_masses(masses: np.ndarray, visible: int, buffer: int, environment: int) -> tuple[np.ndarray, ...]:
    """Return the masses of V and of E, on both sides together, for V at every `STEP`-th site of a ring.

    masses: (..., L). Shape (..., places). Raises `ValueError` if the regions do not fit.
    """
    size = masses.shape[-1]
    window = visible + 2 * (buffer + environment)
    if window > size:
        raise ValueError(f"V, B and E need {window} sites, but the ring has {size}; make one of them smaller")
    around = np.concatenate([masses, masses], axis=-1).astype(np.int64)
    sums = np.concatenate([np.zeros_like(around[..., :1]), np.cumsum(around, axis=-1)], axis=-1)
    start = np.arange(0, size, STEP)

    def between(first: int, last: int) -> np.ndarray:
        return sums[..., start + last] - sums[..., start + first]

    inner = environment + buffer
    return between(inner, inner + visible), between(0, environment) + between(
        inner + visible + buffer, window
    )


def mass_rule(samples: xr.Dataset, visible: int, buffer: int, environment: int) -> dict[str, float]:
    """Return what h = [mass of V > threshold] is known to tell of E through E's mass, in nats.

    `information` is a lower bound on I(h:E): the entropy of h minus its cross-entropy with a table of h given
    the mass of E. Threshold and table are chosen on the first half of the chains, the bound is taken on the
    others, with its standard error from the scatter between these.
    """
    chains = samples["configuration"].transpose("chain", "sample", "x").values
    half = len(chains) // 2
    visible_mass, environment_mass = block_masses(chains, visible, buffer, environment)
    most = int(chains[0, 0].sum()) + 1
    counts = np.zeros((most, most))
    np.add.at(counts, (visible_mass[:half].ravel(), environment_mass[:half].ravel()), 1)
    # Number of windows of each mass of E at or below every threshold, (threshold, mass of E).
    below = np.cumsum(counts, axis=0)[:-1]
    total = counts.sum(axis=0)
    share = below.sum(axis=1) / total.sum()
    given = below / np.maximum(total, 1)
    known = ((entr(given) + entr(1 - given)) * total).sum(axis=1) / total.sum()
    threshold = int((entr(share) + entr(1 - share) - known).argmax())

    # Half a count more on either side, so that what was never seen is not held impossible.
    table = (below[threshold] + 0.5) / (total + 1)
    low = visible_mass[half:] <= threshold
    guess = table[environment_mass[half:]]
    cross_entropy = -np.log(np.where(low, guess, 1 - guess)).mean(axis=(1, 2))
    p = low.mean()
    return {
        "threshold": threshold,
        "information": float(entr(p) + entr(1 - p) - cross_entropy.mean()),
        "error": float(cross_entropy.std(ddof=1) / np.sqrt(len(cross_entropy))),
    }


def mass_rules(samples: Iterable[xr.Dataset], visible: int, buffer: int, environment: int) -> pd.DataFrame:
    """Return a row per sample set, with the control parameter before the values of `mass_rule`."""
    return pd.DataFrame(
        {dataset["control"].attrs["symbol"]: dataset["control"].item()}
        | mass_rule(dataset, visible, buffer, environment)
        for dataset in samples
    )
