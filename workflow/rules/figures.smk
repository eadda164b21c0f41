# Figures, as PDF and PNG. `rule all` asks for every rule whose name begins with figure_.


rule figure_rsmi_vs_control:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        study.path("figures/{scan}/rsmi_vs_control.pdf"),
        report(
            study.path("figures/{scan}/rsmi_vs_control.png"),
            caption="../report/rsmi_vs_control.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "RSMI against the control parameter"},
        ),
    log:
        study.path("logs/figures/{scan}_rsmi_vs_control.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_rsmi_vs_control.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_rsmi_vs_control"),
    params:
        figure="rsmi_vs_control",
        code=code_of("figure.py", "rsmi.figures.rsmi_vs_control"),
    script:
        "../scripts/figure.py"


rule figure_rsmi_vs_buffer:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        study.path("figures/{scan}/rsmi_vs_buffer.pdf"),
        report(
            study.path("figures/{scan}/rsmi_vs_buffer.png"),
            caption="../report/rsmi_vs_buffer.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "RSMI against the buffer"},
        ),
    log:
        study.path("logs/figures/{scan}_rsmi_vs_buffer.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_rsmi_vs_buffer.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_rsmi_vs_buffer"),
    params:
        figure="rsmi_vs_buffer",
        code=code_of("figure.py", "rsmi.figures.rsmi_vs_buffer"),
    script:
        "../scripts/figure.py"


rule figure_filters:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        study.path("figures/{scan}/filters.pdf"),
        report(
            study.path("figures/{scan}/filters.png"),
            caption="../report/filters.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "Filters"},
        ),
    log:
        study.path("logs/figures/{scan}_filters.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_filters.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_filters"),
    params:
        figure="filters",
        code=code_of("figure.py", "rsmi.figures.filters"),
    script:
        "../scripts/figure.py"


rule figure_convergence:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        study.path("figures/{scan}/convergence.pdf"),
        report(
            study.path("figures/{scan}/convergence.png"),
            caption="../report/convergence.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "Convergence of one training"},
        ),
    log:
        study.path("logs/figures/{scan}_convergence.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_convergence.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_convergence"),
    params:
        figure="convergence",
        code=code_of("figure.py", "rsmi.figures.convergence"),
    script:
        "../scripts/figure.py"


rule figure_edge_share:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        study.path("figures/{scan}/edge_share.pdf"),
        report(
            study.path("figures/{scan}/edge_share.png"),
            caption="../report/edge_share.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "Edge share of the filters"},
        ),
    log:
        study.path("logs/figures/{scan}_edge_share.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_edge_share.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_edge_share"),
    params:
        figure="edge_share",
        code=code_of("figure.py", "rsmi.figures.edge_share"),
    script:
        "../scripts/figure.py"


rule figure_principal:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        study.path("figures/{scan}/principal.pdf"),
        report(
            study.path("figures/{scan}/principal.png"),
            caption="../report/principal.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "Principal components of the filters"},
        ),
    log:
        study.path("logs/figures/{scan}_principal.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_principal.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_principal"),
    params:
        figure="principal",
        code=code_of("figure.py", "rsmi.figures.principal"),
    script:
        "../scripts/figure.py"


rule figure_in_sample:
    input:
        [study.path(f"ensembles/{scan}.nc") for scan in study.scans],
    output:
        study.path("figures/in_sample.pdf"),
        report(
            study.path("figures/in_sample.png"),
            caption="../report/in_sample.rst",
            category="All scans",
            subcategory="Figures",
            labels={"figure": "In sample and out of it"},
        ),
    log:
        study.path("logs/figures/in_sample.log"),
    benchmark:
        study.path("benchmarks/figures/in_sample.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("figure_in_sample"),
    params:
        figure="in_sample",
        code=code_of("figure.py", "rsmi.figures.in_sample"),
    script:
        "../scripts/figure.py"
