"""Masks and labels go with the sites and samples that they are of, whatever the order of axes."""

import h5py
import netCDF4
import numpy as np
import pytest
import xarray as xr

from rsmi.external import DataError
from rsmi.external.reading import from_array, load

pytestmark = pytest.mark.filterwarnings("ignore:.*(too few independent|samples are few|alike)")


@pytest.fixture
def holed(spins):
    """Return spins whose first three rows are 0, and the mask (y, x) of the others."""
    mask = np.ones((16, 16), int)
    mask[:3] = 0
    return np.where(mask, spins, 0), mask


def turned(values):
    """Exchange the last two axes."""
    return np.swapaxes(values, -1, -2)


def options(p, **more):
    return p | {"boundary": "open", "axes": ["chain", "sample", "x", "y"], **more}


def test_masks_follow_names_that_only_the_array_explains(holed, parameters):
    values, mask = holed
    array = xr.DataArray(turned(values), dims=("c", "s", "i", "j"))
    for given in (xr.DataArray(mask.T, dims=("i", "j")), xr.DataArray(mask, dims=("j", "i"))):
        found = from_array(array, mask=given, **options(parameters))
        assert np.array_equal(found["site_there"], mask)
    with netCDF4.Dataset("T=2.nc", "w") as file:
        for name, length in zip("csij", array.shape, strict=True):
            file.createDimension(name, length)
        file.createVariable("spins", "i1", tuple("csij"))[:] = array.values
        file.createVariable("land", "i1", tuple("ij"))[:] = mask.T
    found = load(options(parameters, path="T={control}.nc", variable="spins", mask="land"), 2.0)
    assert np.array_equal(found["site_there"], mask) and np.array_equal(found["configuration"], values)


def test_masks_of_matlab_are_reversed_as_its_arrays_are(holed, parameters):
    values, mask = holed
    with h5py.File("T=2.h5", "w") as file:
        file["spins"], file["land"] = turned(values), mask.T
        for name in file:
            file[name].attrs["MATLAB_class"] = np.bytes_("double")
    found = load(options(parameters, path="T={control}.h5", variable="spins", mask="land"), 2.0)
    assert np.array_equal(found["site_there"], mask)


def test_a_square_mask_without_names_is_asked_about_where_x_comes_before_y(holed, parameters):
    values, mask = holed
    with pytest.raises(
        DataError, match=r"mask: mask of shape \(16, 16\) may be \(y, x\) or \(x, y\).*name its axes"
    ):
        from_array(turned(values), mask=mask, **options(parameters))
    # There is nothing to ask where both are the same, or only one fits.
    both = mask * mask.T
    assert np.array_equal(
        from_array(turned(values * both), mask=both, **options(parameters))["site_there"], both
    )
    found = from_array(turned(values[..., :12]), mask=mask[:, :12], **options(parameters))
    assert np.array_equal(found["site_there"], mask[:, :12])


@pytest.mark.parametrize("order", [("sample", "chain"), ("chain", "sample")])
def test_labels_follow_names(order, spins, parameters):
    """Of as many chains as samples, an exchange could not be seen in the shape."""
    values = spins[:, :8]
    labels = xr.DataArray(np.repeat(np.arange(8) // 2, 8).reshape(8, 8), dims=("chain", "sample"))
    array = xr.DataArray(values, dims=("chain", "sample", "y", "x"))
    found = from_array(array, groups=labels.transpose(*order), **parameters)
    assert found["group"].values.tolist() == [0, 1, 2, 3]
    assert np.array_equal(found["configuration"], values.reshape(4, 16, 16, 16))
    other = from_array(
        array.transpose("sample", "chain", "y", "x"), groups=labels.transpose(*order), **parameters
    )
    assert np.array_equal(other["configuration"], found["configuration"])


@pytest.mark.parametrize("shape", [(800, 1), (1, 800), (800,)])
def test_labels_in_a_row_or_a_column_are_a_list(shape, spins, parameters):
    labels = np.repeat(np.arange(8), 100).reshape(shape)
    found = from_array(spins.reshape(-1, 16, 16), groups=labels, **parameters)
    assert np.array_equal(found["configuration"], spins)
