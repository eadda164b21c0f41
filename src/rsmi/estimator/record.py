"""What a training leaves behind: its arrays as a Dataset that explains itself."""

from typing import Any

import numpy as np
import xarray as xr

from rsmi.estimator.data import Data
from rsmi.estimator.network import Network
from rsmi.estimator.settings import TrainingSettings
from rsmi.geometry.regions import Regions

BOUND_NAMES = {
    "infonce": "InfoNCE, equation (10)",
    "nwj": "NWJ, equation (6)",
    "tuba": "TUBA with a learned baseline, equation (A5)",
    "donsker_varadhan": "Donsker–Varadhan",
    "barber_agakov": "Barber–Agakov with the critic as classifier, equation (3)",
}
# Arrays over `seed`: what they are, and their unit. {bound} stands for the bound that was trained on.
PER_SEED = {
    "rsmi": ("RSMI, {bound}, on test chains", "nat"),
    "rsmi_error": ("standard error of rsmi", "nat"),
    "rsmi_validation": ("RSMI, {bound}, on validation chains", "nat"),
    "rsmi_validation_error": ("standard error of rsmi_validation", "nat"),
    "rsmi_train": ("RSMI in sample, {bound}, on training chains", "nat"),
    "rsmi_train_error": ("standard error of rsmi_train", "nat"),
    "rsmi_moving_average": ("in-sample moving average of the training steps, equation (B11)", "nat"),
    "barber_agakov": ("Barber–Agakov bound on test chains, equation (3)", "nat"),
    "barber_agakov_error": ("standard error of barber_agakov", "nat"),
    "entropy": ("entropy H(h) on test chains", "nat"),
    "captured": ("share of H(h) that e tells, rsmi / entropy", "1"),
    "best_epoch": ("epoch that validation chose", "1"),
    "epochs_run": ("epochs until the member was stopped", "1"),
    "still_rising": ("whether the validation curve still rose at the end", "1"),
    "near_ceiling": ("whether a batch bound came near its ceiling log K", "1"),
    "restarts": ("how often the member was trained anew, having found no information", "1"),
    "refined": ("whether quasi-Newton refinement of the filter was kept, equation (B12)", "1"),
}
PER_EPOCH = {
    "history_train": ("mean {bound} of the training steps", "nat"),
    "history_validation": ("RSMI, {bound}, on validation chains, after each epoch", "nat"),
}
PER_COMPONENT = {
    "component_information": ("Barber–Agakov bound of this component alone, on test chains", "nat"),
    "component_information_error": ("standard error of component_information", "nat"),
}

# Where they are kept: arrays over `seed`, test `window` and joint `outcome` of h.
PER_OUTCOME = {
    "probability": ("p(h|v) of every test window", "1"),
    "score": ("f(h, e), the critic's score of every state of h", "nat"),
    "log_q": ("log q(h|e) of the classifier behind barber_agakov", "nat"),
}
PER_WINDOW = {"baseline": ("TUBA's a(e)", "nat")}


def channel_description(settings: TrainingSettings) -> str:
    """Say how h is made from v, so that it can be made again from the file."""
    z = "z = filter . (v - mean) + bias, summed over V"
    if settings.filter_hidden:
        z = "z of the layers layer1, layer2, ... (x weight + bias, ReLU between them), x = v - mean flattened"
    if settings.discretisation == "none":
        return f"h = {z}"
    if settings.states == 2:
        hard, sampled = "h = sign(z), -1 where z = 0", "p(h = +1 | v) = 1 / (1 + exp(-2 z))"
    else:
        hard, sampled = "h = the state of highest z", "p(h | v) = softmax(z) over state"
    return f"{hard if settings.channel == 'hard' else sampled} with {z}"


