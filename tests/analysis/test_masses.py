import numpy as np
import pytest
import xarray as xr

from rsmi.analysis.masses import bin_edges, mass_table


def samples_of(masses, control=0.5):
    return xr.Dataset(
        {"configuration": (("chain", "sample", "x"), masses)},
        coords={"control": ((), control, {"symbol": "w"})},
    )


def test_bins_hold_every_mass_once():
    edges = bin_edges(256)
    assert edges[0] == 0 and edges[-1] > 256
    assert (np.diff(edges) >= 1).all()
    assert edges[:11].tolist() == list(range(11))


def test_probabilities_add_up_and_are_those_of_the_masses():
    rng = np.random.default_rng(0)
    masses = rng.geometric(0.5, (8, 500, 40)) - 1
    table = mass_table([samples_of(masses), samples_of(masses, 2.0)])
    assert table["w"].unique().tolist() == [0.5, 2.0]
    first = table[table["w"] == 0.5]
    assert (first["probability"] * first["width"]).sum() == pytest.approx(1)
    for row in first[first["mass"] < 6].itertuples():
        assert row.probability == pytest.approx(0.5 ** (row.mass + 1), abs=5 * row.error)


def test_a_few_heavy_sites():
    masses = np.zeros((4, 10, 50), int)
    masses[:, :, 7] = 200
    table = mass_table([samples_of(masses)]).set_index("mass")
    assert len(table) == 2
    assert table.loc[0.0, "probability"] == pytest.approx(0.98)
    heavy = table.iloc[-1]
    assert heavy["probability"] * heavy["width"] == pytest.approx(0.02)
    assert heavy.name == pytest.approx(200, rel=0.2)


def test_the_error_is_the_scatter_between_chains():
    rng = np.random.default_rng(1)
    errors, found = [], []
    for _ in range(40):
        table = mass_table([samples_of(rng.poisson(1.0, (16, 20, 30)))]).set_index("mass")
        found.append(table.loc[1.0, "probability"])
        errors.append(table.loc[1.0, "error"])
    assert 0.6 < np.mean(errors) / np.std(found) < 1.6
