"""The limiting filters of the dimer model, as in figure 5b of D. E. Gökmen et al. (2021)."""

import numpy as np
import xarray as xr


def pristine_filters(visible: int) -> dict[str, np.ndarray]:
    """Return the staggered, plaquette and columnar filters on `visible` x `visible` pixels.

    With h and v the horizontal and vertical links, x and y the vertex that they lead from, to the right or
    downwards, counted from the first one of the block:

    - `staggered_1` = (-1)^(x+y) h and `staggered_2` = (-1)^(x+y) v, up to a sign the components of the
      electric field, or gradient of the height; zero on average in columnar states;
    - `plaquette_1` = (-1)^x h + (-1)^y v, of one sign around every other plaquette of every other row, and
      `plaquette_2` = (-1)^x h - (-1)^y v, the same for neighbouring plaquettes: the components of the
      columnar order parameter along the diagonals, which break translations;
    - `columnar` = h - v, which breaks rotations and tells horizontal from vertical dimers.

    The signs of any two of the last three together tell the four columnar states apart. Weights are 1, -1,
    and 0 on vertices and plaquettes, float64 (visible, visible); each filter may as well have the other sign.

    Raises `ValueError` for an odd number of pixels.
    """
    if visible < 2 or visible % 2:
        raise ValueError(f"visible = {visible} is not possible; use an even number of pixels, two per vertex")
    sign_y, sign_x = 1.0 - 2 * (np.indices((visible // 2,) * 2) % 2)
    nothing = np.zeros_like(sign_x)

    def on_links(horizontal: np.ndarray, vertical: np.ndarray) -> np.ndarray:
        pixels = np.zeros((visible, visible))
        pixels[::2, 1::2], pixels[1::2, ::2] = horizontal, vertical
        return pixels

    return {
        "staggered_1": on_links(sign_x * sign_y, nothing),
        "staggered_2": on_links(nothing, sign_x * sign_y),
        "plaquette_1": on_links(sign_x, sign_y),
        "plaquette_2": on_links(sign_x, -sign_y),
        "columnar": on_links(nothing + 1, nothing - 1),
    }


# A filter is of a class if the modulus of its cosine with that pristine filter exceeds this.
PURE = 0.8
# The paper's temperatures of principal components, above T_BKT and below the limit of high ones (v/k_B), and
# how many of these components lead.
WINDOW, LEADING = (0.7, 3.7), 4
CLASSES = ("columnar", "plaquette_1", "plaquette_2", "staggered_1", "staggered_2", "mixed")


def overlaps(filters: np.ndarray, visible: int) -> dict[str, np.ndarray]:
    """Return the modulus of the cosine of filters (..., visible, visible) with each pristine one, (...)."""
    flat = filters.reshape(*filters.shape[:-2], -1)
    norm = np.linalg.norm(flat, axis=-1)
    return {
        name: np.abs(flat @ pattern.ravel()) / (norm * np.linalg.norm(pattern))
        for name, pattern in pristine_filters(visible).items()
    }


def classify(filters: np.ndarray) -> np.ndarray:
    """Return the class of filters (..., visible, visible), one of `CLASSES`; shape (...).

    A filter belongs to the pristine filter with which the modulus of its cosine exceeds `PURE`. At most one
    can be, since they are orthogonal and `PURE` squared is above one half. NaN gives "".
    """
    cosines = overlaps(filters, filters.shape[-1])
    names, values = np.array(list(cosines)), np.stack(list(cosines.values()))
    largest = names[np.nan_to_num(values).argmax(axis=0)]
    found = np.where(np.nan_to_num(values).max(axis=0) > PURE, largest, "mixed")
    return np.where(np.isfinite(values).all(axis=0), found, "")


def intermediate(filters: xr.DataArray) -> xr.DataArray:
    """Return those filters over `control` whose temperature lies in `WINDOW`."""
    temperature = filters["control"].values
    return filters.isel(control=(temperature > WINDOW[0]) & (temperature < WINDOW[1]))
