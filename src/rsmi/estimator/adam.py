"""Adam, explicitly: `torch.optim` takes over a second to import and passes over memory many times."""

import math

import numba
import numpy as np
import torch


@numba.njit(cache=True, fastmath={"contract", "arcp", "nsz"}, error_model="numpy")
def _ascend(parameters, gradients, first, second, rate, correction, beta1, beta2, epsilon):
    """Take one step in place and clear the gradients; all arrays are flat float32."""
    for i in range(parameters.size):
        g = gradients[i]
        m = beta1 * first[i] + (np.float32(1) - beta1) * g
        v = beta2 * second[i] + (np.float32(1) - beta2) * g * g
        first[i] = m
        second[i] = v
        gradients[i] = np.float32(0)
        parameters[i] += rate * m / (np.sqrt(v) * correction + epsilon)


class Adam:
    """Gradient ascent by Adam (D. P. Kingma and J. Ba, 2015) on all parameters of `modules` in one pass.

    The parameters and their gradients become views into two flat buffers.
    """

    BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8

    def __init__(self, *modules: torch.nn.Module) -> None:
        """Take over the parameters of the modules."""
        parameters = [p for module in modules for p in module.parameters()]
        size = sum(p.numel() for p in parameters)
        self._buffers = [torch.zeros(size) for _ in range(4)]
        values, gradients = self._buffers[:2]
        start = 0
        for p in parameters:
            stop = start + p.numel()
            values[start:stop] = p.detach().ravel()
            p.data = values[start:stop].view(p.shape)
            p.grad = gradients[start:stop].view(p.shape)
            start = stop
        self._arrays = [buffer.numpy() for buffer in self._buffers]
        self.steps = 0

    def step(self, learning_rate: float) -> None:
        """Ascend along the accumulated gradients, then clear them."""
        self.steps += 1
        constants = (
            learning_rate / (1.0 - self.BETA1**self.steps),
            1.0 / math.sqrt(1.0 - self.BETA2**self.steps),
            self.BETA1,
            self.BETA2,
            self.EPSILON,
        )
        _ascend(*self._arrays, *map(np.float32, constants))
