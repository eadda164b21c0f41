import numpy as np
import pytest
import xarray as xr

from rsmi.analysis.ensemble import assemble, best
from rsmi.tables.rsmi import table as rsmi_table


def training(control, buffer, components, seeds, validation, epochs=3):
    """A training file of made-up numbers; `rsmi` tells where it belongs."""
    n = len(seeds)
    rng = np.random.default_rng(0)
    block = ("component", "y", "x")
    per_seed = {
        name: ("seed", np.full(n, control + 10 * buffer) + 0.01 * np.array(seeds))
        for name in (
            "rsmi",
            "rsmi_error",
            "rsmi_train",
            "rsmi_train_error",
            "rsmi_validation_error",
            "barber_agakov",
            "barber_agakov_error",
            "entropy",
        )
    }
    return xr.Dataset(
        {
            **per_seed,
            "rsmi_validation": ("seed", validation),
            "still_rising": ("seed", np.zeros(n, bool)),
            "filter": (("seed", *block), rng.normal(size=(n, components, 3, 3))),
            "mean": (("y", "x"), np.zeros((3, 3))),
            "covariance": (("site", "other_site"), np.eye(9)),
            "history_train": (("seed", "epoch"), rng.normal(size=(n, epochs))),
        },
        coords={
            "seed": seeds,
            "component": np.arange(components),
            "epoch": np.arange(1, epochs + 1),
            "control": ((), control, {"symbol": "T"}),
            "L_B": buffer,
            "components": components,
        },
    )


@pytest.fixture
def ensemble():
    return assemble(
        [
            training(2.0, 4, 1, [2, 3], [0.1, 0.2]),
            training(2.0, 4, 1, [0, 1], [0.15, 0.05]),
            training(1.0, 4, 1, [0, 1], [0.3, 0.4]),
            training(1.0, 0, 2, [0, 1], [0.5, 0.4], epochs=5),
        ]
    )


def test_every_training_is_at_its_place(ensemble):
    assert ensemble["control"].values.tolist() == [1.0, 2.0]
    assert ensemble["seed"].values.tolist() == [0, 1, 2, 3]
    assert ensemble["rsmi"].sel(control=2.0, L_B=4, components=1).values == pytest.approx(
        [42.0, 42.01, 42.02, 42.03]
    )
    assert ensemble.sizes["component"] == 2 and ensemble.sizes["epoch"] == 5
    assert ensemble["control"].attrs == {"symbol": "T"}


def test_what_was_not_trained_is_nan(ensemble):
    assert np.isnan(ensemble["rsmi"].sel(control=2.0, L_B=0, components=1)).all()
    assert np.isnan(ensemble["rsmi"].sel(control=1.0, L_B=4, components=1, seed=3))
    assert np.isnan(ensemble["filter"].sel(control=1.0, L_B=4, components=1, component=1)).all()
    assert np.isnan(ensemble["history_train"].sel(control=1.0, L_B=4, components=1, epoch=4)).all()
    assert np.isnan(ensemble["best_seed"].sel(control=2.0, L_B=0, components=1))


def test_the_member_is_chosen_by_validation_and_quoted_by_test(ensemble):
    chosen = best(ensemble, 1)
    assert chosen["best_seed"].sel(control=2.0, L_B=4).item() == 3
    assert chosen["rsmi"].sel(control=2.0, L_B=4).item() == pytest.approx(42.03)
    assert chosen["rsmi"].sel(control=1.0, L_B=4).item() == pytest.approx(41.01)
    assert np.isnan(chosen["rsmi"].sel(control=2.0, L_B=0))


def test_the_table_has_a_row_per_point(ensemble):
    table = rsmi_table(ensemble)
    assert len(table) == 2 * 2 * 2
    row = table[(table["T"] == 1.0) & (table["L_B"] == 0) & (table["components"] == 2)].iloc[0]
    assert row["best_seed"] == 0 and row["rsmi"] == pytest.approx(1.0)


def test_of_equal_members_the_one_with_the_smallest_error_is_chosen():
    one = training(1.0, 0, 1, [0, 1, 2], [0.693, 0.693, 0.692])
    one["rsmi_validation_error"][:] = [0.3, 0.001, 0.001]
    assert assemble([one])["best_seed"].item() == 1
