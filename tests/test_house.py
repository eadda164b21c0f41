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


def test_no_rule_is_made_in_a_loop_or_from_another_one():
    """Functions of rules in a loop all see its last value; `use rule` hands on more than it says."""
    for path in [PROJECT / "Snakefile", *(PROJECT / "workflow").rglob("*.smk")]:
        text = path.read_text()
        assert re.search(r"^rule ", text, re.M) or path.name == "study.smk"
        assert not re.search(r"^[ \t]+rule |^[ \t]*use rule", text, re.M), path.name
