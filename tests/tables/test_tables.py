"""Every table can be made from small inputs, with the columns that it promises."""

import pandas as pd
import pytest

from rsmi.analysis.ensemble import assemble
from rsmi.estimator.training import TrainingSettings, train
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.study.catalogue import built_in
from rsmi.tables import decay, descent, learning, mass_rule, masses, referee, samples

QUICK = TrainingSettings(epochs=1, batch_size=50, windows=1)


@pytest.fixture(scope="module")
def ensemble(ordered_samples, independent_samples):
    regions = [Regions(3, buffer, 1) for buffer in (0, 1, 2)]
    sets = (ordered_samples, independent_samples)
    return assemble([train(s, region, 1, [0, 1], QUICK) for s in sets for region in regions])


@pytest.fixture(scope="module")
def rings():
    """Sample sets of masses on a ring, one after the other, as a job reads them."""
    options = {"chains": 8, "samples": 50, "thermalisation": 100, "spacing": 5}
    return [sample("chipping", w, {"size": 16}, **options) for w in (0.5, 1.0)]


pytestmark = pytest.mark.filterwarnings("ignore:.*(too few to tell|chains disagree|effective samples)")


def test_every_table_of_the_folder_is_in_the_catalogue():
    names = {about.name for about in built_in("table") if about.module.startswith("rsmi.tables.")}
    assert names == {"rsmi", "decay", "descent", "learning", "samples", "masses", "mass_rule", "referee"}


def test_laws_of_decay_and_descents(ensemble):
    assert decay.table(ensemble)["control"].tolist() == ensemble["control"].values.tolist()
    assert descent.table(ensemble)["L_B"].tolist() == [0, 1, 2]


def test_shares_of_the_data(ordered_samples):
    regions = Regions(3, 1, 1)
    trainings = (train(ordered_samples, regions, 1, [0, 1], QUICK, share=share) for share in (0.5, 1.0))
    table = learning.table(trainings)
    assert table["share"].tolist() == [0.5, 1.0] and isinstance(table["advice"].iloc[1], str)


def test_sample_sets(ordered_samples, independent_samples):
    table = samples.table(iter([ordered_samples, independent_samples]))
    assert table["T"].tolist() == [1.5, float("inf")]
    assert (table["energy_effective_samples"] > 0).all()


def test_masses_and_what_they_tell(rings):
    assert set(masses.table(iter(rings))["w"]) == {0.5, 1.0}
    # At the first buffer.
    table = mass_rule.table(iter(rings), visible=4, buffers=[2, 6], environment=4)
    pd.testing.assert_frame_equal(table, mass_rule.table(iter(rings), visible=4, buffers=[2], environment=4))
    assert table["w"].tolist() == [0.5, 1.0]


def test_exact_information_of_all_points_is_joined():
    points = [pd.DataFrame({"T": [t], "exact": [0.1]}) for t in (1.0, 2.0)]
    assert referee.table(iter(points))["T"].tolist() == [1.0, 2.0]
