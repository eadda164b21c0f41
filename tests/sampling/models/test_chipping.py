import numpy as np
import pytest

from rsmi.exact.chipping import steady_state
from rsmi.sampling.driver import sample
from rsmi.sampling.models.chipping import Chipping, critical_rate
from tests.sampling.models.exactness import check_histogram, check_means


@pytest.mark.parametrize("w", [0.2, 1.0, 3.0])
@pytest.mark.parametrize(("size", "mass"), [(4, 4), (5, 5), (6, 6), (4, 2), (5, 10)])
def test_against_the_markov_matrix(size, mass, w):
    parameters = {"size": size, "density": mass / size}
    key = (size, mass)
    dataset = sample("chipping", w, parameters, chains=16, samples=10_000, thermalisation=200, key=key)
    states, probability = steady_state(w, size, mass)
    check_means(
        dataset,
        {
            "occupied": probability @ (states > 0).mean(axis=1),
            "second_moment": probability @ (states**2).mean(axis=1),
            "heaviest": probability @ states.max(axis=1) / mass,
        },
    )
    # The mass of one site; the sites are equivalent, and the first is as good as any.
    first = {m: probability[states[:, 0] == m].sum() for m in range(mass + 1)}
    check_histogram(dataset["configuration"].values[..., 0], 0.5 * dataset.attrs["effective_samples"], first)


def test_mass_is_conserved_and_starts_are_forgotten():
    dataset = sample("chipping", 1.0, {"size": 32}, chains=8, samples=2000, thermalisation=2000)
    assert (dataset["configuration"].values.sum(axis=-1) == 32).all()
    assert dataset["start"].values.tolist() == ["flat", "condensed"] * 4
    for name in ("occupied", "second_moment", "heaviest"):
        assert dataset[name].attrs["gelman_rubin"] < 1.1
        assert dataset[name].attrs["start_p_value"] > 1e-3
    assert dataset.attrs["chains_agree"] == "true"


def test_a_run_that_has_not_reached_the_steady_state_is_warned_of():
    with (
        pytest.warns(UserWarning, match="chains disagree about .* raise thermalisation"),
        pytest.warns(UserWarning, match="20 samples per chain are too few to tell"),
    ):
        dataset = sample("chipping", 1.0, {"size": 256}, chains=8, samples=20, thermalisation=0, spacing=1)
    assert dataset.attrs["chains_agree"] == dataset.attrs["effective_samples_reached"] == "false"


def test_starts_hold_the_mass():
    rng = np.random.default_rng(0)
    model = Chipping(1.0, size=8, density=2.5)
    flat, condensed = model.initial("flat", rng), model.initial("condensed", rng)
    assert flat.sum() == condensed.sum() == condensed.max() == 20
    assert set(flat.tolist()) == {2, 3}


@pytest.mark.parametrize(
    ("size", "dtype"), [(127, np.int8), (128, np.int16), (32767, np.int16), (32768, np.int32)]
)
def test_all_mass_fits_on_one_site(size, dtype):
    model = Chipping(1.0, size=size)
    condensed = model.initial("condensed", np.random.default_rng(0))
    assert condensed.dtype == dtype and condensed.max() == size
    assert model.initial("flat", np.random.default_rng(0)).dtype == dtype


def test_the_transition_is_that_of_the_density():
    assert critical_rate(1.0) == pytest.approx(1 / 3)
    assert Chipping(1.0, size=8, density=2.0).control.known_transition == pytest.approx(1 / 8)


@pytest.mark.parametrize(("w", "density"), [(1.0, 0.3), (1.0, 1e-3), (float("inf"), 1.0), (1e-9, 1.0)])
def test_refused_combinations(w, density):
    with pytest.raises(ValueError, match=r"density = .* whole number|w = .* use an aggregation rate"):
        Chipping(w, size=8, density=density)
