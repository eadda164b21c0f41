# Every figure and table of the 2021 paper: `make paper`, for a study whose scans have the names that stand here.

PAPER_FIGURES = {
    "figure_01": {},
    "figure_02": {"antiferromagnet": "ensembles/antiferromagnet.nc", "dimers": "ensembles/dimers.nc"},
    "figure_03": {"ising": "ensembles/ising.nc", "referee": "tables/ising/referee.csv"},
    "figure_04": {"free": "samples/dimers/T=inf.nc"},
    "figure_05": {"dimers": "ensembles/dimers.nc", "referee": "tables/dimers/referee.csv"},
    "figure_06": {"ising": "ensembles/ising.nc", "referee": "tables/ising/referee.csv"},
    "figure_07": {"dimers": "ensembles/dimers.nc"},
    "figure_08": {
        "dimers": "ensembles/dimers_components.nc",
        "ising": "ensembles/ising_components.nc",
    },
    "figure_09": {
        "chipping": "ensembles/chipping.nc",
        "variants": [f"ensembles/chipping_{name}.nc" for name in ("8", "32", "64", "near")],
        "masses": "tables/chipping/masses.csv",
        "rules": [
            "tables/chipping/mass_rule.csv",
            *[f"tables/chipping_{name}/mass_rule.csv" for name in ("8", "32", "64", "near")],
        ],
    },
    "figure_10": {},
    "figure_scaling": {
        "ising": "ensembles/ising.nc",
        "scaled": [f"ensembles/scaled_{size}.nc" for size in (16, 32, 64)],
    },
}
PAPER_SCANS = [
    *("ising", "ising_thick", "ising_components", "scaled_16", "scaled_32", "scaled_64", "antiferromagnet"),
    *("dimers", "dimers_thick", "dimers_components", "dimers_one", "chipping", "chipping_64"),
]


rule paper:
    input:
        lambda wildcards: require_scans(PAPER_SCANS),
        study.files(),
        expand(study.path("figures/paper/{figure}.{format}"), figure=PAPER_FIGURES, format=["pdf", "png"]),
        study.path("tables/findings.csv"),
        study.path("tables/table_1.csv"),
        study.path("tables/table_2.csv"),
        COSTS,


rule paper_figure:
    input:
        unpack(lambda wildcards: study.paths(PAPER_FIGURES[wildcards.figure])),
    output:
        study.path("figures/paper/{figure}.pdf"),
        report(
            study.path("figures/paper/{figure}.png"),
            caption="../report/paper.rst",
            category="Figures of the paper",
            labels={"figure": "{figure}"},
        ),
    log:
        study.path("logs/figures/paper_{figure}.log"),
    benchmark:
        study.path("benchmarks/figures/paper_{figure}.tsv")
    wildcard_constraints:
        figure="|".join(PAPER_FIGURES),
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("paper_figure"),
    params:
        code=lambda wildcards: code_of("paper_figure.py", f"rsmi.figures.paper2021.{wildcards.figure}"),
    script:
        "../scripts/paper_figure.py"


rule paper_findings:
    input:
        **{scan: study.path(f"ensembles/{scan}.nc") for scan in PAPER_SCANS},
        ising_referee=study.path("tables/ising/referee.csv"),
        dimers_referee=study.path("tables/dimers/referee.csv"),
        masses=study.path("tables/chipping/masses.csv"),
        mass_rule=study.path("tables/chipping/mass_rule.csv"),
        mass_rule_64=study.path("tables/chipping_64/mass_rule.csv"),
        training=study.path("tables/table_2.csv"),
    output:
        report(
            study.path("tables/findings.csv"),
            caption="../report/findings.rst",
            category="Tables of the paper",
            labels={"table": "claims of the paper, ours, errors, verdicts"},
        ),
    log:
        study.path("logs/tables/findings.log"),
    benchmark:
        study.path("benchmarks/tables/findings.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("paper_findings"),
    params:
        code=code_of("paper_findings.py"),
    script:
        "../scripts/paper_findings.py"


rule paper_tables:
    input:
        [study.path(f"ensembles/{scan}.nc") for scan in study.scans],
    output:
        *[
            report(
                study.path(f"tables/table_{number}.csv"),
                caption="../report/recipe.rst",
                category="Tables of the paper",
                labels={"table": f"Table {number}"},
            )
            for number in (1, 2)
        ],
    log:
        study.path("logs/tables/recipe.log"),
    benchmark:
        study.path("benchmarks/tables/recipe.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("paper_tables"),
    params:
        scans=study.scans,
        models=study.models,
        benchmarks=study.path("benchmarks"),
        code=code_of("table_recipe.py"),
    script:
        "../scripts/table_recipe.py"


rule masses:
    input:
        lambda wildcards: study.sample_files(wildcards.model),
    output:
        study.path("tables/{model}/masses.csv"),
    log:
        study.path("logs/tables/{model}_masses.log"),
    benchmark:
        study.path("benchmarks/tables/{model}_masses.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("masses"),
    params:
        code=code_of("masses.py"),
    script:
        "../scripts/masses.py"


rule mass_rule:
    input:
        lambda wildcards: study.sample_files(study.scans[wildcards.scan]["model"]),
    output:
        study.path("tables/{scan}/mass_rule.csv"),
    log:
        study.path("logs/tables/{scan}_mass_rule.log"),
    benchmark:
        study.path("benchmarks/tables/{scan}_mass_rule.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("mass_rule"),
    params:
        visible=lambda wildcards: study.scans[wildcards.scan]["visible"],
        buffer=lambda wildcards: study.scans[wildcards.scan]["buffers"][0],
        environment=lambda wildcards: study.scans[wildcards.scan]["environment"],
        code=code_of("mass_rule.py"),
    script:
        "../scripts/mass_rule.py"


rule referee:
    input:
        samples=lambda wildcards: study.path(f"samples/{study.scans[wildcards.scan]['model']}/{{control}}.nc"),
        ensemble=study.path("ensembles/{scan}.nc"),
    output:
        study.path("referee/{scan}/{control}.csv"),
    log:
        study.path("logs/referee/{scan}_{control}.log"),
    benchmark:
        study.path("benchmarks/referee/{scan}_{control}.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("referee"),
    params:
        code=code_of("referee.py"),
    script:
        "../scripts/referee.py"


rule referee_table:
    input:
        lambda wildcards: [
            study.path(f"referee/{wildcards.scan}/{control}.csv")
            for control in study.scan_controls(wildcards.scan)
        ],
    output:
        study.path("tables/{scan}/referee.csv"),
    log:
        study.path("logs/tables/{scan}_referee.log"),
    benchmark:
        study.path("benchmarks/tables/{scan}_referee.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("referee_table"),
    params:
        code=code_of("join_tables.py"),
    script:
        "../scripts/join_tables.py"
