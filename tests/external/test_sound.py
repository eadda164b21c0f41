"""What is unusual but sound: it is read without a false word, and comes out as it was put in."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import h5py
import netCDF4
import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr

from rsmi.external.headers import headers
from rsmi.external.reading import from_array, load
from rsmi.sampling.driver import sample

DIMS = ("chain", "sample", "y", "x")


@dataclass(frozen=True)
class Case:
    """Reads something, and returns what was found and what must be; each of `warnings` must come."""

    read: Callable
    warnings: tuple[str, ...]


CASES: list[Case] = []


def sound(*warnings):
    """Keep a function (spins, settings) as a case, with the parts of all warnings that it gives."""

    def keep(read):
        CASES.append(Case(read, warnings))
        return read

    return keep


def of(given, p, **settings):
    """Return the configurations that are made of an array."""
    return from_array(given, **p | settings)["configuration"].values


def read(p, path, **settings):
    return load(p | {"path": path} | settings)["configuration"].values


def series(spins):
    """Return spins as one series, (sample, y, x)."""
    return spins.reshape(-1, 16, 16)


def runs(values):
    """Return a series of 800 samples as it is cut into runs."""
    return values.reshape(16, 50, *values.shape[1:])


def netcdf(path, values, dims=DIMS, dtype=None, fill=None, form="NETCDF4", **attributes):
    with netCDF4.Dataset(path, "w", format=form) as file:
        for name, length in zip(dims, values.shape, strict=True):
            file.createDimension(name, length)
        variable = file.createVariable("spins", dtype or values.dtype, dims, fill_value=fill)
        variable.setncatts(attributes)
        variable.set_auto_maskandscale(False)
        variable[:] = values


def counts(shape=(8, 100, 16, 16), most=300):
    return np.random.default_rng(0).integers(0, most + 1, shape)


# Types and orders in memory


@sound()
def big_endian(spins, p):
    return of(spins.astype(">i4"), p), spins


@sound()
def fortran_order(spins, p):
    np.save("T=1.npy", np.asfortranarray(spins))
    return read(p, "T={control}.npy"), spins


@sound()
def half_precision(spins, p):
    return of((spins / 2).astype(np.float16), p), spins


@sound()
def long_double(spins, p):
    return of(spins.astype(np.longdouble), p), spins


@sound()
def booleans(spins, p):
    return of(spins > 0, p), spins


@sound()
def negative_strides(spins, p):
    return of(spins[::-1, :, ::-1], p), spins[::-1, :, ::-1]


@sound()
def arrays_that_cannot_be_written(spins, p):
    values = spins.copy()
    values.flags.writeable = False
    return of(values, p, mask=np.ones((16, 16))), spins


@sound()
def minus_zero(spins, p):
    return of(np.where(spins > 0, 1.0, -0.0), p), spins


@sound()
def spin_one(spins, p):
    values = (spins + np.roll(spins, 1, axis=-1)) // 2
    return of(values, p, values="integer"), values


@sound()
def minus_one_as_an_unsigned_byte(spins, p):
    return of(spins.astype(np.int8).view(np.uint8), p, levels=[255, 1]), -spins


# What libraries and languages call an array


@sound()
def nested_lists(spins, p):
    return of(spins.tolist(), p), spins


@sound()
def a_tensor_that_is_learned(spins, p):
    return of(torch.tensor(spins, dtype=torch.float32, requires_grad=True), p), spins


@sound()
def a_tensor_of_bytes(spins, p):
    return of(torch.tensor(spins), p, mask=torch.ones(16, 16)), spins


@sound()
def a_table_of_pandas(spins, p):
    chain = np.random.default_rng(0).choice([-1, 1], (800, 24))
    return of(pd.DataFrame(chain), p), runs(chain)


@sound()
def an_array_that_is_mapped(spins, p):
    np.save("spins.npy", spins)
    return of(np.load("spins.npy", mmap_mode="r"), p), spins


@sound()
def a_dataset_of_h5py(spins, p):
    with h5py.File("spins.h5", "w") as file:
        file["spins"] = spins
        return of(file["spins"], p), spins


@sound()
def a_variable_of_netcdf4(spins, p):
    netcdf("spins.nc", np.moveaxis(spins, 0, -1), ("sample", "y", "x", "chain"))
    with netCDF4.Dataset("spins.nc") as file:
        return of(file["spins"], p), spins


# Settings as programs have them


@sound()
def tuples_and_arrays_as_settings(spins, p):
    return of(spins, p, axes=DIMS, levels=np.unique(spins), translations=(1, 1), accept=()), spins


@sound()
def integers_of_numpy_as_settings(spins, p):
    flat = series(spins).reshape(-1, 256)
    side = np.int64(16)
    return of(flat, p, lattice=[side, side], translations=[np.int64(1)] * 2), runs(series(spins))


@sound()
def a_path_that_is_no_text(spins, p):
    np.save("T=1.npy", spins)
    return read(p, Path("T={control}.npy")), spins


# Axes


@sound()
def named_axes_in_any_order(spins, p):
    named = xr.DataArray(spins, dims=("chain", "time", "lat", "lon"))
    return of(named.transpose("lon", "lat", "time", "chain"), p), spins


@sound()
def columns_before_rows(spins, p):
    named = xr.DataArray(spins[..., :12], dims=("chain", "sample", "row", "column"))
    return of(named.transpose("column", "chain", "row", "sample"), p, boundary="open"), spins[..., :12]


@sound()
def capital_names(spins, p):
    return of(xr.DataArray(series(spins), dims=("Time", "Latitude", "Longitude")), p), runs(series(spins))


@sound()
def named_axes_of_length_one(spins, p):
    named = xr.DataArray(spins[:, :, None], dims=("chain", "time", "level", "y", "x"))
    return of(named, p), spins


@sound()
def an_axis_called_one(spins, p):
    return of(series(spins)[..., None], p, axes=["sample", "y", "x", "one"]), runs(series(spins))


@sound()
def rows_that_are_folded(spins, p):
    return of(spins.reshape(8, 100, 256), p, lattice=[16, 16]), spins


@sound()
def rows_of_a_named_axis_that_are_folded(spins, p):
    named = xr.DataArray(series(spins).reshape(-1, 256), dims=("time", "x"))
    return of(named, p, lattice=(16, 16)), runs(series(spins))


# HDF5


@sound()
def compressed_with_checksums(spins, p):
    with h5py.File("T=1.h5", "w") as file:
        file.create_dataset("spins", data=spins, compression="gzip", shuffle=True, fletcher32=True)
    return read(p, "T={control}.h5"), spins


@sound()
def compressed_by_lzf(spins, p):
    with h5py.File("T=1.h5", "w") as file:
        file.create_dataset("spins", data=spins, compression="lzf", chunks=(3, 7, 16, 16))
    return read(p, "T={control}.h5"), spins


@sound("80 samples are few")
def a_compact_dataset(spins, p):
    few = spins[:, :10].astype(np.int8)
    layout = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    layout.set_layout(h5py.h5d.COMPACT)
    with h5py.File("T=1.h5", "w") as file:
        space = h5py.h5s.create_simple(few.shape)
        made = h5py.h5d.create(file.id, b"spins", h5py.h5t.NATIVE_INT8, space, layout)
        made.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(few))
    return read(p, "T={control}.h5"), few


@sound()
def soft_and_hard_links(spins, p):
    with h5py.File("T=1.h5", "w") as file:
        file["run/a/spins"] = spins
        file["again"] = file["run/a/spins"]
        file["latest"] = h5py.SoftLink("/run/a")
    found = [read(p, "T=1.h5", variable=name) for name in ("again", "latest/spins")]
    assert all(np.array_equal(one, spins) for one in found)
    return read(p, "T={control}.h5"), spins


@sound()
def an_external_link(spins, p):
    with h5py.File("raw.h5", "w") as file:
        file["entry/data"] = spins
    with h5py.File("T=1.h5", "w") as file:
        file["spins"] = h5py.ExternalLink("raw.h5", "/entry/data")
    return read(p, "T={control}.h5", variable="spins"), spins


@sound()
def a_virtual_dataset(spins, p):
    layout = h5py.VirtualLayout(spins.shape, spins.dtype)
    for chain, values in enumerate(spins):
        with h5py.File(f"raw_{chain}.h5", "w") as file:
            file["spins"] = np.concatenate([values, values[:5]])
        layout[chain] = h5py.VirtualSource(f"raw_{chain}.h5", "spins", (105, 16, 16))[:100]
    with h5py.File("T=1.h5", "w") as file:
        file.create_virtual_dataset("spins", layout)
    return read(p, "T={control}.h5"), spins


@sound()
def a_virtual_dataset_of_its_own_file(spins, p):
    layout = h5py.VirtualLayout(spins.shape, spins.dtype)
    with h5py.File("T=1.h5", "w") as file:
        for part in (0, 1):
            file[f"raw/{part}"] = spins[part::2]
            layout[part::2] = h5py.VirtualSource(".", f"raw/{part}", (4, 100, 16, 16))
        file.create_virtual_dataset("spins", layout)
    return read(p, "T={control}.h5", variable="spins"), spins


@sound()
def external_storage(spins, p):
    with h5py.File("T=1.h5", "w") as file:
        file.create_dataset("spins", data=spins, external="raw.bin")
    return read(p, "T={control}.h5"), spins


@sound()
def groups_within_groups_and_what_is_no_array(spins, p):
    with h5py.File("T=1.h5", "w") as file:
        file["a/b/c/spins"] = spins
        file["a/nothing"] = h5py.Empty("f4")
        file["a/energy"] = np.zeros(7)
        file["a/b/lost"] = h5py.SoftLink("/nowhere")
        file["a/b/circle"] = h5py.SoftLink("/a")
    return read(p, "T={control}.h5"), spins


@sound()
def labels_in_words(spins, p):
    days = [f"day {i}" for i in range(8)]
    with h5py.File("T=1.h5", "w") as file:
        file["spins"], file["days"] = series(spins), np.repeat(days, 100).tolist()
    return read(p, "T={control}.h5", groups="days", variable="spins"), spins


# NetCDF


@sound()
def netcdf_3_with_labels_of_characters(spins, p):
    with netCDF4.Dataset("T=1.nc", "w", format="NETCDF3_CLASSIC") as file:
        for name, length in {"time": None, "y": 16, "x": 16, "letters": 5}.items():
            file.createDimension(name, length)
        file.createVariable("spins", "i1", ("time", "y", "x"))[:] = series(spins)
        words = np.repeat([f"d{10**i}" for i in range(4)], 200).astype("S5")
        file.createVariable("day", "S1", ("time", "letters"))[:] = netCDF4.stringtochar(words)
    return read(p, "T={control}.nc", groups="day", variable="spins"), spins.reshape(4, 200, 16, 16)


@sound()
def netcdf_of_64_bits(spins, p):
    netcdf("T=1.nc", spins, form="NETCDF3_64BIT_OFFSET")
    return read(p, "T={control}.nc"), spins


@sound()
def netcdf_in_groups(spins, p):
    with netCDF4.Dataset("T=1.nc", "w") as file:
        run = file.createGroup("run/a")
        for name, length in zip(DIMS, spins.shape, strict=True):
            run.createDimension(name, length)
        run.createVariable("spins", "i2", DIMS, zlib=True)[:] = spins
    return read(p, "T={control}.nc", variable="run/a/spins"), spins


@sound()
def packed_integers(spins, p):
    netcdf("T=1.nc", spins.astype(np.int16), scale_factor=0.5, add_offset=2.0)
    return read(p, "T={control}.nc", levels=[1.5, 2.5]), spins


@sound()
def unsigned_bytes_of_netcdf(spins, p):
    values = np.where(spins > 0, 200, 100).astype(np.uint8)
    netcdf("T=1.nc", values.view(np.int8), _Unsigned="true")
    return read(p, "T={control}.nc", levels=[100, 200]), spins


@sound()
def a_valid_range_that_holds_all(spins, p):
    netcdf("T=1.nc", spins, valid_range=np.array([-1, 1], spins.dtype))
    return read(p, "T={control}.nc"), spins


@sound()
def a_fill_value_that_stands_nowhere(spins, p):
    netcdf("T=1.nc", spins.astype(np.int16), fill=-999, missing_value=np.int16(-999))
    return read(p, "T={control}.nc"), spins


# Masks, and missing values under them


def holed(spins):
    """Return which sites are there, and spins that are 0 where none is."""
    there = np.ones((16, 16), bool)
    there[3:5, 6:9] = False
    return there, np.where(there, spins, 0)


@sound()
def a_mask_in_the_file(spins, p):
    there, expected = holed(spins)
    np.savez("T=1.npz", spins=spins, there=there)
    return read(p, "T={control}.npz", variable="spins", mask="there"), expected


@sound()
def a_mask_with_its_axes_exchanged(spins, p):
    there, expected = holed(spins)
    return of(spins, p, mask=xr.DataArray(there.T, dims=("lon", "lat"))), expected


@sound()
def masked_integers_under_a_mask(spins, p):
    there, expected = holed(spins)
    return of(np.ma.masked_array(spins, np.broadcast_to(~there, spins.shape)), p, mask=there), expected


@sound()
def nan_under_a_mask(spins, p):
    there, expected = holed(spins)
    return of(np.where(there, spins, np.nan), p, mask=there), expected


@sound()
def a_fill_value_under_a_mask(spins, p):
    there, expected = holed(spins)
    netcdf("T=1.nc", np.where(there, spins, -99).astype(np.int8), fill=-99)
    np.save("mask.npy", there)
    return read(p, "T={control}.nc", mask="mask.npy"), expected


@sound()
def a_code_that_is_named_under_a_mask(spins, p):
    there, expected = holed(spins)
    return of(np.where(there, spins, -9999), p, mask=there, missing=[-9999]), expected


@sound()
def the_largest_integer_as_a_code(spins, p):
    there, expected = holed(spins)
    values = np.where(there, (spins > 0).astype(np.uint64), np.uint64(2**64 - 1))
    return of(values, p, mask=there, missing=[18446744073709551615]), expected


@sound()
def a_code_in_single_precision(spins, p):
    there, expected = holed(spins)
    values = np.where(there, spins, 9.969209968386869e36).astype(np.float32)
    return of(values, p, mask=there, missing=[9.96921e36]), expected


# Numbers that are no codes


@sound()
def images_in_black_and_white(spins, p):
    return of(np.where(spins > 0, 255, 0).astype(np.uint8), p), spins


@sound()
def counts_that_pass_99_and_255(spins, p):
    values = counts()
    assert {99, 255} <= set(values.ravel().tolist())
    return of(values, p, values="integer"), values


@sound()
def a_condensate(spins, p):
    rng = np.random.default_rng(0)
    values = rng.poisson(1, (800, 256))
    values[np.arange(800), rng.integers(0, 256, 800)] += rng.integers(900, 1100, 800)
    return of(values.reshape(8, 100, 16, 16), p, values="integer"), values.reshape(8, 100, 16, 16)


@sound()
def a_condensate_as_real_numbers(spins, p):
    rng = np.random.default_rng(0)
    values = rng.poisson(1, (800, 256)).astype(float)
    values[np.arange(800), rng.integers(0, 256, 800)] += rng.integers(900, 1100, 800)
    found = of(values.reshape(8, 100, 16, 16), p, values="real")
    standard = (values - values.mean()) / values.std()
    return found, standard.astype(np.float32).reshape(8, 100, 16, 16)


@sound()
def heavy_tails(spins, p):
    values = np.floor(np.random.default_rng(0).pareto(1.2, (8, 100, 16, 16))).clip(max=2**20)
    return of(values, p, values="integer"), values


@sound()
def levels_in_tens(spins, p):
    levels = np.array([10, 20, 30, 40])
    states = np.random.default_rng(0).integers(0, 4, (8, 100, 8, 8))
    pixels = of(levels[states], p, values="states", levels=levels)
    return pixels.reshape(8, 100, 8, 2, 8, 2).swapaxes(3, 4).reshape(8, 100, 8, 8, 4).argmax(-1), states


@sound()
def nine_states_and_a_hundred(spins, p):
    values = np.random.default_rng(0).choice([0, 50, 99], (8, 100, 8, 8))
    pixels = of(values, p, values="states", levels=[0, 50, 99])
    return pixels[..., ::2, 1::2] * 50 + pixels[..., 1::2, ::2] * 99, values


@sound()
def a_code_that_is_a_value(spins, p):
    values = np.where(np.random.default_rng(0).random(spins.shape) < 0.01, 255, counts(most=5))
    return of(values, p, values="integer", missing=[]), values


# Phases and dynamics that look strange


def cold(temperature, side=8, chains=8, samples=100):
    return sample("ising", temperature, {"size": side}, chains=chains, samples=samples, thermalisation=100)[
        "configuration"
    ].values


@sound()
def an_antiferromagnet(spins, p):
    checkerboard = np.where(np.indices((16, 16)).sum(axis=0) % 2, -1, 1)
    return of(spins * checkerboard, p, translations=[2, 2]), spins * checkerboard


@sound("exact copies of others. In an ordered phase")
def a_fully_ordered_phase(spins, p):
    values = cold(1.0)
    assert (abs(values.mean(axis=(2, 3))) == 1).mean() > 0.5
    return of(values, p), values


@sound("chains stay in 2 sectors")
def chains_in_different_ordered_states(spins, p):
    rng = np.random.default_rng(0)
    values = np.where(rng.random((8, 100, 16, 16)) < 0.05, -1, 1) * np.array([1, -1] * 4)[:, None, None, None]
    return of(values, p), values


@sound("exact copies", "disagree")
def chains_that_were_absorbed(spins, p):
    values = (spins > 0).astype(np.int8)
    for chain, end in enumerate([30, 55, 100, 42, 100, 80, 100, 66]):
        values[chain, end:] = 0
    return of(values, p, accept=["unwritten", "repeats"]), 2 * values - 1


@sound("exact copies")
def planes_that_a_move_left_as_they_were(spins, p):
    values = spins.copy()
    values[:, 50:60] = values[:, 30:40]
    return of(values, p, accept=["repeats"]), values


@sound()
def a_lattice_that_is_longer_than_wide(spins, p):
    field = np.random.default_rng(0).normal(size=(8, 100, 8, 64))
    values = np.where(sum(np.roll(field, k, axis=3) for k in range(4)) > 0, 1, -1)
    return of(values, p), values


# Lines


def line(temperature, size, seed=0):
    made = sample(
        "ising_chain",
        temperature,
        {"size": size},
        chains=8,
        samples=100,
        thermalisation=0,
        key=(seed, "line"),
    )
    return made["configuration"].values


@sound()
def a_line_of_256_sites(spins, p):
    values = line(1.0, 256).reshape(800, 256)
    return of(values, p), runs(values)


@sound()
def a_line_with_a_pattern_and_named_axes(spins, p):
    values = line(1.0, 256) * np.where(np.arange(256) % 16 < 8, 1, -1)
    return of(values, p, axes=["chain", "sample", "x"], translations=[16]), values


@sound("too ordered to tell", "exact copies of others. In an ordered phase")
def a_line_of_1024_sites_near_zero_temperature(spins, p):
    values = line(0.3, 1024).reshape(800, 1024)
    return of(values, p), runs(values)


@sound(*["too ordered to tell", "exact copies of others. In an ordered phase"] * 4)
def lines_whose_walls_are_rare(spins, p):
    # None may lie across the edge, as at other places.
    for seed in range(4):
        values = line(0.3, 256, seed=seed).reshape(800, 256)
        found = of(values, p)
    return found, runs(values)


# Names of files


@sound()
def values_below_zero_and_in_powers_of_ten(spins, p):
    for text, values in {"-1.5e-3": spins, "2E+1": -spins, ".5": spins[::-1], "inf": -spins[::-1]}.items():
        np.save(f"T={text}.npy", values)
    p["path"] = "T={control}.npy"
    assert list(headers(p).samples) == [-0.0015, 0.5, 20.0, np.inf]
    assert np.array_equal(load(p, np.inf)["configuration"], -spins[::-1])
    return load(p, -0.0015)["configuration"].values, spins


@sound()
def spaces_brackets_and_accents(spins, p):
    folder = Path("my data [é] (1)")
    folder.mkdir()
    np.save(folder / "a*b T = 2.5 °C.npy", spins)
    return read(p, f"{folder}/a*b T = {{control}} °C.npy"), spins


@sound()
def a_file_that_cannot_be_written(spins, p):
    netcdf("T=1.nc", spins)
    Path("T=1.nc").chmod(0o444)
    return read(p, "T={control}.nc"), spins


@sound()
def a_link_of_the_file_system(spins, p):
    Path("raw").mkdir()
    np.savez_compressed("raw/spins.npz", spins)
    Path("T=1.npz").symlink_to("raw/spins.npz")
    return read(p, "T={control}.npz"), spins


@sound()
def npy_of_later_versions(spins, p):
    for version in ((2, 0), (3, 0)):
        with open(f"T={version[0]}.npy", "wb") as file:
            np.lib.format.write_array(file, spins, version)
    assert np.array_equal(read(p, "T=2.npy"), spins)
    return read(p, "T=3.npy"), spins


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.read.__name__)
def test_unusual_but_sound_input_is_read_as_it_is(case, parameters, spins):
    parameters.pop("path")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found, expected = case.read(spins, parameters)
    assert found.shape == expected.shape and np.array_equal(found, expected)
    told = [str(warning.message) for warning in caught]
    assert len(told) == len(case.warnings), told
    for text in case.warnings:
        assert any(text in one for one in told)


def test_sound_inputs_are_many():
    assert len({case.read.__name__ for case in CASES}) == len(CASES) >= 45
