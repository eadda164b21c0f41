"""Symbols of control parameters head a column of tables, which must have no other one of that name."""

from collections.abc import Iterable

# Columns beside that of the control parameter, by where a table is made; `seed` is dropped on the way.
COLUMNS: dict[str, tuple[str, ...]] = {
    "rsmi.tables.rsmi": (
        *("L_B", "components", "seed", "best_seed", "rsmi", "rsmi_error", "barber_agakov"),
        *("barber_agakov_error", "rsmi_train", "rsmi_train_error", "rsmi_moving_average"),
        *("rsmi_validation", "rsmi_validation_error", "entropy", "captured", "edge_share", "epochs_run"),
        *("restarts", "still_rising", "near_ceiling"),
    ),
    "rsmi.tables.samples": ("spacing", "effective_samples", "effective_samples_reached"),
    "rsmi.analysis.learning": (
        *("share", "configurations", "rsmi", "rsmi_error", "rsmi_train", "gain_of_twice"),
        *("gain_of_twice_error", "error_of_twice", "advice"),
    ),
    "rsmi.analysis.masses": ("mass", "width", "probability", "error"),
    "rsmi.analysis.mass_rule": ("threshold", "information", "error"),
    "rsmi.analysis.exact_information": ("L_B", "rule", "information", "error"),
    "rsmi.study.check": ("file", "runs", "samples", "lattice", "effective", "memory"),
}
# Of every series of a sample set, `rsmi.tables.samples` also has these columns, by its name before them.
OF_SERIES = "", "_error", "_autocorrelation_time", "_effective_samples", "_reliable"


def collision(symbol: str, series: Iterable[str]) -> str | None:
    """Say what is wrong with a symbol if a table has a column of that name, else return None.

    `series` are the names of what is recorded of the samples.
    """
    taken = {name for names in COLUMNS.values() for name in names}
    taken |= {name + ending for name in series for ending in OF_SERIES}
    if symbol not in taken:
        return None
    return f"{symbol!r} is the name of another column of the tables; use another symbol"
