"""Which chains train, which choose, which test."""

import numpy as np


def split_chains(
    configurations: np.ndarray, training: float, validation: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split configurations (chain, sample, ...) by whole chains into training, validation and test.

    `training` and `validation` are shares of the chains, rounded, the rest is for the test. Chains hold
    the starts of a model in turn, so every run of consecutive chains holds them as equally as it can.
    Raises `ValueError` if a part would be empty.
    """
    first, second = chain_bounds(len(configurations), training, validation)
    return configurations[:first], configurations[first:second], configurations[second:]


def chain_bounds(chains: int, training: float, validation: float) -> tuple[int, int]:
    """Return where validation and test chains begin; raise `ValueError` if a part would be empty."""
    first = round(chains * training)
    second = first + round(chains * validation)
    if not 0 < first < second < chains:
        raise ValueError(
            f"{chains} chains split into {first} for training, {second - first} for validation and "
            f"{chains - second} for the test, but each needs at least one"
        )
    return first, second
