# Where time, memory and disk of a run went. It is told last, of whatever was asked for.


# The main process knows what was asked for; the job of a cluster would not.
localrules:
    costs,


def asked_for():
    """Return the files of all targets that were asked for by name, or of `rule all`, but for the costs."""
    asked = set(workflow.dag_settings.targets) or {"all"}
    targets = [part for part in workflow.rules if part.name in asked and not part.output]
    targets = targets or [part for part in workflow.rules if part.name == "all"]
    files = {file for part in targets for file in part.input if not callable(file)}
    return sorted(map(str, files - set(COSTS)))


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
        root=str(study.root),
        code=code_digest("rsmi.budget", "rsmi.figures.costs"),
    script:
        "../scripts/costs.py"
