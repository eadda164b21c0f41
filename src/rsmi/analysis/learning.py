"""What more data would buy: information against the number of configurations that were trained on."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtr, stdtrit

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
    expansion in 1 / N). So each member's last step, from the largest share s to all N, says that twice the
    data would add (rsmi(N) - rsmi(s N)) / (2 (1 / s - 1)). The error has two parts: the scatter of the mean
    over members (by Student's t, as they are few), and, from three shares on, the difference to a
    least-squares line through all of them, which further terms would make. That another part of the data
    might have been the first one is in neither. Errors of the test fall as one over the root of the number.
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
        at = [ensembles[s].sel(control=control) for s in shares]
        members = np.stack([ensemble["rsmi"].values.ravel() for ensemble in at])
        numbers = np.array([counts[s, control] for s in shares], float)
        rising = max(float(ensemble["still_rising"].mean()) for ensemble in at) > 0.5
        for share in shares:
            chosen = best(ensembles[share]).sel(control=control).isel(L_B=0)
            row = {
                whole["control"].attrs["symbol"]: control,
                "share": share,
                "configurations": counts[share, control],
                **{name: chosen[name].item() for name in ("rsmi", "rsmi_error", "rsmi_train")},
            }
            if share == shares[-1]:
                row |= _outlook(row["rsmi"], row["rsmi_error"], members, numbers, rising)
            rows.append(row)
    return pd.DataFrame(rows)


def _outlook(
    value: float, error: float, members: np.ndarray, numbers: np.ndarray, rising: bool
) -> dict[str, float | str]:
    """Return what twice the data would bring.

    members: information, (share, member). numbers: configurations, (share,). rising: whether most members of
    a share had not converged.
    """
    later = error / np.sqrt(2.0)
    result = {"gain_of_twice": np.nan, "gain_of_twice_error": np.nan, "error_of_twice": later}
    if not value > ERRORS * error:
        return result | {"advice": "nothing found above two errors; more data would narrow them"}
    known = members[:, np.isfinite(members).all(axis=0)]
    if len(numbers) < 2 or known.shape[1] < 2:
        return result | {"advice": "a gain needs two shares and two seeds to be told"}
    if rising:
        return result | {
            "advice": "training had not converged, which hides what the data limit; raise epochs"
        }
    gains = (known[-1] - known[-2]) / (2.0 * (numbers[-1] / numbers[-2] - 1.0))
    gain, count = gains.mean(), len(gains)
    # As wide, at two errors, as Student's t has it for so few.
    spread = gains.std(ddof=1) / np.sqrt(count) * stdtrit(count - 1, ndtr(ERRORS)) / ERRORS
    inverse = 1.0 / numbers
    inverse -= inverse.mean()
    line = -(inverse @ known.mean(axis=1)) / (inverse @ inverse) / (2.0 * numbers[-1])
    uncertain = float(np.hypot(spread, gain - line))
    if gain > ERRORS * uncertain:
        advice = f"twice the data would add about {gain:.3f}, with an error of {uncertain:.3f} nat"
        if gain < error:
            advice += f"; less than the error of the value, {error:.3f}"
    else:
        advice = (
            f"no gain from twice the data can be told ({gain:.3f}, error {uncertain:.3f} nat); the error of "
            f"the value would fall from {error:.3f} to {later:.3f}"
        )
    return result | {"gain_of_twice": gain, "gain_of_twice_error": uncertain, "advice": advice}
