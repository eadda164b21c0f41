# The checked configuration, `study`, and what all rules share.

import os
from pathlib import Path

import rsmi
import yaml
from rsmi.study import running
from rsmi.study.config import ConfigError, checked
from rsmi.study.cost import Costs, minutes
from rsmi.storage.digest import script_digest
from rsmi.study.progress import follow
from rsmi.study.layout import Study, control_value, seeds_of
from snakemake.exceptions import WorkflowError
from snakemake.io import strip_wildcard_constraints

# By another name, since the linter takes what it reads of os.environ for something that users must set.
jobs_environment = os.environ

# Every job is one thread; libraries that start more would fight over the cores.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    jobs_environment[variable] = "1"

# Jobs draw into files, whatever screen there is.
jobs_environment["MPLBACKEND"] = "Agg"

# Jobs end with the Snakemake that started them.
jobs_environment["RSMI_SNAKEMAKE_PID"] = str(os.getpid())

# Jobs import the very package that this file imports, in whatever environment they run.
source = str(Path(rsmi.__file__).parent.parent)
others = jobs_environment.get("PYTHONPATH", "").split(os.pathsep)
jobs_environment["PYTHONPATH"] = os.pathsep.join([source, *filter(None, others)])

schema = Path(workflow.basedir, "workflow/schemas/config.schema.yaml").read_text()

try:
    study = Study(checked(config, yaml.safe_load(schema)))
except ConfigError as error:
    raise WorkflowError(str(error)) from None
costs = Costs(study)

# Where the time went; what was asked for asks for these as well.
COSTS = [study.path(name) for name in ("tables/costs.csv", "figures/costs.pdf", "figures/costs.png")]

# What more data would buy, of the scans that ask for it.
LEARNING = [
    study.path(f"{folder}/{scan}/learning.{ending}")
    for scan in study.learners()
    for folder, ending in (("tables", "csv"), ("figures", "pdf"), ("figures", "png"))
]


wildcard_constraints:
    model="|".join(study.models),
    scan="|".join(study.scans),
    control=r"\w+=(-?[0-9.]+(e[+-]?[0-9]+)?|-?inf)",
    buffer=r"\d+",
    components=r"\d+",
    seeds=r"\d+-\d+",


def code_of(script, *modules):
    """Return the digest of a script of workflow/scripts, of all of rsmi that it imports, and of modules."""
    return script_digest(Path(workflow.basedir, "workflow/scripts", script), *modules)


def one_of(names):
    """Return a wildcard constraint that only these names match, and nothing if there are none."""
    return "|".join(names) or "(?!)"


def outputs(*prefixes):
    """Return the outputs, for all scans or models, of all rules whose name begins with a prefix.

    What has no wildcard is of all scans together, and there is none in a study without scans.
    """
    patterns = [
        strip_wildcard_constraints(str(output))
        for part in workflow.rules
        if part.name.startswith(prefixes)
        for output in part.output
        if study.scans or "{" in output
    ]
    return sorted(set(expand(patterns, scan=study.scans, model=study.models)))


def needs(rule_name):
    """Return `mem_mb` and `runtime` of the jobs of a rule; both grow with every attempt.

    On a cluster a job holds one or two Snakemakes besides, 300 MB as measured, which take time to start.
    """
    return {
        "mem_mb": lambda wildcards, attempt: attempt * (300 + round(costs.of(rule_name, wildcards).memory)),
        "runtime": lambda wildcards, attempt: 5 * attempt + minutes(costs.of(rule_name, wildcards), attempt),
    }


def asked_for():
    """Return the files of all targets that were asked for by name, or of `rule all`, but for the costs."""
    asked = set(workflow.dag_settings.targets) or {"all"}
    targets = [part for part in workflow.rules if part.name in asked and not part.output]
    targets = targets or [part for part in workflow.rules if part.name == "all"]
    files = {file for part in targets for file in part.input if not callable(file)}
    return sorted(map(str, files - set(COSTS)))


def require_scans(names):
    """Return no files; raise `WorkflowError` if the study lacks one of the scans that are named."""
    missing = [name for name in names if name not in study.scans]
    if missing:
        raise WorkflowError(
            f"study '{config['study']}' lacks the scans {', '.join(missing)}, which the paper's figures need; "
            "use --configfile studies/paper.yaml --replace-workflow-config, or make paper"
        )
    return []
