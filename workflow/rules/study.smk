# The checked configuration, `study`, and what all rules share.

import os
import re
from pathlib import Path

from rsmi.study import project, running
from rsmi.study.config import checked
from rsmi.study.cost import Costs, minutes
from rsmi.storage.digest import script_digest
from rsmi.study.progress import follow
from rsmi.study.catalogue import AboutError, name_of
from rsmi.study.items import OUTPUTS
from rsmi.study.layout import Study, control_value, seeds_of
from rsmi.study.yaml_file import ConfigError, load
from snakemake.exceptions import WorkflowError

# By another name, since the linter takes what it reads of os.environ for something that users must set.
jobs_environment = os.environ

# Every job is one thread; libraries that start more would fight over the cores.
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    jobs_environment[variable] = "1"

# Jobs draw into files, whatever screen there is.
jobs_environment["MPLBACKEND"] = "Agg"

# Jobs end with the Snakemake that started them.
jobs_environment["RSMI_SNAKEMAKE_PID"] = str(os.getpid())

# Jobs import the very package that this file imports, in whatever environment they run. One that is installed
# they find where Snakemake is; its folder must not come first, for it holds all else that is installed.
if project.ROOT != project.PACKAGE:
    source = str(project.PACKAGE.parent)
    others = jobs_environment.get("PYTHONPATH", "").split(os.pathsep)
    jobs_environment["PYTHONPATH"] = os.pathsep.join([source, *filter(None, others)])

# The workflow's own files lie beside this one, whoever includes it.
here = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).parent

# What the configuration file names lies relative to it; several that are given together may name nothing.
given = workflow.overwrite_configfiles or [Path("config.yaml")]
folder = given[0].parent if len(given) == 1 else None
try:
    # Snakemake has read them already, but takes 010 for 8, and of a key that stands twice the last one.
    for file in given:
        load(file)
    study = Study(checked(config, load(here / "schemas/config.schema.yaml"), folder))
    costs = Costs(study)
except (ConfigError, AboutError) as error:
    raise WorkflowError(str(error)) from None
catalogue = costs.catalogue

# The report's texts, and where users' own code lies, for jobs; in `config`, which reruns nothing.
config["captions"] = catalogue.captions()
config["extensions"] = catalogue.extensions()

# Where the time went; what was asked for asks for these as well.
COSTS = [study.path(name) for name in ("tables/costs.csv", "figures/costs.pdf", "figures/costs.png")]


wildcard_constraints:
    model="|".join(study.models),
    scan="|".join(study.scans),
    control=r"\w+=(-?[0-9.]+(e[+-]?[0-9]+)?|-?inf)",
    buffer=r"\d+",
    components=r"\d+",
    seeds=r"\d+-\d+",


def code_of(script, *modules):
    """Return the digest of a script of workflow/scripts, of all of rsmi that it imports, and of modules or
    files of users."""
    return script_digest(here / "scripts" / script, *modules)


def one_of(names):
    """Return a wildcard constraint that only these names match, and nothing if there are none."""
    return "|".join(map(re.escape, names)) or "(?!)"


def item_params(kind, script):
    """Return the `params` of the rule of a kind of items."""
    return {
        "module": lambda wildcards: catalogue.item(kind, wildcards).about.module,
        "settings": lambda wildcards: catalogue.item(kind, wildcards).settings,
        "made_by": lambda wildcards: catalogue.item(kind, wildcards).made_by,
        "code": lambda wildcards: code_of(script, catalogue.item(kind, wildcards).about.code),
    }


def needs(rule_name):
    """Return `mem_mb` and `runtime` of the jobs of a rule; both grow with every attempt.

    On a cluster a job holds one or two Snakemakes besides, 300 MB as measured, which take time to start.
    """
    return {
        "mem_mb": lambda wildcards, attempt: attempt * (300 + round(costs.of(rule_name, wildcards).memory)),
        "runtime": lambda wildcards, attempt: 5 * attempt + minutes(costs.of(rule_name, wildcards), attempt),
    }


def told(rule_name, wildcards):
    """Return what the progress calls the jobs of a rule, such as figure filters, and the seconds of one."""
    parts = [rule_name, *([name_of(rule_name, wildcards[rule_name])] if rule_name in OUTPUTS else [])]
    return " ".join(parts), costs.of(rule_name, wildcards).seconds


def asked_for():
    """Return the files of all targets that were asked for by name, or of `rule all`, but for the costs."""
    asked = set(workflow.dag_settings.targets) or {"all"}
    targets = [part for part in workflow.rules if part.name in asked and not part.output]
    targets = targets or [part for part in workflow.rules if part.name == "all"]
    files = {file for part in targets for file in part.input if not callable(file)}
    return sorted(map(str, files - set(COSTS)))


def require_paper():
    """Return no files; raise `WorkflowError` if the study lacks one of the paper's scans."""
    needed = {name: None for item in catalogue.needed("paper") for name in item.ensembles()}
    missing = [name for name in needed if name not in study.scans]
    if missing:
        raise WorkflowError(
            f"study '{config['study']}' lacks the scans {', '.join(missing)}, which the paper's figures need; "
            f"use --configfile {os.path.relpath(project.ROOT / 'studies/paper.yaml')}, or make paper"
        )
    return []
