"""The statistical check that is applied to every sampler."""

import numpy as np
from scipy import stats

from rsmi.sampling.driver import sample

# Of z-scores with stated seeds; about one in 16,000 exceeds it by chance.
LARGEST = 4.0


def z_scores(dataset, exact):
    """Return the z-score of each observable's mean in `exact`, by its effective sample size."""
    scores = {}
    for name, value in exact.items():
        observable = dataset[name]
        deviation = observable.values.mean() - value
        error = observable.values.std() / np.sqrt(observable.attrs["effective_sample_size"])
        # What never changes must be exact.
        scores[name] = deviation / error if error > 0 else 0.0 if abs(deviation) < 1e-12 else np.inf
    return scores


def check_means(dataset, exact):
    """Assert that all means are exact within their errors, one by one and all together."""
    scores = np.array(list(z_scores(dataset, exact).values()))
    assert np.abs(scores).max() < LARGEST, dict(zip(exact, scores, strict=True))


def check_histogram(values, effective, exact):
    """Assert by chi squared that values occur with the probabilities `exact`, and no others do."""
    values = np.asarray(values).ravel()
    found = {level: np.mean(values == level) for level in exact}
    assert np.isclose(sum(found.values()), 1.0), "values that are not in the exact histogram"
    # Rare levels are put together, so that each class is expected to hold at least ten.
    levels = sorted(exact, key=exact.get)
    classes, pending = [], []
    for level in levels:
        pending.append(level)
        if effective * sum(exact[i] for i in pending) >= 10:
            classes.append(pending)
            pending = []
    classes[-1] += pending
    p = np.array([sum(exact[i] for i in members) for members in classes])
    q = np.array([sum(found[i] for i in members) for members in classes])
    statistic = effective * np.sum((q - p) ** 2 / p)
    assert stats.chi2.sf(statistic, len(p) - 1) > stats.norm.sf(LARGEST), (statistic, len(p) - 1)


def check_coverage(kind, control, parameters, name, exact, **settings):
    """Assert that of 200 short repeats 68 % lie within one and 95 % within two of their stated errors."""
    repeats = 200
    z = []
    for repeat in range(repeats):
        dataset = sample(kind, control, parameters, **settings, key=(repeat, "cover"))
        z.append(z_scores(dataset, {name: exact})[name])
    tau = dataset[name].attrs["autocorrelation_time"]
    assert tau > 0.8, "samples that are independent anyhow would not test the error"
    for width, rate in ((1, 0.683), (2, 0.954)):
        assert abs(np.mean(np.abs(z) < width) - rate) < 3 * np.sqrt(rate * (1 - rate) / repeats), width
