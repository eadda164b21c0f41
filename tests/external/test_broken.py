"""What users get wrong: every case is an error that names the file or setting, the value and the remedy."""

import h5py
import numpy as np
import pytest

from rsmi.external import DataError
from rsmi.external.headers import headers
from rsmi.external.reading import load


def everything(parameters, control=None):
    """Read headers, then all files, as a run does."""
    for value in headers(parameters, control).samples:
        load(parameters, value)


def truncated(spins, p):
    np.save("T=2.6.npy", spins)
    with open("T=2.6.npy", "r+b") as file:
        file.truncate(10_000)


def truncated_hdf5(spins, p):
    p["path"] = "T={control}.h5"
    with h5py.File("T=2.6.h5", "w") as file:
        file["spins"] = spins
    with open("T=2.6.h5", "r+b") as file:
        file.truncate(5_000)


def no_netcdf(spins, p):
    p["path"] = "T={control}.nc"
    with open("T=2.6.nc", "w") as file:
        file.write("spin up, spin down")


def pickled(spins, p):
    np.save("T=2.6.npy", np.array([{"spins": 1}, None], dtype=object), allow_pickle=True)


def unknown_format(spins, p):
    p["path"] = "T={control}.mat"
    open("T=2.6.mat", "w").close()


def no_file(spins, p):
    p["path"] = "runs/T={control}.npy"


def two_files_of_one_value(spins, p):
    np.save("T=2.6.npy", spins)
    np.save("T=2.60.npy", spins)


def placeholder_twice(spins, p):
    p |= {"path": "T={control}.h5", "variable": "T={control}"}


def no_placeholder(spins, p):
    np.save("T=2.6.npy", spins)
    p["path"] = "T=2.6.npy"


def several_variables(spins, p):
    p["path"] = "T={control}.npz"
    np.savez("T=2.6.npz", spins=spins, energies=spins.astype(float))


def wrong_variable(spins, p):
    p |= {"path": "T={control}.h5", "variable": "spin"}
    with h5py.File("T=2.6.h5", "w") as file:
        file["run/spins"] = spins


def wrong_number_of_axes(spins, p):
    np.save("T=2.6.npy", spins)
    p["axes"] = ["sample", "y", "x"]


def five_axes(spins, p):
    np.save("T=2.6.npy", spins.reshape(2, 4, 100, 16, 16))


def axis_twice(spins, p):
    np.save("T=2.6.npy", spins)
    p["axes"] = ["chain", "sample", "x", "x"]


def no_sample_axis(spins, p):
    np.save("T=2.6.npy", spins[0])
    p["axes"] = ["chain", "y", "x"]


def one_sample(spins, p):
    np.save("T=2.6.npy", spins[0, :1])
    p["axes"] = ["sample", "y", "x"]


def few_chains(spins, p):
    np.save("T=2.6.npy", spins[:2])


def empty(spins, p):
    np.save("T=2.6.npy", spins[:, :0])


def nan(spins, p):
    broken = spins.astype(float)
    broken[3, 17, 2, 5] = np.nan
    np.save("T=2.6.npy", broken)
    p["values"] = "real"


def nan_at_a_site(spins, p):
    broken = spins.astype(float)
    broken[:, :, 2, 5] = np.nan
    np.save("T=2.6.npy", broken)
    p["values"] = "real"


def constant(spins, p):
    np.save("T=2.6.npy", np.ones_like(spins))


def float_for_states(spins, p):
    np.save("T=2.6.npy", spins + 0.25 * np.random.default_rng(0).normal(size=spins.shape))
    p |= {"values": "states", "levels": [0, 1, 2]}


def three_values_for_binary(spins, p):
    broken = spins.copy()
    broken[0, 0, 0, 0] = 2
    np.save("T=2.6.npy", broken)


def half_an_integer(spins, p):
    np.save("T=2.6.npy", spins / 2)
    p["values"] = "integer"


def complex_numbers(spins, p):
    np.save("T=2.6.npy", spins.astype(complex))


def text(spins, p):
    np.save("T=2.6.npy", spins.astype(str))


def other_shape_at_another_value(spins, p):
    np.save("T=2.6.npy", spins)
    np.save("T=3.0.npy", spins[..., :12])


def value_without_file(spins, p):
    np.save("T=2.6.npy", spins)
    return [2.6, 3.5]


def gradient(spins, p):
    broken = spins.astype(float)
    broken += np.linspace(0, 2, 16)
    np.save("T=2.6.npy", broken)
    p |= {"values": "real", "boundary": "open"}


def open_but_periodic(spins, p):
    np.save("T=2.6.npy", spins[..., :11])


def step_that_does_not_close(spins, p):
    np.save("T=2.6.npy", spins)
    p["translations"] = [3, 3]


def step_per_axis(spins, p):
    np.save("T=2.6.npy", spins)
    p["translations"] = [1]


def mask_of_another_shape(spins, p):
    np.save("T=2.6.npy", spins)
    np.save("mask.npy", np.ones((8, 8)))
    p["mask"] = "mask.npy"


def mask_with_other_values(spins, p):
    np.save("T=2.6.npy", spins)
    np.save("mask.npy", np.full((16, 16), 0.5))
    p["mask"] = "mask.npy"


def labels_of_another_length(spins, p):
    np.save("T=2.6.npy", spins.reshape(-1, 16, 16))
    np.save("days.npy", np.arange(799))
    p["groups"] = "days.npy"


def two_groups(spins, p):
    np.save("T=2.6.npy", spins.reshape(-1, 16, 16))
    np.save("days.npy", np.repeat([1, 2], 400))
    p["groups"] = "days.npy"


