"""Make a study suffer, and see that nothing is lost: ``make chaos``.

A storm is a series of rounds. In each, the miniature study is begun anew or partly undone, files are damaged,
and it is run again and again while jobs and Snakemake are killed, the disk fills, and so on. Then one
undisturbed ``make run`` must end well, with every scientific value as if nothing had happened. If it does,
all faults of the round were survived.
"""

import argparse
import random
import sys
import time
from collections import Counter

from tests.chaos import faults
from tests.chaos.arena import Arena, differences
from tests.workflow.conftest import MINIATURE

# Seconds that one undisturbed run may take on a busy machine.
PATIENCE = 600


def storm(count: int, seed: int, minutes: float, say=print) -> tuple[Counter, Counter, list[str]]:
    """Let `count` faults happen, or as many as fit into `minutes`.

    Returns the number of faults by kind, of those not survived, and what went wrong.
    """
    rng = random.Random(seed)
    end = time.monotonic() + 60 * minutes
    happened, lost, problems = Counter(), Counter(), []
    with Arena(MINIATURE) as arena:
        output = arena.start().wait(PATIENCE)
        reference = arena.values()
        if not reference:
            return happened, lost, [f"the undisturbed run failed:\n{output[-3000:]}"]
        say(f"undisturbed: {len(reference)} files; root: {arena.small_disk}", flush=True)
        while happened.total() < count and time.monotonic() < end:
            suffered = _round(arena, rng, min(10, count - happened.total()), end)
            output = arena.start().wait(PATIENCE)
            wrong = differences(arena.values(), reference) + arena.complaints
            arena.complaints = []
            happened.update(kind for kind, _ in suffered)
            say(f"{happened.total():4} faults; {', '.join(f'{k}: {w}' for k, w in suffered)}", flush=True)
            if wrong:
                lost.update(kind for kind, _ in suffered)
                problems += [*wrong, output[-3000:]]
                say("\n".join([*wrong, output[-3000:]]), flush=True)
                arena.reset()
    return happened, lost, problems


def _round(arena: Arena, rng: random.Random, most: int, end: float) -> list[tuple[str, str]]:
    """Let up to `most` faults happen and return kind and what was done; leave nothing running."""
    suffered: list[tuple[str, str]] = []

    def happen(fault, *arguments) -> None:
        what = fault(arena, rng, *arguments)
        if what is not None:
            suffered.append((fault.__name__, what))

    if rng.random() < 0.3:
        arena.reset()
    for _ in range(rng.randrange(4)):
        if len(suffered) < most:
            happen(rng.choice(faults.AT_REST))
    quiet = 0
    while len(suffered) < most and quiet < 3 and time.monotonic() < end:
        before, run = len(suffered), arena.start()
        while run.alive() and len(suffered) < most:
            arena.pause(rng.uniform(0.5, 5.0))
            if run.alive():
                happen(rng.choice(faults.RUNNING), run)
        run.wait(PATIENCE)
        # A study that is done leaves nothing to be disturbed.
        quiet = quiet + 1 if len(suffered) == before else 0
        if quiet:
            happen(rng.choice(faults.AT_REST))
    return suffered


def table(happened: Counter, lost: Counter) -> str:
    """Return faults by kind, survived and lost, to read."""
    lines = [f"{'fault':18}{'happened':>9}{'survived':>9}{'lost':>6}"]
    for kind, number in [*sorted(happened.items()), ("all", happened.total())]:
        gone = lost.total() if kind == "all" else lost[kind]
        lines.append(f"{kind:18}{number:9}{number - gone:9}{gone:6}")
    return "\n".join(lines)


def main() -> int:
    """Run a storm as asked for on the command line; return 1 if anything was lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.storm", description=__doc__.split("\n")[0])
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60.0, help="no new round after that")
    asked = parser.parse_args()
    began = time.monotonic()
    happened, lost, problems = storm(asked.faults, asked.seed, asked.minutes)
    print(table(happened, lost))
    print(f"seed {asked.seed}, {(time.monotonic() - began) / 60:.0f} minutes")
    return 1 if problems or not happened else 0


if __name__ == "__main__":
    sys.exit(main())
