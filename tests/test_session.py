"""How tests are run: in which workers and what order, and that none is skipped unseen."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import PROJECT
from tests.skips import unexpected

OF_PEOPLE = [
    "/etc/slurm/slurm.conf is of another Slurm",
    "needs the Debian packages slurmctld slurmd munge, which apt-get did not install",
]


def run(folder, *options, **environment):
    """Run the tests of a folder by pytest with this project's hooks; return its exit code and output."""
    (folder / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "tests.skips", "-p", "tests.workers"]
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "CI"))}
    environment["PYTHONPATH"] = str(PROJECT)
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *options],
        env=ours | environment, cwd=folder, text=True, capture_output=True,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_only_stated_reasons_are_expected_and_less_of_them_in_ci():
    reasons = ["`make docs` makes what builds the site", *OF_PEOPLE, "needs a GPU"]
    assert unexpected(reasons, ci=False) == ["needs a GPU"]
    assert unexpected(reasons, ci=True) == [*OF_PEOPLE, "needs a GPU"]


@pytest.mark.parametrize("workers", ["0", "1"])
def test_a_test_that_is_skipped_fails_the_session(tmp_path, workers):
    (tmp_path / "test_a.py").write_text(
        "import pytest\n\n\ndef test_a():\n    pass\n\n\n"
        f"@pytest.mark.skip(reason={OF_PEOPLE[0]!r})\ndef test_b():\n    pass\n"
    )
    code, output = run(tmp_path, "-n", workers)
    assert code == 0 and "see tests/skips.py" not in output
    code, output = run(tmp_path, "-n", workers, CI="true")
    assert code == 1
    assert re.search(r"see tests/skips\.py =+\n" + OF_PEOPLE[0] + r"\n+.*1 passed, 1 skipped", output)


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_one_worker_has_all_tests_of_slurm_which_are_its_first(tmp_path, workers):
    (tmp_path / "conftest.py").write_text(
        "import os, pytest\n\n\n@pytest.fixture\ndef cluster():\n"
        "    with open('notes', 'a') as notes:\n"
        "        print(os.environ.get('PYTEST_XDIST_WORKER'), file=notes)\n"
    )
    for name, fixture in (("test_a", "tmp_path"), ("slurm/test_b", "cluster"), ("slurm/test_c", "cluster")):
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"def test_1({fixture}):\n    pass\n\n\ndef test_2({fixture}):\n    pass\n")
    code, output = run(tmp_path, "-rA", "-n", str(workers))
    assert code == 0, output
    names = re.findall(r"^PASSED (\S+)$", output, re.MULTILINE)
    slurm = [f"slurm/test_{x}.py::test_{i}" for x in "bc" for i in (1, 2)]
    others = ["test_a.py::test_1", "test_a.py::test_2"]
    if workers < 2:
        assert names == (slurm + others if workers else others + slurm)
    assert sorted(names) == slurm + others
    notes = (tmp_path / "notes").read_text().split()
    assert len(notes) == 4 and len(set(notes)) == 1
