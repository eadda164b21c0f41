"""Which chains train, which choose, which test."""

import numpy as np


def split_chains(
    configurations: np.ndarray, training: float, validation: float, group: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Split configurations (chain, sample, ...) by whole chains into training, validation and test.

    `training` and `validation` are shares of the chains, rounded, the rest is for the test. Chains hold
    the starts of a model in turn, so every run of consecutive chains holds them as equally as it can. Chains
    of one `group`, shape (chain,), lie side by side and stay together.
    Raises `ValueError` if a part would be empty.
    """
    first, second = chain_bounds(len(configurations), training, validation, group)
    return configurations[:first], configurations[first:second], configurations[second:]


def chain_bounds(
    chains: int, training: float, validation: float, group: np.ndarray | None = None
) -> tuple[int, int]:
    """Return where validation and test chains begin; raise `ValueError` if a part would be empty.

    With the `group` of every chain, that is where a group ends, as near to the shares as can be.
    """
    first = round(chains * training)
    second = first + round(chains * validation)
    if group is not None and second < chains:
        ends = np.flatnonzero(np.diff(group)) + 1
        if len(ends) < 2:
            raise ValueError(
                f"{len(ends) + 1} groups cannot be split into training, validation and test, which need one "
                "each"
            )
        first = ends[np.abs(ends[:-1] - first).argmin()]
        later = ends[ends > first]
        second = later[np.abs(later - second).argmin()]
    if not 0 < first < second < chains:
        raise ValueError(
            f"{chains} chains split into {first} for training, {second - first} for validation and "
            f"{chains - second} for the test, but each needs at least one"
        )
    return int(first), int(second)


def trained_samples(samples: int, share: float) -> int:
    """Return how many samples of a training chain a share is; two at least, or nothing has an error."""
    return max(min(2, samples), round(share * samples))
