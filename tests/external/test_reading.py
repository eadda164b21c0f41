import warnings

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

from rsmi.external import checks
from rsmi.external.headers import headers
from rsmi.external.reading import from_array, load
from rsmi.sampling.driver import sample


def write_npy(path, values):
    np.save(path, values)


def write_npz(path, values):
    np.savez_compressed(path, spins=values, other=np.zeros(3))


def write_hdf5(path, values):
    with h5py.File(path, "w") as file:
        file["run/spins"] = values
        file["energy"] = np.zeros(7)


def write_netcdf(path, values):
    with netCDF4.Dataset(path, "w") as file:
        for name, length in zip(("chain", "sample", "y", "x"), values.shape, strict=True):
            file.createDimension(name, length)
        file.createVariable("spins", "f8", ("chain", "sample", "y", "x"))[:] = values


@pytest.mark.parametrize(
    ("ending", "write"),
    [(".npy", write_npy), (".npz", write_npz), (".h5", write_hdf5), (".nc", write_netcdf)],
)
def test_every_format_gives_the_same_configurations(ending, write, parameters, spins):
    write(f"T=2.6{ending}", spins)
    found = load(parameters | {"path": f"T={{control}}{ending}"}, 2.6)
    assert found["configuration"].dtype == np.int8
    assert np.array_equal(found["configuration"], spins)
    assert found["configuration"].dims == ("chain", "sample", "y", "x")
    assert found["control"].attrs["symbol"] == "T" and found["control"] == 2.6


def test_axes_come_in_any_order_and_values_as_they_are_written(parameters, spins):
    zeros_and_ones = np.moveaxis((spins + 1) / 2, (0, 1), (3, 1))
    np.save("T=+2.6e0.npy", zeros_and_ones)
    found = load(parameters | {"axes": ["y", "sample", "x", "chain"]}, 2.6)
    assert np.array_equal(found["configuration"], spins)
    assert found["configuration"].attrs["values"] == "-1 for 0, +1 for 1"


def test_a_variable_per_control_value(parameters, spins):
    with h5py.File("all.h5", "w") as file:
        file["at_2.6/spins"] = spins
        file["at_3/spins"] = -spins
    parameters |= {"path": "all.h5", "variable": "at_{control}/spins"}
    assert sorted(headers(parameters).samples) == [2.6, 3.0]
    assert np.array_equal(load(parameters, 3.0)["configuration"], -spins)


def test_a_series_is_cut_into_runs_in_order(parameters, spins):
    np.save("T=1.npy", spins.reshape(-1, 16, 16)[:799])
    with pytest.warns(UserWarning, match="15 of 799 samples fit into no run of 49"):
        found = load(parameters, 1.0)
    assert found["configuration"].shape == (16, 49, 16, 16)
    assert np.array_equal(found["configuration"].values.reshape(-1, 16, 16), spins.reshape(-1, 16, 16)[:784])
    assert found["group"].values.tolist() == list(range(16))


def test_labels_bring_samples_together(parameters, spins):
    series = spins.reshape(-1, 16, 16)
    labels = np.array(["b", "a", "c", "d"] * 200)
    np.save("T=1.npy", series)
    np.save("days.npy", labels)
    found = load(parameters | {"groups": "days.npy"}, 1.0)
    assert found["configuration"].shape == (4, 200, 16, 16)
    # In the order of their first samples.
    assert np.array_equal(found["configuration"][0], series[labels == "b"])
    assert np.array_equal(found["configuration"][3], series[labels == "d"])


def test_groups_of_unlike_size_become_runs_of_one_length(parameters, spins):
    series = spins.reshape(-1, 16, 16)
    sizes = [100, 200, 300, 101]
    with pytest.warns(UserWarning, match="1 of 701 samples"):
        found = from_array(series[: sum(sizes)], groups=np.repeat(range(4), sizes), **parameters)
    assert found["configuration"].shape == (7, 100, 16, 16)
    assert found["group"].values.tolist() == [0, 1, 1, 2, 2, 2, 3]


