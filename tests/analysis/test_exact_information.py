import dataclasses
import json
import warnings
from functools import partial

import numpy as np
import pytest

from rsmi.analysis.ensemble import assemble
from rsmi.analysis.exact_information import exact_information
from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.notebook import load, train_ensemble
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


@pytest.fixture(scope="module")
def samples():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*too few to tell")
        return sample("ising", 2.8, {"size": 16}, chains=8, samples=100, thermalisation=100)


@pytest.fixture(scope="module")
def from_a_file(samples, tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "T=2.8.npy"
    np.save(path, samples["configuration"])
    return load(str(path), 2.8, values="binary", boundary="periodic", symbol="T")


def test_what_a_notebook_trains_is_compared_with_exact_rules(samples):
    ensemble = train_ensemble(samples, [Regions(4, b, 1) for b in (0, 2)], seeds=2, epochs=5)
    rows = exact_information(samples, ensemble).set_index("rule")
    assert rows["T"].tolist() == [2.8] * 4 and rows["L_B"].tolist() == [2] * 4
    # A trained filter finds most of what there is, and the rings are the same for all rules.
    uniform, chosen = rows["information"][["uniform", "chosen"]]
    assert 0.5 * uniform < chosen < rows["information"]["boundary"] + 4 * rows["error"]["boundary"]


def test_what_has_no_exact_counterpart_is_refused_with_a_remedy(samples, from_a_file):
    train_quickly = partial(train_ensemble, seeds=2, **dataclasses.asdict(QUICK))
    ours, theirs = (train_quickly(one, Regions(3, 1, 1)) for one in (samples, from_a_file))
    remedy = r"sample the ferromagnet \('ising'\) or 'dimers' by rsmi.sample, and train on that"
    for ensemble in (ours, theirs):
        with pytest.raises(ValueError, match=f"configurations in files is not known.*{remedy}"):
            exact_information(from_a_file, ensemble)
    with pytest.raises(ValueError, match=f"trained on 'file', the samples are of 'ising'; {remedy}"):
        exact_information(samples, theirs)
    with pytest.raises(ValueError, match=r"not trained at T = 2.5; give samples at one of \[2.8\]"):
        exact_information(samples.assign_coords(control=samples["control"] - 0.3), ours)
    near = train_quickly(samples, Regions(3, 0, 1))
    with pytest.raises(ValueError, match=r"none of the buffers \[0\]; train with one of \[1, 2, 4, 6\]"):
        exact_information(samples, near)
