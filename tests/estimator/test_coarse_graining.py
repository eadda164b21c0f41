import numpy as np
import pytest
import torch

from rsmi.estimator.coarse_graining import (
    CoarseGraining,
    component_probabilities,
    hidden_states,
    joint_probabilities,
)


def test_the_states_of_h():
    assert hidden_states(2).tolist() == [[-1, -1], [1, -1], [-1, 1], [1, 1]]
    three = hidden_states(2, 3)
    assert three.shape == (9, 6)
    assert (three.reshape(9, 2, 3).sum(axis=2) == 1).all()
    assert len(np.unique(three, axis=0)) == 9


def test_probabilities_of_binary_components():
    z = np.array([[0.3, -1.2], [1e4, -1e4]])
    joint = joint_probabilities(component_probabilities(z, 2, "sampled"))
    assert joint.sum(axis=1) == pytest.approx([1, 1])
    up = 1 / (1 + np.exp(-2 * z[0]))
    assert joint[0, 3] == pytest.approx(up[0] * up[1])
    hard = joint_probabilities(component_probabilities(z, 2, "hard"))
    assert hard.tolist() == [[0, 1, 0, 0], [0, 1, 0, 0]]


def test_probabilities_of_components_with_three_states():
    z = np.array([[0.1, 0.5, -0.3, 2.0, 0.0, 0.0]])
    components = component_probabilities(z, 3, "sampled")
    assert components[0, 0] == pytest.approx(np.exp(z[0, :3]) / np.exp(z[0, :3]).sum())
    joint = joint_probabilities(components)
    assert joint[0, 1 + 3 * 2] == pytest.approx(components[0, 0, 1] * components[0, 1, 2])
    assert component_probabilities(z, 3, "hard")[0].tolist() == [[0, 1, 0], [1, 0, 0]]


def test_a_linear_filter_responds_by_its_weights_and_a_deeper_one_by_its_slope():
    generators = [np.random.default_rng(i) for i in range(2)]
    linear = CoarseGraining(6, 2, [], generators)
    v = torch.randn(50, 6)
    assert np.array_equal(linear.linear_response(v), linear.parameters()[0].value.numpy())
    deep = CoarseGraining(6, 2, [5], generators)
    response = deep.linear_response(v)
    assert response.shape == (2, 6, 2)

    def mean_output(blocks):
        return deep.forward(blocks.expand(2, -1, -1)).mean(dim=1)

    step = 1e-3
    for site in range(6):
        shifted = v.clone()
        shifted[:, site] += step
        slope = (mean_output(shifted).clone() - mean_output(v).clone()) / step
        # A few of the blocks cross a kink of the ReLU within the step.
        assert slope.numpy() == pytest.approx(response[:, site], abs=2e-3)
