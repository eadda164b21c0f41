"""What a check says: a row with our value, the exact one, and whether they agree.

Rows that can fail are of three kinds. A *stochastic* value is unbiased, and its deviation is z, in standard
errors. A *lower bound* may fall short of the exact value by any amount, which is stated, but not lie above
it: its deviation is counted in standard errors of the difference. A *deterministic* value has a relative
error. What nothing exact is known of is *unchecked*, and named; `rsmi.validation.summary` adds *chi squared*.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from rsmi.storage import csv

# As rows name the bounds of the estimator.
BOUNDS = {
    "infonce": "InfoNCE",
    "nwj": "NWJ",
    "tuba": "TUBA",
    "donsker_varadhan": "Donsker-Varadhan",
    "barber_agakov": "Barber-Agakov",
}
# Standard errors beyond which a row fails; one stochastic row in 16,000 does by chance.
MOST_ERRORS = 4.0
COLUMNS = [
    "quantity",
    "model",
    "parameters",
    "kind",
    "ours",
    "error",
    "exact",
    "deviation",
    "limit",
    "pass",
    "shortfall",
    "in_sample",
    "independent_z",
]

Row = dict[str, Any]


def stochastic(
    quantity: str,
    model: str,
    parameters: dict[str, Any],
    ours: float,
    exact: float,
    error: float,
    freedom: float = math.inf,
    independent_z: float = math.nan,
) -> Row:
    """Return the row of an unbiased mean, whose `error` comes from a scatter of so many degrees of freedom.

    `independent_z` is the part of the deviation that other rows of the same samples do not know of, from
    `independent`; without it the row does not enter chi squared. A mean without an error must be exact.
    """
    if error > 0:
        deviation = z_of_t((ours - exact) / error, freedom)
    else:
        deviation = 0.0 if math.isclose(ours, exact, abs_tol=1e-12) else math.copysign(math.inf, ours - exact)
    return _row(
        quantity, model, parameters, "stochastic", ours, exact, error,
        deviation=deviation, independent_z=independent_z,
    )  # fmt: skip


def lower_bound(
    quantity: str,
    model: str,
    parameters: dict[str, Any],
    ours: float,
    exact: float,
    error: float,
    in_sample: float = math.nan,
) -> Row:
    """Return the row of a lower bound; `error` is that of the difference `ours` - `exact`, 0 if it has none.

    `in_sample` is what the same training would report of itself.
    """
    above = ours - exact
    # Equal numbers may differ by their last digits, and so may means of equal numbers.
    rounding = 1e-9 * max(1.0, abs(exact))
    exactly = error < 1e-12
    deviation = above / error if not exactly else 0.0 if above <= rounding else math.inf
    return _row(
        quantity, model, parameters, "lower bound", ours, exact, error,
        deviation=deviation, shortfall=exact - ours, in_sample=in_sample,
    )  # fmt: skip


def deterministic(
    quantity: str, model: str, parameters: dict[str, Any], ours: float, exact: float, tolerance: float
) -> Row:
    """Return the row of a number that has no statistical error; `tolerance` is relative, absolute at 0."""
    deviation = abs(ours - exact) / (abs(exact) or 1.0)
    return _row(
        quantity, model, parameters, "deterministic", ours, exact, 0.0, deviation=deviation, limit=tolerance
    )


def unchecked(quantity: str, model: str, parameters: dict[str, Any]) -> Row:
    """Return the row of something of which nothing exact is known, so that its absence is no silence."""
    nothing = math.nan
    row = _row(quantity, model, parameters, "unchecked", nothing, nothing, nothing, deviation=nothing)
    return row | {"pass": True}


def _row(
    quantity: str,
    model: str,
    parameters: dict[str, Any],
    kind: str,
    ours: float,
    exact: float,
    error: float,
    *,
    deviation: float,
    limit: float = MOST_ERRORS,
    shortfall: float = math.nan,
    in_sample: float = math.nan,
    independent_z: float = math.nan,
) -> Row:
    # A stochastic value may not lie below either, a bound only above; a NaN passes nothing.
    size = deviation if kind == "lower bound" else abs(deviation)
    return {
        "quantity": quantity,
        "model": model,
        "parameters": ", ".join(f"{name}={value}" for name, value in parameters.items()),
        "kind": kind,
        "ours": float(ours),
        "error": float(error),
        "exact": float(exact),
        "deviation": float(deviation),
        "limit": limit,
        "pass": bool(size <= limit),
        "shortfall": shortfall,
        "in_sample": in_sample,
        "independent_z": independent_z,
    }


def z_of_t(value: float, freedom: float) -> float:
    """Return the normal deviate that is as improbable as a value of Student's t."""
    # The smaller tail, which keeps its digits.
    return float(np.sign(value) * norm.isf(t.sf(abs(value), freedom)))


def independent(deviations: np.ndarray) -> np.ndarray:
    """Return independent normal deviates of several means of the same chains; shape (mean,).

    deviations: chain means less their exact values, shape (chain, mean). The k-th deviate tests what the
    first k - 1 means do not already tell: J. Roy's step-down of Hotelling's T^2, Ann. Math. Stat. 29, 1177
    (1958). Each step's share of T^2 is Student's t squared, of chains - k degrees of freedom, whatever the
    covariance is, if the chain means are normal. A mean that is a linear function of those before it has NaN.

    Raises `ValueError` unless there are more chains than means.
    """
    chains, number = deviations.shape
    if chains <= number:
        raise ValueError(f"{chains} chains cannot tell {number} means apart; use more chains")
    z = np.full(number, math.nan)
    kept: list[int] = []
    scale = deviations.std(axis=0, ddof=1)
    deviations = deviations / np.where(scale > 0, scale, 1.0)
    before, covariance = 0.0, np.atleast_2d(np.cov(deviations, rowvar=False))
    for k in range(number):
        tried = [*kept, k]
        root = np.linalg.cholesky(covariance[np.ix_(tried, tried)] * (1 + 1e-12 * np.eye(len(tried))))
        if root[-1, -1] ** 2 < 1e-6:
            continue
        w = np.linalg.solve(root, deviations.mean(axis=0)[tried])[-1] * math.sqrt(chains)
        freedom = chains - 1 - len(kept)
        z[k] = z_of_t(w * math.sqrt(freedom / (chains - 1 + before)), freedom)
        kept, before = tried, before + w**2
    return z


def write(rows: list[Row] | pd.DataFrame, path: str | Path) -> None:
    """Write rows, or a table that a check made instead, as CSV, numbers in full."""
    table = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows, columns=COLUMNS)
    csv.write_in_full(table, path)


def with_parameters(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of rows with a further column for every parameter that occurs, as text."""
    pairs = [
        dict(pair.split("=", 1) for pair in text.split(", ")) if isinstance(text, str) else {}
        for text in table["parameters"]
    ]
    return table.join(pd.DataFrame(pairs, index=table.index))
