import os

import numpy as np
import pytest
import xarray as xr

from rsmi.storage import files, netcdf
from rsmi.storage.version import __version__


@pytest.fixture
def dataset():
    return xr.Dataset(
        {"value": (("n", "m"), np.random.default_rng(0).normal(size=(30, 50)))},
        coords={"name": ("n", [f"row {i}" for i in range(30)]), "control": 2.0},
    )


def test_what_is_written_reads_back(tmp_path, dataset):
    path = tmp_path / "deep" / "file.nc"
    netcdf.write(dataset, path, "samples", {"b": 1, "a": [float("inf")]})
    back = netcdf.read(path, "samples")
    assert back.drop_attrs().identical(dataset)
    assert netcdf.settings(back) == {"a": [float("inf")], "b": 1}
    assert back.attrs["rsmi_version"] == __version__
    assert sorted(os.listdir(path.parent)) == [".file.nc.sha256", "file.nc"]


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, dataset, monkeypatch):
    path = tmp_path / "file.nc"
    netcdf.write(dataset, path, "samples", {})
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no space"):
        netcdf.write(dataset + 1, path, "samples", {})
    assert path.read_bytes() == before
    assert sorted(os.listdir(tmp_path)) == [".file.nc.sha256", "file.nc"]


@pytest.mark.parametrize("size", [0, 100, 5000])
def test_a_truncated_file_is_named_with_the_remedy(tmp_path, dataset, size):
    path = tmp_path / "file.nc"
    netcdf.write(dataset, path, "samples", {})
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(files.FileError, match=r"file\.nc: is not what was written.*rsmi resume"):
        netcdf.read(path, "samples")


def test_a_missing_file(tmp_path):
    with pytest.raises(files.FileError, match="there is no such file"):
        netcdf.read(tmp_path / "none.nc", "samples")


def test_a_file_from_elsewhere_needs_no_seal_but_must_be_readable(tmp_path, dataset):
    path = tmp_path / "file.nc"
    netcdf.write(dataset, path, "samples", {})
    files.seal_of(path).unlink()
    assert netcdf.read(path, "samples").drop_attrs().identical(dataset)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(files.FileError, match="cannot be read as NetCDF"):
        netcdf.read(path, "samples")


def test_a_file_of_other_settings_is_refused(tmp_path, dataset):
    path = tmp_path / "file.nc"
    netcdf.write(dataset, path, "samples", {"size": 8, "key": (1, "a"), "code": "x"})
    netcdf.read(path, "samples", {"size": 8, "key": (1, "a")})
    with pytest.raises(files.FileError, match="was made with size = 8, but the study asks for 9"):
        netcdf.read(path, "samples", {"size": 9})


def test_another_kind_is_refused(tmp_path, dataset):
    netcdf.write(dataset, tmp_path / "file.nc", "samples", {})
    with pytest.raises(files.FileError, match="expected kind"):
        netcdf.read(tmp_path / "file.nc", "training")


def test_nan_is_refused_except_in_an_ensemble(tmp_path, dataset):
    dataset["value"][0, 0] = np.nan
    with pytest.raises(files.FileError, match="'value' holds NaN or infinity"):
        netcdf.write(dataset, tmp_path / "file.nc", "samples", {})
    assert not os.listdir(tmp_path)
    netcdf.write(dataset, tmp_path / "file.nc", "ensemble", {})
