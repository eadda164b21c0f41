"""The member of a training that is checked against exact results, read from its file."""

import json

import numpy as np
import xarray as xr

from rsmi.analysis.ensemble import surely
from rsmi.estimator.coarse_graining import component_probabilities, joint_probabilities
from rsmi.estimator.evaluation import with_error
from rsmi.storage import netcdf


class Member:
    """The member that validation chose, what it answers to its test windows, and where those lie."""

    def __init__(self, trainings: list[xr.Dataset]) -> None:
        """Choose among all seeds of trainings of one point."""
        chosen = max(trainings, key=lambda training: surely(training).max().item())
        one = chosen.isel(seed=int(surely(chosen).values.argmax()))
        settings = netcdf.settings(chosen)
        self.settings = settings["training"]
        if "score" not in one:
            raise ValueError(
                "a training is compared window by window only with training.responses = true, not "
                f"{self.settings['responses']!r}"
            )
        self.visible, self.environment = settings["visible"], settings["environment"]
        self.split = settings["split"]
        self.buffer, self.components = int(one["L_B"]), int(one["components"])
        self.bound = self.settings["bound"]
        control = one["control"]
        self.point = json.loads(one.attrs["parameters"]) | {
            control.attrs["symbol"]: control.item(), "V": self.visible, "L_B": self.buffer,
            "components": self.components, "scan": settings["key"][-1],
        }  # fmt: skip
        self.probabilities, self.scores, self.log_q = (
            one[name].values.astype(float) for name in ("probability", "score", "log_q")
        )
        self.baseline = one["baseline"].values.astype(float) if "baseline" in one else None
        self.quoted = {name: one[name].item() for name in ("rsmi", "barber_agakov")}
        """What the file says of the member, in nats."""
        # What the published code would report is the moving average, where windows are fixed.
        name = "rsmi_train" if self.settings["translations"] else "rsmi_moving_average"
        self.in_sample = one[name].item()
        self.filter, self.bias, self.centre = (one[name].values for name in ("filter", "bias", "mean"))
        self.chain, self.sample = one["window_chain"].values, one["window_sample"].values
        self.corner = np.stack([one["window_y"].values, one["window_x"].values], axis=1)
        chains, samples = len(np.unique(self.chain)), len(np.unique(self.sample))
        self.shape = chains, samples, len(self.chain) // (chains * samples)

    def channel(self, states: np.ndarray) -> np.ndarray:
        """Return p(h|v) of blocks (number, [y,] x), shape (number, outcome)."""
        v = (states - self.centre).reshape(len(states), -1)
        z = v @ self.filter.reshape(self.components, -1).T + self.bias
        return joint_probabilities(component_probabilities(z, 2, self.settings["channel"]))

    def blocks(self, samples: xr.Dataset) -> np.ndarray:
        """Return V of every test window, shape (window, [visible,] visible), cut out of the samples anew."""
        configurations = samples["configuration"].values[self.chain, self.sample]
        within = self.environment + self.buffer + np.arange(self.visible)
        window = np.arange(len(configurations))[:, None]
        columns = (self.corner[:, 1, None] + within) % configurations.shape[-1]
        if configurations.ndim == 2:
            return configurations[window, columns]
        rows = (self.corner[:, 0, None] + within) % configurations.shape[1]
        return configurations[window[:, :, None], rows[:, :, None], columns[:, None, :]]

    def mean(self, shares: np.ndarray) -> tuple[float, float]:
        """Return mean and standard error of values of the test windows, shape (window,)."""
        value, error = with_error(shares, self.shape)
        return float(value), float(error)
