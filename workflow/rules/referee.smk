# What filters keep of E by exact results, at one control value of a scan.


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
