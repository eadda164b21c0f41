"""Claims on interacting dimers: figures 5, 7 and 8."""

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
import xarray as xr
from scipy.stats import binomtest

from rsmi.analysis.curves import decays, steepest_descents, steepest_slope
from rsmi.analysis.decay import fit_decay
from rsmi.analysis.dimer_filters import LEADING, classify, intermediate, overlaps, pristine_filters
from rsmi.analysis.ensemble import best, found
from rsmi.analysis.principal import flat_filters, principal_components
from rsmi.findings.rows import ALIKE, BIT, Row, at_point, ordered_states, row, value_of

# Columnar dimers order below T_BKT = 0.65(1); F. Alet et al., Phys. Rev. E 74, 041124 (2006).
T_BKT = 0.65


def dimers_rows(dimers: xr.Dataset, one_component: xr.Dataset, referee: pd.DataFrame) -> Iterator[Row]:
    """Figure 5a."""
    temperatures = dimers["control"].values
    coldest = temperatures[0]
    yield ordered_states("5a", dimers, 4)
    for buffer in dimers["L_B"].values:
        ours, error = value_of(at_point(dimers, coldest, buffer))
        yield row(
            "5a",
            f"T = {coldest:g}, L_B = {buffer}: log 4 by two components",
            2 * BIT,
            ours,
            error,
            ours > 1.33,
        )
    for buffer in one_component["L_B"].values:
        ours, error = value_of(at_point(one_component, coldest, buffer))
        yield row(
            "8a",
            f"T = {coldest:g}, L_B = {buffer}: half of it by one component",
            BIT,
            ours,
            error,
            0.66 < ours < 0.70,
        )
    for _, place in steepest_descents(dimers, logarithmic=True).iterrows():
        off = place["location"] / T_BKT - 1
        yield row(
            "5a",
            f"T_BKT by steepest descent, L_B = {place['L_B']:g}",
            T_BKT,
            place["location"],
            place["error"],
            "agrees" if abs(off) < 0.05 else "partly",
            T_BKT,
            f"{100 * off:+.0f} %; two bits need an order near saturation, and that is lost below T_BKT",
        )
    slopes = [steepest_slope(dimers, buffer) for buffer in (2, 8)]
    yield row(
        "5a",
        "smooth at T_BKT, without a step: slope at L_B = 8 over that at 2",
        "smooth",
        slopes[1] / slopes[0],
        math.nan,
        slopes[1] / slopes[0] < 1.1 or "not decided",
        comment="compare that of Ising",
    )
    laws = decays(dimers)
    above = laws[(laws["control"] > 0.7) & (laws["preferred"] != "neither")]
    power = int((above["preferred"] == "power").sum())
    exponential = int((above["preferred"] == "exponential").sum())
    yield row(
        "5a",
        f"algebraic decay above T_BKT: at how many of {len(above)} temperatures a power fits better",
        "all",
        power,
        math.nan,
        "agrees" if power > 3 * exponential else "partly",
        comment=f"an exponential: {exponential}, undecided: {len(above) - power - exponential}",
    )
    free = best(dimers).sel(control=np.inf)
    law = fit_decay(free["L_B"].values, free["rsmi"].values, free["rsmi_error"].values)["power"]
    hottest = laws.set_index("control").loc[np.inf]
    yield row(
        "5a",
        "exponent of the decay at T = inf",
        1.16,
        law.parameter,
        law.error,
        abs(law.parameter - 1.16) < 3 * law.error,
        comment=f"of L_B, in pixels; of the distance from the centre of V {hottest['power']:.2f}"
        f"({100 * hottest['power_error']:.0f})",
    )
    ours, error = value_of(at_point(dimers, np.inf, 4))
    rows = referee[(referee["L_B"] == 4) & np.isinf(referee["T"])].set_index("rule")
    exact = rows.loc["chosen", "information"]
    yield row(
        "8b",
        "RSMI at T = inf, L_B = 4, about half a bit",
        BIT / 2,
        ours,
        error,
        abs(ours - BIT / 2) < 0.05,
        exact,
        "exact: the same filters; make validate has the best linear pair",
    )


