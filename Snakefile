# From raw configurations to a phase diagram: sample -> train -> aggregate -> figures and tables.
#
# A study is described by config.yaml; workflow/schemas/config.schema.yaml explains every setting.
# Run it by `snakemake --cores N`; profiles/default holds the options that make this enough.


configfile: "config.yaml"


report: "workflow/report/study.rst"


include: "workflow/rules/study.smk"
include: "workflow/rules/sample.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/learn.smk"
include: "workflow/rules/aggregate.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/validate.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/costs.smk"


# The marks that this process runs the study; they go when it ends, however that comes about.
held = []


# Nobody else runs the study meanwhile, and the terminal says what remains in time, too.
onstart:
    if workflow.is_main_process:
        try:
            held.append(running.hold(config["study"]))
        except running.RunningError as error:
            raise WorkflowError(str(error)) from None
    follow(workflow, lambda rule_name, wildcards: costs.of(rule_name, wildcards).seconds)


rule all:
    default_target: True
    input:
        study.files(),
        outputs("table_", "figure_"),
        LEARNING,
        COSTS,


rule validate:
    input:
        study.path("summary.csv"),
        study.path("figures/validation_bounds.pdf"),
        study.path("figures/validation_z_scores.pdf"),
        study.path("figures/validation_free_dimers.pdf") if study.free_dimers() else [],
