"""The sample sets of a model: how nearly independent their samples are."""

from collections.abc import Iterable

import pandas as pd
import xarray as xr

ABOUT = {
    "title": "sample sets: how nearly independent",
    "order": 1,
    "each": "model",
    "inputs": {"samples": ["samples/{model}/{control}.nc"]},
    "caption": (
        "Every sample set: sweeps between samples, and for each observable the mean, its standard error, "
        "the integrated autocorrelation time (in samples; 0.5 means independent), the effective number of "
        "independent samples, and whether the chains are long enough to tell; the smallest of these "
        "numbers, and whether it reaches the study's `effective_samples`, told reliably, of chains that "
        "agree."
    ),
}


def table(samples: Iterable[xr.Dataset]) -> pd.DataFrame:
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
