"""The house keeps its order: what `make lint` cannot see of it."""

import re

from tests.conftest import PROJECT


def test_every_import_by_a_computed_name_is_listed_beside_the_contract():
    """import-linter reads names in import statements only."""
    contract = (PROJECT / "pyproject.toml").read_text()
    paths = [*(PROJECT / "src").rglob("*.py"), *(PROJECT / "workflow").rglob("*.py")]
    computed = {
        path.relative_to(PROJECT).as_posix() for path in paths if "import_module(" in path.read_text()
    }
    assert computed == set(re.findall(r"^#   (\S+\.py)", contract, re.M))


def test_every_wing_has_tests():
    """A wing without tests of its own would not be noticed."""
    wings = {path.name for path in (PROJECT / "src/rsmi").iterdir() if (path / "__init__.py").exists()}
    assert wings - {path.name for path in (PROJECT / "tests").iterdir() if path.is_dir()} == set()
