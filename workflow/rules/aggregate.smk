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
        code=code_digest("rsmi.analysis.ensemble", "rsmi.store"),
    script:
        "../scripts/aggregate.py"
