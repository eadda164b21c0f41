# Monte Carlo configurations of one model at one value of its control parameter.


rule sample:
    output:
        # Samples that are there are gone on with where only more of them are asked for.
        update(study.path("samples/{model}/{control}.nc")),
    log:
        study.path("logs/sample/{model}/{control}.log"),
    benchmark:
        study.path("benchmarks/sample/{model}/{control}.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("sample"),
    params:
        settings=lambda wildcards: study.sampling_settings(wildcards.model),
        control=lambda wildcards: control_value(wildcards.control),
        code=lambda wildcards: code_of("sample.py", study.model_module(wildcards.model)),
    script:
        "../scripts/sample.py"
