# RSMI-NE for one point of a scan: a block of seeds, trained together.


rule train:
    input:
        lambda wildcards: study.path(f"samples/{study.scans[wildcards.scan]['model']}/{{control}}.nc"),
    output:
        study.path("training/{scan}/{control}_LB={buffer}_n={components}_seeds={seeds}.nc"),
    log:
        study.path("logs/train/{scan}/{control}_LB={buffer}_n={components}_seeds={seeds}.log"),
    benchmark:
        study.path("benchmarks/train/{scan}/{control}_LB={buffer}_n={components}_seeds={seeds}.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("train"),
    params:
        # What the samples must have been made by.
        samples=lambda wildcards: study.sampling_settings(study.scans[wildcards.scan]["model"]),
        settings=lambda wildcards: study.training_settings(wildcards.scan),
        buffer=lambda wildcards: int(wildcards.buffer),
        components=lambda wildcards: int(wildcards.components),
        share=1.0,
        seeds=lambda wildcards: seeds_of(wildcards.seeds),
        # A killed training goes on from here; the file goes when it is finished.
        checkpoint=study.path("checkpoints/{scan}/{control}_LB={buffer}_n={components}_seeds={seeds}.pt"),
        code=code_of("train.py"),
    script:
        "../scripts/train.py"
