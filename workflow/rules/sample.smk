# Configurations of one model at one value of its control parameter: sampled, or read from files.


rule sample:
    output:
        # Samples that are there are gone on with where only more of them are asked for.
        update(study.path("samples/{model}/{control}.nc")),
    log:
        study.path("logs/sample/{model}/{control}.log"),
    benchmark:
        study.path("benchmarks/sample/{model}/{control}.tsv")
    wildcard_constraints:
        model=one_of(name for name in study.models if name not in study.read_models()),
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("sample"),
    params:
        settings=lambda wildcards: study.sampling_settings(wildcards.model),
        control=lambda wildcards: control_value(wildcards.control),
        code=lambda wildcards: code_of("sample.py", study.model_code(wildcards.model)),
    script:
        "../scripts/sample.py"


rule read:
    input:
        lambda wildcards: study.raw_files(wildcards.model, control_value(wildcards.control)),
    output:
        study.path("samples/{model}/{control}.nc"),
    log:
        study.path("logs/sample/{model}/{control}.log"),
    benchmark:
        study.path("benchmarks/sample/{model}/{control}.tsv")
    wildcard_constraints:
        model=one_of(study.read_models()),
    # All files are checked before anything is trained.
    priority: 1
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("read"),
    params:
        # What the output says of itself, and where the files are.
        settings=lambda wildcards: study.sampling_settings(wildcards.model),
        parameters=lambda wildcards: study.models[wildcards.model]["parameters"],
        control=lambda wildcards: control_value(wildcards.control),
        code=code_of("read.py"),
    script:
        "../scripts/read.py"
