"""A configuration to begin with, for configurations in files that can be used."""

from typing import Any

import numpy as np
import xarray as xr

from rsmi.estimator.split import SPLIT, split_samples, trained_samples
from rsmi.external.outline import period_of
from rsmi.external.values import pixels_per_site
from rsmi.geometry.regions import Corners, Regions

# Shares of the data that trainings are repeated with.
SHARES = (0.25, 0.5)
# Blocks V to begin with, in sites, and buffers above zero that a law of decay needs.
BLOCKS, BUFFERS = (4, 3, 2, 1), 3
# Largest step between buffers, and largest batch.
STEP, BATCH = 2, 100


def suggestion(
    parameters: dict[str, Any], lattice: tuple[int, ...], read: list[xr.Dataset], control: list[float] | None
) -> dict[str, Any]:
    """Return a configuration whose windows fit the lattice ([Y,] X), and whose batches the fewest samples.

    `read` are the samples of all control values, as `rsmi.external.reading.load` returns them, of which
    the configurations may have been dropped. Where the lattice has room, there are three buffers above zero.
    """
    cell = pixels_per_site(parameters, len(lattice))
    visible, buffers = _windows(parameters, lattice, read, cell)
    scan: dict[str, Any] = {
        "model": "mine",
        "visible": cell * visible,
        "buffers": [cell * b for b in buffers],
        "environment": cell,
    }
    split = SPLIT
    if "groups" in parameters:
        split = SPLIT._replace(order="as_given")
        scan["split"] = {"order": split.order}
    try:
        fewest = min(_fewest(one, split) for one in read)
    except ValueError:
        # Why they cannot be split is said of the configuration as a whole.
        fewest = 0
    if fewest > 1:
        scan["shares"] = list(SHARES)
        scan["training"] = {"batch_size": min(BATCH, fewest)}
    model = {"kind": "file", "parameters": parameters} | ({"control": control} if control else {})
    return {"study": "mine", "models": {"mine": model}, "scans": {"mine": scan}}


def _fewest(one: xr.Dataset, split: Any) -> int:
    """Return how many configurations a training on the smallest share has."""
    part = split_samples(one, split, np.random.default_rng(0)).training
    return len(part.chains) * trained_samples(part.last - part.first, min(SHARES))


def _windows(
    parameters: dict[str, Any], lattice: tuple[int, ...], read: list[xr.Dataset], cell: int
) -> tuple[int, list[int]]:
    """Return the side of V and buffers, in sites: the largest V that leaves room for three above zero."""
    side = min(lattice)
    widest = {visible: _widest(parameters, lattice, read, cell, visible) for visible in BLOCKS}
    for visible in BLOCKS:
        if 4 * visible <= side and widest[visible] >= BUFFERS:
            step = min(STEP, widest[visible] // BUFFERS)
            return visible, [step * k for k in range(BUFFERS + 1)]
    for visible in BLOCKS:
        if widest[visible] >= 0 and (4 * visible <= side or visible == 1):
            return visible, list(range(widest[visible] + 1))
    return 1, [0]


def _widest(
    parameters: dict[str, Any], lattice: tuple[int, ...], read: list[xr.Dataset], cell: int, visible: int
) -> int:
    """Return the widest buffer, in sites, for which there is a window on every lattice; -1 for none."""
    # One dimension is a lattice of height one.
    height, width = (1, *(cell * n for n in lattice))[-2:]
    step_y, step_x = (1, *period_of(parameters, lattice))[-2:]
    there = [one["site_there"].values.reshape(height, width) != 0 for one in read if "site_there" in one]
    wrap = parameters["boundary"] == "periodic"
    widest = -1
    for buffer in range(BUFFERS * STEP + 1):
        regions = Regions(cell * visible, cell * buffer, cell, len(lattice))
        try:
            for mask in there or [None]:
                Corners((height, width), (step_y, step_x), regions, wrap, mask, cell)
        except ValueError:
            break
        widest = buffer
    return widest
