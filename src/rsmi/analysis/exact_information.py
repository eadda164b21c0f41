"""What filters keep of E by exact results, without any network: the truth beside what was trained."""

import json

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.analysis.dimer_filters import pristine_filters
from rsmi.analysis.ensemble import best
from rsmi.exact.dimers import surroundings as dimer_rings
from rsmi.exact.dimers.best_rules import threshold_channel
from rsmi.exact.dimers.information import DimersReferee
from rsmi.exact.ising import surroundings as ising_rings
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.referee import information
from rsmi.geometry.regions import random_corners
from rsmi.sampling.seeds import stream

# Rings that information is averaged over, by buffer, as time allows: a few seconds each.
RINGS = {
    "ising": {1: 6_000, 2: 6_000, 4: 5_000, 6: 400},
    "dimers": {2: 5_000, 4: 4_000, 6: 800},
}


def exact_information(samples: xr.Dataset, ensemble: xr.Dataset) -> pd.DataFrame:
    """Return a row per buffer and rule: I(H:E) in nats, with the standard error of the mean over rings.

    Rules are `chosen`, the member that the ensemble quotes at the control value of `samples`, and named ones:
    for the Ising model `boundary` and `uniform`, the signs of the sums over edge and block, and their
    `gain`, I(boundary) - I(uniform) on the same rings; for dimers the pairs of pristine filters, `staggered`
    and `plaquette`. Ties go to either side at random. The rings are those around windows at random places of
    configurations, one of each. Buffers that the referee cannot sum over are left out.

    Raises `ValueError` for models without a referee, such as those in files, for an ensemble that was trained
    on another model or not at this control value, and where the referee can sum over none of its buffers.
    """
    kind = samples.attrs["model"]
    _require_referee(kind, samples, ensemble)
    control, visible = samples["control"].item(), ensemble.sizes["x"]
    chosen = best(ensemble).sel(control=control)
    configurations = samples["configuration"].values
    flat = configurations.reshape(-1, *configurations.shape[2:])
    rows = []
    for buffer, most in RINGS[kind].items():
        if buffer not in ensemble["L_B"]:
            continue
        rng = stream(0, "referee", kind, control, buffer)
        some = flat[rng.choice(len(flat), min(most, len(flat)), replace=False)]
        corners = random_corners(
            rng, (len(some),), flat.shape[1:], tuple(samples.attrs["translation_period"])
        )
        for name, shares in _shares(kind, control, chosen.sel(L_B=buffer), visible, some, corners).items():
            error = shares.std(ddof=1) / np.sqrt(len(shares))
            rows.append({"L_B": buffer, "rule": name, "information": shares.mean(), "error": error})
    table = pd.DataFrame(rows)
    table.insert(0, samples["control"].attrs["symbol"], control)
    return table


def _require_referee(kind: str, samples: xr.Dataset, ensemble: xr.Dataset) -> None:
    """Raise `ValueError`, with the remedy, where there are no exact results for samples and ensemble."""
    about = samples.attrs.get("parameters", "{}")
    remedy = "sample the ferromagnet ('ising') or 'dimers' by rsmi.sample, and train on that"
    if kind == "file":
        raise ValueError(f"what made configurations in files is not known, so nothing is exact; {remedy}")
    if kind not in RINGS or json.loads(about).get("coupling") == "antiferromagnetic":
        raise ValueError(f"there is no referee of '{kind}' {about}; {remedy}")
    trained = ensemble.attrs.get("model", kind)
    if trained != kind:
        raise ValueError(f"the ensemble was trained on '{trained}', the samples are of '{kind}'; {remedy}")
    control, known = samples["control"].item(), ensemble["control"].values.tolist()
    if control not in known:
        point = f"{samples['control'].attrs['symbol']} = {control!r}"
        raise ValueError(f"the ensemble was not trained at {point}; give samples at one of {known}")
    buffers = ensemble["L_B"].values.tolist()
    if not {*buffers} & {*RINGS[kind]}:
        raise ValueError(
            f"the referee of '{kind}' can sum over none of the buffers {buffers}; train with one of "
            f"{[*RINGS[kind]]}"
        )


def _shares(
    kind: str,
    control: float,
    chosen: xr.Dataset,
    visible: int,
    configurations: np.ndarray,
    corners: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return every ring's share of the information of each rule, in nats, (ring,)."""
    buffer = int(chosen["L_B"])
    referee: IsingReferee | DimersReferee
    if kind == "ising":
        referee, rings_around = IsingReferee(control, visible, buffer), ising_rings.rings_around
        whole = np.ones((1, visible, visible))
        edge = whole.copy()
        edge[:, 1:-1, 1:-1] = 0
        named = {"boundary": edge, "uniform": whole}
    else:
        referee, rings_around = DimersReferee(control, visible, buffer), dimer_rings.rings_around
        pristine = pristine_filters(visible)
        named = {
            pair: np.stack([pristine[f"{pair}_{number}"] for number in (1, 2)])
            for pair in ("staggered", "plaquette")
        }
    channels = {name: threshold_channel(referee.states, weights) for name, weights in named.items()}
    weights, centre = chosen["filter"].values.astype(float), chosen["mean"].values.astype(float)
    offset = chosen["bias"].values - (weights * centre).sum(axis=(1, 2))
    channels["chosen"] = threshold_channel(referee.states, weights, offset)
    # Rules of fewer components have fewer outcomes; those that they lack never happen.
    outcomes = max(channel.shape[1] for channel in channels.values())
    stacked = np.stack(
        [np.pad(channel, ((0, 0), (0, outcomes - channel.shape[1]))) for channel in channels.values()]
    )
    if isinstance(referee, IsingReferee):
        stacked = referee.reduce(stacked)
    rings = rings_around(configurations, corners, referee.side)
    given = referee.channel_given_ring(rings, stacked)
    shares = dict(zip(channels, information(given), strict=True))
    if kind == "ising":
        shares["gain"] = shares["boundary"] - shares["uniform"]
    return shares
