"""All rows of a validation in one table, the distribution of z over all of them, and the verdict.

``python -m rsmi.validation.summary SUMMARY.csv`` names the rows that fail, and fails itself if there are any.
"""

import sys
from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import chi2

from rsmi.validation.rows import COLUMNS

# Tails of chi squared in which the z-scores are too large or too small to be believed.
LEAST, MOST = 0.005, 0.995


def summarise(paths: Iterable[str]) -> pd.DataFrame:
    """Return the rows of all files, and a last one for chi squared of the independent z of all of them.

    That row fails if errors are too small, or too large, for so many deviations.
    """
    parts = [pd.read_csv(path) for path in paths]
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
        "deviation": p,
        "limit": LEAST,
        "pass": bool(LEAST < p < MOST),
    }
    return pd.concat([table, pd.DataFrame([overall], columns=COLUMNS)], ignore_index=True)


def chi_squared(z: np.ndarray) -> tuple[float, float]:
    """Return the sum of squares of independent z and the probability of a larger one."""
    statistic = float(np.sum(z**2))
    return statistic, float(chi2.sf(statistic, z.size))


def verdict(table: pd.DataFrame) -> str:
    """Say how many rows of each kind there are and pass, and name those that fail."""
    lines = []
    for kind, rows in table.groupby("kind", sort=False):
        lines.append(f"{kind:14s}{rows['pass'].sum():5d} of {len(rows):4d} pass")
    failed = table[~table["pass"].astype(bool)]
    for row in failed.itertuples():
        lines.append(
            f"FAILS: {row.quantity} ({row.model}, {row.parameters}): ours {row.ours:.6g} +- {row.error:.2g}, "
            f"exact {row.exact:.6g}, deviation {row.deviation:.3g}, limit {row.limit:.3g}"
        )
    return "\n".join(lines)


def main(path: str) -> int:
    """Print the verdict on a summary; return 1 if a row fails."""
    table = pd.read_csv(path)
    print(verdict(table))
    return int(not table["pass"].all())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
