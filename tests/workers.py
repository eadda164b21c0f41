"""Tests in several workers at once (pytest-xdist): which ones stay together, and which ones go first."""

import pytest
from xdist.scheduler import LoadScopeScheduling

# Folders and files that take longest. Whoever begins one of them last would be waited for.
LONGEST = ("slurm", "chaos", "workflow", "benchmarks", "test_make.py", "test_indices.py")


class Scheduling(LoadScopeScheduling):
    """Gives a worker all tests of a file: they share fixtures, and what Numba compiles for the first of them.

    Not --dist loadgroup, which loses its groups with pytest 9.2 without a word (pytest-xdist, issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        # The machine can have one Slurm only; what `make benchmark` said serves tests of scripts and of make.
        together = {"slurm": "slurm", "benchmarks": "benchmarks", "test_make.py": "benchmarks"}
        return next((together[part] for part in path.split("/") if part in together), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give tests to workers as above, in the order in which they were collected."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)


def rank(item: pytest.Item) -> int:
    """Return the place of a test's folder or file among the longest ones, or that behind them all."""
    parts = item.path.parts
    return next((place for place, name in enumerate(LONGEST) if name in parts), len(LONGEST))


def pytest_collection_modifyitems(config, items):
    """Put the longest first in a worker, but last in one process: they tell little where others fail."""
    items.sort(key=rank, reverse=not hasattr(config, "workerinput"))
