import numpy as np
import torch

from rsmi.estimator.layers import Perceptron


def generators(count, first=0):
    return [np.random.default_rng(first + i) for i in range(count)]


def by_autograd(network, x):
    """The same map from torch's own operations, with leaf parameters in the same order."""
    leaves = [p.value.clone().requires_grad_() for p in network.parameters()]
    for depth in range(0, len(leaves), 2):
        x = torch.bmm(x, leaves[depth]) + leaves[depth + 1]
        if depth + 2 < len(leaves):
            x = torch.relu(x)
    return x, leaves


def test_gradients_are_those_of_autograd():
    network = Perceptron([5, 7, 6, 3], generators(4))
    for p in network.biases:
        p.value.normal_()
    x = torch.randn(4, 11, 5, requires_grad=True)
    upstream = torch.randn(4, 11, 3)
    y, leaves = by_autograd(network, x)
    expected = torch.autograd.grad(y, [x, *leaves], upstream)
    assert torch.allclose(network.forward(x.detach()), y, atol=1e-6)
    to_input = network.backward(upstream, to_input=True)
    for found, wanted in zip([to_input, *(p.gradient for p in network.parameters())], expected, strict=True):
        assert torch.allclose(found, wanted, atol=1e-5)
    assert network.backward(upstream) is None


def test_a_centre_is_as_good_as_subtracted_from_the_input():
    centre = np.random.default_rng(9).normal(size=5)
    plain, centred = (Perceptron([5, 7, 3], generators(2), centre=c) for c in (None, centre))
    x, upstream = torch.randn(2, 11, 5), torch.randn(2, 11, 3)
    shifted = x - torch.tensor(centre, dtype=torch.float32)
    assert torch.allclose(centred.forward(x), plain.forward(shifted), atol=1e-5)
    centred.backward(upstream)
    plain.backward(upstream)
    for found, wanted in zip(centred.parameters(), plain.parameters(), strict=True):
        assert torch.allclose(found.gradient, wanted.gradient, atol=1e-4)


def test_bfloat16_inputs_round_weights_and_gradients_only():
    network = Perceptron([200, 3], generators(2))
    x = (torch.randn(2, 50, 200) > 0) * 2.0 - 1.0
    upstream = torch.randn(2, 50, 3)
    exact = network.forward(x).clone()
    network.backward(upstream)
    gradients = [p.gradient.clone() for p in network.parameters()]
    rounded = network.forward(x.bfloat16())
    network.backward(upstream)
    # Eight bits: each rounding, of the operand and of the result, errs by a share of 2^-9 at most.
    for found, wanted in (
        (rounded, exact),
        *zip((p.gradient for p in network.parameters()), gradients, strict=True),
    ):
        assert torch.linalg.norm(found - wanted) < 2**-8 * torch.linalg.norm(wanted)


def test_each_member_has_its_own_network_whoever_shares_the_batch():
    few, many = Perceptron([4, 3, 2], generators(2, 5)), Perceptron([4, 3, 2], generators(4, 4))
    x = torch.randn(1, 10, 4)
    found = many.forward(x.expand(4, -1, -1))[1:3]
    assert torch.equal(found, few.forward(x.expand(2, -1, -1)))


def test_the_last_layer_starts_at_the_given_scale():
    network = Perceptron([100, 400], generators(1), scale=0.1)
    assert abs(network.weights[0].value.std().item() / 0.01 - 1) < 4 / np.sqrt(2 * 40_000)
