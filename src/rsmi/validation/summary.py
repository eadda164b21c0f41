"""All rows of a validation in one table, the distribution of z over all of them, and the verdict.

``python -m rsmi.validation.summary SUMMARY.csv`` names the rows that fail, and fails itself if there are any.
"""

import sys
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from rsmi.storage import csv
from rsmi.validation.rows import COLUMNS, Row

# Of either tail of chi squared: beyond, z-scores are too large or too small to be believed.
TAIL = 0.005


def summarise(paths: Iterable[str], unchecked: Iterable[Row] = ()) -> pd.DataFrame:
    """Return the rows of all files, those `unchecked`, and a last one for chi squared of all independent z.

    That row fails if errors are too small, or too large, for so many deviations; its deviation is the normal
    deviate that is as improbable.
    """
    parts = [csv.read(path) for path in paths] + [pd.DataFrame(unchecked, columns=COLUMNS)]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True)
    z = table["independent_z"].dropna().to_numpy()
    if not z.size:
        return table
    statistic, p = chi_squared(z)
    overall = {
        "quantity": "chi squared of z over all stochastic rows",
        "model": "all",
        "parameters": f"freedom={z.size}, p={p:.4f}",
        "kind": "chi squared",
        "ours": statistic,
        "exact": z.size,
        "deviation": norm.isf(p),
        "limit": norm.isf(TAIL),
        "pass": bool(TAIL < p < 1 - TAIL),
    }
    return pd.concat([table, pd.DataFrame([overall], columns=COLUMNS)], ignore_index=True)


def chi_squared(z: np.ndarray) -> tuple[float, float]:
    """Return the sum of squares of independent z and the probability of a larger one."""
    statistic = float(np.sum(z**2))
    return statistic, float(chi2.sf(statistic, z.size))


def verdict(table: pd.DataFrame) -> tuple[str, bool]:
    """Say how many rows of each kind there are and pass, and name those that fail; tell whether none does."""
    # What is not plainly true, as in a damaged file, does not pass.
    passes = table["pass"].astype(str).eq("True")
    lines = []
    for kind, rows in table.groupby("kind", sort=False):
        if kind == "unchecked":
            lines.append(f"{kind:14s}{len(rows):5d}, of which nothing exact is known:")
            lines += [f"    {row.quantity} ({row.model}, {row.parameters})" for row in rows.itertuples()]
        else:
            lines.append(f"{kind:14s}{passes[rows.index].sum():5d} of {len(rows):4d} pass")
    for row in table[~passes].itertuples():
        lines.append(
            f"FAILS: {row.quantity} ({row.model}, {row.parameters}): ours {row.ours:.6g} +- {row.error:.2g}, "
            f"exact {row.exact:.6g}, deviation {row.deviation:.3g}, limit {row.limit:.3g}"
        )
    checked = (table["kind"] != "unchecked").any()
    if not checked:
        lines.append("FAILS: nothing was checked")
    return "\n".join(lines), bool(passes.all() and checked)


def main(path: str) -> int:
    """Print the verdict on a summary; return 1 if a row fails or nothing was checked."""
    text, good = verdict(csv.read(path))
    print(text)
    return int(not good)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
