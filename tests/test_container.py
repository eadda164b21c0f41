"""What the recipe of the container copies is enough to run a study."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.conftest import PROJECT
from tests.workflow.conftest import MINIATURE


def test_copied_files_are_enough(tmp_path):
    image, study = tmp_path / "image", tmp_path / "study"
    study.mkdir()
    recipe = (PROJECT / "envs/Containerfile").read_text()
    for *sources, target in map(str.split, re.findall(r"^COPY (.*)$", recipe, re.MULTILINE)):
        folder = image / target.removeprefix("/opt/rsmi/")
        for source in map(PROJECT.joinpath, sources):
            if source.is_dir():
                shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, folder)
    (study / "study.yaml").write_text(yaml.safe_dump(MINIATURE))
    result = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "snakemake"), "--snakefile", str(image / "Snakefile")),
            *("--configfile", "study.yaml", "--replace-workflow-config", "--cores", "1", "--dry-run"),
        ],
        cwd=study,
        env=dict(os.environ, PYTHONPATH=str(image / "src")),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0 and "Job stats:" in result.stdout, result.stdout + result.stderr
    assert str(image / "profiles/default") in result.stderr
