"""What the rules and `rsmi.study` use of Snakemake beyond its documented interface.

A newer Snakemake may drop any of it: then a test here fails by name, and `pyproject.toml` bounds the version.
"""

import dataclasses
import importlib
import tomllib

import pytest
import snakemake.api  # noqa: F401  (comes first: snakemake.workflow alone imports in a circle)
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from snakemake_interface_logger_plugins.common import LogEvent

from rsmi.study.catalogue import RESERVED
from tests.workflow.conftest import PROJECT

INTERNALS = [
    # workflow/rules/study.smk
    (
        "snakemake.workflow",
        "Workflow",
        ["is_main_process", "rules", "dag_settings", "overwrite_configfiles", "current_basedir"],
    ),
    ("snakemake.settings.types", "DAGSettings", ["targets"]),
    ("snakemake.sourcecache", "LocalSourceFile", ["get_path_or_uri"]),
    ("snakemake.exceptions", "WorkflowError", []),
    # rsmi.study.progress
    ("snakemake.workflow", "Workflow", ["dag", "output_settings", "resource_settings"]),
    ("snakemake.dag", "DAG", ["jobid", "needrun_jobs"]),
    ("snakemake.jobs", "Job", ["wildcards_dict", "output", "rule"]),
    ("snakemake.settings.types", "OutputSettings", ["quiet"]),
    ("snakemake.settings.types", "ResourceSettings", ["nodes", "cores"]),
    ("snakemake.logging", "logger", []),
    # rsmi.study.budget
    ("snakemake.iocontainers", None, []),
]


@pytest.mark.parametrize(("module", "name", "members"), INTERNALS)
def test_what_we_use_of_snakemake_is_there(module, name, members):
    found = importlib.import_module(module)
    if name:
        found = getattr(found, name)
    fields = {field.name for field in dataclasses.fields(found)} if dataclasses.is_dataclass(found) else set()
    assert [member for member in members if not hasattr(found, member) and member not in fields] == []


def test_a_default_target_can_be_set():
    """workflow/init/Snakefile sets it; it is an attribute of instances only."""
    workflow = importlib.import_module("snakemake.workflow").Workflow
    assert "default_target" in workflow.__post_init__.__code__.co_names
    assert "default_target" in workflow.include.__code__.co_names


def test_names_that_inputs_cannot_have_are_known():
    """Those of figures and tables are given by name, and some names belong to Snakemake's own lists."""
    from snakemake.iocontainers import InputFiles

    assert {name for name in dir(InputFiles) if not name.startswith("_")} == RESERVED


def test_the_events_that_progress_follows_are_there():
    assert {"job_info", "job_finished", "progress"} <= {event.value for event in LogEvent}
    logger = importlib.import_module("snakemake.logging").logger
    assert logger.name == "snakemake.logging"


def test_the_lock_keeps_within_the_bounds_of_the_project():
    lines = (PROJECT / "envs/requirements.lock").read_text().splitlines()
    lock = {canonicalize_name(line.split("==")[0]): line.split("==")[1] for line in lines if "==" in line}
    described = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    project = described["project"]
    needed = [
        *described["build-system"]["requires"],
        *project["dependencies"],
        *(one for some in project["optional-dependencies"].values() for one in some),
    ]
    for requirement in map(Requirement, needed):
        assert lock[canonicalize_name(requirement.name)] in requirement.specifier, requirement
    bounds = {Requirement(one).name: str(Requirement(one).specifier) for one in needed}
    assert bounds["snakemake"] == "<10,>=9.27"
