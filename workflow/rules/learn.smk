# What more data would buy: filters trained on shares of the training configurations, beside those on all.


rule train_share:
    input:
        lambda wildcards: study.path(f"samples/{study.scans[wildcards.scan]['model']}/{{control}}.nc"),
    output:
        study.path("learning/{scan}/{control}_LB={buffer}_n={components}_share={share}_seeds={seeds}.nc"),
    log:
        study.path(
            "logs/learning/{scan}/{control}_LB={buffer}_n={components}_share={share}_seeds={seeds}.log"
        ),
    benchmark:
        study.path(
            "benchmarks/learning/{scan}/{control}_LB={buffer}_n={components}_share={share}_seeds={seeds}.tsv"
        )
    wildcard_constraints:
        share=r"[0-9.e-]+",
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("train_share"),
    params:
        samples=lambda wildcards: study.sampling_settings(study.scans[wildcards.scan]["model"]),
        settings=lambda wildcards: study.training_settings(wildcards.scan),
        buffer=lambda wildcards: int(wildcards.buffer),
        components=lambda wildcards: int(wildcards.components),
        share=lambda wildcards: float(wildcards.share),
        seeds=lambda wildcards: seeds_of(wildcards.seeds),
        checkpoint=study.path(
            "checkpoints/{scan}/{control}_LB={buffer}_n={components}_share={share}_seeds={seeds}.pt"
        ),
        code=code_of("train.py"),
    script:
        "../scripts/train.py"


rule learning_table:
    input:
        lambda wildcards: [
            file
            for share in [*study.scans[wildcards.scan]["shares"], 1]
            for file in study.learning_files(wildcards.scan, share)
        ],
    output:
        report(
            study.path("tables/{scan}/learning.csv"),
            caption="../report/learning.rst",
            category="{scan}",
            subcategory="Tables",
            labels={"table": "what more data would buy"},
        ),
    log:
        study.path("logs/tables/{scan}_learning.log"),
    benchmark:
        study.path("benchmarks/tables/{scan}_learning.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("learning_table"),
    params:
        settings=lambda wildcards: study.training_settings(wildcards.scan),
        code=code_of("learning.py"),
    script:
        "../scripts/learning.py"


rule learning_figure:
    input:
        study.path("tables/{scan}/learning.csv"),
    output:
        study.path("figures/{scan}/learning.pdf"),
        report(
            study.path("figures/{scan}/learning.png"),
            caption="../report/learning.rst",
            category="{scan}",
            subcategory="Figures",
            labels={"figure": "What more data would buy"},
        ),
    log:
        study.path("logs/figures/{scan}_learning.log"),
    benchmark:
        study.path("benchmarks/figures/{scan}_learning.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("learning_figure"),
    params:
        code=code_of("learning_figure.py"),
    script:
        "../scripts/learning_figure.py"
