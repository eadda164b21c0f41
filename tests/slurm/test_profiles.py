"""The cluster profiles, as far as they can be tried where there is no scheduler."""

import pytest

from tests.conftest import PROJECT
from tests.workflow.conftest import MINIATURE, Workspace


@pytest.mark.parametrize("name", ["slurm", "cluster-generic"])
def test_every_option_of_a_profile_is_known_and_the_default_profile_is_read_too(tmp_path, name):
    workspace = Workspace(tmp_path)
    workspace.configure(MINIATURE)
    profile = PROJECT / "profiles" / name
    _, output = workspace.snakemake("--profile", str(profile), "--dry-run")
    default = PROJECT / "profiles" / "default"
    assert f"Using profiles {profile} and workflow specific profile {default}" in output
    assert "Job stats:" in output
