"""Claims on chipping and aggregation: figure 9."""

import json
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.analysis.ensemble import best
from rsmi.analysis.transition import peak, steepest_descent
from rsmi.exact.chipping import limit_of_fast_aggregation, limit_without_aggregation
from rsmi.findings.rows import ALIKE, Row, environment_of, row, value_of


def chipping_rows(
    chipping: xr.Dataset,
    wide: xr.Dataset,
    masses: pd.DataFrame,
    rule: pd.DataFrame,
    wide_rule: pd.DataFrame,
) -> Iterator[Row]:
    """Figure 9.

    `wide` is an ensemble of a wider V. `rule` and `wide_rule` are bounds without a network for both, by the
    masses of V and E: trained filters are worth at least as much, unless training misses it.
    """
    exact = chipping["control"].attrs["known_transition"]
    buffer = int(chipping["L_B"].values[0])
    chosen = best(chipping).sel(L_B=buffer)
    place = peak(
        chosen["control"].values, chosen["rsmi"].values, chosen["rsmi_error"].values, logarithmic=True
    )
    ends = rule.iloc[[0, -1]]
    near = rule.iloc[(rule["w"] - exact).abs().argmin()]
    height = near["information"] - ends["information"].iloc[1]
    error = math.hypot(near["error"], ends["error"].iloc[1])
    yield row(
        "9b",
        f"slight peak at w_c: RSMI at w = {near['w']:.3g} less that at {ends['w'].iloc[1]:g}, no network",
        "above 0",
        height,
        error,
        height > 2 * error,
        comment="trained filters "
        + ("show no clear peak" if math.isnan(place.value) else f"peak at w = {place.value:.2f}"),
    )
    missed = chosen["rsmi"].isel(control=-1).item() - ends["information"].iloc[1]
    error = math.hypot(chosen["rsmi_error"].isel(control=-1).item(), ends["error"].iloc[1])
    yield row(
        "9b",
        f"training reaches what the masses of V and E tell, w = {ends['w'].iloc[1]:g}: difference",
        "",
        missed,
        error,
        missed > -2 * error,
    )
    rise = ends["information"].iloc[1] - ends["information"].iloc[0]
    error = math.hypot(*ends["error"])
    yield row(
        "9b",
        "RSMI takes another value in each phase: high less low w, no network",
        "not 0",
        rise,
        error,
        abs(rise) > 3 * error,
    )
    visible = chipping.sizes["x"]
    size = json.loads(chipping.attrs["parameters"])["size"]
    limit = limit_without_aggregation(size, size, visible, buffer, environment_of(chipping))
    fast = limit_of_fast_aggregation(size, visible, buffer, environment_of(chipping))
    ours, error = value_of(chosen.isel(control=0))
    yield row(
        "9b",
        f"RSMI at w = {ends['w'].iloc[0]:g}, trained",
        "",
        ours,
        error,
        abs(ours - limit) < 3 * error or "off",
        limit,
        f"exact for w to 0; for w >> L it is {fast:.3f}",
    )
    trained = best(wide).isel(L_B=0)
    for name, curve in (
        ("no network", [wide_rule[column].values for column in ("w", "information", "error")]),
        ("trained", [trained[column].values for column in ("control", "rsmi", "rsmi_error")]),
    ):
        # Where the negative falls, the curve rises.
        place = steepest_descent(curve[0], -curve[1], curve[2], logarithmic=True)
        yield row(
            "9b",
            f"w_c by the steepest ascent, L_V = {wide.sizes['x']}, {name}",
            exact,
            place.value,
            place.error,
            abs(place.value - exact) < 3 * place.error or "off",
            exact,
            "the transition of 256 sites is strongly rounded",
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
        abs(slope + 2.5) < 0.1 or "partly",
        -2.5,
        "exact on the infinite ring",
    )
