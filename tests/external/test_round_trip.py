"""However an array is written, it is read back to the same configurations; what is missing is named.

Each seed draws a kind of value, a type that holds it, byte order, memory layout, format, order and names of
axes, compression, chunks, and how missing values at masked sites are marked.
"""

import h5py
import netCDF4
import numpy as np
import pytest

from rsmi.external import DataError
from rsmi.external.reading import load

SHAPE = {"chain": 6, "sample": 40, "y": 6, "x": 7}
NAMES = {
    "chain": ["chain"],
    "sample": ["sample", "time"],
    "y": ["y", "lat", "row"],
    "x": ["x", "lon", "column"],
}
VALUES = {
    "binary": ([-1, 1], ["i1", "i2", "i4", "i8", "f2", "f4", "f8"]),
    "states": ([0, 1, 2], ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"]),
    "integer": ([0, 1, 2, 3, 5, 8], ["i1", "u1", "i2", "i4", "i8", "f4", "f8"]),
    "real": (None, ["f4", "f8"]),
}
# Types that a format does not have.
TYPES = {"npy": "", "npz": "", "h5": "", "nc": ("f2",), "nc3": ("f2", "u1", "u2", "u4", "i8", "u8")}
MARKS = [None, "_FillValue", "missing_value", "valid_range", "nan", "setting"]


class Draw:
    """One way to write an array, drawn at random."""

    def __init__(self, seed):
        rng = np.random.default_rng(seed)

        def one(of):
            return of[rng.integers(len(of))]

        self.kind = one(list(VALUES))
        levels, types = VALUES[self.kind]
        self.format = one(list(TYPES))
        self.dtype = np.dtype(one([t for t in types if t not in TYPES[self.format]]))
        # NetCDF-3 is big-endian itself.
        self.dtype = self.dtype.newbyteorder("=" if self.format == "nc3" else one("<>"))
        self.mark = one(MARKS)
        self.axes = [list(SHAPE)[k] for k in rng.permutation(4)]
        self.names = [one(NAMES[axis]) for axis in self.axes]
        self.named = one([True, False]) or self.format.startswith("nc")
        self.fortran, self.compressed, self.chunked = (bool(rng.integers(2)) for _ in range(3))
        self.packed = self.kind == "real" and self.format in ("h5", "nc") and bool(rng.integers(2))
        shape = tuple(SHAPE.values())
        drawn = rng.normal(size=shape) if levels is None else rng.choice(levels, shape)
        self.mask = np.ones((SHAPE["y"], SHAPE["x"]), int)
        if self.mark:
            self.mask[1, 2:4] = 0
        if self.packed:
            self.dtype = np.dtype("i2").newbyteorder(self.dtype.byteorder)
            self.scale, self.offset = 0.01, 3.0
            drawn = np.clip(np.round(100 * drawn), -1000, 1000).astype(int)
        self.expected = drawn.astype(self.dtype.newbyteorder("="))
        self.code = 99 if self.dtype.kind != "f" else -999.0
        if self.packed:
            self.code = -9999
        stored = self.expected.copy()
        if self.mark:
            stored[..., self.mask == 0] = (
                np.nan if self.mark == "nan" and self.dtype.kind == "f" else self.code
            )
        order = [list(SHAPE).index(axis) for axis in self.axes]
        self.stored = np.array(stored.transpose(order).astype(self.dtype), order="F" if self.fortran else "C")

    def attributes(self):
        """Return what the file says of its values."""
        own = self.dtype.newbyteorder("=").type
        found = {}
        if self.mark in ("_FillValue", "missing_value"):
            found[self.mark] = own(self.code)
        if self.mark == "valid_range":
            found["valid_range"] = np.array([self.expected.min(), self.expected.max()], own)
        if self.packed:
            found |= {"scale_factor": self.scale, "add_offset": self.offset}
        return found

    def write(self):
        """Write the file and return its path."""
        path = f"T=2.{self.format.removesuffix('3')}"
        if self.format == "npy":
            np.save(path, self.stored)
        elif self.format == "npz":
            (np.savez_compressed if self.compressed else np.savez)(path, field=self.stored)
        elif self.format == "h5":
            with h5py.File(path, "w") as file:
                how = {"chunks": (2, 3, 2, 3)} if self.chunked else {}
                if self.compressed:
                    how |= {"compression": "gzip", "shuffle": True}
                field = file.create_dataset("run/field", data=self.stored, **how)
                field.attrs.update(self.attributes())
                if self.named:
                    for axis, name in zip(field.dims, self.names, strict=True):
                        axis.label = name
        else:
            about = self.attributes()
            form = "NETCDF3_CLASSIC" if self.format == "nc3" else "NETCDF4"
            endian = {"<": "little", ">": "big"}.get(self.stored.dtype.byteorder, "native")
            with netCDF4.Dataset(path, "w", format=form) as file:
                for name, length in zip(self.names, self.stored.shape, strict=True):
                    file.createDimension(name, length)
                field = file.createVariable(
                    "field", self.dtype.newbyteorder("="), self.names, zlib=self.compressed, endian=endian,
                    fill_value=about.pop("_FillValue", None),
                )  # fmt: skip
                field.setncatts(about)
                field.set_auto_maskandscale(False)
                field[:] = self.stored
        return path

    def settings(self):
        """Return the settings that tell of the file what it does not say itself."""
        path = self.write().replace("T=2", "T={control}")
        found = {"path": path, "values": self.kind, "boundary": "open", "symbol": "T", "name": "temperature"}
        if not (self.named and self.format in ("h5", "nc", "nc3")):
            found["axes"] = self.axes
        if self.kind == "states":
            found["levels"] = [0, 1, 2]
        if self.mark:
            np.save("mask.npy", self.mask)
            found["mask"] = "mask.npy"
        if self.mark == "setting":
            found["missing"] = [self.code]
        return found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("block", range(8))
def test_what_is_written_is_read_and_what_is_missing_is_refused_by_name(block, parameters):
    for seed in range(40 * block, 40 * block + 40):
        draw = Draw(seed)
        settings = draw.settings()
        found = load(settings, 2.0)
        there = draw.mask == 1
        values, expected = found["configuration"].values, draw.expected
        match draw.kind:
            case "real":
                attributes = found["configuration"].attrs
                back = values * attributes["standardised_deviation"] + attributes["standardised_mean"]
                expected = expected * draw.scale + draw.offset if draw.packed else expected
                assert np.allclose(back[..., there], expected[..., there], atol=1e-5), seed
            case "states":
                pixels = values.reshape(6, 40, 6, 2, 7, 2).swapaxes(3, 4).reshape(6, 40, 6, 7, 4)
                assert np.array_equal(pixels.argmax(-1)[..., there], expected[..., there]), seed
            case _:
                assert np.array_equal(values[..., there], expected[..., there]), seed
        if draw.mark:
            assert not values[
                ..., np.repeat(np.repeat(~there, values.shape[2] // 6, 0), values.shape[3] // 7, 1)
            ].any()
            # Without a mask, values are missing that should be there.
            with pytest.raises(DataError, match="T=2"):
                load({name: value for name, value in settings.items() if name != "mask"}, 2.0)
