"""What a training leaves behind: its arrays as a Dataset that explains itself."""

import numpy as np
import xarray as xr

from rsmi.estimator.coarse_graining import LinearCoarseGraining
from rsmi.regions import Regions

CHANNEL = {
    "hard": "h = sign(z) with z = filter . (v - mean) + bias, summed over V",
    "sampled": "p(h = +1 | v) = 1 / (1 + exp(-2 z)) with z = filter . (v - mean) + bias, summed over V",
}
# Arrays over `seed`: what they are, and their unit.
PER_SEED = {
    "rsmi": ("RSMI, InfoNCE on test chains, equation (10)", "nat"),
    "rsmi_error": ("standard error of rsmi", "nat"),
    "rsmi_validation": ("RSMI, InfoNCE on validation chains", "nat"),
    "rsmi_validation_error": ("standard error of rsmi_validation", "nat"),
    "rsmi_train": ("RSMI in sample, InfoNCE on training chains", "nat"),
    "rsmi_train_error": ("standard error of rsmi_train", "nat"),
    "barber_agakov": ("Barber–Agakov bound on test chains, equation (3)", "nat"),
    "barber_agakov_error": ("standard error of barber_agakov", "nat"),
    "entropy": ("entropy H(h) on test chains", "nat"),
    "best_epoch": ("epoch that validation chose", "1"),
    "still_rising": ("whether the validation curve still rose at the end", "1"),
}
PER_EPOCH = {
    "history_train": ("mean InfoNCE of the training steps, relaxed h", "nat"),
    "history_validation": ("RSMI, InfoNCE on validation chains, after each epoch", "nat"),
}


def training_dataset(
    seeds: list[int],
    coarse: LinearCoarseGraining,
    regions: Regions,
    channel: str,
    results: dict[str, np.ndarray],
    control: xr.DataArray,
) -> xr.Dataset:
    """Return the Dataset of a training over `seed`, `component`, [`y`,] `x` and `epoch`.

    `results` holds an array of shape (member,) for every name of `PER_SEED`, of shape (member, epoch) for
    every name of `PER_EPOCH`, and `history_filter` (member, epoch, sites, component). Only the first
    len(seeds) members are kept. `control` is the scalar coordinate of the samples.
    """
    space = ("y", "x")[-regions.dimensions :]
    shape = (regions.visible,) * regions.dimensions
    members = len(seeds)

    def over_block(weights: np.ndarray) -> np.ndarray:
        """Bring weights (..., sites, component) to (..., component, [y,] x)."""
        turned = np.moveaxis(weights[:members], -1, -2)
        return turned.reshape(*turned.shape[:-1], *shape)

    bias = coarse.bias.detach().numpy()[:members, 0].copy()
    variables = {
        "filter": (
            ("seed", "component", *space),
            over_block(coarse.weight.detach().numpy().copy()),
            {"long_name": "raw weights of the filter Lambda", "units": "1", "channel": CHANNEL[channel]},
        ),
        "bias": (("seed", "component"), bias, {"long_name": "bias of the filter", "units": "1"}),
        "mean": (space, coarse.mean.numpy().reshape(shape), {"long_name": "mean of V over training chains"}),
        "history_filter": (
            ("seed", "epoch", "component", *space),
            over_block(results["history_filter"]),
            {"long_name": "filter after each epoch", "units": "1"},
        ),
    }
    for names, dims in ((PER_SEED, ("seed",)), (PER_EPOCH, ("seed", "epoch"))):
        for name, (long_name, unit) in names.items():
            variables[name] = (dims, results[name][:members], {"long_name": long_name, "units": unit})
    epochs, components = results["history_filter"].shape[1], coarse.weight.shape[-1]
    return xr.Dataset(
        variables,
        coords={
            "seed": ("seed", list(seeds), {"long_name": "number of the member"}),
            "component": ("component", np.arange(components), {"long_name": "component of h"}),
            "epoch": ("epoch", np.arange(1, epochs + 1), {"long_name": "training epoch"}),
            "L_B": ((), regions.buffer, {"long_name": "buffer width", "units": "sites"}),
            "components": ((), components, {"long_name": "number of components of h", "units": "1"}),
            "control": control,
        },
    )
