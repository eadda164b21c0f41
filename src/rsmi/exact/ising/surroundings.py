"""What surrounds a square of spins: all that its inside knows of the environment."""

import numpy as np


def rings_around(configurations: np.ndarray, corners: np.ndarray, side: int) -> np.ndarray:
    """Return the spins above, below, left and right of a square of each periodic configuration.

    configurations: (number, L, L). corners: first row and column of the squares, (number, 2). `side` is their
    side length. Shape (number, 4, side), as for `IsingReferee.conditional`.

    Raises `ValueError` if a square and its ring do not fit, so that opposite sides would be the same spins.
    """
    size = configurations.shape[-1]
    if side + 2 > size:
        raise ValueError(
            f"side = {side} does not fit with its ring into {size} sites; use at most {size - 2}"
        )
    number = np.arange(len(configurations))[:, None]
    corners = np.asarray(corners)
    rows, columns = ((corners[:, [axis]] + np.arange(side)) % size for axis in (0, 1))
    top, left = ((corners[:, [axis]] - 1) % size for axis in (0, 1))
    bottom, right = ((corners[:, [axis]] + side) % size for axis in (0, 1))
    sides = (top, columns), (bottom, columns), (rows, left), (rows, right)
    return np.stack([configurations[number, y, x] for y, x in sides], axis=1)
