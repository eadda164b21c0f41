"""What users get wrong: every case is an error that says what is wrong, where, and what to do about it."""

import fcntl
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import pytest
import torch
import xarray as xr
import yaml

from rsmi.external import DataError
from rsmi.external.headers import headers
from rsmi.external.reading import from_array, load
from rsmi.geometry.regions import Regions
from rsmi.notebook import train_ensemble
from rsmi.study.config import ConfigError, checked
from rsmi.study.project import SCHEMA


@dataclass(frozen=True)
class Case:
    """A kind of fault, what commits it, the error that must come, and what it must say."""

    kind: str
    commit: Callable
    error: type[Exception]
    where: str
    what: str
    remedy: str


CASES: list[Case] = []


def broken(kind, *, where, what, remedy, error=DataError):
    """Keep a function (spins, settings) as a case: it writes files and changes settings, or fails by itself.

    It returns the control values that a study names, or None.
    """

    def keep(commit):
        CASES.append(Case(kind, commit, error, where, what, remedy))
        return commit

    return keep


def read_everything(settings, control=None):
    """Read headers, then all files, as a run does."""
    for value in headers(settings, control).samples:
        load(settings, value)


def npy(values, path="T=2.6.npy"):
    np.save(path, values)


def hdf5(values, settings, **options):
    """Write spins to an HDF5 file and name it in the settings; attributes are those of the dataset."""
    settings["path"] = "T={control}.h5"
    with h5py.File("T=2.6.h5", "w") as file:
        file.create_dataset("spins", data=values, **options)


def netcdf(values, settings, dims=("chain", "sample", "y", "x"), fill=None, **attributes):
    settings["path"] = "T={control}.nc"
    with netCDF4.Dataset("T=2.6.nc", "w") as file:
        for name, length in zip(dims, values.shape, strict=True):
            file.createDimension(name, length)
        variable = file.createVariable("spins", values.dtype, dims, fill_value=fill)
        variable.set_auto_maskandscale(False)
        variable[:] = values
        variable.setncatts(attributes)


def noise(spins, seed=0):
    return np.random.default_rng(seed).normal(size=spins.shape)


def some(spins, share=1e-3):
    """Return which values, here and there, are missing."""
    return np.random.default_rng(1).random(spins.shape) < share


def counts(spins):
    """Return whole numbers from 0 to 4, correlated as spins are."""
    up = spins > 0
    return sum(np.roll(up, k, axis=-1).astype(int) for k in range(4))


# Damaged files


@broken("damaged", where="T=2.6.npy", what="cannot be read as .npy", remedy="copy or write it again")
def truncated(spins, p):
    npy(spins)
    with open("T=2.6.npy", "r+b") as file:
        file.truncate(10_000)


@broken("damaged", where="T=2.6.h5", what="truncated file", remedy="copy or write it again")
def truncated_hdf5(spins, p):
    hdf5(spins, p)
    with open("T=2.6.h5", "r+b") as file:
        file.truncate(5_000)


@broken("damaged", where="T=2.6.npz", what="not a zip file", remedy="copy or write it again")
def truncated_archive(spins, p):
    p["path"] = "T={control}.npz"
    np.savez("T=2.6.npz", spins)
    with open("T=2.6.npz", "r+b") as file:
        file.truncate(10_000)


@broken("damaged", where="T=2.6.npz", what="Bad CRC-32 for file 'arr_0.npy'", remedy="copy or write it again")
def flipped_bits(spins, p):
    p["path"] = "T={control}.npz"
    np.savez("T=2.6.npz", spins)
    with open("T=2.6.npz", "r+b") as file:
        file.seek(100_000)
        file.write(b"\x55" * 100)


@broken("damaged", where="T=2.6.nc", what="is cut short", remedy="copy or write it again")
def truncated_netcdf_3(spins, p):
    p["path"] = "T={control}.nc"
    xr.Dataset({"spins": (("chain", "time", "y", "x"), spins)}).to_netcdf(
        "T=2.6.nc", format="NETCDF3_CLASSIC"
    )
    with open("T=2.6.nc", "r+b") as file:
        file.truncate(200_000)


# Formats


@broken("format", where="T=2.6.mat", what="the format of '.mat' is not known", remedy="use one of .npy")
def unknown_format(spins, p):
    p["path"] = "T={control}.mat"
    open("T=2.6.mat", "w").close()


@broken("format", where="T=2.6.nc", what="cannot be read as .nc", remedy="write it again")
def text_in_the_place_of_netcdf(spins, p):
    p["path"] = "T={control}.nc"
    Path("T=2.6.nc").write_text("spin up, spin down")


@broken("format", where="T=2.6.npy", what="holds Python objects", remedy="save one array of numbers")
def pickled(spins, p):
    np.save("T=2.6.npy", np.array([{"spins": 1}, None], dtype=object), allow_pickle=True)


@broken("format", where="T=2.6.zarr", what="is a folder", remedy="to_netcdf")
def a_folder(spins, p):
    p["path"] = "T={control}.zarr"
    Path("T=2.6.zarr").mkdir()


@broken("format", where="T=2.6.npy", what="cannot be read as .npy", remedy="of another format")
def hdf5_called_npy(spins, p):
    with h5py.File("T=2.6.npy", "w") as file:
        file["spins"] = spins


@broken("contents", where="T=2.6.npy", what="No data left in file", remedy="copy or write it again")
def nothing_in_a_file(spins, p):
    open("T=2.6.npy", "w").close()


@broken("contents", where="T=2.6.npy", what="more than the array of its header", remedy="one array per file")
def several_arrays_in_a_file(spins, p):
    with open("T=2.6.npy", "wb") as file:
        np.save(file, spins[:4])
        np.save(file, spins[4:])


@broken(
    "contents",
    where="T=2.6.nc:spins",
    what="scale_factor = '0.5' is no number",
    remedy="correct or remove",
)
def a_scale_of_text(spins, p):
    netcdf(spins, p, scale_factor="0.5")


@broken(
    "contents",
    where="T=2.6.h5:spins",
    what="add_offset = 'none' is no number",
    remedy="correct or remove",
)
def an_offset_of_text(spins, p):
    hdf5(spins, p)
    with h5py.File("T=2.6.h5", "a") as file:
        file["spins"].attrs["add_offset"] = "none"


@broken(
    "contents",
    where="T=2.6.nc:spins",
    what="is empty, shape (0, 16, 16)",
    remedy="write the configurations",
)
def no_records(spins, p):
    netcdf(spins[0, :0], p, ("time", "y", "x"))


# Names of files, and numbers in them


@broken("names of files", where="path", what="no file like 'runs/T={control}.npy'", remedy="correct path")
def no_file(spins, p):
    p["path"] = "runs/T={control}.npy"


@broken("names of files", where="T=2.60.npy", what="both of T = 2.6", remedy="keep one")
def two_files_of_one_value(spins, p):
    npy(spins)
    npy(spins, "T=2.60.npy")


