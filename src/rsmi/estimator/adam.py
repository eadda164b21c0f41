"""Adam, explicitly: `torch.optim` takes over a second to import and passes over memory many times."""

import math
from typing import Any

import numba
import numpy as np
import torch

from rsmi.estimator.layers import Parameter


@numba.njit(cache=True, fastmath={"contract", "arcp", "nsz"}, error_model="numpy")
def _ascend(parameters, gradients, first, second, rate, correction, beta1, beta2, epsilon):
    """Take one step in place; all arrays are flat float32."""
    for i in range(parameters.size):
        g = gradients[i]
        m = beta1 * first[i] + (np.float32(1) - beta1) * g
        v = beta2 * second[i] + (np.float32(1) - beta2) * g * g
        first[i] = m
        second[i] = v
        parameters[i] += rate * m / (np.sqrt(v) * correction + epsilon)


class Adam:
    """Gradient ascent by Adam (D. P. Kingma and J. Ba, 2015) on all parameters in one pass.

    The parameters and their gradients become views into two flat buffers.
    """

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8
    # Numbers in 64 bytes: matrix products may round by the alignment of their operands, which must not depend
    # on how many members there are.
    ALIGNMENT = 16

    def __init__(self, parameters: list[Parameter]) -> None:
        """Take over the parameters."""
        size = sum(-(-p.value.numel() // self.ALIGNMENT) for p in parameters) * self.ALIGNMENT
        device = parameters[0].value.device
        self._buffers = [torch.zeros(size, device=device) for _ in range(4)]
        values, gradients = self._buffers[:2]
        start = 0
        for p in parameters:
            stop, shape = start + p.value.numel(), p.value.shape
            values[start:stop] = p.value.ravel()
            p.value, p.gradient = values[start:stop].view(shape), gradients[start:stop].view(shape)
            start = -(-stop // self.ALIGNMENT) * self.ALIGNMENT
        self.steps = 0

    def step(self, learning_rate: float) -> None:
        """Ascend along the gradients."""
        self.steps += 1
        rate = learning_rate / (1.0 - self.BETA1**self.steps)
        correction = 1.0 / math.sqrt(1.0 - self.BETA2**self.steps)
        if self._buffers[0].device.type == "cpu":
            constants = rate, correction, self.BETA1, self.BETA2, self.EPSILON
            _ascend(*(buffer.numpy() for buffer in self._buffers), *map(np.float32, constants))
            return
        values, gradients, first, second = self._buffers
        first.mul_(self.BETA1).add_(gradients, alpha=1.0 - self.BETA1)
        second.mul_(self.BETA2).addcmul_(gradients, gradients, value=1.0 - self.BETA2)
        values.addcdiv_(first, second.sqrt().mul_(correction).add_(self.EPSILON), value=rate)

    def state(self) -> dict[str, Any]:
        """Return copies of all that the next step depends on."""
        return {"buffers": [buffer.clone() for buffer in self._buffers], "steps": self.steps}

    def resume(self, state: dict[str, Any]) -> None:
        """Go back to a state that `state` returned."""
        self.steps = state["steps"]
        for buffer, saved in zip(self._buffers, state["buffers"], strict=True):
            buffer.copy_(saved)
