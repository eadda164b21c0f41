"""What remains of a run, told on the terminal while Snakemake runs it."""

import logging
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TextIO

# Seconds between two lines.
INTERVAL = 30.0
# Kinds of jobs that a line names.
MOST_NAMES = 4


class Progress(logging.Handler):
    """Follows Snakemake's log and tells how many jobs remain, and about how long they will take.

    Estimates are corrected, for jobs of each name, by what those of them took that have finished in this run.
    Whatever goes wrong in here is dropped: it must not end a run.
    """

    def __init__(
        self,
        jobs: Mapping[int, tuple[str, float]],
        cores: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        interval: float = INTERVAL,
    ) -> None:
        """Follow a run of `jobs` on `cores` cores; of each, by its number, name and estimated seconds."""
        super().__init__(logging.INFO)
        self._remaining = dict(jobs)
        self._total, self._cores = len(jobs), max(1, cores)
        self._stream, self._clock, self._interval = stream, clock, interval
        self._told = clock()
        self._started: dict[int, float] = {}
        # Of what has finished, by name: seconds that it took, and that were estimated.
        self._took: dict[str, float] = defaultdict(float)
        self._expected: dict[str, float] = defaultdict(float)

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of a job that began or ended; print a line if it is time for one."""
        try:
            self._take(record)
        except Exception:
            return

    def _take(self, record: logging.LogRecord) -> None:
        now = self._clock()
        # Beside those of every record, those that Snakemake gives it.
        fields = vars(record)
        match fields.get("event"):
            case "job_info":
                self._started[fields["jobid"]] = now
            case "job_finished" if fields["job_id"] in self._remaining:
                number = fields["job_id"]
                name, seconds = self._remaining.pop(number)
                if number in self._started:
                    self._took[name] += now - self._started.pop(number)
                    self._expected[name] += seconds
            case "progress" if now - self._told >= self._interval and self._remaining:
                self._told = now
                print(self.line(), file=self._stream or sys.stderr, flush=True)

    def line(self) -> str:
        """Return what remains: jobs, of how many, about how long, and the names of most of them."""
        seconds = 0.0
        for number, (name, estimate) in self._remaining.items():
            expected = estimate * self._correction(name)
            # What runs is partly done.
            started = self._started.get(number)
            seconds += expected if started is None else max(0.0, expected - (self._clock() - started))
        counts = Counter(name for name, _ in self._remaining.values()).most_common()
        parts = [f"{name} {count}" for name, count in counts[:MOST_NAMES]]
        if len(counts) > MOST_NAMES:
            parts.append(f"others {sum(count for _, count in counts[MOST_NAMES:])}")
        return (
            f"remaining: {len(self._remaining)} of {self._total} jobs, {duration(seconds / self._cores)} on "
            f"{self._cores} {'core' if self._cores == 1 else 'cores'} ({', '.join(parts)})"
        )

    def _correction(self, name: str) -> float:
        """Return by how much jobs of a name were slower than estimated; of a name without any, all jobs."""
        took, expected = self._took.get(name, 0.0), self._expected.get(name, 0.0)
        if not expected:
            took, expected = sum(self._took.values()), sum(self._expected.values())
        return took / expected if expected else 1.0


def duration(seconds: float) -> str:
    """Write a rough duration: "less than a minute", "about 12 min", "about 3.5 h"."""
    if seconds < 60:
        return "less than a minute"
    return f"about {seconds / 60:.0f} min" if seconds < 90 * 60 else f"about {seconds / 3600:.1f} h"


def follow(workflow: Any, told: Callable[[str, Any], tuple[str, float]]) -> Progress | None:
    """Let a handler of Snakemake's `workflow` follow its run from its start on, and return it.

    `told` returns a job's name and its estimated seconds, by its rule and its wildcards. None in a process
    that runs jobs for another one, in a run that is to be quiet, or if Snakemake is not as it was known here.
    """
    try:
        quiet = {part.name for part in workflow.output_settings.quiet or ()}
        if not workflow.is_main_process or quiet & {"ALL", "PROGRESS"}:
            return None
        dag = workflow.dag
        # A target has no output, and is no work.
        jobs = {
            dag.jobid(job): told(job.rule.name, job.wildcards_dict)
            for job in dag.needrun_jobs()
            if job.output
        }
        settings = workflow.resource_settings
        progress = Progress(jobs, min(settings.nodes or settings.cores or 1, max(1, len(jobs))))
        logging.getLogger("snakemake.logging").addHandler(progress)
        return progress
    except Exception:
        return None
