"""The recipe of the container, whose steps are followed here without a container."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

from tests.conftest import PROJECT
from tests.workflow.conftest import MINIATURE


def test_copied_files_are_enough_for_the_entry_point(tmp_path):
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
    program, *options = json.loads(re.search(r"^ENTRYPOINT (.*)$", recipe, re.MULTILINE)[1])
    options = [option.replace("/opt/rsmi", str(image)) for option in options]
    result = subprocess.run(
        [str(Path(sys.executable).parent / program), *options, "study.yaml", "--cores", "1", "--dry-run"],
        cwd=study,
        env=dict(os.environ, PYTHONPATH=str(image / "src")),
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0 and "Job stats:" in result.stdout, result.stdout + result.stderr
    assert str(image / "profiles/default") in result.stderr