@broken("names of files", where="path", what="'T=2.6.npy' has no {control}", remedy="control: [that value]")
def no_placeholder(spins, p):
    npy(spins)
    p["path"] = "T=2.6.npy"


@broken("names of files", where="path", what="path and variable both hold", remedy="in one of them")
def placeholder_twice(spins, p):
    p |= {"path": "T={control}.h5", "variable": "T={control}"}


@broken("names of files", where="T=2,6.npy", what="no file like", remedy="write numbers as 2.5")
def a_decimal_comma(spins, p):
    npy(spins, "T=2,6.npy")


# Control values


@broken("control values", where="control", what="no file for T = 3.5", remedy="leave the values out")
def value_without_file(spins, p):
    npy(spins)
    return [2.6, 3.5]


@broken("control values", where="control", what="which value of T", remedy="there are files for 2.6, 3.0")
def two_values_of_which_none_is_named(spins, p):
    npy(spins)
    npy(-spins, "T=3.npy")
    load(p)


@broken("control values", where="control", what="'cold' is no number", remedy="give the value")
def a_word_for_a_value(spins, p):
    from_array(spins, "cold", **p)


@broken("control values", where="control", what="nan is no number", remedy="give the value")
def nan_for_a_value(spins, p):
    from_array(spins, np.nan, **p)


@broken("control values", where="groups", what="but path does not", remedy="use both or none")
def labels_of_a_value_for_a_file_of_none(spins, p):
    npy(spins, "all.npy")
    p |= {"path": "all.npy", "groups": "days_{control}.npy"}
    return [2.6]


# Variables and groups of a file


@broken("variables", where="T=2.6.npz", what="the arrays spins, energies", remedy="the setting variable")
def several_variables(spins, p):
    p["path"] = "T={control}.npz"
    np.savez("T=2.6.npz", spins=spins, energies=spins.astype(float))


@broken("variables", where="T=2.6.h5", what="no variable 'spin'; it has run/spins", remedy="Correct the")
def wrong_variable(spins, p):
    p |= {"path": "T={control}.h5", "variable": "spin"}
    with h5py.File("T=2.6.h5", "w") as file:
        file["run/spins"] = spins


@broken("variables", where="T=2.6.h5", what="no variable 'run'; it has run/spins", remedy="Correct the")
def a_group_for_a_variable(spins, p):
    wrong_variable(spins, p)
    p["variable"] = "run"


@broken("variables", where="T=2.6.h5", what="no array of two axes or more", remedy="the setting variable")
def energies_only(spins, p):
    hdf5(spins[:, 0, 0, 0], p)


@broken("variables", where="T=2.6.npy", what="holds one array and no name 'day'", remedy="give a file")
def a_name_in_an_npy_file(spins, p):
    npy(spins)
    p["groups"] = "day"


# Links that lead nowhere


def linked(p, link):
    p |= {"path": "T={control}.h5", "variable": "spins"}
    with h5py.File("T=2.6.h5", "w") as file:
        file["spins"] = link


@broken("links", where="T=2.6.h5:spins", what="of raw.h5, which is not there", remedy="copy that file")
def external_link_to_no_file(spins, p):
    linked(p, h5py.ExternalLink("raw.h5", "/entry/data"))


@broken("links", where="T=2.6.h5:spins", what="'/entry/data' of raw.h5", remedy="mend the link")
def external_link_to_a_file_without_it(spins, p):
    h5py.File("raw.h5", "w").close()
    linked(p, h5py.ExternalLink("raw.h5", "/entry/data"))


@broken("links", where="T=2.6.h5:spins", what="link to '/run_9' of T=2.6.h5", remedy="mend the link")
def soft_link_to_nothing(spins, p):
    linked(p, h5py.SoftLink("/run_9"))


@broken("links", where="T=2.6.h5:spins", what="link to '/spins'", remedy="mend the link")
def link_to_itself(spins, p):
    linked(p, h5py.SoftLink("/spins"))


@broken("links", where="T=2.6.h5:latest", what="link to '/run_9'", remedy="mend the link")
def link_of_a_group_to_nothing(spins, p):
    p |= {"path": "T={control}.h5", "variable": "latest/spins"}
    with h5py.File("T=2.6.h5", "w") as file:
        file["latest"] = h5py.SoftLink("/run_9")


# Virtual datasets and external storage


def virtual(spins, p, sources, shape=None):
    """Write a virtual dataset whose chains come from sources (file, name)."""
    layout = h5py.VirtualLayout(spins.shape, spins.dtype)
    for chain, (file, name) in enumerate(sources):
        layout[chain] = h5py.VirtualSource(file, name, shape or spins.shape[1:])
    p["path"] = "T={control}.h5"
    with h5py.File("T=2.6.h5", "w") as file:
        file.create_virtual_dataset("spins", layout)


def parts(spins, names="abcdefgh"):
    for name, chain in zip(names, spins, strict=False):
        with h5py.File(f"{name}.h5", "w") as file:
            file["spins"] = chain
    return [(f"{name}.h5", "spins") for name in "abcdefgh"]


@broken("virtual", where="T=2.6.h5:spins", what="lies in h.h5, which is not there", remedy="copy that file")
def virtual_source_that_is_not_there(spins, p):
    virtual(spins, p, parts(spins, "abcdefg"))


@broken("virtual", where="T=2.6.h5:spins", what="'spin' of a.h5", remedy="correct one of the two")
def virtual_source_of_another_name(spins, p):
    virtual(spins, p, [("a.h5", "spin"), *parts(spins)[1:]])


@broken("virtual", where="T=2.6.h5:spins", what="'raw' of T=2.6.h5", remedy="correct one of the two")
def virtual_source_in_the_same_file(spins, p):
    virtual(spins, p, [(".", "raw"), *parts(spins)[1:]])


@broken(
    "virtual",
    where="T=2.6.h5:spins",
    what="no data for 0.12 of the array",
    remedy="leave those samples out",
)
def virtual_dataset_that_no_source_fills(spins, p):
    virtual(spins, p, parts(spins)[:7])


@broken("virtual", where="'spins' of a.h5", what="shape (50, 16, 16)", remedy="correct one of the two")
def virtual_source_that_is_shorter(spins, p):
    sources = parts(spins)
    with h5py.File("a.h5", "w") as file:
        file["spins"] = spins[0, :50]
    virtual(spins, p, sources)


@broken(
    "external storage",
    where="T=2.6.h5:spins",
    what="raw.bin, which is not there",
    remedy="copy that file",
)
def external_storage_that_is_not_there(spins, p):
    hdf5(spins, p, external="raw.bin")
    Path("raw.bin").unlink()


@broken("external storage", where="T=2.6.h5:spins", what="or cut short", remedy="copy that file")
def external_storage_cut_short(spins, p):
    hdf5(spins, p, external=[("raw.bin", 0, spins.nbytes)])
    with open("raw.bin", "r+b") as file:
        file.truncate(1_000)


