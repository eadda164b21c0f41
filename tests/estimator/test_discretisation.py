import numpy as np
import pytest
import torch

from rsmi.estimator.coarse_graining import component_probabilities, joint_probabilities
from rsmi.estimator.discretisation import Continuous, Exact, Gumbel, relaxation_temperature


@pytest.mark.parametrize(("components", "states"), [(1, 2), (3, 2), (1, 4), (2, 3)])
def test_exact_probabilities_and_their_gradient(components, states):
    torch.manual_seed(0)
    outputs = components if states == 2 else components * states
    z = torch.randn(2, 7, outputs, requires_grad=True)
    exact = Exact(components, states, 2)
    found = exact.forward(z.detach())
    expected = joint_probabilities(component_probabilities(z.detach().numpy(), states, "sampled"))
    assert found.numpy() == pytest.approx(expected, abs=1e-6)

    logits = torch.stack([-z, z], dim=-1) if states == 2 else z.view(2, 7, components, states)
    single = logits.softmax(dim=-1)
    joint = torch.ones(2, 7, 1)
    for c in range(components):
        # The first component is the fastest.
        joint = (single[:, :, c, :, None] * joint[:, :, None]).flatten(2)
    upstream = torch.randn(joint.shape)
    (wanted,) = torch.autograd.grad(joint, z, upstream)
    assert torch.allclose(joint.detach(), found, atol=1e-6)
    assert torch.allclose(exact.backward(upstream), wanted, atol=1e-5)


@pytest.mark.parametrize("states", [2, 3])
def test_the_relaxation_and_its_gradient(states):
    torch.manual_seed(0)
    z = torch.randn(2, 7, 6, requires_grad=True)
    noise, upstream = torch.randn(2, 7, 6), torch.randn(2, 7, 6)
    if states == 2:
        expected = torch.tanh((2 * z + noise) / (2 * 0.4))
    else:
        expected = ((z + noise) / 0.4).view(2, 7, 2, 3).softmax(dim=-1).view(2, 7, 6)
    (wanted,) = torch.autograd.grad(expected, z, upstream)
    gumbel = Gumbel(states)
    assert torch.allclose(gumbel.forward(z.detach(), noise, 0.4), expected, atol=1e-6)
    assert torch.allclose(gumbel.backward(upstream), wanted, atol=1e-5)


@pytest.mark.parametrize("temperature", [1e-3, 0.1, 1.0, 10.0])
@pytest.mark.parametrize("states", [2, 3])
def test_no_logit_and_no_temperature_gives_nan(states, temperature):
    """Logits of both signs over eight decades up to 1e4, and the widest noise that can be drawn."""
    sizes = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 33)])
    values = np.concatenate([-sizes, sizes]).astype(np.float32)
    grid = np.stack(np.meshgrid(values, values, values), axis=-1).reshape(1, -1, 3)
    z = torch.from_numpy(grid if states == 3 else grid[..., :1].copy())
    exact = Exact(1, states, 1)
    assert torch.isfinite(exact.forward(z)).all()
    assert torch.isfinite(exact.backward(torch.ones(1, z.shape[1], states))).all()
    gumbel = Gumbel(states)
    for noise in (-40.0, 0.0, 40.0):
        h = gumbel.forward(z, torch.full_like(z, noise), temperature)
        assert torch.isfinite(h).all() and (h.abs() <= 1).all()
        assert torch.isfinite(gumbel.backward(torch.ones_like(z))).all()


@pytest.mark.parametrize("states", [2, 3])
def test_cold_relaxation_samples_the_channel(states):
    gumbel, count = Gumbel(states), 200_000
    outputs = 1 if states == 2 else 3
    z = np.array([0.4, -0.3, 0.1])[:outputs]
    noise = torch.from_numpy(gumbel.draw(np.random.default_rng(0), count, outputs))[None]
    h = gumbel.forward(torch.tensor(z, dtype=torch.float32).expand(1, count, -1), noise, 1e-3)[0].numpy()
    expected = component_probabilities(z, states, "sampled")[0]
    frequency = [np.mean(h < 0), np.mean(h > 0)] if states == 2 else (h > 0.5).mean(axis=0)
    for p, found in zip(expected, frequency, strict=True):
        assert abs(found - p) < 4 * np.sqrt(p * (1 - p) / count)


def test_continuous_is_the_identity():
    z = torch.randn(1, 3, 2)
    assert Continuous().forward(z) is z
    assert Continuous().backward(z) is z


def test_annealing_follows_equation_b9():
    assert relaxation_temperature(0, 0.5, 0.1, 5e-3) == 0.5
    assert relaxation_temperature(100, 0.5, 0.1, 5e-3) == pytest.approx(0.5 * np.exp(-0.5))
    assert relaxation_temperature(10**6, 0.5, 0.1, 5e-3) == 0.1
