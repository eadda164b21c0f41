# What a study quotes, checked against exact results: the rows of all checks in one table.


rule validation_summary:
    input:
        # That of free dimers is a table of its own.
        [
            file
            for key in catalogue["check"]
            if not key.startswith("free_dimers/")
            for file in catalogue.outputs("check", key)
        ],
    output:
        report(
            study.path("summary.csv"),
            caption="../report/summary.rst",
            category="Validation",
            subcategory="Tables",
            labels={"table": "01 every check"},
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
