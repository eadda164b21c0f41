import dataclasses

import numpy as np
import pytest
import torch

from rsmi.estimator import convergence, training
from rsmi.estimator.bounds import pointwise
from rsmi.estimator.checkpoint import Checkpoint
from rsmi.estimator.data import prepare
from rsmi.estimator.refinement import refine
from rsmi.estimator.training import TrainingSettings, train
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.ising.surroundings import rings_around
from rsmi.exact.ising.thermodynamics import CRITICAL_TEMPERATURE
from rsmi.exact.referee import information
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample
from rsmi.storage import netcdf

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


@pytest.mark.parametrize("bound", ["infonce", "tuba"])
def test_responses_make_every_quoted_number_again(ordered_samples, bound):
    settings = dataclasses.replace(QUICK, epochs=5, responses=True, bound=bound)
    result = train(ordered_samples, SMALL, 2, [0, 1], settings)
    places = [result[f"window_{name}"].values for name in ("chain", "sample", "y", "x")]
    flat = ordered_samples["configuration"].values
    margin, size = SMALL.margin, flat.shape[-1]
    v = np.stack(
        [flat[c, s][np.ix_((y + margin + np.arange(2)) % size, (x + margin + np.arange(2)) % size)]
         for c, s, y, x in zip(*places, strict=True)]
    )  # fmt: skip
    z = np.einsum("nyx,scyx->snc", v - result["mean"].values, result["filter"].values)
    z += result["bias"].values[:, None]
    outcome = (z > 0) @ [1, 2]
    assert (np.eye(4)[outcome] == result["probability"].values).all()
    baseline = result["baseline"].values if bound == "tuba" else None
    shares = pointwise(bound, result["probability"].values, result["score"].values.astype(float), baseline)
    assert np.allclose(shares.mean(axis=1), result["rsmi"], atol=1e-5)
    of_classifier = pointwise("barber_agakov", result["probability"].values, result["log_q"].values)
    assert np.allclose(of_classifier.mean(axis=1), result["barber_agakov"], atol=1e-5)


def test_independent_spins_share_nothing(independent_samples):
    result = train(independent_samples, SMALL, 2, [0, 1, 2, 3], QUICK)
    value, error = result["rsmi"].values, result["rsmi_error"].values
    assert (value < 4 * error + 1e-4).all()
    assert (value > -0.02).all()
    assert result["filter"].dims == ("seed", "component", "y", "x")
    assert result.sizes["component"] == 2


def test_one_dimension(ordered_samples):
    chain = ordered_samples.isel(y=0).assign_attrs(translation_period=[1])
    result = train(chain, Regions(2, 1, 2, dimensions=1), 1, [0], QUICK)
    assert result["filter"].dims == ("seed", "component", "x")
    assert result["rsmi"].item() > 0.5


def test_estimate_against_the_referee_at_criticality():
    """The test-set bound of a trained filter lies below its nearly exact information, and close to it."""
    samples = sample("ising", CRITICAL_TEMPERATURE, {"size": 16}, chains=16, samples=800, thermalisation=200)
    result = train(samples, Regions(3, 2, 2), 1, [0, 1], TrainingSettings(epochs=10))
    referee = IsingReferee(CRITICAL_TEMPERATURE, 3, 2)
    v = referee.states.reshape(len(referee.states), -1).astype(float)
    weight = result["filter"].values[:, 0].reshape(2, -1)
    up = (v @ weight.T + result["bias"].values[:, 0] > 0).T.astype(float)
    channels = np.stack([1 - up, up], axis=-1)
    test_chains = samples["configuration"].values[10:].reshape(-1, 16, 16)
    rng = np.random.default_rng(0)
    rings = rings_around(test_chains, rng.integers(0, 16, (len(test_chains), 2)), referee.side)
    exact = information(referee.channel_given_ring(rings, referee.reduce(channels)))
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


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"channel": "soft"}, "channel = 'soft' is not possible; use one of"),
        ({"schedule": "linear"}, "schedule = 'linear' is not possible; use one of"),
        ({"bound": "smile"}, "bound = 'smile' is not possible; use one of"),
        ({"bound": "barber_agakov", "discretisation": "gumbel"}, "needs the states of h"),
        ({"critic": "concatenated", "hidden": ()}, "hidden = \\[\\] is not possible"),
        ({"states": 3, "discretisation": "none"}, "states = 3 means nothing"),
    ],
)
def test_settings_that_do_not_exist_or_do_not_go_together_are_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        TrainingSettings(**setting)


