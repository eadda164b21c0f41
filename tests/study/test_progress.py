"""What remains of a run, by made-up records of Snakemake's log."""

import io
import logging
from types import SimpleNamespace

import pytest

from rsmi.study.progress import Progress, duration, follow


class Run:
    """Ten samplings of 60 s and two figures of 30 s, on two cores, by a clock of our own."""

    def __init__(self):
        self.now, self.out = 0.0, io.StringIO()
        jobs = {i: ("sample", 60.0) for i in range(10)} | {10 + i: ("figure", 30.0) for i in range(2)}
        self.progress = Progress(jobs, 2, self.out, lambda: self.now)

    def tell(self, event, **fields):
        record = logging.makeLogRecord({"event": event, "levelno": logging.INFO, **fields})
        self.progress.handle(record)

    def job(self, number, rule, seconds):
        self.tell("job_info", jobid=number, rule_name=rule)
        self.now += seconds
        self.tell("job_finished", job_id=number)
        self.tell("progress", done=number + 1, total=12)

    @property
    def lines(self):
        return self.out.getvalue().splitlines()


def test_before_anything_has_finished_estimates_count():
    run = Run()
    assert run.progress.line() == "remaining: 12 of 12 jobs, about 6 min on 2 cores (sample 10, figure 2)"


def test_finished_jobs_correct_the_estimate():
    run = Run()
    # Twice as slow as was thought; what has not been seen is thought to be so too.
    run.job(0, "sample", 120)
    assert run.lines == ["remaining: 11 of 12 jobs, about 10 min on 2 cores (sample 9, figure 2)"]
    run.job(10, "figure", 30)
    assert run.lines[-1] == "remaining: 10 of 12 jobs, about 9 min on 2 cores (sample 9, figure 1)"


def test_running_jobs_are_partly_done():
    run = Run()
    run.tell("job_info", jobid=0, rule_name="sample")
    run.now = 600.0
    # No job takes less than nothing, however long it runs.
    assert "12 of 12 jobs, about 5 min" in run.progress.line()


def test_lines_are_seldom_and_end_with_the_jobs():
    run = Run()
    for number in range(3):
        run.job(number, "sample", 12)
    assert len(run.lines) == 1
    for number in range(3, 12):
        run.job(number, "sample", 60)
    assert len(run.lines) == 9 and "0 of" not in run.lines[-1].replace("10 of", "")


def test_rules_beyond_four_are_summed_up():
    progress = Progress({i: (f"rule_{i}", 1.0) for i in range(6)}, 1)
    assert progress.line().endswith("on 1 core (rule_0 1, rule_1 1, rule_2 1, rule_3 1, others 2)")


def test_nothing_can_break_a_run():
    run = Run()
    for record in (logging.makeLogRecord({}), logging.makeLogRecord({"event": "job_info"})):
        run.progress.handle(record)
    run.tell("job_finished", job_id="unknown")
    run.tell("job_finished", job_id=[])

    class Closed:
        def write(self, text):
            raise OSError("gone")

    run.progress._stream = Closed()
    run.job(0, "sample", 100)


def test_durations_are_rough():
    assert [duration(s) for s in (5, 720, 5400, 20_000)] == [
        "less than a minute", "about 12 min", "about 1.5 h", "about 5.6 h",
    ]  # fmt: skip


@pytest.fixture
def workflow():
    def job(number, name, output):
        return SimpleNamespace(
            number=number, rule=SimpleNamespace(name=name), output=output, wildcards_dict={}
        )

    jobs = [job(1, "sample", ["a.nc"]), job(2, "train", ["b.nc"]), job(0, "all", [])]
    return SimpleNamespace(
        is_main_process=True,
        output_settings=SimpleNamespace(quiet=None),
        resource_settings=SimpleNamespace(cores=8, nodes=None),
        dag=SimpleNamespace(needrun_jobs=lambda: jobs, jobid=lambda job: job.number),
    )


def test_a_run_is_followed_from_its_start(workflow):
    logger = logging.getLogger("snakemake.logging")
    progress = follow(workflow, lambda rule, wildcards: (rule, 90.0))
    try:
        assert progress in logger.handlers
        assert progress.line() == "remaining: 2 of 2 jobs, about 2 min on 2 cores (sample 1, train 1)"
    finally:
        logger.removeHandler(progress)


def test_jobs_of_another_process_and_quiet_runs_are_not_followed(workflow):
    before = list(logging.getLogger("snakemake.logging").handlers)
    workflow.output_settings.quiet = [SimpleNamespace(name="ALL")]
    assert follow(workflow, lambda *_: ("", 1.0)) is None
    workflow.output_settings.quiet = None
    workflow.is_main_process = False
    assert follow(workflow, lambda *_: ("", 1.0)) is None
    assert follow(SimpleNamespace(), lambda *_: ("", 1.0)) is None
    assert logging.getLogger("snakemake.logging").handlers == before
