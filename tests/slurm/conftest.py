"""A real Slurm for the tests of the cluster profiles."""

import pytest

from tests.slurm.cluster import Cluster, alone, missing


@pytest.fixture
def cluster():
    """A Slurm of one node with two processors, without any jobs yet."""
    with alone():
        reason = missing()
        if reason:
            pytest.skip(reason)
        with Cluster(cpus=2) as cluster:
            yield cluster