def labels_that_are_not_there(spins, p):
    np.save("T=2.6.npy", spins)
    p["groups"] = "days.npy"


def copies_between_groups(spins, p):
    values = spins + np.random.default_rng(0).normal(size=spins.shape)
    values[7] = values[0, np.random.default_rng(1).permutation(100)]
    np.save("T=2.6.npy", values)
    p["values"] = "real"


def a_file_joined_twice(spins, p):
    np.save("T=2.6.npy", np.concatenate([spins[:4], spins[:4]]))


def fill_value(spins, p):
    values = spins + np.random.default_rng(0).normal(size=spins.shape)
    values[np.random.default_rng(1).random(spins.shape) < 1e-4] = -9999
    np.save("T=2.6.npy", values)
    p["values"] = "real"


def huge_integers(spins, p):
    np.save("T=2.6.npy", spins.astype(np.int64) + 2**24)
    p["values"] = "integer"


def one_site(spins, p):
    np.save("T=2.6.npy", spins[:, :, :1, :1])
    p["axes"] = ["chain", "sample", "y", "x"]


def the_symbol_of_another_column(spins, p):
    np.save("T=2.6.npy", spins)
    p["symbol"] = "seed"


def a_name_in_an_npy_file(spins, p):
    np.save("T=2.6.npy", spins)
    p["groups"] = "day"


CASES = {
    truncated: ("T=2.6.npy", "cannot be read", "cut short", "copy or write it again"),
    truncated_hdf5: ("T=2.6.h5", "cannot be read", "truncated file"),
    no_netcdf: ("T=2.6.nc", "cannot be read as .nc", "write it again"),
    pickled: ("T=2.6.npy", "cannot be read", "write it again"),
    unknown_format: ("T=2.6.mat", "'.mat' is not known", ".npy"),
    no_file: ("path", "runs/T={control}.npy", "no file like 'runs/T={control}.npy'"),
    two_files_of_one_value: ("T=2.6.npy", "T=2.60.npy", "both of T = 2.6", "keep one"),
    placeholder_twice: ("path and variable both hold {control}", "one of them"),
    no_placeholder: ("path", "'T=2.6.npy' has no {control}", "control: [that value]"),
    several_variables: ("T=2.6.npz", "spins, energies", "setting variable"),
    wrong_variable: ("T=2.6.h5", "no variable 'spin'", "run/spins"),
    wrong_number_of_axes: ("axes", "names 3 axes", "has 4", "(8, 100, 16, 16)"),
    five_axes: ("T=2.6.npy", "5 axes", "setting axes"),
    axis_twice: ("axes", "x stands twice", "name every axis once"),
    no_sample_axis: ("axes", "lacks sample", "name every axis"),
    one_sample: ("one sample is too few", "axes"),
    few_chains: ("2 chains of 100 samples are too few", "axes"),
    empty: ("T=2.6.npy", "is empty", "(8, 0, 16, 16)"),
    nan: ("T=2.6.npy", "1 values are missing, NaN or infinite", "(317, 2, 5)", "leave those samples out"),
    nan_at_a_site: ("T=2.6.npy", "the same 1 sites", "mask"),
    constant: ("T=2.6.npy", "holds 1", "constant field", "leave this control value out"),
    float_for_states: ("T=2.6.npy", "none of levels = [0, 1, 2]", "list all"),
    three_values_for_binary: ("T=2.6.npy", "values = 'binary'", "3 different values", "'integer'"),
    half_an_integer: ("T=2.6.npy", "0.5", "no integer", "values = 'real'"),
    complex_numbers: ("T=2.6.npy", "complex", "real part"),
    text: ("T=2.6.npy", "no numbers", "store it as"),
    other_shape_at_another_value: ("(16, 16) at T = 2.6", "(16, 12) at T = 3.0", "one shape"),
    value_without_file: ("no file for T = 3.5", "finds 2.6", "leave the values out"),
    gradient: ("translations: [1, 1]", "the mean of a site depends on the place", "Set 0"),
    open_but_periodic: ("boundary", "along x", "'open'"),
    step_that_does_not_close: ("translations", "steps of 3", "16 sites", "divisor"),
    step_per_axis: ("translations: [1]", "2 axes", "a step per axis"),
    mask_of_another_shape: ("mask", "(8, 8)", "(16, 16)"),
    mask_with_other_values: ("mask", "other values than 0 and 1", "give 1"),
    labels_of_another_length: ("groups", "(799,)", "(800,)", "one per sample"),
    two_groups: ("groups", "2 groups are too few", "add data"),
    labels_that_are_not_there: ("groups", "'days.npy'", "correct it"),
    fill_value: ("T=2.6.npy", "-9999 stands", "far from all other values", "missing: [-9999]", "mask"),
    huge_integers: ("T=2.6.npy", "integers up to", "subtract the smallest"),
    one_site: ("T=2.6.npy", "the lattice has one site", "axes"),
    the_symbol_of_another_column: ("symbol: 'seed'", "name of another column", "use another symbol"),
    a_name_in_an_npy_file: ("T=2.6.npy", "holds one array and no name 'day'", "give a file"),
    a_file_joined_twice: ("T=2.6.npy", "samples from 400 on repeat those from 0 on", "remove the copies"),
    copies_between_groups: ("T=2.6.npy", "exact copies", "another group", "correct the groups"),
}


@pytest.mark.parametrize("broken", CASES, ids=lambda case: case.__name__)
def test_broken_input_is_named_with_a_remedy(broken, parameters, spins):
    control = broken(spins, parameters)
    with pytest.raises(DataError) as caught:
        everything(parameters, control)
    for text in CASES[broken]:
        assert text in str(caught.value)
