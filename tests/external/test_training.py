"""Training on what comes from elsewhere: open boundaries, masks, groups, states."""

import numpy as np
import pytest

from rsmi.estimator.data import prepare
from rsmi.estimator.training import TrainingSettings, train
from rsmi.exact.ising.chain import ChainInformation
from rsmi.external.reading import from_array
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample

ABOUT = {"symbol": "T", "name": "temperature"}
# There are few samples, of few states, which recur; that this is warned of is tested with the reading.
pytestmark = pytest.mark.filterwarnings("ignore:.*(exact copies of others|samples are few)")
LINE = {"axes": ["chain", "sample", "x"], **ABOUT}


@pytest.fixture(scope="module")
def long_chain():
    """Spins of a long Ising ring at T = 1, (chain, sample, x)."""
    return sample("ising_chain", 1.0, {"size": 300}, chains=16, samples=800, thermalisation=0)[
        "configuration"
    ].values


def exact_and_found(samples, visible, buffer):
    """Return the exact information of the trained filter in the infinite chain, the bound and its error."""
    settings = TrainingSettings(epochs=10)
    result = train(samples, Regions(visible, buffer, 2, dimensions=1), 1, [0], settings).isel(seed=0)
    referee = ChainInformation(1.0, visible, buffer)
    z = referee.states @ result["filter"].values[0] + result["bias"].item()
    up = (z > 0).astype(float)
    exact = referee.channel_information(np.stack([1 - up, up], axis=-1)).item()
    return exact, result["rsmi"].item(), result["rsmi_error"].item()


def test_pieces_of_a_long_chain_give_the_information_of_the_infinite_one(long_chain):
    """Windows that wrapped would join ends that know nothing of each other."""
    pieces = from_array(long_chain[..., :12], values="binary", boundary="open", **LINE)
    exact, found, error = exact_and_found(pieces, 3, 1)
    assert exact > 0.15
    assert exact - 0.05 * exact - 4 * error < found < exact + 4 * error


def test_windows_beside_a_hole_give_the_information_of_the_infinite_chain(long_chain):
    holed = long_chain[..., :30].astype(float)
    holed[..., 14] = np.nan
    mask = np.ones(30)
    mask[14] = 0
    samples = from_array(holed, values="binary", levels=[-1, 1], boundary="open", mask=mask, **LINE)
    exact, found, error = exact_and_found(samples, 3, 1)
    assert exact - 0.05 * exact - 4 * error < found < exact + 4 * error


def test_three_ordered_states_are_known_by_one_bit_of_a_third():
    """The best that a bit can tell of three equal states is one against two."""
    states = np.random.default_rng(0).choice([0, 1, 2], (8, 300, 1, 1)) * np.ones((6, 6), int)
    flips = np.random.default_rng(1).random(states.shape) < 0.02
    states[flips] = np.random.default_rng(2).choice([0, 1, 2], flips.sum())
    samples = from_array(states, values="states", levels=[0, 1, 2], boundary="periodic", **ABOUT)
    # V of two sites, B and E of one, each of two pixels.
    result = train(samples, Regions(4, 2, 2), 1, [0, 1], TrainingSettings(epochs=20, batch_size=100))
    best = np.log(3) - np.log(4) / 3
    assert result["rsmi"].max() == pytest.approx(best, abs=0.03)


def test_groups_are_not_split(long_chain):
    labels = np.repeat(np.arange(5), [3000, 2500, 2800, 2400, 2100])
    with pytest.warns(UserWarning, match="400 of 12800 samples fit into no run of 400"):
        samples = from_array(
            long_chain.reshape(-1, 300), groups=labels, values="binary", boundary="periodic", **ABOUT,
            axes=["sample", "x"],
        )  # fmt: skip
    data = prepare(samples, Regions(3, 1, 1, 1), 1, TrainingSettings(), (0.5, 0.2, "as_given"), (0,))
    sizes = [part.shape[0] for part in (data.training, data.validation, data.test)]
    groups = np.split(samples["group"].values, np.cumsum(sizes)[:-1])
    assert sum(len(np.unique(part)) for part in groups) == 5
    for part, expected in zip(("training", "validation", "test"), groups, strict=True):
        assert np.array_equal(data.windows(part, 1).group, expected)


