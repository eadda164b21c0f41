"""Networks for many members at once, with explicit gradients in standing memory.

Autograd spends as long on bookkeeping and fresh memory as these small networks spend on arithmetic. Every
member has parameters of its own; a batched matrix product applies them all.
"""

import math
from itertools import pairwise

import numpy as np
import torch


class Parameter:
    """Values of shape (member, ...) and their gradient, both float32; `Adam` gathers them in flat buffers."""

    def __init__(self, values: np.ndarray) -> None:
        """Begin with a copy of `values`."""
        self.value = torch.tensor(values, dtype=torch.float32)
        self.gradient = torch.zeros_like(self.value)


class Perceptron:
    """Fully connected layers with ReLU between them, one network per member."""

    def __init__(
        self,
        widths: list[int],
        generators: list[np.random.Generator],
        scale: float | None = None,
        centre: np.ndarray | None = None,
    ) -> None:
        """Set up layers of the given widths, input first, output last.

        `centre`, shape (widths[0],), is subtracted from the input, by way of the first bias: inputs far from
        zero on average learn slowly.

        Each member's weights are drawn from its own generator, uniform in ±1 / sqrt(inputs), but those of the
        last layer normal with standard deviation `scale` / sqrt(inputs) where `scale` is given. Biases are 0.
        """
        self.weights: list[Parameter] = []
        self.biases: list[Parameter] = []
        for depth, (inputs, outputs) in enumerate(pairwise(widths), start=1):
            shape, bound = (inputs, outputs), 1.0 / math.sqrt(inputs)
            if scale is not None and depth == len(widths) - 1:
                drawn = [rng.normal(0.0, scale * bound, shape) for rng in generators]
            else:
                drawn = [rng.uniform(-bound, bound, shape) for rng in generators]
            self.weights.append(Parameter(np.stack(drawn)))
            self.biases.append(Parameter(np.zeros((len(generators), 1, outputs))))
        self._centre = None if centre is None else torch.tensor(centre, dtype=torch.float32)
        self._widths = widths
        # By members and rows: outputs of the layers, gradients of their inputs.
        self._workspaces: dict[tuple[int, int], tuple[list[torch.Tensor], list[torch.Tensor]]] = {}

    def parameters(self) -> list[Parameter]:
        """Return weights (member, inputs, outputs) and biases (member, 1, outputs), layer by layer."""
        return [p for pair in zip(self.weights, self.biases, strict=True) for p in pair]

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (member, B, widths[0]) to (member, B, widths[-1]), in memory that the next call overwrites.

        Where x is bfloat16, its product with the first weights, and later with the gradient of its outputs,
        rounds these to bfloat16 too; all else, and the parameters, are float32.
        """
        self._activations = [x]
        outputs, _ = self._workspace(x)
        for depth, (weight, bias) in enumerate(zip(self.weights, self.biases, strict=True)):
            offset = bias.value
            if depth == 0 and self._centre is not None:
                self._centre = self._centre.to(x.device)
                offset = offset - torch.matmul(self._centre, weight.value)[:, None]
            if depth == 0 and x.dtype == torch.bfloat16:
                y = torch.add(torch.bmm(x, weight.value.bfloat16()), offset, out=outputs[0])
            else:
                y = torch.baddbmm(offset, self._activations[-1], weight.value, out=outputs[depth])
            if depth < len(self.weights) - 1:
                y.relu_()
            self._activations.append(y)
        return y

    def backward(self, upstream: torch.Tensor, to_input: bool = False) -> torch.Tensor | None:
        """Set the gradients of the parameters from that of the last output; return that of x if asked."""
        _, spare = self._workspace(self._activations[0])
        for depth in reversed(range(len(self.weights))):
            weight, bias, x = self.weights[depth], self.biases[depth], self._activations[depth]
            torch.sum(upstream, 1, keepdim=True, out=bias.gradient)
            if x.dtype == torch.bfloat16:
                weight.gradient.copy_(torch.bmm(x.mT, upstream.bfloat16()))
            else:
                torch.bmm(x.mT, upstream, out=weight.gradient)
            if depth == 0 and self._centre is not None:
                weight.gradient.addcmul_(self._centre[None, :, None], bias.gradient, value=-1)
            if depth or to_input:
                upstream = torch.bmm(upstream, weight.value.mT, out=spare[depth])
            if depth:
                torch.ops.aten.threshold_backward.grad_input(upstream, x, 0.0, grad_input=upstream)
        return upstream if to_input else None

    def _workspace(self, x: torch.Tensor) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
        """Return memory for the outputs of all layers and for the gradients of their inputs."""
        members, rows, _ = x.shape
        if (members, rows) not in self._workspaces:
            shapes = [(members, rows, width) for width in self._widths]
            outputs = [torch.empty(shape, device=x.device) for shape in shapes[1:]]
            # The gradient of the first input is large and seldom asked for; its memory is left to torch.
            spare = [torch.empty(0, device=x.device)]
            spare += [torch.empty(shape, device=x.device) for shape in shapes[1:-1]]
            self._workspaces[members, rows] = outputs, spare
        return self._workspaces[members, rows]
