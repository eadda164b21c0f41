import numpy as np
import pytest

from rsmi.analysis.learning import learning_table
from rsmi.estimator.training import TrainingSettings, train
from rsmi.figures import learning as figure
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample

QUICK = TrainingSettings(epochs=3, batch_size=20, windows=2, restarts=0)
SMALL = Regions(2, 1, 1)


@pytest.fixture(scope="module")
def samples():
    return sample("ising", 2.0, {"size": 10}, chains=8, samples=60, thermalisation=100, spacing=5)


@pytest.fixture(scope="module")
def trainings(samples):
    return [train(samples, SMALL, 1, [0, 1, 2], QUICK, share=share) for share in (0.25, 0.5, 1.0)]


def test_a_share_is_the_first_part_of_every_training_chain(samples, trainings):
    assert [t.attrs["training_configurations"] for t in trainings] == [60, 120, 240]
    # Training and validation chains, the first five, cut by hand to what half of training is.
    values = samples["configuration"].values
    mean = values[:4, :30].mean()
    assert np.allclose(trainings[1]["mean"], mean, atol=1e-6)
    whole = train(samples, SMALL, 1, [0, 1, 2], QUICK)
    for name, part in whole.data_vars.items():
        assert np.array_equal(part, trainings[2][name], equal_nan=True), name


def made_up(trainings, values, error, rising=False):
    """Return the trainings with held-out values (share, seed) in place of theirs, converged or not."""
    result = []
    for training, of_share in zip(trainings, values, strict=True):
        same = {"rsmi": ("seed", of_share), "rsmi_validation": ("seed", of_share)}
        errors = {f"{name}_error": ("seed", np.full(3, error)) for name in same}
        same["still_rising"] = ("seed", np.full(3, rising))
        result.append(training.assign(same | errors))
    return result


def test_the_gain_of_twice_the_data_is_extrapolated(trainings):
    """Members c - b / N with b = 12, 18 and 24: twice 240 would add 0.025, 0.0375 and 0.05 nat."""
    numbers, b = np.array([60, 120, 240]), np.array([12.0, 18.0, 24.0])
    table = learning_table(made_up(trainings, 0.5 - b / numbers[:, None], 0.01))
    assert table["share"].tolist() == [0.25, 0.5, 1.0]
    assert table["configurations"].tolist() == numbers.tolist()
    assert table["rsmi"].tolist() == pytest.approx([0.3, 0.4, 0.45])
    last = table.iloc[-1]
    assert last["gain_of_twice"] == pytest.approx(0.0375)
    # Student's t of two degrees of freedom, where two errors of a normal number would be 95.45 %.
    spread = 0.0125 / np.sqrt(3)
    assert last["gain_of_twice_error"] == pytest.approx(spread * 4.5267 / 2, rel=1e-3)
    assert last["error_of_twice"] == pytest.approx(0.01 / np.sqrt(2))
    assert table["gain_of_twice"].isna().tolist() == [True, True, False]
    near = learning_table(made_up(trainings, 0.5 - 18 / numbers[:, None] - 1e-4 * np.arange(3), 0.1))
    assert near["advice"].iloc[-1] == (
        "twice the data would add about 0.038, with an error of 0.000 nat; less than the error of the value, "
        "0.100"
    )


def test_further_terms_are_part_of_the_error(trainings):
    """With c - d / N^2 the line through all shares says more than the last step does."""
    numbers = np.array([60.0, 120.0, 240.0])
    members = 0.5 - 200.0 / numbers[:, None] ** 2 + 1e-6 * np.arange(3)
    last = learning_table(made_up(trainings, members, 0.01)).iloc[-1]
    true = 200.0 / 240**2 - 200.0 / 480**2
    assert abs(last["gain_of_twice"] - true) < 2 * last["gain_of_twice_error"]
    assert "no gain from twice the data can be told" in last["advice"]


def test_shares_take_as_many_steps(samples, trainings):
    assert [t.sizes["epoch"] for t in trainings] == [12, 6, 3]


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        (np.full((3, 3), 0.01), "nothing found above two errors"),
        (
            0.3 + 0.01 * np.random.default_rng(0).normal(size=(3, 3)),
            "no gain from twice the data can be told",
        ),
        (np.where(np.arange(3) < 2, np.nan, np.full((3, 3), 0.3)), "needs two shares and two seeds"),
    ],
)
def test_where_no_gain_can_be_told_the_table_says_so(values, advice, trainings):
    assert advice in learning_table(made_up(trainings, values, 0.01))["advice"].iloc[-1]


def test_unconverged_training_hides_what_the_data_limit(trainings):
    table = learning_table(made_up(trainings, np.full((3, 3), 0.3), 0.01, rising=True))
    assert "had not converged" in table["advice"].iloc[-1]


def test_the_figure_has_a_line_per_control_value(trainings):
    numbers = np.array([60, 120, 240])
    table = learning_table(made_up(trainings, 0.5 - np.full(3, 12.0) / numbers[:, None], 0.01))
    axes = figure.draw(table).axes[0]
    assert axes.get_xscale() == "log"
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["in sample", "$T = 2$"]