def filter_rows(dimers: xr.Dataset) -> Iterator[Row]:
    """Figures 5b and 7."""
    patterns = found(dimers, "pattern")
    temperature = patterns["control"].values

    def kinds(where: np.ndarray) -> np.ndarray:
        names = classify(patterns.isel(control=where).transpose(..., "y", "x").values).ravel()
        return names[names != ""]

    ordered, above = kinds(temperature < T_BKT), kinds((temperature > 0.7) & np.isfinite(temperature))
    for name, part, label, expected in (
        ("columnar", ordered, f"T < {T_BKT}", "found"),
        ("columnar", above, "T > 0.7", "gone"),
    ):
        share, count = np.mean(part == name), len(part)
        holds = share > 0.05 if expected == "found" else share < 0.01
        yield row(
            "5b",
            f"columnar filters {expected} at {label}: share, by patterns",
            expected,
            share,
            math.sqrt(share * (1 - share) / count),
            bool(holds),
            comment=f"of {count}",
        )
    seen = [bool(np.any(kinds(temperature == value) == "columnar")) for value in temperature]
    last = int(np.flatnonzero(seen).max()) if any(seen) else 0
    middle, half = np.mean(temperature[last : last + 2]), np.ptp(temperature[last : last + 2]) / 2
    yield row(
        "5b",
        "T_BKT by where columnar patterns vanish, between two temperatures",
        T_BKT,
        middle,
        half,
        abs(middle - T_BKT) <= half + 1e-9,
        T_BKT,
        "classes need the pristine filters, so this is not from RSMI alone",
    )
    for variable, label in (("pattern", "patterns"), ("filter_normalised", "raw filters")):
        cold = found(dimers, variable).isel(control=temperature < T_BKT).transpose(..., "y", "x")
        names = classify(cold.values)
        first, second = (int(np.sum(names == f"plaquette_{number}")) for number in (1, 2))
        probability = binomtest(first, first + second).pvalue if first + second else math.nan
        share = first / max(first + second, 1)
        yield row(
            "5b",
            f"plaquette 1 and 2 equally frequent at T < {T_BKT}: share of 1, by {label}",
            0.5,
            share,
            math.sqrt(share * (1 - share) / max(first + second, 1)),
            probability > 0.01,
            comment=f"{first} and {second}, p = {probability:.3f}",
        )
    hot = found(dimers, "filter_normalised").isel(control=temperature >= 15)
    squares = {
        name: float(np.nanmean(np.square(cosine)))
        for name, cosine in overlaps(hot.transpose(..., "y", "x").values, dimers.sizes["y"]).items()
    }
    staggered, plaquette = (
        sum(part for name, part in squares.items() if name.startswith(family))
        for family in ("staggered", "plaquette")
    )
    yield row(
        "5b",
        "filters exclusively staggered at T >= 15: mean square projection on the pair",
        1,
        staggered,
        math.nan,
        "agrees" if staggered > ALIKE**2 else "partly",
        comment=f"plaquette {plaquette:.3f}, columnar {squares['columnar']:.3f}; the rest is their profile",
    )
    narrow = dimers.sel(L_B=[4])
    pca = [
        principal_components(flat_filters(intermediate(found(part, variable))))
        for part, variable in ((narrow, "pattern"), (dimers, "pattern"), (narrow, "filter_normalised"))
    ]
    for name, pristine in pristine_filters(dimers.sizes["y"]).items():
        ours, every, raw = (part.captured(pristine, LEADING) for part in pca)
        columnar = name == "columnar"
        yield row(
            "7",
            f"{name} is {'not ' if columnar else ''}a principal component: projection on first {LEADING}",
            0 if columnar else 1,
            ours,
            math.nan,
            ours < 0.3 if columnar else ours > ALIKE,
            comment=f"of patterns at L_B = 4; at every L_B {every:.2f}; of raw filters at L_B = 4 {raw:.2f}",
        )