def training_dataset(
    seeds: list[int],
    network: Network,
    filters: np.ndarray,
    mean: np.ndarray,
    covariance: np.ndarray,
    regions: Regions,
    results: dict[str, np.ndarray],
    control: xr.DataArray,
) -> xr.Dataset:
    """Return the Dataset of a training over `seed`, `component`, [`state`,] [`y`,] `x` and `epoch`.

    `filters` has shape (member, sites, outputs), `mean` (sites,), `covariance` (sites, sites). `results`
    holds an array of shape (member,) for every name of `PER_SEED`, (member, component) of `PER_COMPONENT`,
    (member, epoch) of `PER_EPOCH`, (member, window, outcome) of `PER_OUTCOME`, (member, window) of
    `PER_WINDOW`, and `history_filter` (member, epoch, sites, outputs); names that it lacks, which discrete h
    alone has or which were not asked for, are left out. `control` is the scalar coordinate of the samples.
    """
    settings = network.settings
    space = ("y", "x")[-regions.dimensions :]
    shape = (regions.visible,) * regions.dimensions
    several = settings.states > 2
    of_output = ("component", "state") if several else ("component",)
    outputs = (network.components, settings.states) if several else (network.components,)

    def over_block(weights: np.ndarray) -> np.ndarray:
        """Bring weights (..., sites, outputs) to (..., component, [state,] [y,] x)."""
        turned = np.moveaxis(weights, -1, -2)
        return without_gauge(turned.reshape(*turned.shape[:-2], *outputs, *shape), -1 - len(shape))

    def without_gauge(values: np.ndarray, axis: int) -> np.ndarray:
        """Subtract the mean over more than two states, to which softmax is blind."""
        return values - values.mean(axis=axis, keepdims=True) if several else values

    meaning = "gradient of z in v, averaged" if settings.filter_hidden else "raw weights of the filter Lambda"
    weights, biases = network.coarse.network.weights, network.coarse.network.biases
    members = len(seeds)
    bias = without_gauge(biases[-1].value.cpu().numpy()[:members, 0].reshape(-1, *outputs), -1)
    variables: dict[str, Any] = {
        "filter": (
            ("seed", *of_output, *space),
            over_block(filters),
            {"long_name": meaning, "units": "1", "channel": channel_description(settings)},
        ),
        "bias": (("seed", *of_output), bias.copy(), {"long_name": "bias of the last layer", "units": "1"}),
        "mean": (space, mean.reshape(shape), {"long_name": "mean of V over training chains", "units": "1"}),
        "covariance": (
            ("site", "other_site"),
            covariance.astype(np.float32),
            {"long_name": "covariance of the sites of V, row by row, on validation chains", "units": "1"},
        ),
        "history_filter": (
            ("seed", "epoch", *of_output, *space),
            over_block(results["history_filter"]),
            {"long_name": "filter after each epoch", "units": "1"},
        ),
    }
    if settings.filter_hidden:
        for depth, (weight, offset) in enumerate(zip(weights, biases, strict=True), start=1):
            inputs, units = f"unit{depth - 1}", f"unit{depth}"
            variables[f"layer{depth}_weight"] = (
                ("seed", inputs, units),
                weight.value.cpu().numpy()[:members].copy(),
            )
            variables[f"layer{depth}_bias"] = (
                ("seed", units),
                offset.value.cpu().numpy()[:members, 0].copy(),
            )
    for names, dims in (
        (PER_SEED, ("seed",)),
        (PER_EPOCH, ("seed", "epoch")),
        (PER_COMPONENT, ("seed", "component")),
        (PER_OUTCOME, ("seed", "window", "outcome")),
        (PER_WINDOW, ("seed", "window")),
    ):
        for name, (long_name, unit) in names.items():
            if name in results:
                text = long_name.format(bound=BOUND_NAMES[settings.bound])
                variables[name] = (dims, results[name], {"long_name": text, "units": unit})
    epochs = results["history_filter"].shape[1]
    return xr.Dataset(
        variables,
        coords={
            "seed": ("seed", list(seeds), {"long_name": "number of the member"}),
            "component": ("component", np.arange(network.components), {"long_name": "component of h"}),
            "epoch": ("epoch", np.arange(1, epochs + 1), {"long_name": "training epoch"}),
            "L_B": ((), regions.buffer, {"long_name": "buffer width", "units": "sites"}),
            "components": ((), network.components, {"long_name": "number of components of h", "units": "1"}),
            "control": control,
        },
    )


def window_places(data: Data) -> dict[str, Any]:
    """Return where the test windows lie, as variables over `window`: those that V, B and E are cut from.

    They are in order of chain, then sample, with as many windows for every configuration.
    """
    windows = data.windows("test", data.settings.windows)
    samples, test = windows.shape[1], data.parts.test
    places = {
        "window_chain": ("chain of the window", test.chains[windows.index // samples]),
        "window_sample": ("sample of the window", test.first + windows.index % samples),
        "window_y": ("first row of the window, E included", windows.corner[:, 0]),
        "window_x": ("first column of the window, E included", windows.corner[:, 1]),
    }
    return {name: ("window", values, {"long_name": text}) for name, (text, values) in places.items()}