def test_real_values_are_standardised_and_say_how(parameters, spins):
    field = 3.0 + 0.5 * (spins + np.random.default_rng(0).normal(size=spins.shape))
    found = from_array(field, **parameters | {"values": "real"})
    values = found["configuration"]
    assert values.dtype == np.float32
    assert values.values.mean(dtype=float) == pytest.approx(0.0, abs=1e-5)
    assert values.values.std(dtype=float) == pytest.approx(1.0, abs=1e-5)
    back = values.values * values.attrs["standardised_deviation"] + values.attrs["standardised_mean"]
    assert np.allclose(back, field, atol=1e-5)


def test_integers_keep_their_values_in_the_smallest_type(parameters, spins):
    found = from_array(spins.astype(float) * 300, **parameters | {"values": "integer"})
    assert found["configuration"].dtype == np.int16
    assert np.array_equal(found["configuration"], spins.astype(np.int16) * 300)


def test_states_become_a_pixel_each():
    labels = np.random.default_rng(0).choice([5, 7, 9], (8, 30, 6, 6))
    found = from_array(
        labels, values="states", levels=[5, 7, 9], boundary="periodic", symbol="T", name="temperature"
    )
    pixels = found["configuration"].values
    assert pixels.shape == (8, 30, 12, 12) and found.attrs["translation_period"] == [2, 2]
    # Rows of a block: states 5 and 7, then 9 and none.
    assert np.array_equal(pixels[..., ::2, ::2], labels == 5)
    assert np.array_equal(pixels[..., ::2, 1::2], labels == 7)
    assert np.array_equal(pixels[..., 1::2, ::2], labels == 9)
    assert not pixels[..., 1::2, 1::2].any()


def test_states_on_a_line_are_pixels_in_a_row():
    labels = np.random.default_rng(0).choice([0, 1, 2], (8, 50, 9))
    found = from_array(
        labels,
        values="states",
        levels=[0, 1, 2],
        axes=["chain", "sample", "x"],
        boundary="periodic",
        symbol="T",
        name="temperature",
    )
    pixels = found["configuration"].values.reshape(8, 50, 9, 3)
    assert np.array_equal(pixels.argmax(-1), labels) and (pixels.sum(-1) == 1).all()


def test_sites_that_never_change_are_masked_with_a_warning(parameters, spins):
    dead = spins.copy()
    dead[..., 3, 4:6] = 1
    with pytest.warns(UserWarning, match=r"2 of 256 sites never change, the first at \(3, 4\)"):
        found = from_array(dead, **parameters)
    expected = np.ones((16, 16), bool)
    expected[3, 4:6] = False
    assert np.array_equal(found["site_there"], expected)
    assert not found["configuration"].values[..., ~expected].any()


def test_sites_that_chance_leaves_constant_are_no_dead_ones(parameters):
    # Two flips in twenty samples: most sites never change, by chance.
    values = np.ones((20, 16, 16), np.int8)
    values[3, 2, 2] = values[11, 9, 9] = -1
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = from_array(values, **parameters)
    assert "site_there" not in found
    assert any("copies" in str(w.message) for w in caught) and any("few" in str(w.message) for w in caught)


def test_a_mask_hides_what_is_not_there(parameters, spins):
    values = spins.astype(float)
    values[..., 0] = np.nan
    mask = np.ones((16, 16))
    mask[:, 0] = 0
    found = from_array(values, mask=mask, **parameters | {"values": "real", "boundary": "open"})
    assert np.array_equal(found["site_there"], mask)
    assert np.isfinite(found["configuration"]).all() and not found["configuration"].values[..., 0].any()


def test_a_series_that_remembers_itself_is_named(parameters):
    spins = np.random.default_rng(0).choice([-1, 1], (400, 8, 8)).astype(np.int8)
    for s in range(1, 400):
        keep = np.random.default_rng(s).random((8, 8)) < 0.95
        spins[s][keep] = spins[s - 1][keep]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = from_array(spins, **parameters)
    assert any("consecutive samples are alike" in str(w.message) for w in caught)
    assert found.attrs["effective_samples"] < 60


