"""Claims on the method: components of h (figure 8), thickness of E, run times (table II)."""

import math
from collections.abc import Iterator

import pandas as pd
import xarray as xr

from rsmi.findings.rows import Row, at_point, environment_of, row, value_of


def component_rows(ensemble: xr.Dataset, name: str, enough: int) -> Iterator[Row]:
    """Figure 8."""
    buffer = int(ensemble["L_B"].values[0])
    counts = ensemble["components"].values
    for control in ensemble["control"].values:
        values = {int(n): value_of(at_point(ensemble, control, buffer, n)) for n in counts}
        ours, error = values[enough]
        most = max(values, key=lambda n: values[n][0])
        gain, spread = values[most][0] - ours, math.hypot(error, values[most][1])
        yield row(
            "8",
            f"{name}, T = {control:.4g}: gain by more than {enough} components (2 % at most)",
            0,
            gain,
            spread,
            gain < max(2 * spread, 0.02 * ours),
            comment=", ".join(
                f"{n}: {value:.3f}({1000 * error:.0f})" for n, (value, error) in values.items()
            ),
        )


def environment_rows(thin: xr.Dataset, thick: xr.Dataset, name: str) -> Iterator[Row]:
    """Whether a thin E tells as much as the paper's."""
    buffer = int(thick["L_B"].values[0])
    for control in thick["control"].values:
        (ours, error), (other, other_error) = (value_of(at_point(e, control, buffer)) for e in (thin, thick))
        width = environment_of(thin), environment_of(thick)
        yield row(
            "method",
            f"{name}, T = {control:.4g}: E of L_E = {width[0]} minus E of {width[1]}",
            0,
            ours - other,
            math.hypot(error, other_error),
            abs(ours - other) < 2 * math.hypot(error, other_error),
            comment=f"{ours:.4f} and {other:.4f}; the samples are the same, so that the error is too wide",
        )


def run_time_rows(training: pd.DataFrame) -> Iterator[Row]:
    """Table II."""
    rows = training.set_index("scan")
    for scan, paper in (("ising", 35), ("dimers", 34)):
        seconds = float(rows.loc[scan, "seconds_per_filter"])
        yield row(
            "Table II",
            f"{scan}: run time per filter (s)",
            paper,
            seconds,
            math.nan,
            seconds < paper,
            comment="one core, ten filters a job, start-up and evaluation included; epochs differ",
        )
