"""What surrounds a square of dimers: all that its inside knows of the environment."""

import numpy as np


def rings_around(configurations: np.ndarray, corners: np.ndarray, side: int) -> np.ndarray:
    """Return what squares of periodic configurations are surrounded by, int8, 0 or 1, (number, 4, side - 1).

    The four sides are above, below, left and right, read from left to right and from the top down. Each
    begins with the side / 2 links that lead out of the square, and goes on with the side / 2 - 1 links
    parallel to it between the vertices just outside.

    configurations: pixels, (number, 2L, 2L). corners: first row and column of the squares, vertices, so even,
    (number, 2). side: side length in pixels, even.

    Raises `ValueError` for odd corners and sides, and if a square and its ring do not fit, so that opposite
    sides would be the same vertices.
    """
    size = configurations.shape[-1]
    corners = np.asarray(corners)
    if side < 2 or side % 2:
        raise ValueError(f"side = {side} is not possible; use an even number of pixels, two per vertex")
    if (corners % 2).any():
        raise ValueError("corners are no vertices; use even rows and columns")
    if side + 4 > size:
        raise ValueError(
            f"side = {side} does not fit with its ring into {size} pixels; use at most {size - 4}"
        )
    # Rows or columns of crossing links and of parallel ones, before and behind the square.
    near, far = np.array([-1, -2]), np.array([side - 1, side])
    along = np.concatenate([np.arange(0, side, 2), np.arange(1, side - 1, 2)])
    across = np.stack([np.repeat(places, (side // 2, side // 2 - 1)) for places in (near, far)])
    along = np.broadcast_to(along, across.shape)
    rows = (corners[:, 0, None, None] + np.concatenate([across, along])) % size
    columns = (corners[:, 1, None, None] + np.concatenate([along, across])) % size
    return configurations[np.arange(len(corners))[:, None, None], rows, columns].astype(np.int8)
