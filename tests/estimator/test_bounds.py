import numpy as np
import pytest
import torch
from scipy.special import xlogy

from rsmi.estimator.bounds import (
    Classifier,
    barber_agakov_pointwise,
    entropy,
    infonce,
    infonce_pointwise,
)


def naive_infonce(scores):
    joint = scores.diagonal(dim1=1, dim2=2)
    return (joint - torch.logsumexp(scores, 1)).mean(1) + np.log(scores.shape[1])


def test_infonce_and_its_gradient_are_those_of_equation_10():
    scores = torch.randn(3, 7, 7, dtype=torch.float64, requires_grad=True)
    weights = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    (expected,) = torch.autograd.grad((weights * naive_infonce(scores)).sum(), scores)
    (gradient,) = torch.autograd.grad((weights * infonce(scores)).sum(), scores)
    assert torch.allclose(infonce(scores), naive_infonce(scores))
    assert torch.allclose(gradient, expected)


def test_infonce_survives_large_scores_and_respects_its_ceiling():
    scores = 1e4 * torch.eye(50)[None]
    assert infonce(scores).item() == pytest.approx(np.log(50))
    assert torch.isfinite(infonce(-scores)).all()


@pytest.fixture
def noisy_channel():
    """h = ±1 sent to e = ±1 through a channel that errs with probability 0.2: exact I and critic."""
    rng = np.random.default_rng(0)
    h = rng.integers(0, 2, 200_000)
    e = np.where(rng.random(h.size) < 0.2, 1 - h, h)
    posterior = np.where(e[:, None] == np.arange(2), 0.8, 0.2)
    exact = np.log(2) + xlogy(0.2, 0.2) + xlogy(0.8, 0.8)
    return np.eye(2)[h], np.log(posterior), e, exact


def test_pointwise_infonce_of_the_best_critic_is_the_information(noisy_channel):
    probabilities, scores, _, exact = noisy_channel
    shares = infonce_pointwise(probabilities, scores)
    assert abs(shares.mean() - exact) < 4 * shares.std() / np.sqrt(shares.size)


def test_pointwise_infonce_agrees_with_the_score_matrix(noisy_channel):
    probabilities, scores, _, _ = (x[:300] if isinstance(x, np.ndarray) else x for x in noisy_channel)
    h = probabilities.argmax(axis=1)
    matrix = torch.tensor(scores[:, h].T)[None]
    assert infonce_pointwise(probabilities, scores).mean() == pytest.approx(infonce(matrix).item())


def test_pointwise_infonce_never_exceeds_the_entropy(noisy_channel):
    probabilities, scores, _, _ = noisy_channel
    assert infonce_pointwise(probabilities, 100 * scores).mean() <= entropy(probabilities)
    sure = np.eye(2)[np.array([0, 1, 1, 1])]
    assert infonce_pointwise(sure, 1e3 * sure).mean() == pytest.approx(entropy(sure))


def test_entropy():
    assert entropy(np.array([[1.0, 0.0], [0.0, 1.0]])) == pytest.approx(np.log(2))
    assert entropy(np.array([[1.0, 0.0], [1.0, 0.0]])) == 0.0


def test_barber_agakov_finds_the_information_and_no_more(noisy_channel):
    probabilities, _, e, exact = noisy_channel
    features = np.stack([e, np.random.default_rng(1).normal(size=e.size)], axis=1).astype(float)
    half = e.size // 2
    classifier = Classifier(features[:half], probabilities[:half])
    shares = barber_agakov_pointwise(probabilities[half:], classifier.log_probability(features[half:]))
    assert abs(shares.mean() - exact) < 4 * shares.std() / np.sqrt(shares.size)


def test_barber_agakov_of_useless_features_is_not_positive():
    rng = np.random.default_rng(2)
    probabilities = np.eye(2)[rng.integers(0, 2, 4000)]
    features = rng.normal(size=(4000, 3))
    classifier = Classifier(features[:2000], probabilities[:2000])
    shares = barber_agakov_pointwise(probabilities[2000:], classifier.log_probability(features[2000:]))
    assert shares.mean() < 2 * shares.std() / np.sqrt(shares.size)


def test_the_classifier_survives_separable_classes_and_a_class_that_never_occurs():
    features = np.linspace(-1, 1, 100)[:, None]
    probabilities = np.eye(3)[(features[:, 0] > 0).astype(int)]
    log_q = Classifier(features, probabilities).log_probability(features)
    shares = barber_agakov_pointwise(probabilities, log_q)
    assert np.isfinite(shares).all()
    assert shares.mean() == pytest.approx(np.log(2), abs=0.02)
