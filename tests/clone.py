"""A copy of the project in which `make` may do what it likes, with the environment that runs the tests."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parent.parent
# What git ignores, or keeps for itself.
LEFT_OUT = (
    *(".git", ".venv*", ".peers*", ".snakemake", "results", "site", "data"),
    *("__pycache__", "*.egg-info", ".pytest_cache", ".ruff_cache"),
)
# What a `make` that runs the tests tells those below it, and what people may have told it.
MAKE = (
    *("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"),
    *("CONFIG", "TARGET", "TARGETS", "TESTS", "PLAN", "CHAOS", "BENCHMARK"),
)


class Clone:
    """The copy; whatever is done to its environment, that of the tests stays as it is."""

    def __init__(self, folder: Path) -> None:
        """Copy the project to a folder that is not there yet."""
        self.folder = folder
        shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        self.environment(".venv")

    def environment(self, name: str) -> None:
        """Make an environment of links into that of the tests, ready as `make` sees it."""
        inside, outside = self.folder / name, Path(sys.prefix)
        (inside / "bin").mkdir(parents=True)
        for path in [*outside.iterdir(), *(outside / "bin").iterdir()]:
            if path.name not in (".ready", "bin"):
                (inside / path.relative_to(outside)).symlink_to(path)
        self.ready(name)

    def ready(self, name: str) -> None:
        """Mark an environment, or a folder of packages, as newer than what it is made from."""
        (self.folder / name).mkdir(exist_ok=True)
        (self.folder / name / ".ready").touch()

    def program(self, name: str, script: str) -> Path:
        """Put a shell script in the place of a program."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def make(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess:
        """Run `make` on one core; `stdout` of what it returns holds output and errors, as they came."""
        environment = {name: value for name, value in os.environ.items() if name not in MAKE}
        result = subprocess.run(
            ["make", *arguments, "CORES=1"],
            cwd=self.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert result.returncode == 0 or not check, result.stdout
        return result
