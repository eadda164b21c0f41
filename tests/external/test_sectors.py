"""Chains that each stay in one of several ordered states, as any local dynamics leaves them."""

import warnings

import numpy as np
import pytest

import rsmi
from rsmi.analysis.ensemble import best
from rsmi.external.reading import from_array

ABOUT = {"values": "binary", "boundary": "periodic", "translations": [2, 2], "symbol": "T", "name": "t"}
SIDE = 16
# Stripes along either axis, in either phase.
STRIPES = np.stack([np.where(np.indices((SIDE, SIDE))[a] % 2 == p, 1, -1) for a in (0, 1) for p in (0, 1)])


def ordered(states, samples=200, seed=0):
    """Return spins (chain, sample, y, x) of which one in 25 is flipped, each chain in a state of its own."""
    rng = np.random.default_rng(seed)
    flips = rng.random((len(states), samples, SIDE, SIDE)) < 0.04
    return np.where(flips, -1, 1).astype(np.int8) * STRIPES[list(states)][:, None].astype(np.int8)


def quoted(samples, **settings):
    """Return what is quoted for two bits, and its error."""
    chosen = best(
        rsmi.train_ensemble(
            samples, rsmi.Regions(4, 2, 1), components=2, **{"seeds": 3, "epochs": 40} | settings
        )
    )
    return chosen["rsmi"].item(), chosen["rsmi_error"].item()


def test_every_part_gets_every_state_and_two_bits_tell_four():
    with pytest.warns(
        UserWarning, match=r"chains stay in 4 sectors.*4, 4, 4, 4 chains.*each get all of them"
    ):
        samples = from_array(ordered(np.arange(16) % 4), 1.0, **ABOUT)
    value, error = quoted(samples)
    assert value == pytest.approx(np.log(4), abs=0.02) and error < 0.03


def test_chains_that_are_too_few_for_their_states_are_cut_in_time():
    with pytest.warns(UserWarning, match=r"4 sectors.*\(2, 2, 2, 2 chains.*sample 3 or more in each"):
        samples = from_array(ordered([0, 1, 2, 3, 0, 1, 2, 3]), 1.0, **ABOUT)
    value, error = quoted(samples)
    assert value == pytest.approx(np.log(4), abs=0.02) and error < 0.05


@pytest.mark.filterwarnings("ignore:.*(stays in a sector|lacks some|disagree)")
def test_specimens_are_never_cut_in_time():
    """Each of its own pattern: a filter that knows these by heart knows nothing of others."""
    rng = np.random.default_rng(0)
    flips = np.where(rng.random((16, 200, 12, 12)) < 0.05, -1, 1)
    specimens = rng.choice([-1, 1], (16, 1, 12, 12)) * flips
    options = ABOUT | {"boundary": "open", "translations": [0, 0]}
    samples = from_array(specimens, 1.0, **options)
    ensemble = rsmi.train_ensemble(samples, rsmi.Regions(4, 1, 1), seeds=2, epochs=20)
    chosen = best(ensemble)
    assert chosen["rsmi"].item() < 0.05
    # One bit of h can hide no more than a bit.
    assert 0 < chosen["rsmi_error"].item() < 2


def test_a_conserved_number_of_particles_is_no_sector():
    rng = np.random.default_rng(0)
    gas = np.zeros((16, 100, 24 * 24), np.int8)
    for chain, count in zip(gas, rng.binomial(24 * 24, 0.5, 16), strict=True):
        for sample in chain:
            sample[rng.permutation(24 * 24)[:count]] = 1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = from_array(gas.reshape(16, 100, 24, 24), 1.0, **ABOUT)
    assert "sector" not in found.coords


@pytest.mark.filterwarnings("ignore:.*(stay in|stays in a sector)")
@pytest.mark.parametrize("states", [range(4), [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 2, 3, 0, 1]])
def test_where_no_part_can_have_all_states_the_error_covers_what_is_missed(states):
    spins = ordered(states, samples=60)
    # Slow within a state, too: an eighth of the samples are new, so that no chain can be cut.
    slow = np.repeat(spins[:, ::8], 8, axis=1)[:, :60]
    samples = from_array(slow, 1.0, accept=["repeats", "copies"], **ABOUT)
    with pytest.warns(UserWarning, match="training, validation or test lacks some"):
        value, error = quoted(samples, epochs=5, batch_size=20)
    assert abs(value - np.log(4)) < 1.1 * error and error < np.log(4) + 0.1


@pytest.mark.parametrize("shape", [(8, 4), (8, 20), (16, 100), (32, 9)])
def test_chains_that_have_forgotten_their_starts_are_of_no_sector(shape):
    for seed in range(10):
        spins = np.random.default_rng(seed).choice([-1, 1], (*shape, 8, 8))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert "sector" not in from_array(spins, 1.0, **ABOUT).coords


def test_a_chain_that_passes_from_one_state_to_another_hides_no_sectors():
    spins = ordered([0, 0, 0, 0, 1, 1, 1, 1, 0])
    spins[8, 80:] = ordered([1])[0, 80:]
    with pytest.warns(UserWarning, match="chains stay in 2 sectors"):
        samples = from_array(spins, 1.0, **ABOUT)
    assert samples["sector"].values[:8].tolist() == [0] * 4 + [1] * 4


def test_chains_that_all_differ_are_no_ordered_states_but_may_be_missed():
    spins = ordered([0] * 6)
    field = 0.3 * spins + np.arange(6)[:, None, None, None]
    with pytest.warns(UserWarning, match="samples of no two of 6 chains are alike"):
        samples = from_array(field, 1.0, **ABOUT | {"values": "real"})
    assert len(np.unique(samples["sector"])) == 6