def test_means_leave_masked_sites_out_and_follow_the_window(long_chain):
    field = long_chain[..., :30].astype(float) + 10.0 * (np.arange(30) % 2)
    mask = np.ones(30)
    mask[:5] = 0
    options = {"values": "real", "boundary": "open", **LINE}
    samples = from_array(field, mask=mask, translations=[2], **options)
    data = prepare(samples, Regions(2, 1, 1, 1), 1, TrainingSettings(), (0.5, 0.2), (0,))
    values = data.training.reshape(-1, 30)
    assert np.allclose(data.mean, [values[:, 6::2].mean(), values[:, 5::2].mean()], atol=1e-5)
    # Without translations the window stands in the middle, and so does its mean.
    samples = from_array(field, translations=[0], **options)
    data = prepare(samples, Regions(2, 1, 1, 1), 1, TrainingSettings(), (0.5, 0.2), (0,))
    values = data.training.reshape(-1, 30)
    assert data.corners.first().tolist() == [0, 12]
    assert np.allclose(data.mean, values[:, 14:16].mean(axis=0), atol=1e-5)


def test_symmetries_of_open_lattices_are_tested_and_used(spins):
    samples = from_array(spins[..., :11, :11], values="binary", boundary="open", **ABOUT)
    settings = TrainingSettings(epochs=2, batch_size=100, symmetries=("sign", "reflections", "rotations"))
    result = train(samples, Regions(3, 1, 1), 1, [0], settings)
    assert np.isfinite(result["rsmi"]).all()
    tilted = np.where(np.random.default_rng(0).random(spins.shape) < 0.3, 1, spins)
    samples = from_array(tilted[..., :11, :11], values="binary", boundary="open", **ABOUT)
    with pytest.raises(ValueError, match="'sign' is no symmetry"):
        train(samples, Regions(3, 1, 1), 1, [0], settings)


def test_windows_that_cannot_be_moved_are_not_reflected(spins):
    fixed = from_array(spins, values="binary", boundary="open", translations=[1, 0], **ABOUT)
    with pytest.raises(ValueError, match="bound to their places"):
        train(fixed, Regions(3, 1, 1), 1, [0], TrainingSettings(batch_size=100, symmetries=("reflections",)))
    train(fixed, Regions(3, 1, 1), 1, [0], TrainingSettings(epochs=1, batch_size=100, symmetries=("sign",)))


def test_pixels_of_one_site_are_never_on_both_sides():
    states = np.random.default_rng(0).choice([0, 1, 2], (8, 300, 8, 8))
    samples = from_array(states, values="states", levels=[0, 1, 2], boundary="periodic", **ABOUT)
    with pytest.raises(ValueError, match="environment = 1 pixels would cut sites, which are 2 pixels wide"):
        train(samples, Regions(2, 0, 1), 1, [0], TrainingSettings())
    result = train(samples, Regions(4, 0, 2), 1, [0], TrainingSettings(epochs=5))
    assert (result["rsmi"] < 4 * result["rsmi_error"]).all()


def test_windows_in_the_middle_cut_no_site():
    states = np.random.default_rng(0).choice([0, 1, 2], (8, 100, 7, 7))
    options = {"values": "states", "levels": [0, 1, 2], "boundary": "open", "translations": [0, 0]}
    data = prepare(
        from_array(states, **options, **ABOUT), Regions(4, 0, 2), 1, TrainingSettings(), (0.5, 0.2), (0,)
    )
    assert data.corners.first().tolist() == [2, 2]
