"""Lattices that were stored row by row, and lines that are none."""

import warnings

import numpy as np
import pytest

from rsmi.external import DataError
from rsmi.external.flattened import require_no_rows
from rsmi.external.reading import from_array
from rsmi.sampling.driver import sample


def waves(side, dimensions, period, width, count=200):
    """Return fields (sample, [y,] x) of waves of about one period, whose correlations fall with 1 / width."""
    rng = np.random.default_rng(0)
    k = 2 * np.pi * np.fft.fftfreq(side)
    size = np.abs(k) if dimensions == 1 else np.hypot(k[:, None], k)
    power = 1 / ((size - (2 * np.pi / period if period else 0)) ** 2 + width**2)
    white = rng.normal(size=(count, *[side] * dimensions))
    axes = tuple(range(1, dimensions + 1))
    return np.fft.ifftn(np.fft.fftn(white, axes=axes) * np.sqrt(power), axes=axes).real


@pytest.mark.parametrize("shape", [(16, 16), (12, 20)])
@pytest.mark.parametrize("temperature", [1.5, 2.27, 4.0])
def test_rows_of_a_lattice_are_told_and_folded(shape, temperature, parameters):
    height, width = shape
    spins = sample("ising", temperature, {"size": 20}, chains=16, samples=60, thermalisation=200, spacing=5)
    lattices = spins["configuration"].values[..., :height, :width]
    options = parameters | {"boundary": "periodic" if height == 20 else "open"}
    for flat in (lattices.reshape(-1, height * width), lattices.reshape(16, 60, height * width)):
        with pytest.raises(DataError, match=rf"set lattice: \[{height}, {width}\]"):
            from_array(flat, **options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            folded = from_array(flat, lattice=[height, width], **options)
        expected = lattices if flat.ndim == 3 else folded["configuration"].values
        assert np.array_equal(folded["configuration"], expected)
    with pytest.raises(DataError, match=r"lattice: \[5, 5\] has 25 sites"):
        from_array(flat, lattice=[5, 5], **options)


@pytest.mark.parametrize("temperature", [1.5, 2.6])
def test_rows_of_an_antiferromagnet_are_told_too(temperature):
    how = {"size": 12, "coupling": "antiferromagnetic"}
    spins = sample("ising", temperature, how, chains=16, samples=50, thermalisation=100)
    lattices = spins["configuration"].values.reshape(-1, 12, 12)
    require_no_rows(lattices, "lattices")
    with pytest.raises(DataError, match=r"set lattice: \[12, 12\]"):
        require_no_rows(lattices.reshape(-1, 144), "lines")


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_a_long_chain_is_a_line(temperature):
    spins = sample("ising_chain", temperature, {"size": 256}, chains=16, samples=50, thermalisation=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        require_no_rows(spins["configuration"].values.reshape(-1, 256), "chain")


@pytest.mark.parametrize("side", [32, 64])
@pytest.mark.parametrize("dimensions", [1, 2])
@pytest.mark.parametrize("period", [0, 4, 8, 16])
def test_waves_are_no_rows(side, dimensions, period):
    for width in (0.03, 0.1, 0.3):
        field = waves(side, dimensions, period, width)
        require_no_rows(field, "waves")
        require_no_rows(np.sign(field), "waves")


def test_what_is_too_ordered_to_tell_is_asked_about():
    line = np.repeat(np.random.default_rng(0).choice([-1, 1], (200, 1)), 64, axis=1)
    with pytest.warns(UserWarning, match=r"too ordered to tell from lattices of 8 x 8 sites"):
        require_no_rows(line, "line")
