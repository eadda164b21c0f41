"""Every claim of the paper beside what was found, as one table."""

import pandas as pd
import xarray as xr

from rsmi.findings.paper2021.chipping import chipping_rows
from rsmi.findings.paper2021.dimers import dimers_rows, filter_rows
from rsmi.findings.paper2021.ising import antiferromagnet_rows, ising_rows, transition_rows
from rsmi.findings.paper2021.method import component_rows, environment_rows, run_time_rows
from rsmi.findings.rows import COLUMNS

ABOUT = {
    "title": "claims of the paper, ours, errors, verdicts",
    "order": 1,
    "each": "study",
    "target": "paper",
    "inputs": {
        "ising": "ensembles/ising.nc",
        "ising_thick": "ensembles/ising_thick.nc",
        "ising_components": "ensembles/ising_components.nc",
        "scaled_16": "ensembles/scaled_16.nc",
        "scaled_32": "ensembles/scaled_32.nc",
        "scaled_64": "ensembles/scaled_64.nc",
        "antiferromagnet": "ensembles/antiferromagnet.nc",
        "dimers": "ensembles/dimers.nc",
        "dimers_thick": "ensembles/dimers_thick.nc",
        "dimers_components": "ensembles/dimers_components.nc",
        "dimers_one": "ensembles/dimers_one.nc",
        "chipping": "ensembles/chipping.nc",
        "chipping_64": "ensembles/chipping_64.nc",
        "ising_referee": "tables/ising/referee.csv",
        "dimers_referee": "tables/dimers/referee.csv",
        "masses": "tables/chipping/masses.csv",
        "mass_rule": "tables/chipping/mass_rule.csv",
        "mass_rule_64": "tables/chipping_64/mass_rule.csv",
        "training": "tables/table_2.csv",
    },
    "caption": (
        "Every claim of the 2021 paper beside what this study found: the paper's value, ours with its error, "
        "what is known exactly, and a verdict. Transitions are located from the curves of information alone."
    ),
}


def table(
    *,
    ising: xr.Dataset,
    ising_thick: xr.Dataset,
    ising_components: xr.Dataset,
    scaled_16: xr.Dataset,
    scaled_32: xr.Dataset,
    scaled_64: xr.Dataset,
    antiferromagnet: xr.Dataset,
    dimers: xr.Dataset,
    dimers_thick: xr.Dataset,
    dimers_components: xr.Dataset,
    dimers_one: xr.Dataset,
    chipping: xr.Dataset,
    chipping_64: xr.Dataset,
    ising_referee: pd.DataFrame,
    dimers_referee: pd.DataFrame,
    masses: pd.DataFrame,
    mass_rule: pd.DataFrame,
    mass_rule_64: pd.DataFrame,
    training: pd.DataFrame,
) -> pd.DataFrame:
    """Return a row per claim with the columns `COLUMNS`; information in nats.

    Arguments are ensembles of the study `studies/paper.yaml`, rows of
    `rsmi.analysis.exact_information.exact_information`, `rsmi.analysis.masses.mass_table`,
    `rsmi.analysis.mass_rule.mass_rules` and `rsmi.findings.paper2021.recipe.training_table`. `paper` is what
    the paper states, `exact` what is known independently of both, where anything is. Transitions are found
    from the curves alone.
    """
    rows = [
        *ising_rows(ising, ising_referee),
        *transition_rows(ising, [scaled_16, scaled_32, scaled_64]),
        *antiferromagnet_rows(antiferromagnet),
        *dimers_rows(dimers, dimers_one, dimers_referee),
        *filter_rows(dimers),
        *component_rows(dimers_components, "dimers", 2),
        *component_rows(ising_components, "Ising", 1),
        *chipping_rows(chipping, chipping_64, masses, mass_rule, mass_rule_64),
        *environment_rows(ising, ising_thick, "Ising"),
        *environment_rows(dimers, dimers_thick, "dimers"),
        *run_time_rows(training),
    ]
    return pd.DataFrame(rows, columns=COLUMNS)
