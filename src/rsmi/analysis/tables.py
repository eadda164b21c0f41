"""The numbers behind the figures, as tables."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

from rsmi.analysis.ensemble import best

COLUMNS = (
    "best_seed",
    "rsmi",
    "rsmi_error",
    "barber_agakov",
    "barber_agakov_error",
    "rsmi_train",
    "rsmi_train_error",
    "rsmi_moving_average",
    "rsmi_validation",
    "rsmi_validation_error",
    "entropy",
    "captured",
    "edge_share",
    "epochs_run",
    "restarts",
    "still_rising",
    "near_ceiling",
)
# What is read as yes or no.
FLAGS = ("still_rising", "near_ceiling")


def rsmi_table(ensemble: xr.Dataset) -> pd.DataFrame:
    """Return a row per control value, buffer and number of components, for the chosen member; in nats."""
    rows = []
    for components in ensemble["components"].values:
        chosen = best(ensemble, components)
        chosen["edge_share"] = chosen["edge_share"].mean("component")
        # Some belong to a discrete h only.
        columns = [name for name in COLUMNS if name in chosen]
        frame = chosen[columns].to_dataframe().reset_index()
        frame = frame.rename(columns={"control": ensemble["control"].attrs["symbol"]})
        rows.append(frame.drop(columns="seed"))
    table = pd.concat(rows, ignore_index=True)
    flags = {name: "boolean" for name in FLAGS if name in table}
    return table.astype({"best_seed": "Int64", **flags})


def samples_table(samples: Iterable[xr.Dataset]) -> pd.DataFrame:
    """Return a row per sample set: mean, error, autocorrelation time and effective size of observables.

    The error is the standard deviation over the root of the effective sample size; it is not to be trusted
    where the chains are too short to tell their autocorrelation time (`reliable` is false).
    """
    rows = []
    for dataset in samples:
        control = dataset["control"]
        row = {
            control.attrs["symbol"]: control.item(),
            "spacing": dataset.attrs["spacing"],
            "effective_samples": dataset.attrs["effective_samples"],
            "effective_samples_reached": dataset.attrs["effective_samples_reached"] == "true",
        }
        for name, values in dataset.data_vars.items():
            if "effective_sample_size" not in values.attrs:
                continue
            effective = values.attrs["effective_sample_size"]
            row |= {
                name: values.mean().item(),
                f"{name}_error": values.std().item() / effective**0.5,
                f"{name}_autocorrelation_time": values.attrs["autocorrelation_time"],
                f"{name}_effective_samples": effective,
                f"{name}_reliable": values.attrs["autocorrelation_time_reliable"] == "true",
            }
        rows.append(row)
    return pd.DataFrame(rows)