def test_groups_that_disagree_are_named(parameters, spins):
    field = (
        spins + np.arange(8)[:, None, None, None] + 0.1 * np.random.default_rng(0).normal(size=spins.shape)
    )
    with pytest.warns(UserWarning, match="groups disagree about mean"):
        found = from_array(field, **parameters | {"values": "real"})
    assert found.attrs["chains_agree"] == "false"


def test_true_translations_pass_and_a_pattern_needs_its_period(parameters, spins):
    striped = spins + np.where(np.arange(16) % 2, 1.5, 0.0)
    parameters |= {"values": "real"}
    with pytest.raises(ValueError, match="translations"):
        from_array(striped, **parameters)
    assert from_array(striped, translations=[1, 2], **parameters).attrs["translation_period"] == [1, 2]
    assert from_array(striped, translations=[1, 0], **parameters).attrs["translation_period"] == [1, 16]


@pytest.mark.parametrize("seed", range(10))
def test_the_test_of_translations_hardly_ever_errs(seed, parameters):
    """Smooth noise, correlated in space and within a group, on a ring and on a part of it."""
    rng = np.random.default_rng(seed)
    white = np.fft.rfft2(rng.normal(size=(8, 30, 24, 24)) + rng.normal(size=(8, 1, 24, 24)))
    k = np.hypot(np.fft.fftfreq(24)[:, None], np.fft.rfftfreq(24))
    field = np.fft.irfft2(white / (0.01 + k**2), (24, 24))
    options = parameters | {"values": "real"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from_array(field, **options)
        from_array(field[..., :15, :15], **options | {"boundary": "open"})


def test_absolute_folders_stay_private(saved, tmp_path):
    found = load(saved | {"path": str(tmp_path / "T={control}.npy")}, 2.6)
    assert str(tmp_path) not in str(found.attrs)
    assert found.attrs["source"] == "T=2.60.npy" and len(found.attrs["source_sha256"]) == 64


def test_what_is_read_is_what_a_training_takes(saved):
    found = load(saved, 2.6)
    assert isinstance(found, xr.Dataset) and found.attrs["translation_period"] == [1, 1]
    assert found.attrs["boundary"] == "periodic" and found.attrs["effective_samples"] > 300


def test_copies_of_ordered_states_are_natural(parameters):
    cold = sample("ising", 1.0, {"size": 8}, chains=8, samples=200, thermalisation=100, spacing=5)
    with pytest.warns(UserWarning, match="In an ordered phase, or on a small lattice, that is natural"):
        from_array(cold["configuration"].values, **parameters)


def test_axes_that_look_exchanged_are_named(parameters, spins):
    with (
        pytest.warns(UserWarning, match="axes of equal length are most often y and x"),
        pytest.warns(UserWarning, match="128 samples are few"),
        pytest.warns(UserWarning, match="groups disagree about mean"),
    ):
        from_array(spins, axes=["chain", "y", "sample", "x"], translations=[0, 0], **parameters)


def test_a_sublattice_that_never_changes_is_named(parameters, spins):
    spins = spins.copy()
    spins[..., ::2] = 1
    with pytest.warns(UserWarning, match="translations must be its period"):
        from_array(spins, **parameters)
    assert "site_there" not in from_array(spins, translations=[1, 2], **parameters)


def test_a_hot_pixel_and_a_gradient_are_seen(parameters, spins):
    noise = 0.2 * np.random.default_rng(0).normal(size=spins.shape)
    hot = spins + noise
    hot[..., 5, 7] += 1.0
    with pytest.raises(
        ValueError, match=r"the mean of a site depends on the place .*most at \(y, x\) = \(5, 7\)"
    ):
        from_array(hot, **parameters | {"values": "real"})
    with pytest.raises(ValueError, match="translations"):
        from_array(
            spins + noise + np.linspace(-0.2, 0.2, 16), **parameters | {"values": "real", "boundary": "open"}
        )


@pytest.mark.parametrize(
    ("groups", "parts", "modes"), [(4, 1, 2), (8, 1, 2), (16, 1, 50), (3, 8, 20), (5, 6, 2)]
)
def test_chance_passes_for_a_pattern_no_more_often_than_stated(groups, parts, modes):
    """Projections of noise maps, of few and of many modes, groups and parts; the level raised to be seen."""
    rng = np.random.default_rng(0)
    of_part, repeats = np.repeat(range(groups), parts), 3000
    found = 0
    for maps in rng.normal(size=(repeats, groups * parts, modes)):
        of_group = maps.reshape(groups, parts, modes).mean(axis=1)
        others = (of_group.sum(axis=0) - of_group) / (groups - 1)
        told, allowed = checks._told((maps * others[of_part]).sum(axis=1), of_part, 1, shared=True)
        found += told > allowed
    assert found < 10


def test_groups_with_patterns_of_their_own_are_sound(parameters):
    """Six specimens, each with a frozen pattern at random: no place is special."""
    for seed in range(10):
        rng = np.random.default_rng(seed)
        field = rng.normal(size=(6, 400, 10, 10)) + rng.normal(size=(6, 1, 10, 10))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from_array(field, **parameters | {"values": "real"})


@pytest.mark.parametrize("chains", [3, 4])
def test_few_long_chains_suffice_to_see_a_pattern(chains, parameters):
    long = sample("ising", 3.0, {"size": 12}, chains=chains, samples=800, thermalisation=100, spacing=3)
    spins = long["configuration"].values
    noise = 0.2 * np.random.default_rng(0).normal(size=spins.shape)
    options = parameters | {"values": "real"}
    from_array(spins + noise, **options)
    with pytest.raises(ValueError, match="translations"):
        from_array(spins + noise + 0.5 * (np.arange(12) == 4), **options)
    with pytest.raises(ValueError, match="boundary"):
        from_array((spins + noise)[..., :9], **options)


def test_too_few_independent_samples_to_test_translations_are_named(parameters):
    slow = np.cumsum(np.random.default_rng(0).normal(size=(4, 20, 8, 8)), axis=1)[:, ::-1]
    with (
        pytest.warns(UserWarning, match="too few independent groups, or parts of the series"),
        pytest.warns(UserWarning, match="80 samples are few"),
        pytest.warns(UserWarning, match="consecutive samples are alike"),
        pytest.warns(UserWarning, match="parts of the series disagree about mean"),
    ):
        from_array(slow.reshape(-1, 8, 8), **parameters | {"values": "real"})


def test_the_only_file_needs_no_control_value(saved, spins):
    assert load(saved)["control"] == 2.6
    np.save("T=3.npy", spins)
    with pytest.raises(ValueError, match=r"say which value of T; there are files for 2\.6, 3\.0"):
        load(saved)


def test_levels_are_compared_as_the_file_has_them(parameters):
    values = 0.1 * np.random.default_rng(0).choice([0, 1, 2], (8, 50, 6, 6))
    options = parameters | {"values": "states", "levels": [0, 0.1, 0.2]}
    found = from_array(values.astype(np.float32), **options)["configuration"].values
    assert (found.reshape(8, 50, 6, 2, 6, 2).sum(axis=(3, 5)) == 1).all()


def test_missing_values_of_masked_arrays_and_hdf5_are_seen(parameters, spins):
    field = spins + 0.5 * np.random.default_rng(0).normal(size=spins.shape)
    masked = np.ma.masked_array(field, np.zeros(field.shape, bool))
    masked.mask[2, 3, 4, 5] = True
    with pytest.raises(ValueError, match="1 values are missing, NaN"):
        from_array(masked, **parameters | {"values": "real"})
    with h5py.File("T=2.6.h5", "w") as file:
        file["field"] = np.where(masked.mask, -9999, np.round(100 * field)).astype("i4")
        file["field"].attrs.update({"_FillValue": np.int32(-9999), "scale_factor": 0.01})
    options = parameters | {"path": "T={control}.h5", "values": "real"}
    with pytest.raises(ValueError, match="1 values are missing"):
        load(options, 2.6)
    with h5py.File("T=2.6.h5", "a") as file:
        del file["field"].attrs["_FillValue"]
    with pytest.raises(ValueError, match=r"1 values are -99\.99\d*, far from all other values"):
        load(options, 2.6)


def test_a_data_array_names_its_axes(parameters, spins):
    named = xr.DataArray(np.moveaxis(spins, 0, 1), dims=("sample", "chain", "y", "x"))
    assert np.array_equal(from_array(named, **parameters)["configuration"], spins)
    with pytest.raises(
        ValueError, match=r"calls its axes sample, chain, level, lon.*level may mean anything"
    ):
        from_array(named.rename(y="level", x="lon"), **parameters)
    assert np.array_equal(from_array(named.rename(y="Lat", x="lon"), **parameters)["configuration"], spins)


def test_labels_follow_the_file_s_axes(parameters, spins):
    labels = np.add.outer(np.zeros(100, int), np.arange(8) // 2)
    found = from_array(
        np.moveaxis(spins, 0, 1), axes=["sample", "chain", "y", "x"], groups=labels, **parameters
    )
    per_chain = from_array(spins, groups=np.arange(8) // 2, **parameters)
    assert found["group"].values.tolist() == per_chain["group"].values.tolist() == [0, 1, 2, 3]
    assert np.array_equal(found["configuration"], per_chain["configuration"])
    assert found["configuration"].shape[:2] == (4, 200)


def test_sites_are_not_masked_because_a_series_is_slow(parameters):
    """From one ordered state on, few sites have changed yet."""
    rng = np.random.default_rng(0)
    spins = np.ones((400, 12, 12), np.int8)
    for s in range(1, 400):
        spins[s] = spins[s - 1]
        y, x = rng.integers(0, 12, 2)
        spins[s, y, x] *= -1
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert "site_there" not in from_array(spins[:200], **parameters)


def test_stretches_recur_by_chance_where_there_are_few_states(parameters):
    values = np.random.default_rng(0).choice([-1, 1], (16, 2000, 2, 2))
    with pytest.warns(UserWarning, match="on a small lattice, that is natural"):
        from_array(values, **parameters)


def open_ising(temperature, chains=16, samples=100, side=16):
    """Return spins (chain, sample, y, x) with free edges, where neighbours are missing, by heat baths."""
    rng = np.random.default_rng(0)
    spins = rng.choice([-1, 1], (chains, side, side))
    colour = np.indices((side, side)).sum(axis=0) % 2
    kept = []
    for sweep in range(200 + 5 * samples):
        for parity in (0, 1):
            padded = np.pad(spins, ((0, 0), (1, 1), (1, 1)))
            field = padded[:, 2:, 1:-1] + padded[:, :-2, 1:-1] + padded[:, 1:-1, 2:] + padded[:, 1:-1, :-2]
            up = rng.random(spins.shape) < 1 / (1 + np.exp(-2 * field / temperature))
            spins = np.where(colour == parity, 2 * up - 1, spins)
        if sweep >= 200 and sweep % 5 == 0:
            kept.append(spins.astype(np.int8))
    return np.stack(kept, axis=1)


def test_where_the_edge_is_felt_a_margin_is_named_that_helps(parameters):
    spins = open_ising(2.6)
    options = parameters | {"boundary": "open"}
    with pytest.raises(ValueError, match=r"depends on the place.*set margin: \d, so that windows") as caught:
        from_array(spins, **options)
    margin = int(str(caught.value).partition("margin: ")[2][0])
    found = from_array(spins, margin=margin, **options)
    inside = np.zeros((16, 16))
    inside[margin:-margin, margin:-margin] = 1
    assert np.array_equal(found["site_there"], inside)
    assert not found["configuration"].values[..., inside == 0].any()
    with pytest.raises(ValueError, match="margin: 8 leaves no site"):
        from_array(spins, margin=8, **options)
    with pytest.raises(ValueError, match="margin: 1 belongs to boundary = 'open'"):
        from_array(spins, margin=1, **parameters)


def test_a_sampler_that_stands_still_makes_no_copies(parameters):
    """Rejected proposals leave the same sample; that is announced, and no fault of chains or runs."""
    rng = np.random.default_rng(0)
    field = rng.normal(size=(8, 100, 8, 8))
    for sample_before, sample_now in zip(range(99), range(1, 100), strict=True):
        rejected = rng.random(8) < 0.7
        field[rejected, sample_now] = field[rejected, sample_before]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from_array(field, **parameters | {"values": "real"})
        from_array(field.reshape(-1, 8, 8), **parameters | {"values": "real"})
    assert sum("the same as the one before" in str(w.message) for w in caught) == 2


def test_one_sample_over_and_over_is_no_set_of_samples(parameters, spins):
    with pytest.raises(ValueError, match="all 200 samples are the same, which tells nothing"):
        from_array(np.repeat(spins[:1, 0], 200, axis=0), **parameters)


def test_both_signs_of_a_limit_are_a_scale(parameters, spins):
    scaled = (spins[..., :15] + spins[..., 1:]) // 2 * np.int16(127)
    options = parameters | {"values": "integer", "boundary": "open"}
    assert np.array_equal(from_array(scaled, **options)["configuration"], scaled)
    with pytest.raises(ValueError, match="values are -127, far from all other values"):
        from_array(np.where(scaled == 127, 1, scaled), **options)


@pytest.mark.parametrize("side", ["rows", "columns"])
def test_ghost_cells_are_named(side, parameters, spins):
    pad = [(0, 0), (0, 0), (1, 1) if side == "rows" else (0, 0), (1, 1) if side == "columns" else (0, 0)]
    with pytest.raises(
        ValueError, match=rf"{side} 0 and 16 of the lattice are the same.*and so are 1 more pairs"
    ):
        from_array(np.pad(spins, pad, mode="wrap"), **parameters)


@pytest.mark.filterwarnings("ignore:.*(exact copies|the same as the one before|sectors)")
def test_rows_that_are_alike_in_order_are_no_ghosts(parameters):
    cold = sample("ising", 0.8, {"size": 8}, chains=8, samples=100, thermalisation=50)
    from_array(cold["configuration"].values, **parameters)


def test_numbers_that_were_cut_to_a_type_are_announced(parameters):
    rng = np.random.default_rng(0)
    masses = rng.poisson(60, (8, 100, 8, 8)) + 70 * rng.integers(0, 2, (8, 100, 8, 8))
    with pytest.warns(UserWarning, match="nearly all that 8 bits can hold; were larger numbers cut"):
        from_array(masses.astype(np.int8), **parameters | {"values": "integer"})


def test_numbers_too_large_for_their_deviation_are_named(parameters, spins):
    with pytest.raises(ValueError, match=r"holds numbers up to 1e\+300, too large.*another byte order"):
        from_array(1e300 * spins, **parameters | {"values": "real"})


def test_a_lattice_that_is_folded_wrongly_is_named(parameters):
    spins = sample("ising", 2.4, {"size": 20}, chains=8, samples=100, thermalisation=100, spacing=5)
    flat = spins["configuration"].values[..., :12, :].reshape(8, 100, 240)
    options = parameters | {"boundary": "open"}
    with pytest.raises(ValueError, match=r"lattice: \[20, 12\] is claimed.*set lattice: \[12, 20\]"):
        from_array(flat, lattice=[20, 12], **options)


def test_half_precision_is_read_with_all_its_digits(parameters):
    field = np.random.default_rng(0).normal(280, 20, (8, 100, 8, 8)).astype(np.float16)
    options = parameters | {"values": "real"}
    found, exact = (from_array(field.astype(t), **options)["configuration"].values for t in ("f2", "f8"))
    assert np.allclose(found, exact, atol=1e-5)


def test_groups_of_one_sample_that_are_a_series_are_announced(parameters):
    rng = np.random.default_rng(0)
    field = rng.normal(size=(400, 8, 8))
    for k in range(1, 400):
        field[k] = 0.8 * field[k - 1] + 0.6 * field[k]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from_array(field, groups=np.arange(400), **parameters | {"values": "real"})
    assert any("are they a series" in str(w.message) for w in caught)
