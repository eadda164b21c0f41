"""What the curves of an ensemble say: where information falls, where sizes cross, how it decays."""

from itertools import pairwise

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.analysis.decay import fit_decay, preferred
from rsmi.analysis.ensemble import best
from rsmi.analysis.transition import Location, crossing, steepest_descent


def steepest_descents(ensemble: xr.Dataset, logarithmic: bool = False) -> pd.DataFrame:
    """Return where information falls most steeply at each buffer: columns L_B, location, error."""
    rows = []
    chosen = best(ensemble)
    finite = chosen.isel(control=np.isfinite(chosen["control"].values))
    for buffer in chosen["L_B"].values:
        one = finite.sel(L_B=buffer)
        place = steepest_descent(
            one["control"].values, one["rsmi"].values, one["rsmi_error"].values, logarithmic=logarithmic
        )
        rows.append({"L_B": buffer, "location": place.value, "error": place.error})
    return pd.DataFrame(rows)


def steepest_slope(ensemble: xr.Dataset, buffer: int) -> float:
    """Return the steepest slope of the information at a buffer between neighbouring control values."""
    one = best(ensemble).sel(L_B=buffer)
    finite = np.isfinite(one["control"].values)
    return float((np.diff(one["rsmi"].values[finite]) / np.diff(one["control"].values[finite])).min())


def scaled_crossings(scaled: list[xr.Dataset]) -> pd.DataFrame:
    """Return where the curves of successive sizes cross: columns L_B, of the larger size, location, error.

    `scaled` holds ensembles of one buffer each, whose V, L_B and lattice grow in proportion, ascending.
    """
    rows = []
    curves = [best(ensemble).isel(L_B=0) for ensemble in scaled]
    for small, large in pairwise(curves):
        place = crossing(
            small["control"].values,
            *(curve[name].values for curve in (small, large) for name in ("rsmi", "rsmi_error")),
        )
        rows.append({"L_B": int(large["L_B"]), "location": place.value, "error": place.error})
    return pd.DataFrame(rows)


def decays(ensemble: xr.Dataset) -> pd.DataFrame:
    """Return a row per control value: the law preferred, and each law's parameter, error and chi squared.

    The laws are of the distance from the centre of V to E, in sites.
    """
    rows = []
    chosen = best(ensemble)
    half = ensemble.sizes["x"] / 2
    for control in chosen["control"].values:
        one = chosen.sel(control=control)
        fits = fit_decay(one["L_B"].values, one["rsmi"].values, one["rsmi_error"].values, half)
        row = {"control": control, "preferred": preferred(fits)}
        for law, fit in fits.items():
            row |= {law: fit.parameter, f"{law}_error": fit.error, f"{law}_chi_squared": fit.chi_squared}
        rows.append(row)
    return pd.DataFrame(rows)


def extrapolated(places: pd.DataFrame) -> Location:
    """Return where places over L_B, as from `steepest_descents`, lead to, linearly in 1 / L_B.

    NaN for fewer than three places.
    """
    used = places[places["location"].notna()]
    if len(used) < 3:
        return Location(float("nan"), float("nan"))
    inverse, place, error = (1.0 / used["L_B"], used["location"], used["error"])
    coefficients, covariance = np.polyfit(inverse, place, 1, w=1.0 / error, cov="unscaled")
    return Location(float(coefficients[1]), float(np.sqrt(covariance[1, 1])))
