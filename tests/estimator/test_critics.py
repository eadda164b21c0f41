import numpy as np
import pytest
import torch

from rsmi.estimator.critics import ConcatenatedCritic, SeparableCritic


def make(kind):
    generators = [np.random.default_rng(i) for i in range(3)]
    if kind == "separable":
        return SeparableCritic(2, 6, [5, 4], 3, generators)
    return ConcatenatedCritic(2, 6, [5, 4], generators)


def network_by_autograd(x, leaves):
    for depth in range(0, len(leaves), 2):
        x = torch.matmul(x, leaves[depth]) + leaves[depth + 1]
        if depth + 2 < len(leaves):
            x = torch.relu(x)
    return x


def by_autograd(kind, critic, h, e):
    """All scores, pair by pair, from torch's own operations."""
    leaves = [p.value.clone().requires_grad_() for p in critic.parameters()]
    if kind == "separable":
        half = len(leaves) // 2
        v, u = network_by_autograd(h, leaves[:half]), network_by_autograd(e, leaves[half:])
        return torch.einsum("mjd,mid->mji", u, v), leaves
    of_h, of_e, rest = leaves[:2], leaves[2:4], leaves[4:]
    pairs = []
    for i in range(h.shape[1]):
        first = h[:, i : i + 1] @ of_h[0] + of_h[1] + e @ of_e[0] + of_e[1]
        pairs.append(network_by_autograd(torch.relu(first), rest))
    return torch.cat(pairs, dim=2), leaves


@pytest.mark.parametrize("kind", ["separable", "concatenated"])
def test_scores_and_gradients_are_those_of_autograd(kind):
    torch.manual_seed(1)
    critic = make(kind)
    h, e = torch.randn(3, 4, 2, requires_grad=True), torch.randn(3, 9, 6)
    expected, leaves = by_autograd(kind, critic, h, e)
    upstream = torch.randn(3, 9, 4)
    gradients = torch.autograd.grad(expected, [h, *leaves], upstream)
    assert torch.allclose(critic.forward(h.detach(), e), expected, atol=1e-6)
    found = [critic.backward(upstream, to_h=True), *(p.gradient for p in critic.parameters())]
    for ours, theirs in zip(found, gradients, strict=True):
        assert torch.allclose(ours, theirs, atol=1e-5)


def test_a_concatenated_critic_without_a_hidden_layer_is_refused():
    with pytest.raises(ValueError, match="hidden = \\[\\] is not possible"):
        ConcatenatedCritic(1, 4, [], [np.random.default_rng(0)])