VARIANTS = {
    "nwj": {"bound": "nwj"},
    "tuba": {"bound": "tuba"},
    "donsker_varadhan": {"bound": "donsker_varadhan"},
    "barber_agakov": {"bound": "barber_agakov"},
    "concatenated": {"critic": "concatenated"},
    "gumbel": {"discretisation": "gumbel"},
    "gumbel, concatenated": {"discretisation": "gumbel", "critic": "concatenated"},
    "three states": {"states": 3},
    "three states, gumbel": {"states": 3, "discretisation": "gumbel"},
    "deeper": {"filter_hidden": (8,)},
    "sampled": {"channel": "sampled"},
    "bfloat16": {"precision": "bfloat16"},
    "symmetries": {"symmetries": ("reflections", "rotations", "sign")},
    "refined": {"refine": True},
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_finds_the_bit_of_the_ordered_phase(ordered_samples, variant):
    settings = dataclasses.replace(QUICK, **VARIANTS[variant])
    result = train(ordered_samples, SMALL, 1, [0, 1], settings)
    assert (np.abs(result["rsmi"] - np.log(2)) < 0.03).all()
    assert np.allclose(result["captured"], result["rsmi"] / result["entropy"])
    assert np.allclose(result["component_information"][:, 0], result["barber_agakov"])


@pytest.mark.parametrize("variant", VARIANTS)
def test_no_variant_finds_what_is_not_there(independent_samples, variant):
    settings = dataclasses.replace(QUICK, epochs=6, **VARIANTS[variant])
    result = train(independent_samples, SMALL, 1, [0, 1], settings)
    assert (result["rsmi"] < 4 * result["rsmi_error"] + 1e-4).all()
    assert (result["rsmi"] > -0.03).all()


def test_a_real_valued_h_stays_below_the_ceiling(ordered_samples):
    settings = dataclasses.replace(QUICK, discretisation="none", batch_size=8)
    result = train(ordered_samples, SMALL, 1, [0], settings)
    assert 0.5 < result["rsmi"].item() < np.log(8)
    assert "entropy" not in result


def test_a_batch_bound_near_log_k_is_warned_of(ordered_samples, monkeypatch):
    """One bit is far below log 50, unless "near" means a tenth of it."""
    settings = dataclasses.replace(QUICK, discretisation="gumbel", epochs=10)
    assert not train(ordered_samples, SMALL, 1, [0], settings)["near_ceiling"].any()
    monkeypatch.setattr(convergence, "NEAR_CEILING", 0.1)
    with pytest.warns(UserWarning, match="raise training.batch_size \\(now 50\\)"):
        result = train(ordered_samples, SMALL, 1, [0], settings)
    assert result["near_ceiling"].all()
    exact = dataclasses.replace(settings, discretisation="exact")
    assert not train(ordered_samples, SMALL, 1, [0], exact)["near_ceiling"].any()


def test_without_translations_the_samples_are_learnt_by_heart(independent_samples):
    """The published recipe: high in sample, nothing on other chains."""
    settings = dataclasses.replace(QUICK, translations=False, schedule="constant")
    fixed = train(independent_samples, SMALL, 1, [0, 1], settings)
    fresh = train(independent_samples, SMALL, 1, [0, 1], dataclasses.replace(settings, translations=True))
    assert (fixed["rsmi_moving_average"] > 0.05).all()
    assert (fixed["rsmi"] < 4 * fixed["rsmi_error"] + 1e-4).all()
    assert (fresh["rsmi_moving_average"] < 0.02).all()


def test_members_that_gain_nothing_more_are_stopped_each_by_itself(ordered_samples):
    settings = dataclasses.replace(QUICK, epochs=40, patience=3)
    stopped = train(ordered_samples, SMALL, 1, [0, 1, 2], settings)
    assert (stopped["epochs_run"] < 40).any()
    for seed in range(3):
        one = stopped.sel(seed=seed)
        run = one["epochs_run"].item()
        assert np.isfinite(one["history_validation"][:run]).all()
        assert np.isnan(one["history_validation"][run:]).all()
        assert one["best_epoch"] <= run
        alone = train(ordered_samples, SMALL, 1, [seed], settings).sel(seed=seed)
        assert alone["epochs_run"] == run and alone["rsmi"] == one["rsmi"]


def test_a_stopped_training_can_be_written_and_read(ordered_samples, tmp_path):
    settings = dataclasses.replace(QUICK, patience=2, tolerance=1.0)
    stopped = train(ordered_samples, SMALL, 1, [0, 1], settings)
    assert np.isnan(stopped["history_filter"]).any()
    netcdf.write(stopped, tmp_path / "training.nc", "training", {})
    assert netcdf.read(tmp_path / "training.nc", "training")["epochs_run"].equals(stopped["epochs_run"])


def test_a_member_that_diverges_does_not_take_the_others_with_it(ordered_samples, monkeypatch):
    settings = dataclasses.replace(QUICK, restarts=0)
    expected = train(ordered_samples, SMALL, 1, [0, 1, 2], settings)
    validate, calls = training._validate, []

    def spoilt(network, windows):
        value, error = validate(network, windows)
        calls.append(1)
        if len(calls) > 5:
            value[1] = np.nan
        return (value, error) if len(calls) <= settings.epochs else validate(network, windows)

    monkeypatch.setattr(training, "_validate", spoilt)
    result = train(ordered_samples, SMALL, 1, [0, 1, 2], settings)
    assert result["epochs_run"].values.tolist() == [settings.epochs, 5, settings.epochs]
    for seed in (0, 2):
        assert result.sel(seed=seed).drop_attrs().identical(expected.sel(seed=seed).drop_attrs())
    monkeypatch.setattr(training, "_validate", lambda *a: (np.full(3, np.nan), np.zeros(3)))
    with pytest.raises(FloatingPointError, match=r"lower training\.learning_rate"):
        train(ordered_samples, SMALL, 1, [0, 1, 2], settings)


def test_the_last_epoch_is_kept_where_it_is_asked_for(independent_samples):
    settings = dataclasses.replace(QUICK, keep="last", translations=False)
    result = train(independent_samples, SMALL, 1, [0, 1], settings)
    assert (result["best_epoch"] == settings.epochs).all()
    assert (result["rsmi_validation"] == result["history_validation"][:, -1]).all()


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_training_killed_in_a_restart_goes_on_bit_by_bit(ordered_samples, tmp_path, monkeypatch, attempt):
    """Members 1 and 2 collapse, restart 1 cures member 1 alone, restart 2 the other; killed in either."""
    settings = dataclasses.replace(QUICK, epochs=6, restarts=2)
    ascend, path = training._ascend, tmp_path / "training.pt"

    def staged(kill):
        def spoilt(data, seeds, streams, stage, store):
            if stage == kill:
                monkeypatch.setattr(training, "_one_epoch", killed)
            result = ascend(data, seeds, streams, stage, store)
            for row in {"training": [1, 2], "restart 1": [1]}.get(stage, []):
                result.results["rsmi_validation"][row] = 0.0
            return result

        return spoilt

    epoch, done = training._one_epoch, []

    def killed(*arguments):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return epoch(*arguments)

    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    monkeypatch.setattr(training, "_ascend", staged(None))
    straight = train(ordered_samples, SMALL, 1, [0, 1, 2], settings)
    assert straight["restarts"].values.tolist() == [0, 1, 2]
    monkeypatch.setattr(training, "_ascend", staged(f"restart {attempt}"))
    with pytest.raises(KeyboardInterrupt):
        train(ordered_samples, SMALL, 1, [0, 1, 2], settings, checkpoint=path)
    monkeypatch.setattr(training, "_one_epoch", epoch)
    monkeypatch.setattr(training, "_ascend", staged(None))
    resumed = train(ordered_samples, SMALL, 1, [0, 1, 2], settings, checkpoint=path)
    assert resumed.drop_attrs().identical(straight.drop_attrs())


def test_a_collapsed_member_is_trained_anew(ordered_samples, monkeypatch):
    """The first attempt of member 1 is spoilt by weights that are never moved."""
    ascend = training._ascend

    def spoilt(data, seeds, streams, stage, store):
        result = ascend(data, seeds, streams, stage, store)
        if stage == "training":
            result.results["rsmi_validation"][1] = 0.0
            result.parameters[0][1] = 0.0
        return result

    monkeypatch.setattr(training, "_ascend", spoilt)
    result = train(ordered_samples, SMALL, 1, [0, 1, 2], QUICK)
    assert result["restarts"].values.tolist() == [0, 1, 0]
    assert (np.abs(result["rsmi"] - np.log(2)) < 0.02).all()
    never = train(ordered_samples, SMALL, 1, [0, 1, 2], dataclasses.replace(QUICK, restarts=0))
    assert never["restarts"].values.tolist() == [0, 0, 0]
    assert never["rsmi"].values[1] < 0.1


@pytest.mark.parametrize("variant", ["gumbel", "donsker_varadhan", "symmetries"])
def test_a_killed_training_goes_on_bit_by_bit(ordered_samples, tmp_path, monkeypatch, variant):
    settings = dataclasses.replace(QUICK, epochs=6, **VARIANTS[variant])
    straight = train(ordered_samples, SMALL, 1, [0, 1], settings)
    path = tmp_path / "training.pt"
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    epoch = training._one_epoch
    done = []

    def killed(*arguments):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(1)
        return epoch(*arguments)

    monkeypatch.setattr(training, "_one_epoch", killed)
    with pytest.raises(KeyboardInterrupt):
        train(ordered_samples, SMALL, 1, [0, 1], settings, checkpoint=path)
    later = []
    monkeypatch.setattr(training, "_one_epoch", lambda *a: (later.append(1), epoch(*a))[1])
    resumed = train(ordered_samples, SMALL, 1, [0, 1], settings, checkpoint=path)
    assert len(later) == 3
    assert resumed.drop_attrs().identical(straight.drop_attrs())


def test_a_checkpoint_of_another_training_or_a_broken_one_is_not_used(ordered_samples, tmp_path, capsys):
    settings = dataclasses.replace(QUICK, epochs=2)
    path = tmp_path / "training.pt"
    train(ordered_samples, SMALL, 1, [0, 1], settings, checkpoint=path)
    others = dataclasses.replace(settings, learning_rate=1e-3)
    expected = train(ordered_samples, SMALL, 1, [0, 1], others)
    assert train(ordered_samples, SMALL, 1, [0, 1], others, checkpoint=path).identical(expected)
    path.write_bytes(b"half a file")
    assert train(ordered_samples, SMALL, 1, [0, 1], others, checkpoint=path).identical(expected)
    assert "cannot be read" in capsys.readouterr().out


def test_refinement_raises_the_bound_in_sample(ordered_samples):
    """From a poor filter, with the critic of a good one, to a filter that keeps the bit."""
    data = prepare(ordered_samples, SMALL, 1, QUICK, (0.5, 0.125), (0, "train"))
    ascent = training._ascend(data, [0, 1], [np.random.default_rng(s) for s in (0, 1)], "training", None)
    network = data.network([np.random.default_rng(0)] * 2)
    ascent.put(network)
    network.coarse.parameters()[0].value[:] = torch.tensor([1.0, -0.3, 0.1, -0.2])[:, None]
    windows = data.windows("training", 1)
    before, _ = training._validate(network, windows)
    refine(network, windows)
    after, _ = training._validate(network, windows)
    assert (after > before + 0.05).all()
    assert (np.abs(after - np.log(2)) < 0.05).all()


def test_too_few_chains_are_refused(ordered_samples):
    with pytest.raises(ValueError, match="each needs at least one"):
        train(ordered_samples.isel(chain=slice(0, 2)), SMALL, 1, [0], QUICK)
