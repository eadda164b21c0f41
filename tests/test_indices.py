"""Compiled loops stay within their arrays: some of their tests once more, with every index checked by Numba.

Otherwise an index beyond the end reads, or overwrites, whatever lies there.
"""

import os
import subprocess
import sys

import pytest

from tests.conftest import PROJECT

# Files and folders of samplers, of the windows that are cut out of samples, and of the rings around them.
CHECKED = (
    *("sampling/models", "sampling/test_driver.py", "sampling/test_splitmix.py"),
    *("test_regions.py", "test_symmetries.py", "external/test_training.py"),
    "exact/ising/test_information.py",
)
# Many repeats of what other tests do as well, to know errors of errors.
LEFT_OUT = "not stated_errors_cover"


@pytest.fixture
def environment(tmp_path):
    """Variables with which indices are checked, and such code is kept apart from that of all others."""
    checked = {"NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    return {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")} | checked


def test_an_index_beyond_the_end_is_seen(environment, tmp_path):
    program = tmp_path / "beyond.py"
    program.write_text(
        "import numba\nimport numpy as np\n\n\n"
        "@numba.njit(cache=True)\ndef tenth(a):\n    return a[10]\n\n\n"
        "tenth(np.zeros(3))\n"
    )
    done = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True)
    assert done.returncode == 1 and "IndexError: index is out of bounds" in done.stderr


def test_no_index_is_beyond_the_end(environment):
    paths = []
    for name in CHECKED:
        (path,) = PROJECT.glob(f"tests/**/{name}")
        paths.append(str(path))
    options = ("-n", "0", "-x", "-p", "no:cacheprovider", "-k", LEFT_OUT)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *paths],
        env=environment, cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
