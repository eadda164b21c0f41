"""What more data would buy: information against the number of configurations that were trained on."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr

from rsmi.analysis.ensemble import assemble, best

# A bound counts as found above so many errors, and a gain too.
ERRORS = 2.0


def learning_table(trainings: Iterable[xr.Dataset]) -> pd.DataFrame:
    """Return a row per control value and share of the data, from trainings that differ in nothing else.

    Columns: the control parameter; `share` and `configurations`, how many were trained on; `rsmi` of the
    chosen member on test chains, its error, and `rsmi_train` in sample, in nats. In the row of the whole
    data also `gain_of_twice`, what twice the configurations would add, and its error, `error_of_twice`, the
    error that the value would then have, and `advice`, the same in words; elsewhere these are empty.

    A bound that is trained on N independent configurations falls short by about b / N (the first term of an
    expansion in 1 / N), so that rsmi(N) = c - b / N is fitted to every member by least squares and twice the
    data would add b / 2N. The error is that of the mean over members; that other configurations might have
    been the first ones is not in it. Errors of the test fall as one over the root of the number.
    """
    by_share: dict[float, list[xr.Dataset]] = {}
    for training in trainings:
        by_share.setdefault(float(training.attrs["share"]), []).append(training)
    shares = sorted(by_share)
    ensembles = {share: assemble(by_share[share]) for share in shares}
    counts = {
        (share, training["control"].item()): training.attrs["training_configurations"]
        for share in shares
        for training in by_share[share]
    }
    whole = ensembles[shares[-1]]
    rows = []
    for control in whole["control"].values:
        members = np.stack([ensembles[s]["rsmi"].sel(control=control).values.ravel() for s in shares])
        numbers = np.array([counts[s, control] for s in shares], float)
        for share in shares:
            chosen = best(ensembles[share]).sel(control=control).isel(L_B=0)
            row = {
                whole["control"].attrs["symbol"]: control,
                "share": share,
                "configurations": counts[share, control],
                **{name: chosen[name].item() for name in ("rsmi", "rsmi_error", "rsmi_train")},
            }
            if share == shares[-1]:
                row |= _outlook(row["rsmi"], row["rsmi_error"], members, numbers)
            rows.append(row)
    return pd.DataFrame(rows)


def _outlook(value: float, error: float, members: np.ndarray, numbers: np.ndarray) -> dict[str, float | str]:
    """Return what twice the data would bring; members: information, (share, member), numbers: (share,)."""
    result = {"gain_of_twice": np.nan, "gain_of_twice_error": np.nan, "error_of_twice": error / np.sqrt(2.0)}
    if not value > ERRORS * error:
        return result | {"advice": "nothing found above two errors; more data would narrow them"}
    known = members[:, np.isfinite(members).all(axis=0)]
    if len(numbers) < 2 or known.shape[1] < 2:
        return result | {"advice": "a gain needs two shares and two seeds to be told"}
    inverse = 1.0 / numbers
    inverse -= inverse.mean()
    shortfall = -(inverse @ known) / (inverse @ inverse)
    gains = shortfall / (2.0 * numbers[-1])
    gain, spread = gains.mean(), gains.std(ddof=1) / np.sqrt(len(gains))
    if gain > ERRORS * spread:
        advice = f"twice the data would add about {gain:.3f} +- {spread:.3f} nat"
        if gain < error:
            advice += f", less than the error of the value, {error:.3f}"
    else:
        later = result["error_of_twice"]
        advice = (
            f"twice the data would hardly raise it; its error would fall from {error:.3f} to {later:.3f} nat"
        )
    return result | {"gain_of_twice": gain, "gain_of_twice_error": spread, "advice": advice}
