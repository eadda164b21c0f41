import numpy as np
import pytest
import torch

from rsmi.estimator.coarse_graining import (
    LinearCoarseGraining,
    channel_probabilities,
    hidden_states,
    relax,
    relaxation_temperature,
)


@pytest.mark.parametrize("temperature", [1e-3, 0.1, 1.0, 10.0])
def test_relaxation_has_no_nan_in_value_or_gradient(temperature):
    z = torch.tensor([-1e4, -30.0, -1e-3, 0.0, 1e-3, 30.0, 1e4], requires_grad=True)
    for noise in (-40.0, 0.0, 40.0):
        h = relax(z, torch.full_like(z, noise), temperature)
        (gradient,) = torch.autograd.grad(h.sum(), z)
        assert torch.isfinite(h).all() and (h.abs() <= 1).all()
        assert torch.isfinite(gradient).all()


def test_cold_relaxation_samples_the_channel():
    rng = np.random.default_rng(0)
    noise = torch.tensor(rng.logistic(size=200_000))
    for z in (-1.0, 0.0, 0.4):
        h = relax(torch.full_like(noise, z), noise, 1e-3)
        expected = 1 / (1 + np.exp(-2 * z))
        assert abs((h > 0).double().mean().item() - expected) < 4 * 0.5 / np.sqrt(noise.numel())


def test_annealing_follows_equation_b9():
    assert relaxation_temperature(0, 0.5, 0.1, 5e-3) == 0.5
    assert relaxation_temperature(100, 0.5, 0.1, 5e-3) == pytest.approx(0.5 * np.exp(-0.5))
    assert relaxation_temperature(10**6, 0.5, 0.1, 5e-3) == 0.1


def test_joint_channel_probabilities():
    z = np.array([[0.3, -1.2], [1e4, -1e4]])
    states = hidden_states(2)
    assert states.tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    sampled = channel_probabilities(z, "sampled")
    assert sampled.sum(axis=1) == pytest.approx([1, 1])
    up = 1 / (1 + np.exp(-2 * z[0]))
    assert sampled[0, 3] == pytest.approx(up[0] * up[1])
    assert channel_probabilities(z, "hard").tolist() == [[0, 1, 0, 0], [0, 1, 0, 0]]


def test_each_member_has_its_own_filter_whoever_shares_the_batch():
    def generators(*seeds):
        return [np.random.default_rng(seed) for seed in seeds]

    mean = np.full(16, 0.1)
    alone = LinearCoarseGraining(mean, 2, generators(5))
    shared = LinearCoarseGraining(mean, 2, generators(4, 5))
    assert torch.equal(alone.weight[0], shared.weight[1])
    v = torch.randn(1, 10, 16)
    expected = (v[0].numpy() - 0.1) @ alone.weight[0].detach().numpy()
    assert alone(v)[0].detach().numpy() == pytest.approx(expected, abs=1e-5)
