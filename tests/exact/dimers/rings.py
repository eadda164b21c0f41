"""Rings of sampled dimers, which several tests take."""

import numpy as np

from rsmi.exact.dimers.surroundings import rings_around
from rsmi.sampling.driver import sample


def sampled(temperature, size, number, *, chains=8):
    """Configurations of independent samples, (number, 2 size, 2 size)."""
    samples = sample(
        "dimers", temperature, {"size": size}, chains=chains, samples=number // chains, thermalisation=100
    )
    return samples["configuration"].values.reshape(-1, 2 * size, 2 * size)


def sampled_rings(referee, configurations, seed=0):
    """Rings at random places, and the pixels of V inside them."""
    size = configurations.shape[-1]
    corners = 2 * np.random.default_rng(seed).integers(0, size // 2, (len(configurations), 2))
    rings = rings_around(configurations, corners, referee.side)
    inside = referee.buffer + np.arange(referee.visible)
    rows, columns = ((corners[:, [axis]] + inside) % size for axis in (0, 1))
    number = np.arange(len(corners))[:, None, None]
    return rings, configurations[number, rows[:, :, None], columns[:, None]]
