"""The command ``rsmi``, also ``python -m rsmi``: what can be asked of files and studies."""

import importlib
import os
import sys

COMMANDS = {
    "init": ("rsmi.study.init", "begin a study in a folder of its own"),
    "check": ("rsmi.study.check", "whether a study, or configurations in files, can be used"),
    "test-model": ("rsmi.sampling.trial", "whether a model of your own keeps to the contract"),
    "inspect": ("rsmi.storage.provenance", "what made a NetCDF file or a figure"),
    "resume": ("rsmi.study.resume", "make a study that was cut short ready to be gone on with"),
    "why": ("rsmi.study.why", "why jobs would run, a line each"),
    "plan": ("rsmi.study.plan", "what a study will cost, before it is run"),
    "budget": ("rsmi.study.budget", "where the time, memory and disk of a run went"),
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return its exit status. What is wrong goes to standard error."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or [""]
    if name not in COMMANDS:
        about = "\n".join(f"  {name:12}{text}" for name, (_, text) in COMMANDS.items())
        print(f"usage: rsmi COMMAND ...\n{about}", file=sys.stderr)
        return 2
    # One thread, as in the jobs of the workflow, or `plan` would time threads that wait for each other; set
    # before a library reads it.
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ[variable] = "1"
    try:
        error = importlib.import_module(COMMANDS[name][0]).main(rest)
        sys.stdout.flush()
    except BrokenPipeError:
        # Who reads has read enough, as `head` has; Python must not complain of that when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if error:
        print(error, file=sys.stderr)
    return 1 if error else 0


if __name__ == "__main__":
    sys.exit(main())
