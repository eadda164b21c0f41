import numpy as np
import pytest
from scipy.special import xlogy

from rsmi.estimator.bounds import pointwise
from rsmi.estimator.classifier import Classifier


def test_the_classifier_finds_the_information_and_no_more():
    rng = np.random.default_rng(0)
    h = rng.integers(0, 2, 100_000)
    e = np.where(rng.random(h.size) < 0.2, 1 - h, h)
    features = np.stack([e, rng.normal(size=e.size)], axis=1).astype(float)
    labels = np.eye(2)[h]
    half = e.size // 2
    fitted = Classifier(features[:half], labels[:half])
    shares = pointwise("barber_agakov", labels[half:], fitted.log_probability(features[half:]))
    exact = np.log(2) + xlogy(0.2, 0.2) + xlogy(0.8, 0.8)
    assert abs(shares.mean() - exact) < 4 * shares.std() / np.sqrt(shares.size)


def test_useless_features_give_no_information():
    rng = np.random.default_rng(2)
    labels = np.eye(2)[rng.integers(0, 2, 4000)]
    features = rng.normal(size=(4000, 3))
    fitted = Classifier(features[:2000], labels[:2000])
    shares = pointwise("barber_agakov", labels[2000:], fitted.log_probability(features[2000:]))
    assert shares.mean() < 2 * shares.std() / np.sqrt(shares.size)


def test_separable_classes_and_a_class_that_never_occurs():
    features = np.linspace(-1, 1, 100)[:, None]
    labels = np.eye(3)[(features[:, 0] > 0).astype(int)]
    shares = pointwise("barber_agakov", labels, Classifier(features, labels).log_probability(features))
    assert np.isfinite(shares).all()
    assert shares.mean() == pytest.approx(np.log(2), abs=0.02)
