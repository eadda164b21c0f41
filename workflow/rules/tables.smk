# The numbers behind the figures. `rule all` asks for every rule whose name begins with table_.


rule table_rsmi:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        report(
            study.path("tables/{scan}/rsmi.csv"),
            caption="../report/table_rsmi.rst",
            category="{scan}",
            subcategory="Tables",
            labels={"table": "RSMI, errors and bounds"},
        ),
    log:
        study.path("logs/tables/{scan}_rsmi.log"),
    benchmark:
        study.path("benchmarks/tables/{scan}_rsmi.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("table_rsmi"),
    params:
        code=code_of("table_rsmi.py"),
    script:
        "../scripts/table_rsmi.py"


rule table_curves:
    input:
        study.path("ensembles/{scan}.nc"),
    output:
        report(
            study.path("tables/{scan}/decay.csv"),
            caption="../report/table_decay.rst",
            category="{scan}",
            subcategory="Tables",
            labels={"table": "laws of decay with the buffer"},
        ),
        report(
            study.path("tables/{scan}/descent.csv"),
            caption="../report/table_descent.rst",
            category="{scan}",
            subcategory="Tables",
            labels={"table": "where information falls most steeply"},
        ),
    log:
        study.path("logs/tables/{scan}_curves.log"),
    benchmark:
        study.path("benchmarks/tables/{scan}_curves.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("table_curves"),
    params:
        code=code_of("table_curves.py"),
    script:
        "../scripts/table_curves.py"


rule table_samples:
    input:
        lambda wildcards: study.sample_files(wildcards.model),
    output:
        report(
            study.path("tables/{model}/samples.csv"),
            caption="../report/table_samples.rst",
            category="{model}",
            subcategory="Tables",
            labels={"table": "sample sets: how nearly independent"},
        ),
    log:
        study.path("logs/tables/{model}_samples.log"),
    benchmark:
        study.path("benchmarks/tables/{model}_samples.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("table_samples"),
    params:
        code=code_of("table_samples.py"),
    script:
        "../scripts/table_samples.py"
