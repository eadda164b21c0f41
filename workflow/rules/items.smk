# Figures, tables and checks: one rule for each kind. What there is to make stands in ABOUT, at the top of each
# module (rsmi.study.catalogue); the wildcard, named as the rule, is such as ising/filters.


rule figure:
    input:
        unpack(lambda wildcards: catalogue.item("figure", wildcards).inputs),
    output:
        study.path("figures/{figure}.pdf"),
        report(
            study.path("figures/{figure}.png"),
            caption="../report/item.rst",
            category=lambda wildcards: catalogue.item("figure", wildcards).category,
            subcategory="Figures",
            labels=lambda wildcards: {"figure": catalogue.item("figure", wildcards).label},
        ),
    log:
        study.path("logs/figures/{figure}.log"),
    benchmark:
        study.path("benchmarks/figures/{figure}.tsv")
    wildcard_constraints:
        figure=one_of(catalogue["figure"]),
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure"),
    params:
        **item_params("figure", "figure.py"),
    script:
        "../scripts/figure.py"


rule paper_figure:
    input:
        unpack(lambda wildcards: catalogue.item("paper_figure", wildcards).inputs),
    output:
        study.path("figures/paper/{paper_figure}.pdf"),
        report(
            study.path("figures/paper/{paper_figure}.png"),
            caption="../report/item.rst",
            category="Figures of the paper",
            labels=lambda wildcards: {"figure": catalogue.item("paper_figure", wildcards).label},
        ),
    log:
        study.path("logs/figures/paper/{paper_figure}.log"),
    benchmark:
        study.path("benchmarks/figures/paper/{paper_figure}.tsv")
    wildcard_constraints:
        paper_figure=one_of(catalogue["paper_figure"]),
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("paper_figure"),
    params:
        **item_params("paper_figure", "figure.py"),
    script:
        "../scripts/figure.py"


rule table:
    input:
        unpack(lambda wildcards: catalogue.item("table", wildcards).inputs),
    output:
        report(
            study.path("tables/{table}.csv"),
            caption="../report/item.rst",
            category=lambda wildcards: catalogue.item("table", wildcards).category,
            subcategory="Tables",
            labels=lambda wildcards: {"table": catalogue.item("table", wildcards).label},
        ),
    log:
        study.path("logs/tables/{table}.log"),
    benchmark:
        study.path("benchmarks/tables/{table}.tsv")
    wildcard_constraints:
        table=one_of(catalogue["table"]),
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("table"),
    params:
        **item_params("table", "table.py"),
    script:
        "../scripts/table.py"


rule check:
    input:
        unpack(lambda wildcards: catalogue.item("check", wildcards).inputs),
    output:
        study.path("validation/{check}.csv"),
    log:
        study.path("logs/validation/{check}.log"),
    benchmark:
        study.path("benchmarks/validation/{check}.tsv")
    wildcard_constraints:
        check=one_of(catalogue["check"]),
    # The longest job of all goes first.
    priority: lambda wildcards: int(wildcards.check.startswith("free_dimers/"))
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("check"),
    params:
        **item_params("check", "check.py"),
    script:
        "../scripts/check.py"
