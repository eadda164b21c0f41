"""Why jobs would run: ``snakemake --dry-run | rsmi why``, a line per job."""

import re
import sys
from collections.abc import Iterable, Iterator

from rsmi.study.catalogue import name_of

# What Snakemake says, and what a line says.
REASONS = {
    "Missing output files": "its result is missing",
    "Updated input files": "an input is new",
    "Input files updated by another job": "an input will be made anew",
    "Set of input files has changed": "it has other inputs",
    "Params have changed": "its settings or its code changed",
    "Code has changed": "its script changed",
    "Software environment definition has changed": "its software environment changed",
    "Forced execution": "it was forced",
    "Incomplete": "it was cut short",
    "incomplete": "it was cut short",
}
JOB = re.compile(r"^(?:local)?(?:rule|checkpoint) (\w+):$")
# A digest of code, as `rsmi.storage.digest` makes it, among other settings.
CODE = re.compile(r"'?\b[0-9a-f]{16}\b'?")


def explain(reason: str) -> str:
    """Return in a few words what Snakemake gives as its reason."""
    found = [short for long, short in REASONS.items() if long in reason]
    changed = re.search(r"before: (.*?) now: (.*?)(?=;|$)", reason)
    if changed and "its settings or its code changed" in found:
        code = all(CODE.search(side) for side in changed.groups())
        rest = [CODE.sub("", side).strip(" ,") for side in changed.groups()]
        what = (["its code"] if code else []) + (["its settings"] if rest[0] or rest[1] else [])
        found[found.index("its settings or its code changed")] = " and ".join(what) + " changed"
    return ", ".join(dict.fromkeys(found)) or reason


def jobs(dry_run: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield rule, first output and Snakemake's reason for every job in what a dry run prints.

    The name of a figure, table or check is added to its rule: ``figure filters``. A target without a file of
    its own is no job.
    """
    rule, output, reason = "", "", ""
    for line in [*dry_run, ""]:
        key, _, value = line.strip().partition(": ")
        if rule and key == "output":
            output = value.split(",")[0].strip().removesuffix(" (update)")
        elif rule and key == "reason":
            reason = value.strip()
        elif rule and key == "wildcards" and (found := re.search(rf"\b{rule}=([^,]+)", value)):
            rule = f"{rule} {name_of(rule, found[1])}"
        elif not line.startswith("    "):
            if output and reason:
                yield rule, output, reason
            found = JOB.match(line.rstrip())
            rule, output, reason = found[1] if found else "", "", ""


def lines(dry_run: Iterable[str]) -> Iterator[str]:
    """Yield ``rule  first output  reason`` for every job in what a dry run prints."""
    for rule, output, reason in jobs(dry_run):
        yield f"{rule:24} {output}: {explain(reason)}"


def main(arguments: list[str]) -> str | None:
    """Explain a dry run that comes in by standard input; return what is wrong, if anything is."""
    if arguments or sys.stdin.isatty():
        return "usage: snakemake --dry-run 2>&1 | rsmi why"
    text = sys.stdin.read()
    found = list(lines(text.splitlines()))
    for line in found:
        print(line)
    if not found and "Nothing to be done" not in text:
        return text
    if not found:
        print("Nothing would run.")
    return None