@broken("external storage", where="T=2.6.h5:spins", what="or cut short", remedy="copy that file")
def external_storage_without_a_size_cut_short(spins, p):
    hdf5(spins, p, external=[("raw.bin", 0, h5py.h5f.UNLIMITED)])
    with open("raw.bin", "r+b") as file:
        file.truncate(1_000)


# Compression filters that are not installed


def filtered(spins, path, number, flag=h5py.h5z.FLAG_OPTIONAL):
    """Write chunks as they are, and claim that a filter compressed them."""
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_chunk((1, *spins.shape[1:]))
    layout.set_filter(number, flag, (4, 1))
    with h5py.File(path, "w") as file:
        space = h5py.h5s.create_simple(spins.shape)
        made = h5py.h5d.create(file.id, b"spins", h5py.h5t.NATIVE_INT8, space, layout)
        rest = (0,) * (spins.ndim - 1)
        for chain, values in enumerate(spins):
            made.write_direct_chunk((chain, *rest), np.ascontiguousarray(values).tobytes())


@broken("filters", where="T=2.6.h5:spins", what="by filter 32001", remedy="pip install hdf5plugin")
def blosc(spins, p):
    p["path"] = "T={control}.h5"
    filtered(spins, "T=2.6.h5", 32001)


@broken("filters", where="T=2.6.hdf5:spins", what="by filter 32015", remedy="write it again with gzip")
def zstandard(spins, p):
    p["path"] = "T={control}.hdf5"
    filtered(spins, "T=2.6.hdf5", 32015)


@broken("filters", where="T=2.6.h5:spins", what="by filter 40000", remedy="write it again with gzip")
def a_filter_that_nobody_knows(spins, p):
    p["path"] = "T={control}.h5"
    filtered(spins, "T=2.6.h5", 40000)


@broken("filters", where="T=2.6.nc", what="filter", remedy="pip install hdf5plugin")
def a_filter_in_a_netcdf_file(spins, p):
    p["path"] = "T={control}.nc"
    filtered(spins, "T=2.6.nc", 40000)


@broken("filters", where="mask.h5:spins", what="by filter 32001", remedy="pip install hdf5plugin")
def a_filter_of_a_mask(spins, p):
    npy(spins)
    p["mask"] = "mask.h5"
    filtered(np.ones((16, 16), np.int8), "mask.h5", 32001)


# Files that another program holds


