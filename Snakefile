# From raw configurations to a phase diagram: sample -> train -> aggregate -> figures and tables.
#
# A study is described by config.yaml; workflow/schemas/config.schema.yaml explains every setting.
# Run it by `snakemake --cores N`; profiles/default holds the options that make this enough.


# Another one that is given, by --configfile, stands in its place.
if not workflow.overwrite_configfiles:

    configfile: "config.yaml"


report: "workflow/report/study.rst"


include: "workflow/rules/study.smk"
include: "workflow/rules/sample.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/learn.smk"
include: "workflow/rules/aggregate.smk"
include: "workflow/rules/referee.smk"
include: "workflow/rules/items.smk"
include: "workflow/rules/summary.smk"
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
    follow(workflow, told)


# Every figure and table of a study.
rule all:
    default_target: True
    input:
        study.files(),
        catalogue.files("all"),
        COSTS,


# What a study quotes, checked against exact results: `make validate`.
rule validate:
    input:
        study.path("summary.csv"),
        catalogue.files("validate"),


# Every figure and table of the 2021 paper, for a study whose scans have the names of the paper's: `make paper`.
rule paper:
    input:
        lambda wildcards: require_paper(),
        study.files(),
        catalogue.files("paper"),
        COSTS,
