# What a study quotes, checked against exact results: `make validate`. Rows of one table, and figures of it.


rule check_samples:
    input:
        lambda wildcards: study.sample_files(wildcards.model),
    output:
        study.path("validation/samples/{model}.csv"),
    log:
        study.path("logs/validation/samples_{model}.log"),
    benchmark:
        study.path("benchmarks/validation/samples_{model}.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("check_samples"),
    params:
        code=code_of("check_samples.py"),
    script:
        "../scripts/check_samples.py"


rule check_trainings:
    input:
        samples=lambda wildcards: study.path(f"samples/{study.scans[wildcards.scan]['model']}/{{control}}.nc"),
        trainings=lambda wildcards: study.training_files(wildcards.scan, [wildcards.control]),
    output:
        study.path("validation/trainings/{scan}/{control}.csv"),
    log:
        study.path("logs/validation/{scan}_{control}.log"),
    benchmark:
        study.path("benchmarks/validation/{scan}_{control}.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("check_trainings"),
    params:
        code=code_of("check_trainings.py"),
    script:
        "../scripts/check_trainings.py"


rule check_closed_forms:
    output:
        study.path("validation/closed_forms.csv"),
    log:
        study.path("logs/validation/closed_forms.log"),
    benchmark:
        study.path("benchmarks/validation/closed_forms.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("check_closed_forms"),
    params:
        check="closed_forms",
        code=code_of("check.py", "rsmi.validation.closed_forms"),
    script:
        "../scripts/check.py"


rule check_mutual_information:
    output:
        study.path("validation/mutual_information.csv"),
    log:
        study.path("logs/validation/mutual_information.log"),
    benchmark:
        study.path("benchmarks/validation/mutual_information.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("check_mutual_information"),
    params:
        check="mutual_information",
        code=code_of("check.py", "rsmi.validation.mutual_information"),
    script:
        "../scripts/check.py"


rule validation_summary:
    input:
        study.path("validation/closed_forms.csv"),
        study.path("validation/mutual_information.csv"),
        expand(study.path("validation/samples/{model}.csv"), model=study.models),
        [study.path(f"validation/trainings/{scan}/{control}.csv") for scan, control in study.refereed()],
    output:
        report(
            study.path("summary.csv"),
            caption="../report/validation_summary.rst",
            category="Validation",
            labels={"table": "every check"},
        ),
    log:
        study.path("logs/validation/summary.log"),
    benchmark:
        study.path("benchmarks/validation/summary.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("validation_summary"),
    params:
        unchecked=sorted(set(study.scans) - {scan for scan, _ in study.refereed()}),
        code=code_of("validation_summary.py"),
    script:
        "../scripts/validation_summary.py"


rule validation_figure_bounds:
    input:
        study.path("summary.csv"),
    output:
        study.path("figures/validation_bounds.pdf"),
        report(
            study.path("figures/validation_bounds.png"),
            caption="../report/validation_bounds.rst",
            category="Validation",
            labels={"figure": "estimates against exact information"},
        ),
    log:
        study.path("logs/figures/validation_bounds.log"),
    benchmark:
        study.path("benchmarks/figures/validation_bounds.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("validation_figure_bounds"),
    params:
        figure="bounds",
        code=code_of("validation_figure.py", "rsmi.validation.figures.bounds"),
    script:
        "../scripts/validation_figure.py"


rule validation_figure_z_scores:
    input:
        study.path("summary.csv"),
    output:
        study.path("figures/validation_z_scores.pdf"),
        report(
            study.path("figures/validation_z_scores.png"),
            caption="../report/validation_z_scores.rst",
            category="Validation",
            labels={"figure": "deviations of unbiased means"},
        ),
    log:
        study.path("logs/figures/validation_z_scores.log"),
    benchmark:
        study.path("benchmarks/figures/validation_z_scores.tsv")
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("validation_figure_z_scores"),
    params:
        figure="z_scores",
        code=code_of("validation_figure.py", "rsmi.validation.figures.z_scores"),
    script:
        "../scripts/validation_figure.py"


if study.free_dimers():

    rule check_free_dimers:
        input:
            study.path("samples/{model}/T=inf.nc"),
        output:
            study.path("validation/free_dimers/{model}.csv"),
        log:
            study.path("logs/validation/free_dimers_{model}.log"),
        benchmark:
            study.path("benchmarks/validation/free_dimers_{model}.tsv")
        # The longest job of all.
        priority: 1
        conda:
            "../../envs/environment.yaml"
        resources:
            **needs("check_free_dimers"),
        params:
            code=code_of("check_free_dimers.py"),
        script:
            "../scripts/check_free_dimers.py"

    rule validation_figure_free_dimers:
        input:
            study.path(f"validation/free_dimers/{study.free_dimers()}.csv"),
            study.path("summary.csv"),
        output:
            study.path("figures/validation_free_dimers.pdf"),
            report(
                study.path("figures/validation_free_dimers.png"),
                caption="../report/validation_free_dimers.rst",
                category="Validation",
                labels={"figure": "information of free dimers"},
            ),
        log:
            study.path("logs/figures/validation_free_dimers.log"),
        benchmark:
            study.path("benchmarks/figures/validation_free_dimers.tsv")
        conda:
            "../../envs/environment.yaml"
        resources:
            **needs("validation_figure_free_dimers"),
        params:
            figure="free_dimers",
            code=code_of("validation_figure.py", "rsmi.validation.figures.free_dimers"),
        script:
            "../scripts/validation_figure.py"