@broken("held files", where="T=2.6.h5", what="lock", remedy="wait until that ends")
def hdf5_that_is_locked(spins, p):
    hdf5(spins, p)
    with open("T=2.6.h5", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        read_everything(p)


@broken("held files", where="T=2.6.nc", what="cannot be read as .nc", remedy="wait until that ends")
def netcdf_that_is_locked(spins, p):
    netcdf(spins, p)
    with open("T=2.6.nc", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        read_everything(p)


@broken("held files", where="mask.h5", what="unable to lock", remedy="wait until that ends")
def a_mask_that_is_locked(spins, p):
    npy(spins)
    p["mask"] = "mask.h5"
    with h5py.File("mask.h5", "w") as file:
        file["there"] = np.ones((16, 16))
    with open("mask.h5", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        read_everything(p)


@broken("held files", where="a.h5", what="unable to lock", remedy="wait until that ends")
def a_source_that_is_locked(spins, p):
    sources = parts(spins)
    virtual(spins, p, sources)
    with open("a.h5", "rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        read_everything(p)


# Types that are no real numbers


@broken("types", where="T=2.6.h5:spins", what="null dataspace", remedy="name another")
def null_dataspace(spins, p):
    p |= {"path": "T={control}.h5", "variable": "spins"}
    with h5py.File("T=2.6.h5", "w") as file:
        file["spins"] = h5py.Empty("f4")


@broken("types", where="T=2.6.h5:spins", what="rows of unlike length", remedy="store one array")
def ragged(spins, p):
    p |= {"path": "T={control}.h5", "variable": "spins"}
    with h5py.File("T=2.6.h5", "w") as file:
        rows = file.create_dataset("spins", (800,), h5py.vlen_dtype(np.int8))
        for i, row in enumerate(spins.reshape(800, -1)):
            rows[i] = row[: 250 + i % 6]


@broken("types", where="T=2.6.npy", what="holds no numbers", remedy="store it as integers or floats")
def compound(spins, p):
    both = np.zeros(spins.shape, [("spin", "i1"), ("field", "f4")])
    npy(both)


@broken("types", where="T=2.6.npy", what="complex numbers", remedy="real part")
def complex_numbers(spins, p):
    npy(spins.astype(complex))


@broken("types", where="T=2.6.npy", what="holds no numbers (type <U", remedy="store it as integers")
def text(spins, p):
    npy(spins.astype(str))


# Codes of missing values in integers


@broken("codes in integers", where="T=2.6.npy", what="values are -9999", remedy="missing: [-9999]")
def minus_9999_in_short_integers(spins, p):
    npy(np.where(some(spins), -9999, counts(spins)).astype(np.int16))
    p["values"] = "integer"


@broken("codes in integers", where="T=2.6.npy", what="values are -999", remedy="missing: [-999]")
def minus_999_in_long_integers(spins, p):
    npy(np.where(some(spins), -999, counts(spins)))
    p["values"] = "integer"


@broken("codes in integers", where="T=2.6.npy", what="values are 99", remedy="missing: [99]")
def ninety_nine_in_bytes(spins, p):
    npy(np.where(some(spins), 99, counts(spins)).astype(np.int8))
    p["values"] = "integer"


@broken("codes in integers", where="T=2.6.npy", what="values are -128", remedy="missing: [-128]")
def the_lowest_byte(spins, p):
    npy(np.where(some(spins), -128, counts(spins)).astype(np.int8))
    p["values"] = "integer"


@broken("codes in integers", where="T=2.6.nc", what="values are -2147483648", remedy="missing: [-2147483648]")
def the_lowest_integer(spins, p):
    netcdf(np.where(some(spins), -(2**31), counts(spins)).astype(np.int32), p)
    p["values"] = "integer"


@broken("codes in unsigned integers", where="T=2.6.npy", what="values are 255", remedy="missing: [255]")
def the_highest_byte(spins, p):
    npy(np.where(some(spins), 255, counts(spins)).astype(np.uint8))
    p["values"] = "integer"


@broken("codes in unsigned integers", where="T=2.6.h5", what="values are 65535", remedy="missing: [65535]")
def the_highest_short_integer(spins, p):
    hdf5(np.where(some(spins), 65535, counts(spins)).astype(np.uint16), p)
    p["values"] = "integer"


@broken(
    "codes in unsigned integers", where="array", what="values are 4294967295", remedy="missing: [4294967295]"
)
def the_highest_integer(spins, p):
    values = np.where(some(spins), 2**32 - 1, counts(spins)).astype(np.uint32)
    from_array(values, **p | {"values": "integer"})


@broken(
    "codes in unsigned integers",
    where="array",
    what="values are 18446744073709551615",
    remedy="missing: [184",
)
def the_highest_long_integer(spins, p):
    values = np.where(some(spins), np.uint64(2**64 - 1), counts(spins).astype(np.uint64))
    from_array(values, **p | {"values": "integer"})


@broken("codes in unsigned integers", where="array", what="values are 9999", remedy="missing: [9999]")
def nines_without_a_sign(spins, p):
    values = np.where(some(spins), 9999, counts(spins)).astype(np.uint16)
    from_array(values, **p | {"values": "integer"})


# Codes of missing values in states and in binary values

POTTS = {"values": "states", "levels": [0, 1, 2, 3, 4]}


@broken("codes in states", where="array", what="values are -9999", remedy="missing: [-9999]")
def minus_9999_in_states(spins, p):
    from_array(np.where(some(spins), -9999, counts(spins)), **p | POTTS)


@broken("codes in states", where="array", what="values are 255", remedy="missing: [255]")
def the_highest_byte_in_states(spins, p):
    from_array(np.where(some(spins), 255, counts(spins)).astype(np.uint8), **p | POTTS)


@broken("codes in states", where="array", what="such as -1", remedy="set missing: [-1]")
def minus_one_in_states(spins, p):
    from_array(np.where(some(spins), -1, counts(spins)), **p | POTTS)


@broken("codes in states", where="array", what="values are 99", remedy="missing: [99]")
def ninety_nine_among_the_levels(spins, p):
    from_array(np.where(some(spins), 99, counts(spins)), **p | POTTS | {"levels": [0, 1, 2, 3, 4, 99]})


@broken("codes in states", where="missing", what="[4] is also among levels", remedy="leave it out of one")
def a_level_that_means_missing(spins, p):
    from_array(counts(spins), **p | POTTS | {"missing": [4]})


@broken("codes in binary values", where="array", what="values are -9999", remedy="missing: [-9999]")
def minus_9999_among_spins(spins, p):
    from_array(np.where(some(spins), -9999, spins.astype(int)), **p)


@broken("codes in binary values", where="T=2.6.npy", what="values are 255", remedy="missing: [255]")
def the_highest_byte_among_bits(spins, p):
    npy(np.where(some(spins), 255, spins > 0).astype(np.uint8))


@broken("codes in binary values", where="array", what="3 different values", remedy="set missing")
def minus_one_among_bits(spins, p):
    from_array(np.where(some(spins), -1, spins > 0), **p)


@broken("codes in binary values", where="array", what="3 different values", remedy="set missing")
def zero_among_spins(spins, p):
    from_array(np.where(some(spins), 0, spins), **p)


@broken("codes in binary values", where="array", what="values are -999", remedy="missing: [-999]")
def minus_999_in_fractions(spins, p):
    from_array(np.where(some(spins), -999.0, spins / 2), **p)


# Codes of missing values in real numbers


@broken("codes in reals", where="T=2.6.npy", what="values are -9999", remedy="set missing: [-9999]")
def fill_value(spins, p):
    npy(np.where(some(spins, 1e-4), -9999, spins + noise(spins)))
    p["values"] = "real"


@broken("codes in reals", where="T=2.6.npy", what="values are 1e+20", remedy="missing: [1e+20]")
def one_with_twenty_zeros(spins, p):
    npy(np.where(some(spins, 1e-4), 1e20, spins + noise(spins)).astype(np.float32))
    p["values"] = "real"


@broken("codes in reals", where="T=2.6.h5", what="values are 9.96921e+36", remedy="missing: [9.96921e+36]")
def the_fill_value_of_netcdf(spins, p):
    hdf5(np.where(some(spins, 0.1), 9.969209968386869e36, spins + noise(spins)).astype(np.float32), p)
    p["values"] = "real"


@broken("codes in reals", where="array", what="values are -9999", remedy="missing: [-9999]")
def two_codes_at_once(spins, p):
    values = np.where(some(spins, 1e-2), -9999, spins + noise(spins))
    values[0, 0, 0, :3] = 1e20
    from_array(values, **p | {"values": "real"})


@broken("codes in reals", where="array", what="values are -32768", remedy="missing: [-32768]")
def an_integer_limit_in_reals(spins, p):
    from_array(np.where(some(spins, 0.3), -32768, spins + noise(spins)), **p | {"values": "real"})


# Marks of missing values that mark nothing


@broken("marks", where="T=2.6.nc:spins", what="missing_value = '-999'", remedy="set missing")
def text_as_a_mark(spins, p):
    netcdf(spins.astype(np.int16), p, missing_value="-999")


@broken("marks", where="T=2.6.h5:spins", what="missing_value = '-999'", remedy="correct the attribute")
def text_as_a_mark_in_hdf5(spins, p):
    hdf5(spins.astype(np.int16), p)
    with h5py.File("T=2.6.h5", "a") as file:
        file["spins"].attrs["missing_value"] = "-999"


@broken("marks", where="T=2.6.nc:spins", what="missing_value = 1e+20", remedy="set missing")
def a_mark_too_large_for_the_type(spins, p):
    netcdf(spins.astype(np.int16), p, missing_value=1e20)


@broken("marks", where="T=2.6.h5:spins", what="_FillValue = -0.5", remedy="correct the attribute")
def a_fraction_as_a_mark_of_integers(spins, p):
    hdf5(spins, p)
    with h5py.File("T=2.6.h5", "a") as file:
        file["spins"].attrs["_FillValue"] = -0.5


@broken("marks", where="T=2.6.nc:spins", what="valid_range", remedy="set missing")
def a_valid_range_of_text(spins, p):
    netcdf(spins.astype(np.int16), p, valid_range="-1 1")


# Missing values


@broken(
    "missing values",
    where="T=2.6.npy",
    what="1 values are missing, NaN",
    remedy="leave those samples out",
)
def nan(spins, p):
    values = spins.astype(float)
    values[3, 17, 2, 5] = np.nan
    npy(values)


@broken("missing values", where="T=2.6.npy", what="the same 1 sites in every sample", remedy="in a mask")
def nan_at_a_site(spins, p):
    values = spins.astype(float)
    values[:, :, 2, 5] = np.nan
    npy(values)


@broken("missing values", where="T=2.6.npy", what="2 whole samples", remedy="leave those samples out")
def samples_of_nan(spins, p):
    values = spins.astype(float)
    values[3, 17:19] = np.nan
    npy(values)


@broken("missing values", where="array", what="NaN or infinite", remedy="leave those samples out")
def infinity(spins, p):
    values = spins.astype(float)
    values[3, 17, 2, 5] = np.inf
    from_array(values, **p)


@broken("missing values", where="T=2.6.nc:spins", what="values are missing", remedy="fill the values")
def fill_values_of_netcdf(spins, p):
    netcdf(np.where(some(spins), -99, spins).astype(np.int8), p, fill=-99)


# Rows that were never written


@broken("never written", where="T=2.6.h5:spins", what="no data for 0.25 of the array", remedy="leave")
def last_quarter_of_all_chains(spins, p):
    p["path"] = "T={control}.h5"
    with h5py.File("T=2.6.h5", "w") as file:
        rows = file.create_dataset("spins", spins.shape, "u1", chunks=(1, 25, 16, 16))
        rows[:, :75] = spins[:, :75] > 0


@broken("never written", where="samples 75 to 99 of chain 0", what="0 at all sites", remedy="[unwritten]")
def zeros_at_the_end_of_bits(spins, p):
    bits = (spins > 0).astype(np.uint8)
    bits[:, 75:] = 0
    npy(bits)


@broken("never written", where="samples 0 to 99 of chain 6", what="0 at all sites", remedy="[unwritten]")
def whole_chains_of_zeros(spins, p):
    values = spins.copy()
    values[6:] = 0
    npy(values)
    p["values"] = "integer"


@broken("never written", where="T=2.6.nc:spins", what="no data for 0.25 of the array", remedy="leave")
def chunks_of_netcdf(spins, p):
    p["path"] = "T={control}.nc"
    with netCDF4.Dataset("T=2.6.nc", "w") as file:
        for name, length in zip(("chain", "sample", "y", "x"), spins.shape, strict=True):
            file.createDimension(name, length)
        rows = file.createVariable(
            "spins", "u1", ("chain", "sample", "y", "x"), chunksizes=(1, 25, 16, 16), fill_value=False
        )
        rows[:, :75] = spins[:, :75] > 0


@broken("never written", where="samples 600 to 799", what="0 at all sites", remedy="[unwritten]")
def the_end_of_a_series_of_reals(spins, p):
    values = (spins + noise(spins)).reshape(-1, 16, 16)
    values[600:] = 0
    npy(values)
    p["values"] = "real"


@broken("nothing written", where="T=2.6.npy", what="every site of every sample holds 0", remedy="leave")
def a_file_of_zeros(spins, p):
    npy(np.zeros_like(spins))


@broken("nothing written", where="T=2.6.npy", what="constant field", remedy="leave this control value out")
def a_file_of_ones(spins, p):
    npy(np.ones_like(spins))


@broken(
    "nothing written",
    where="T=2.6.h5:spins",
    what="all values are missing",
    remedy="write the configurations again",
)
def a_dataset_that_was_only_made(spins, p):
    p["path"] = "T={control}.h5"
    with h5py.File("T=2.6.h5", "w") as file:
        file.create_dataset("spins", spins.shape, "i1")


@broken("nothing written", where="T=2.6.npy", what="is empty, shape (8, 0, 16, 16)", remedy="write the")
def no_samples(spins, p):
    npy(spins[:, :0])


# Names of axes, and axes without


@broken("names of axes", where="array", what="batch, row, column, channel", remedy="setting axes")
def a_batch_with_channels(spins, p):
    images = np.moveaxis(spins[:4], 0, -1)
    from_array(xr.DataArray(images, dims=("batch", "row", "column", "channel")), **p)


@broken("names of axes", where="T=2.6.nc:spins", what="level may mean anything", remedy="setting axes")
def a_level(spins, p):
    netcdf(spins, p, ("level", "time", "lat", "lon"))


@broken("names of axes", where="array", what="replica may mean anything", remedy="setting axes")
def replicas(spins, p):
    from_array(xr.DataArray(spins, dims=("replica", "sample", "y", "x")), **p)


@broken("names of axes", where="T=2.6.h5:spins", what="written by MATLAB", remedy="setting axes")
def matlab(spins, p):
    hdf5(spins.T, p)
    with h5py.File("T=2.6.h5", "a") as file:
        file["spins"].attrs["MATLAB_class"] = np.bytes_("int8")


@broken("names of axes", where="array", what="calls its axes lat, latitude, x", remedy="setting axes")
def two_axes_of_one_meaning(spins, p):
    from_array(xr.DataArray(spins[0], dims=("lat", "latitude", "x")), **p)


@broken(
    "axes of length one",
    where="T=2.6.npy",
    what="axis of length 1, shape (800, 16, 16, 1)",
    remedy="squeeze",
)
def channels_last(spins, p):
    npy(spins.reshape(-1, 16, 16, 1))


@broken(
    "axes of length one",
    where="T=2.6.npy",
    what="axis of length 1, shape (800, 1, 16, 16)",
    remedy="'one'",
)
def channels_first(spins, p):
    npy(spins.reshape(-1, 1, 16, 16))


@broken("axes of length one", where="axes", what="calls an axis of length 16", remedy="name it as what it is")
def one_of_sixteen(spins, p):
    from_array(spins.reshape(-1, 16, 16), axes=["sample", "x", "one"], **p)


@broken("axes of length one", where="array", what="(1, 16) is a line", remedy="call the axis of length 1 one")
def a_lattice_of_one_row(spins, p):
    from_array(spins[:, :, :1], axes=["chain", "sample", "y", "x"], **p)


@broken("axes of length one", where="array", what="the lattice has one site", remedy="is axes right?")
def one_site(spins, p):
    from_array(spins[:, :, :1, :1], axes=["chain", "sample", "y", "x"], **p)


@broken("axes", where="axes", what="names 3 axes, but T=2.6.npy has 4", remedy="name each, in order")
def wrong_number_of_axes(spins, p):
    npy(spins)
    p["axes"] = ["sample", "y", "x"]


@broken("axes", where="axes", what="x stands twice", remedy="name every axis once")
def axis_twice(spins, p):
    npy(spins)
    p["axes"] = ["chain", "sample", "x", "x"]


@broken("axes", where="axes", what="lacks sample", remedy="name every axis")
def no_sample_axis(spins, p):
    npy(spins[0])
    p["axes"] = ["chain", "y", "x"]


@broken("axes", where="axes", what="'time' is not one of", remedy="'sample'")
def an_axis_of_another_name(spins, p):
    npy(spins[0])
    p["axes"] = ["time", "y", "x"]


@broken("axes", where="T=2.6.npy", what="1 axes", remedy="setting axes")
def one_axis(spins, p):
    npy(spins.ravel())


@broken("three dimensions", where="T=2.6.npy", what="5 axes, shape (2, 4, 100, 16, 16)", remedy="take planes")
def five_axes(spins, p):
    npy(spins.reshape(2, 4, 100, 16, 16))


@broken("three dimensions", where="axes", what="'z' is not one of", remedy="take planes")
def z_among_the_axes(spins, p):
    npy(spins.reshape(100, 8, 16, 16))
    p["axes"] = ["sample", "z", "y", "x"]


@broken("three dimensions", where="T=2.6.nc", what="z may mean anything", remedy="take planes")
def z_in_a_file(spins, p):
    netcdf(spins.reshape(100, 8, 16, 16), p, ("time", "z", "y", "x"))


@broken("three dimensions", where="axes", what="length 8 of T=2.6.npy 'one'", remedy="take planes")
def planes_called_one(spins, p):
    npy(spins.reshape(100, 8, 16, 16))
    p["axes"] = ["sample", "one", "y", "x"]


@broken(
    "three dimensions",
    where="array",
    what="shape (50, 16, 16, 16), which may be cubes",
    remedy="take planes",
)
def cubes(spins, p):
    from_array(spins.reshape(50, 16, 16, 16), **p)


# Lattices whose rows were joined


@broken(
    "flattened",
    where="array",
    what="sites 16 apart are as alike as neighbours",
    remedy="lattice: [16, 16]",
)
def rows_of_256(spins, p):
    from_array(spins.reshape(-1, 256), **p)


@broken("flattened", where="T=2.6.npy", what="sites 16 apart", remedy="lattice: [12, 16]")
def rows_of_a_rectangle(spins, p):
    npy(spins[:, :, :12].reshape(-1, 192))
    p["boundary"] = "open"


@broken("flattened", where="lattice", what="[16, 12] has 192 sites", remedy="correct it")
def a_lattice_of_another_size(spins, p):
    from_array(spins.reshape(-1, 256), lattice=[16, 12], **p)


@broken("flattened", where="lattice", what="has y already", remedy="leave one of them out")
def a_lattice_besides_y(spins, p):
    from_array(spins, lattice=[16, 16], axes=["chain", "sample", "y", "x"], **p)


@broken("flattened", where="lattice", what="is too short", remedy="Rows and columns")
def a_lattice_of_one_number(spins, p):
    from_array(spins.reshape(-1, 256), lattice=[256], **p)


# Masks


@broken("masks", where="mask", what="shape (8, 8) is not that of the lattice, (16, 16)", remedy="give 1 or 0")
def mask_of_another_shape(spins, p):
    npy(spins)
    npy(np.ones((8, 8)), "mask.npy")
    p["mask"] = "mask.npy"


@broken("masks", where="mask", what="other values than 0 and 1", remedy="give 1")
def mask_with_other_values(spins, p):
    npy(spins)
    npy(np.full((16, 16), 0.5), "mask.npy")
    p["mask"] = "mask.npy"


@broken("masks", where="mask", what="leaves no site", remedy="give 1 where a site is there")
def mask_of_zeros(spins, p):
    from_array(spins, mask=np.zeros((16, 16)), **p)


@broken("masks", where="mask", what="no file 'mask.npy'", remedy="correct it")
def mask_that_is_not_there(spins, p):
    npy(spins)
    p["mask"] = "mask.npy"


@broken("masks", where="array", what="values are missing, NaN", remedy="leave those samples out")
def mask_that_hides_other_sites(spins, p):
    values = spins.astype(float)
    values[3, 4, 5, 6] = np.nan
    mask = np.ones((16, 16))
    mask[5, 7] = 0
    from_array(values, mask=mask, **p | {"boundary": "open"})


# Labels of samples


@broken(
    "labels",
    where="groups",
    what="(799,) do not belong to samples of shape (800,)",
    remedy="one per sample",
)
def labels_of_another_length(spins, p):
    npy(spins.reshape(-1, 16, 16))
    npy(np.arange(799), "days.npy")
    p["groups"] = "days.npy"


@broken("labels", where="groups", what="2 groups are too few", remedy="add data")
def two_groups(spins, p):
    npy(spins.reshape(-1, 16, 16))
    npy(np.repeat([1, 2], 400), "days.npy")
    p["groups"] = "days.npy"


@broken("labels", where="groups", what="no file 'days.npy'", remedy="correct it")
def labels_that_are_not_there(spins, p):
    npy(spins)
    p["groups"] = "days.npy"


@broken("labels", where="groups", what="3 labels of groups are missing", remedy="the label of its group")
def labels_of_nan(spins, p):
    labels = np.repeat(np.arange(8.0), 100)
    labels[10:13] = np.nan
    from_array(spins.reshape(-1, 16, 16), groups=labels, **p)


@broken("labels", where="groups", what="leave 1 groups of", remedy="join small groups")
def one_group_larger_than_all_others(spins, p):
    labels = np.concatenate([np.zeros(770, int), np.arange(1, 31)])
    from_array(spins.reshape(-1, 16, 16), groups=labels, **p)


def labelled(spins, p, nothing):
    """Take samples with labels in words, of which one is missing."""
    labels = np.repeat(np.array(list("abcdefgh"), object), 100)
    labels[3] = nothing
    from_array(spins.reshape(-1, 16, 16), groups=labels, **p)


@broken(
    "missing labels",
    where="groups",
    what="1 labels of groups are missing",
    remedy="the label of its group",
)
def a_label_none(spins, p):
    labelled(spins, p, None)


@broken(
    "missing labels",
    where="groups",
    what="1 labels of groups are missing",
    remedy="the label of its group",
)
def a_label_nan_among_words(spins, p):
    labelled(spins, p, np.nan)


@broken(
    "missing labels",
    where="groups",
    what="1 labels of groups are missing",
    remedy="the label of its group",
)
def a_label_without_letters(spins, p):
    labelled(spins, p, " ")


@broken(
    "missing labels",
    where="groups",
    what="1 labels of groups are missing",
    remedy="the label of its group",
)
def a_label_that_is_no_date(spins, p):
    days = np.arange("2020-01-01", "2020-01-09", dtype="M8[D]").repeat(100)
    days[3] = "NaT"
    from_array(spins.reshape(-1, 16, 16), groups=days, **p)


@broken("missing labels", where="T=2.6.nc:day", what="1 labels of", remedy="the label of its group")
def a_label_that_is_masked(spins, p):
    netcdf(spins.reshape(-1, 16, 16), p, ("time", "y", "x"))
    p |= {"groups": "day", "variable": "spins"}
    with netCDF4.Dataset("T=2.6.nc", "a") as file:
        file.createVariable("day", "i4", ("time",))[:] = np.ma.masked_equal(np.arange(800) // 100, 8)
        file["day"][3] = np.ma.masked


# Boundaries, margins, translations


@broken("boundaries", where="boundary", what="across the edge along x", remedy="use 'open'")
def open_but_periodic(spins, p):
    npy(spins[..., :11])


@broken("boundaries", where="boundary", what="across the edge along y", remedy="use 'open'")
def open_along_y(spins, p):
    from_array(spins[:, :, :9], **p)


@broken("boundaries", where="margin", what="belongs to boundary = 'open'", remedy="leave one of them out")
def a_margin_without_an_edge(spins, p):
    from_array(spins, margin=1, **p)


@broken("boundaries", where="margin", what="8 leaves no site", remedy="use a smaller one")
def a_margin_as_wide_as_the_lattice(spins, p):
    from_array(spins, margin=8, **p | {"boundary": "open"})


@broken("boundaries", where="translations", what="depends on the place", remedy="set margin: 1")
def an_edge_that_is_felt(spins, p):
    frame = np.zeros((16, 16))
    frame[0] = frame[-1] = frame[:, 0] = frame[:, -1] = 1
    from_array(spins + noise(spins) + frame, **p | {"values": "real", "boundary": "open"})


@broken("translations", where="translations: [1, 1]", what="the mean of a site depends", remedy="Set 0")
def gradient(spins, p):
    npy(spins + np.linspace(0, 2, 16))
    p |= {"values": "real", "boundary": "open"}


@broken("translations", where="translations", what="steps of 3 do not close", remedy="use a divisor")
def step_that_does_not_close(spins, p):
    npy(spins)
    p["translations"] = [3, 3]


@broken("translations", where="translations: [1]", what="not of 2 axes", remedy="a step per axis")
def step_per_axis(spins, p):
    npy(spins)
    p["translations"] = [1]


@broken("translations", where="translations", what="20 is wider than the lattice", remedy="use 0")
def step_wider_than_the_lattice(spins, p):
    from_array(spins, translations=[20, 1], **p | {"boundary": "open"})


@broken(
    "translations",
    where="translations: [1, 1]",
    what="depends on the place",
    remedy="period of a pattern",
)
def stripes(spins, p):
    flipped = np.where(np.random.default_rng(0).random(spins.shape) < 0.3, 1, spins)
    from_array(np.where(np.arange(16) % 2, flipped, spins), **p)


# Levels and values


@broken("levels", where="T=2.6.npy", what="none of levels = [0, 1, 2]", remedy="list all")
def float_for_states(spins, p):
    npy(spins + 0.25 * noise(spins))
    p |= {"values": "states", "levels": [0, 1, 2]}


@broken("levels", where="levels", what="must be two different values", remedy="give both")
def three_levels_of_binary_values(spins, p):
    from_array(spins, levels=[-1, 0, 1], **p)


@broken("levels", where="levels", what="at least three different values", remedy="list all")
def states_without_levels(spins, p):
    from_array(spins, **p | {"values": "states"})


@broken("levels", where="levels", what="not to 'real'", remedy="leave it out")
def levels_of_real_numbers(spins, p):
    from_array(spins + noise(spins), levels=[-1, 1], **p | {"values": "real"})


@broken("levels", where="levels", what="lists a value twice", remedy="list each once")
def a_level_twice(spins, p):
    from_array(counts(spins), levels=[0, 1, 2, 3, 4, 4], **p | {"values": "states"})


@broken(
    "values",
    where="T=2.6.npy",
    what="3 different values",
    remedy="use 'states' with their levels, 'integer'",
)
def three_values_for_binary(spins, p):
    values = spins.copy()
    values[0, 0, 0, 0] = 2
    npy(values)


@broken("values", where="T=2.6.npy", what="0.5, which is no integer", remedy="values = 'real'")
def half_an_integer(spins, p):
    npy(spins / 2)
    p["values"] = "integer"


@broken("values", where="T=2.6.npy", what="integers up to", remedy="subtract the smallest")
def huge_integers(spins, p):
    npy(spins.astype(np.int64) + 2**24)
    p["values"] = "integer"


@broken("values", where="T=2.6.npy", what="different values", remedy="'real'")
def real_numbers_for_binary(spins, p):
    npy(spins + noise(spins))


@broken("values", where="array", what="none of levels = [0, 1], such as -1", remedy="list all")
def levels_of_another_convention(spins, p):
    from_array(spins, levels=[0, 1], **p)


# Copies of samples


@broken(
    "copies",
    where="T=2.6.npy",
    what="samples from 400 on repeat those from 0 on",
    remedy="remove the copies",
)
def a_file_joined_twice(spins, p):
    npy(np.concatenate([spins[:4], spins[:4]]))


@broken("copies", where="T=2.6.npy", what="exact copies", remedy="correct the groups")
def copies_between_groups(spins, p):
    values = spins + noise(spins)
    values[7] = values[0, np.random.default_rng(1).permutation(100)]
    npy(values)
    p["values"] = "real"


@broken(
    "copies",
    where="array",
    what="samples from 700 on repeat those from 200 on",
    remedy="accept: [repeats]",
)
def two_jobs_of_one_seed(spins, p):
    values = spins.copy()
    values[7] = values[2]
    from_array(values, **p)


@broken(
    "copies",
    where="array",
    what="samples from 790 on repeat those from 0 on",
    remedy="accept: [repeats]",
)
def a_series_that_starts_again(spins, p):
    series = spins.reshape(-1, 16, 16).copy()
    series[790:] = series[:10]
    from_array(series, **p)


@broken("copies", where="array", what="400 samples are exact copies", remedy="Remove them")
def real_numbers_shuffled_and_joined(spins, p):
    half = (spins + noise(spins)).reshape(-1, 16, 16)[:400]
    again = half[np.random.default_rng(1).permutation(400)]
    from_array(np.concatenate([half, again]), **p | {"values": "real"})


# Too few data, and files that do not go together


@broken("few data", where="axes", what="one sample is too few", remedy="add data")
def one_sample(spins, p):
    npy(spins[0, :1])
    p["axes"] = ["sample", "y", "x"]


@broken("few data", where="axes", what="2 chains of 100 samples are too few", remedy="Without an axis chain")
def few_chains(spins, p):
    npy(spins[:2])


@broken("few data", where="axes", what="8 chains of 3 samples are too few", remedy="Without an axis chain")
def short_chains(spins, p):
    from_array(spins[:, :3], **p)


@broken("few data", where="axes", what="11 samples are too few", remedy="add data")
def eleven_samples(spins, p):
    from_array(spins[0, :11], **p)


@broken(
    "unlike files",
    where="path",
    what="(16, 16) at T = 2.6, but (16, 12) at T = 3.0",
    remedy="make models",
)
def other_shape_at_another_value(spins, p):
    npy(spins)
    npy(spins[..., :12], "T=3.0.npy")


@broken("unlike files", where="path", what="(16, 16) at T = 2.6, but (256,) at T = 3.0", remedy="make models")
def rows_at_another_value(spins, p):
    npy(spins)
    npy(spins.reshape(-1, 256), "T=3.0.npy")


@broken("unlike files", where="T=3.npy", what="values are -9999", remedy="missing: [-9999]")
def a_code_at_another_value(spins, p):
    npy(spins)
    npy(np.where(some(spins), -9999, spins.astype(int)), "T=3.npy")


@broken(
    "unlike files",
    where="T=3.0.npz",
    what="no variable 'spins'; it has spin",
    remedy="the setting variable",
)
def another_name_at_another_value(spins, p):
    p |= {"path": "T={control}.npz", "variable": "spins"}
    np.savez("T=2.6.npz", spins=spins)
    np.savez("T=3.0.npz", spin=spins)


# What is given as an array


@broken("collections", where="array", what="is a collection (spins, energies)", remedy="x['spins']")
def a_dictionary(spins, p):
    from_array({"spins": spins, "energies": spins}, **p)


@broken("collections", where="array", what="is a collection (spins)", remedy="x['spins']")
def a_dataset(spins, p):
    from_array(xr.Dataset({"spins": (("chain", "sample", "y", "x"), spins)}), **p)


@broken("collections", where="array", what="is a collection (spins)", remedy="x['spins']")
def an_archive(spins, p):
    np.savez("all.npz", spins=spins)
    with np.load("all.npz") as archive:
        from_array(archive, **p)


@broken("collections", where="array", what="is a collection", remedy="x['spins']")
def an_open_hdf5_file(spins, p):
    file = h5py.File(io.BytesIO(), "w")
    file["spins"] = spins
    with file:
        from_array(file, **p)


@broken("collections", where="groups", what="is a collection (day)", remedy="x['day']")
def a_dictionary_of_labels(spins, p):
    from_array(spins, groups={"day": np.arange(8)}, **p)


@broken("no arrays", where="array", what="'T=2.6.npy' is no array", remedy="rsmi.load")
def the_name_of_a_file(spins, p):
    from_array("T=2.6.npy", **p)


@broken("no arrays", where="array", what="is no array", remedy="numbers of one shape")
def lists_of_unlike_length(spins, p):
    from_array([[[1, -1], [1]], [[1, 1], [1, -1]]], **p)


@broken("no arrays", where="array", what="no real numbers (type object)", remedy="give integers or floats")
def objects(spins, p):
    from_array(spins.astype(object), **p)


@broken("no arrays", where="array", what="no real numbers (type complex128)", remedy="the real part")
def phases(spins, p):
    from_array(np.exp(1j * spins), **p)


@broken("no arrays", where="array", what="a tensor that NumPy cannot read", remedy="x.to_dense().float()")
def a_sparse_tensor(spins, p):
    from_array(torch.tensor(spins).to_sparse(), **p)


# Settings


@broken("settings", where="values", what="'spin' is not one of", remedy="binary: one of two values")
def values_of_another_word(spins, p):
    from_array(spins, **p | {"values": "spin"})


@broken("settings", where="boundary", what="True is not one of", remedy="periodic: the last site")
def boundary_true(spins, p):
    from_array(spins, **p | {"boundary": True})


@broken("settings", where="margin", what="1.5 is not of type 'integer'", remedy="sites at every edge")
def half_a_margin(spins, p):
    from_array(spins, margin=1.5, **p | {"boundary": "open"})


@broken("settings", where="boundry", what="no such setting", remedy="did you mean 'boundary'?")
def a_setting_that_does_not_exist(spins, p):
    from_array(spins, boundry="open", **p)


@broken("settings", where="values", what="is missing", remedy="add it. What a site holds")
def no_values(spins, p):
    from_array(spins, symbol="T", name="temperature", boundary="periodic")


# Regions


@broken("regions", where="buffer", what="-1 is not possible", remedy="use 0 or more", error=ValueError)
def a_negative_buffer(spins, p):
    Regions(4, -1, 1)


@broken("regions", where="visible", what="0 is not possible", remedy="use 1 or more", error=ValueError)
def nothing_visible(spins, p):
    Regions(0, 1, 1)


@broken("regions", where="visible", what="4.0 is no whole number", remedy="give an integer", error=ValueError)
def a_fraction_of_sites(spins, p):
    Regions(4.0, 1, 1)


@broken("regions", where="environment", what="0 is not possible", remedy="use 1 or more", error=ValueError)
def no_environment(spins, p):
    Regions(4, 1, 0)


@broken("regions", where="dimensions", what="3 is not possible", remedy="use 1 or 2", error=ValueError)
def regions_of_three_dimensions(spins, p):
    Regions(4, 1, 1, 3)


# Trainings

SMALL = Regions(4, 1, 1)


@broken("trainings", where="epochs", what="0 is not possible", remedy="use 1 or more", error=ValueError)
def no_epochs(spins, p):
    train_ensemble(from_array(spins, **p), SMALL, epochs=0)


@broken(
    "trainings",
    where="control value",
    what="two sets of samples",
    remedy="control=2.5",
    error=ValueError,
)
def two_sets_of_one_value(spins, p):
    train_ensemble([from_array(spins, **p), from_array(-spins, **p)], SMALL)


@broken("trainings", where="split.order", what="is missing", remedy="'random'", error=ValueError)
def labels_without_an_order(spins, p):
    labelled = from_array(spins, groups=np.arange(8), **p)
    train_ensemble(labelled, SMALL)


@broken("trainings", where="components", what="0 is not possible", remedy="use 1 or more", error=ValueError)
def no_components(spins, p):
    train_ensemble(from_array(spins, **p), SMALL, components=0)


@broken("trainings", where="seeds", what="not possible", remedy="use 1 or more", error=ValueError)
def no_seeds(spins, p):
    train_ensemble(from_array(spins, **p), SMALL, seeds=0)


# Studies


def study(p, scan=None, **model):
    npy_model = {"kind": "file", "parameters": p} | model
    scans = {"mine": {"model": "mine", "visible": 4, "buffers": [0], "environment": 1} | (scan or {})}
    config = {"study": "mine", "models": {"mine": npy_model}, "scans": scans}
    checked(config, yaml.safe_load(SCHEMA.read_text()))


@broken(
    "studies",
    where="scans.mine.buffers[0]",
    what="must be at least 0",
    remedy="change",
    error=ConfigError,
)
def a_negative_buffer_of_a_scan(spins, p):
    npy(spins)
    study(p, {"buffers": [-1]})


@broken(
    "studies",
    where="parameters.translations",
    what="must be of type array",
    remedy="change",
    error=ConfigError,
)
def translations_as_a_number(spins, p):
    npy(spins)
    study(p | {"translations": 1})


@broken("studies", where="scans.mine.split.order", what="is missing", remedy="add order", error=ConfigError)
def a_scan_of_labels_without_an_order(spins, p):
    npy(spins)
    npy(np.arange(8), "days.npy")
    study(p | {"groups": "days.npy"})


@broken("studies", where="models.mine", what="no file like", remedy="correct path", error=ConfigError)
def a_study_without_files(spins, p):
    study(p)


@broken(
    "studies",
    where="models.mine.chains",
    what="are not sampled",
    remedy="leave it out",
    error=ConfigError,
)
def chains_of_a_file(spins, p):
    npy(spins)
    study(p, chains=8)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.commit.__name__)
def test_broken_input_is_named_with_its_place_and_a_remedy(case, parameters, spins):
    with pytest.raises(case.error) as caught:
        read_everything(parameters, case.commit(spins, parameters))
    for text in (case.where, case.what, case.remedy):
        assert text in str(caught.value)


def test_broken_inputs_are_many_and_of_many_kinds():
    kinds = Counter(case.kind for case in CASES)
    assert len(CASES) >= 100 and len(kinds) >= 20 and max(kinds.values()) <= 5
    assert len({case.commit.__name__ for case in CASES}) == len(CASES)
