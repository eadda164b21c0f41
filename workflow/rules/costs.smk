# Where time, memory and disk of a run went. It is told last, of whatever was asked for.


# The main process knows what was asked for; the job of a cluster would not.
localrules:
    costs,


rule costs:
    input:
        lambda wildcards: asked_for(),
    output:
        report(
            COSTS[0],
            caption="../report/costs.rst",
            category="All scans",
            subcategory="Tables",
            labels={"table": "where time, memory and disk went"},
        ),
        COSTS[1],
        report(
            COSTS[2],
            caption="../report/costs.rst",
            category="All scans",
            subcategory="Figures",
            labels={"figure": "Where time, memory and disk went"},
        ),
    log:
        study.path("logs/tables/costs.log"),
    conda:
        "../../envs/environment.yaml"
    resources:
        **needs("costs"),
    params:
        benchmarks=study.path("benchmarks"),
        code=code_of("costs.py"),
    script:
        "../scripts/costs.py"
