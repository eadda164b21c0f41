"""Claims on chipping and aggregation: figure 9."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.analysis.ensemble import best
from rsmi.analysis.transition import peak
from rsmi.exact.chipping import limit_of_fast_aggregation, limit_without_aggregation
from rsmi.findings.rows import ALIKE, Row, environment_of, row, value_of


def chipping_rows(chipping: xr.Dataset, masses: pd.DataFrame) -> Iterator[Row]:
    """Figure 9."""
    exact = chipping["control"].attrs["known_transition"]
    buffer = int(chipping["L_B"].values[0])
    chosen = best(chipping).sel(L_B=buffer)
    curve = (chosen[name].values for name in ("control", "rsmi", "rsmi_error"))
    place = peak(*curve, logarithmic=True)
    yield row(
        "9b",
        "w_c by the peak of RSMI",
        exact,
        place.value,
        place.error,
        abs(place.value - exact) < 2 * place.error or "partly",
        exact,
        "the transition of 256 sites is strongly rounded",
    )
    lowest, highest = chosen.isel(control=0), chosen.isel(control=-1)
    top = chosen.isel(control=int(chosen["rsmi"].argmax("control")))
    for end in (lowest, highest):
        height = top["rsmi"].item() - end["rsmi"].item()
        error = math.hypot(top["rsmi_error"].item(), end["rsmi_error"].item())
        yield row(
            "9b",
            f"slight peak at the transition: height above w = {end['control'].item():g}",
            "above 0",
            height,
            error,
            "agrees" if height > 2 * error else "not decided",
        )
    visible = chipping.sizes["x"]
    size = json.loads(chipping.attrs["parameters"])["size"]
    limits = (
        limit_without_aggregation(size, size, visible, buffer, environment_of(chipping)),
        limit_of_fast_aggregation(size, visible, buffer, environment_of(chipping)),
    )
    for name, end, limit in (("w to 0", lowest, limits[0]), ("w to infinity", highest, limits[1])):
        ours, error = value_of(end)
        yield row(
            "9b",
            f"RSMI saturates, to another value on each side: {name}",
            "",
            ours,
            error,
            "agrees" if abs(ours - limit) < max(3 * error, 0.1 * limit) else "partly",
            limit,
            f"ours at w = {end['control'].item():g}, exact in the limit",
        )
    weights = chosen["filter_normalised"].isel(component=0).values
    cosine = np.abs(weights.sum(axis=-1)) / math.sqrt(visible)
    yield row(
        "9",
        "the filter averages the mass at every w: smallest cosine with a uniform one",
        1,
        cosine.min(),
        math.nan,
        cosine.min() > ALIKE,
    )
    nearest = masses["w"].unique()[np.abs(masses["w"].unique() - exact).argmin()]
    tail = masses[(masses["w"] == nearest) & masses["mass"].between(3, 40) & (masses["probability"] > 0)]
    weight = tail["probability"] / tail["error"]
    slope = np.polyfit(np.log(tail["mass"]), np.log(tail["probability"]), 1, w=weight)[0]
    yield row(
        "9a",
        f"p(m) a power at w = {nearest:.3g}: exponent, masses 3 to 40",
        "a power",
        slope,
        math.nan,
        abs(slope + 2.5) < 0.25,
        -2.5,
        "exact on the infinite ring",
    )
