"""Every table can be made from small inputs, with the columns that it promises."""

import numpy as np
import pandas as pd
import pytest

from rsmi.analysis.ensemble import assemble
from rsmi.analysis.exact_information import exact_information
from rsmi.estimator.training import TrainingSettings, train
from rsmi.external.reading import from_array
from rsmi.external.settings import SERIES
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.sampling.models.ising import Ising
from rsmi.sampling.models.symbols import COLUMNS, OF_SERIES
from rsmi.study.catalogue import built_in
from rsmi.study.check import report
from rsmi.tables import decay, descent, learning, mass_rule, masses, referee, rsmi, samples

QUICK = TrainingSettings(epochs=1, batch_size=50, windows=1)
FILES = {"values": "binary", "boundary": "periodic", "symbol": "T", "name": "temperature"}


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


pytestmark = pytest.mark.filterwarnings(
    "ignore:.*(too few to tell|chains disagree|effective samples|exact copies)"
)


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


def test_no_symbol_is_the_name_of_another_column(ensemble, ordered_samples, rings, tmp_path):
    """The list by which symbols are refused holds the columns of all tables."""
    np.save(tmp_path / "1.5.npy", ordered_samples["configuration"])
    regions = Regions(3, 1, 1)
    trainings = (train(ordered_samples, regions, 1, [0, 1], QUICK, share=share) for share in (0.5, 1.0))
    made = {
        "rsmi.tables.rsmi": rsmi.table(ensemble),
        "rsmi.analysis.learning": learning.table(trainings),
        "rsmi.analysis.masses": masses.table(rings),
        "rsmi.analysis.mass_rule": mass_rule.table(rings, visible=4, buffers=[2], environment=4),
        "rsmi.analysis.exact_information": exact_information(ordered_samples, ensemble),
        "rsmi.study.check": report(FILES | {"path": str(tmp_path / "{control}.npy")}).table,
    }
    # Where the ensemble has no seed of a member, there is no column either.
    for where, table in made.items():
        assert {*table.columns[1:]} == {*COLUMNS[where]} - {"seed"}, where
    spins = from_array(ordered_samples["configuration"].values, 1.5, **FILES)
    recorded = {name for name, values in spins.data_vars.items() if "effective_sample_size" in values.attrs}
    assert recorded == {*SERIES}
    for one, series in ((ordered_samples, Ising.observed), (spins, SERIES)):
        columns = {*samples.table([one]).columns[1:]}
        assert columns == {*COLUMNS["rsmi.tables.samples"]} | {n + end for n in series for end in OF_SERIES}
    assert {*COLUMNS} == {*made, "rsmi.tables.samples"}
