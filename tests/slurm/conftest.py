"""A real Slurm for the tests of the cluster profiles."""

import pytest

from tests.slurm.cluster import Cluster, missing


def pytest_collection_modifyitems(items):
    """Run these tests last: they are the slowest, and say little where others fail."""
    items.sort(key=lambda item: "slurm" in item.path.parts)


@pytest.fixture
def cluster():
    """A Slurm of one node with two processors, without any jobs yet."""
    reason = missing()
    if reason:
        pytest.skip(reason)
    with Cluster(cpus=2) as cluster:
        yield cluster
