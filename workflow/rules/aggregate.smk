# All trainings of a scan as one xarray Dataset.


rule aggregate:
    input:
        lambda wildcards: study.training_files(wildcards.scan),
    output:
        study.path("ensembles/{scan}.nc"),
    log:
        study.path("logs/aggregate/{scan}.log"),
    benchmark:
        study.path("benchmarks/aggregate/{scan}.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("aggregate"),
    params:
        settings=lambda wildcards: study.training_settings(wildcards.scan),
        code=code_of("aggregate.py"),
    script:
        "../scripts/aggregate.py"
