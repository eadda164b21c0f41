import numpy as np
import pytest

from rsmi.estimator.training import TrainingSettings, train
from rsmi.exact.ising import CRITICAL_TEMPERATURE
from rsmi.exact.ising_information import Referee, information, ring_around
from rsmi.regions import Regions
from rsmi.sampling import sample

QUICK = TrainingSettings(epochs=40, batch_size=50, windows=2)
SMALL = Regions(2, 1, 2)


@pytest.fixture(scope="module")
def trained(ordered_samples):
    return train(ordered_samples, SMALL, 1, [0, 1, 2], QUICK)


def test_two_ordered_states_are_one_bit_for_every_member(trained):
    assert (np.abs(trained["rsmi"] - np.log(2)) < 0.02).all()
    assert (trained["rsmi"] <= trained["entropy"] + 1e-9).all()
    # The few windows on which a critic is sure and wrong make the error of the second bound.
    difference = np.abs(trained["barber_agakov"] - trained["rsmi"])
    assert (difference < 4 * np.hypot(trained["barber_agakov_error"], trained["rsmi_error"])).all()


def test_the_ordered_phase_gives_filters_of_one_sign(trained):
    signs = np.sign(trained["filter"])
    assert (np.abs(signs.sum(["y", "x"])) == 4).all()


def test_training_is_reproducible_bit_by_bit(ordered_samples, trained):
    again = train(ordered_samples, SMALL, 1, [0, 1, 2], QUICK)
    assert again.drop_attrs().identical(trained.drop_attrs())


@pytest.mark.parametrize("seeds", [[1], [2, 1], [0, 1, 2, 3]])
def test_a_member_does_not_depend_on_those_that_share_its_batch(ordered_samples, trained, seeds):
    other = train(ordered_samples, SMALL, 1, seeds, QUICK).sel(seed=1)
    assert other.drop_attrs().identical(trained.sel(seed=1).drop_attrs())


def test_the_channel_can_be_rebuilt_from_the_file(trained, ordered_samples):
    v = ordered_samples["configuration"].values[-1, :, :2, :2].astype(float)
    one = trained.sel(seed=0)
    z = np.einsum("nyx,yx->n", v - one["mean"].values, one["filter"].values[0]) + one["bias"].item()
    up = np.mean(z > 0)
    assert 0.2 < up < 0.8
    magnetisation = ordered_samples["magnetisation"].values[-1]
    assert abs(np.mean(np.sign(z) * np.sign(magnetisation))) > 0.95


def test_independent_spins_share_nothing(independent_samples):
    result = train(independent_samples, SMALL, 2, [0, 1, 2, 3], QUICK)
    value, error = result["rsmi"].values, result["rsmi_error"].values
    assert (value < 4 * error + 1e-4).all()
    assert (value > -0.02).all()
    assert result["filter"].dims == ("seed", "component", "y", "x")
    assert result.sizes["component"] == 2


def test_one_dimension(ordered_samples):
    chain = ordered_samples.isel(y=0)
    chain.attrs["translation_period"] = [1]
    result = train(chain, Regions(2, 1, 2, dimensions=1), 1, [0], QUICK)
    assert result["filter"].dims == ("seed", "component", "x")
    assert result["rsmi"].item() > 0.5


def test_estimate_against_the_referee_at_criticality():
    """The test-set bound of a trained filter lies below its nearly exact information, and close to it."""
    samples = sample("ising", CRITICAL_TEMPERATURE, {"size": 16}, chains=16, samples=800, thermalisation=200)
    result = train(samples, Regions(3, 2, 2), 1, [0, 1], TrainingSettings(epochs=10))
    referee = Referee(CRITICAL_TEMPERATURE, 3, 2)
    v = referee.states.reshape(len(referee.states), -1).astype(float)
    weight = result["filter"].values[:, 0].reshape(2, -1)
    up = (v @ weight.T + result["bias"].values[:, 0] > 0).T.astype(float)
    channels = np.stack([1 - up, up], axis=-1)
    test_chains = samples["configuration"].values[10:].reshape(-1, 16, 16)
    rng = np.random.default_rng(0)
    rings = [ring_around(c, rng.integers(0, 16, 2), referee.side) for c in test_chains]
    exact = information(np.stack([referee.conditional(ring) for ring in rings]), channels)
    error = np.hypot(exact.std(axis=1) / np.sqrt(len(rings)), result["rsmi_error"])
    shortfall = exact.mean(axis=1) - result["rsmi"]
    assert (shortfall > -4 * error).all()
    assert (shortfall < 0.05 * exact.mean(axis=1) + 4 * error).all()
    # In sample and on test chains alike, since every step draws fresh translations.
    combined = np.hypot(result["rsmi_train_error"], result["rsmi_error"])
    assert (np.abs(result["rsmi_train"] - result["rsmi"]) < 4 * combined).all()


@pytest.mark.parametrize(
    ("regions", "settings", "message"),
    [
        (Regions(4, 3, 3), QUICK, "window of 16 sites"),
        (Regions(2, 1, 1, dimensions=1), QUICK, "1 dimensions do not fit"),
        (SMALL, TrainingSettings(batch_size=10**6), "batch_size = 1000000"),
    ],
)
def test_what_does_not_fit_is_refused(ordered_samples, regions, settings, message):
    with pytest.raises(ValueError, match=message):
        train(ordered_samples, regions, 1, [0], settings)


@pytest.mark.parametrize("setting", [{"channel": "soft"}, {"schedule": "linear"}])
def test_settings_that_do_not_exist_are_refused(setting):
    with pytest.raises(ValueError, match="is not possible; use one of"):
        TrainingSettings(**setting)


def test_too_few_chains_are_refused(ordered_samples):
    with pytest.raises(ValueError, match="each needs at least one"):
        train(ordered_samples.isel(chain=slice(0, 2)), SMALL, 1, [0], QUICK)
