import pytest

from rsmi.study.why import explain, lines

RUN = """Building DAG of jobs...
[Mon Nov 23 08:00:00 2026]
rule sample:
    output: results/a/samples/ising/T=1.5.nc (update)
    jobid: 4
    reason: Missing output files: results/a/samples/ising/T=1.5.nc
    wildcards: model=ising

[Mon Nov 23 08:00:00 2026]
rule train:
    input: results/a/samples/ising/T=1.5.nc
    output: results/a/training/x.nc, results/a/training/y.nc
    reason: Input files updated by another job: results/a/samples/ising/T=1.5.nc

rule all:
    input: results/a/training/x.nc
    reason: Rules with neither input nor output files are always executed
Reasons:
    output: this is no job
    reason: nor is this
"""


def test_a_line_per_job():
    first, second = lines(RUN.splitlines())
    assert " ".join(first.split()) == "sample results/a/samples/ising/T=1.5.nc: its result is missing"
    assert " ".join(second.split()) == "train results/a/training/x.nc: an input will be made anew"


@pytest.mark.parametrize(
    ("before", "now", "what"),
    [
        ("'0123456789abcdef'", "'fedcba9876543210'", "its code changed"),
        ("{'epochs': 3}", "{'epochs': 4}", "its settings changed"),
        (
            "'0123456789abcdef', {'epochs': 3}",
            "'fedcba9876543210', {'epochs': 4}",
            "its code and its settings changed",
        ),
        ("<nothing exclusive>", "{'epochs': 4}", "its settings changed"),
    ],
)
def test_code_is_told_from_settings(before, now, what):
    where = "Union of exclusive params before and now across all output"
    reason = f"Params have changed since last execution: {where}: before: {before} now: {now}"
    assert explain(reason) == what


def test_an_unknown_reason_is_given_as_it_is():
    assert explain("Something new") == "Something new"
