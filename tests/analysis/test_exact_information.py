import json

import numpy as np
import pytest

from rsmi.analysis.ensemble import assemble
from rsmi.analysis.exact_information import exact_information
from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample

QUICK = TrainingSettings(epochs=1, batch_size=50, windows=1)


def trained(samples, visible, buffer, components):
    result = train(samples, Regions(visible, buffer, 1), components, [0, 1], QUICK)
    return assemble([result]).assign_attrs(settings=json.dumps({"visible": visible}))


def test_a_filter_keeps_what_the_named_rule_keeps_that_it_equals():
    samples = sample("ising", 2.3, {"size": 12}, chains=8, samples=100, thermalisation=100)
    ensemble = trained(samples, 3, 2, 1)
    # Nine spins have no ties.
    ensemble["filter"][:] = 1.0
    ensemble["bias"][:] = 0.0
    rows = exact_information(samples, ensemble).set_index("rule")
    assert list(rows.columns) == ["T", "L_B", "information", "error"]
    assert rows.loc["chosen", "information"] == pytest.approx(rows.loc["uniform", "information"])
    difference = rows.loc["boundary", "information"] - rows.loc["uniform", "information"]
    assert rows.loc["gain", "information"] == pytest.approx(difference)
    assert 0 < rows.loc["gain", "error"] < rows.loc["boundary", "error"]


def test_plaquette_filters_tell_the_columnar_states_apart():
    samples = sample("dimers", 0.4, {"size": 8}, chains=16, samples=50, thermalisation=50)
    information = exact_information(samples, trained(samples, 4, 2, 2)).set_index("rule")["information"]
    assert information["plaquette"] > np.log(4) - 0.1
    assert information["staggered"] < 0.3
    assert information["chosen"] <= np.log(4) + 1e-9


def test_models_without_a_referee_are_refused():
    parameters = {"size": 12, "coupling": "antiferromagnetic"}
    samples = sample("ising", 2.3, parameters, chains=8, samples=50, thermalisation=50)
    with pytest.raises(ValueError, match="no referee"):
        exact_information(samples, trained(samples, 3, 1, 1))
