"""The chosen member at every point of a scan: its information, errors and bounds."""

import pandas as pd
import xarray as xr

from rsmi.analysis.ensemble import best

ABOUT = {
    "title": "RSMI, errors and bounds",
    "order": 1,
    "each": "scan",
    "inputs": {"ensemble": "ensembles/{scan}.nc"},
    "caption": (
        "The chosen member at every point: test value of InfoNCE with its error, the Barber–Agakov bound of "
        "the same filter with its own classifier, the in-sample and validation values, the moving average "
        "of the training steps (what a training without held-out chains would report), and the entropy of "
        "h, in nats; the share of that entropy which e tells; the edge share of the filter; and whether the "
        "validation curve was still rising when training ended (with a learning rate that goes to zero, no "
        "is not a proof of convergence)."
    ),
}

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


def table(ensemble: xr.Dataset) -> pd.DataFrame:
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
    joined = pd.concat(rows, ignore_index=True)
    flags = {name: "boolean" for name in FLAGS if name in joined}
    return joined.astype({"best_seed": "Int64", **flags})
