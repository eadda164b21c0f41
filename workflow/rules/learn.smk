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
