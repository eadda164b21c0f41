"""Begin a study in a folder of its own: ``rsmi init FOLDER``, and there ``snakemake --cores 2``.

It writes a Snakefile that includes the workflow of the installed package, options for Snakemake
(`profiles/default/config.yaml`) and the configuration of a small study (`config.yaml`).
"""

import argparse
import importlib.util
import os
import re
import shlex
from pathlib import Path

import yaml

from rsmi.study.project import PROFILE, SCHEMA, STUDY
from rsmi.study.yaml_file import load


class InitError(Exception):
    """A study cannot be begun in a folder; the message says why, and what to do."""


def study_name(folder: Path) -> str | None:
    """Return the name of the study in a folder: that of the folder, None if no study may have it."""
    name = folder.resolve().name
    pattern = load(SCHEMA)["properties"]["study"]["pattern"]
    return name if re.search(pattern, name) else None


def texts(folder: Path) -> dict[Path, str]:
    """Return what to write, by file."""
    config = (STUDY / "config.yaml").read_text()
    if name := study_name(folder):
        # In quotation marks where YAML would take it for a number or the like.
        line = yaml.safe_dump({"study": name}).strip()
        config = re.sub(r"^study: .*$", line, config, flags=re.MULTILINE)
    return {
        folder / "Snakefile": (STUDY / "Snakefile").read_text(),
        folder / "profiles/default/config.yaml": PROFILE.read_text(),
        folder / "config.yaml": config,
    }


def init(folder: Path) -> list[Path]:
    """Write the files of a study and return their paths.

    Raises `InitError`, before anything is written, if one of them is there already, and `OSError` if the
    folder cannot be written to.
    """
    files = texts(folder)
    for path in files:
        # A link that leads nowhere is something, too.
        if os.path.lexists(path):
            raise InitError(
                f"{path}: is there already, so nothing was written; name another folder, or move it away."
            )
    for path in files:
        path.parent.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        path.write_text(text)
    return list(files)


def main(arguments: list[str]) -> str | None:
    """Begin a study and say what to type next; return what is in the way, if anything is."""
    parser = argparse.ArgumentParser(prog="rsmi init", description="Begin a study in a folder of its own.")
    parser.add_argument("folder", type=Path, help="where to write it; made if it is not there")
    folder = parser.parse_args(arguments).folder
    try:
        for path in init(folder):
            print(f"wrote {path}")
    except (InitError, OSError) as error:
        return str(error)
    name = load(folder / "config.yaml")["study"]
    if not study_name(folder):
        print(
            f"The study is called {name}: the folder's name cannot be used (only letters, digits, _ and -)."
        )
    if not importlib.util.find_spec("snakemake"):
        print("Snakemake is missing; the extra `workflow` has it: pip install '.[workflow]' in a clone.")
    print(
        f"""
Next:

    cd {shlex.quote(str(folder))}
    rsmi plan config.yaml --cores 2     # what it will cost
    snakemake --cores 2                 # figures and tables, in results/{name}/
    snakemake --report results/{name}/report.html

config.yaml says what its settings mean; all others are described in
{SCHEMA}"""
    )
    return None
