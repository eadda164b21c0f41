"""What reruns when something changes, by dry runs on the finished miniature."""

import re
import shutil

import pytest

from rsmi.study.why import lines
from tests.workflow.conftest import PROJECT

FIGURES = {
    f"figure {name}": 1
    for name in (
        *("rsmi_vs_control", "rsmi_vs_buffer", "filters", "convergence", "edge_share", "principal"),
        "in_sample",
    )
}
TABLES = {f"table {name}": 1 for name in ("rsmi", "decay", "descent")}
AFTER_TRAINING = FIGURES | TABLES | {"aggregate": 1}


def replace_once(path, old, new):
    """Replace a text that a file holds once; fail if it does not, for then the test would test nothing."""
    text = path.read_text()
    assert text.count(old) == 1, f"{path.name} does not hold {old!r} once"
    path.write_text(text.replace(old, new))


@pytest.fixture
def edited(unchanged, tmp_path):
    """Return a function that edits a copy of the package, which the workflow then uses."""
    unchanged.source = tmp_path / "src"
    shutil.copytree(
        PROJECT / "src", unchanged.source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )

    def edit(module, old, new):
        replace_once(unchanged.source / "rsmi" / module, old, new)
        return unchanged.planned()

    return edit


@pytest.fixture
def rewritten(unchanged, tmp_path):
    """Return a function that edits a copy of the workflow, which is then used."""
    unchanged.project = tmp_path / "project"
    for name in ("workflow", "profiles", "envs"):
        shutil.copytree(PROJECT / name, unchanged.project / name)
    shutil.copy(PROJECT / "Snakefile", unchanged.project)

    def rewrite(name, old, new):
        replace_once(unchanged.project / "workflow" / name, old, new)
        return unchanged.planned()

    return rewrite


def test_nothing_to_do_after_a_run(finished):
    assert finished.planned() == {}


def test_a_dry_run_imports_no_plotting_and_no_training(finished, monkeypatch):
    """Modules of figures are read, not run."""
    monkeypatch.setenv("PYTHONPROFILEIMPORTTIME", "1")
    _, output = finished.snakemake("--dry-run", "--forceall")
    imported = set(re.findall(r"^import time:.*\| +(\S+)$", output, re.MULTILINE))
    assert "rsmi.study.catalogue" in imported
    assert imported & {"matplotlib", "seaborn", "torch", "rsmi.figures.filters"} == set()


@pytest.mark.parametrize(
    ("folder", "rule"), [("samples/ising", "sample"), ("training/plane", "train"), ("ensembles", "aggregate")]
)
def test_what_is_gone_is_made_again_though_all_that_was_made_from_it_is_there(unchanged, folder, rule):
    path = min((unchanged.directory / "results/miniature" / folder).glob("*.nc"))
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        assert unchanged.planned()[rule] == 1
    finally:
        away.rename(path)


def test_another_temperature(unchanged, config):
    config["models"]["ising"]["control"] = [1.5, 2.5, 4.0]
    unchanged.configure(config)
    assert unchanged.planned() == AFTER_TRAINING | {"sample": 1, "train": 2, "table samples": 1}


def test_another_buffer(unchanged, config):
    config["scans"]["plane"]["buffers"] = [0, 1, 2]
    unchanged.configure(config)
    assert unchanged.planned() == AFTER_TRAINING | {"train": 2}


def test_more_seeds_leave_full_blocks_alone(unchanged, config):
    config["scans"]["plane"]["seeds"] = 4
    unchanged.configure(config)
    assert unchanged.planned() == AFTER_TRAINING | {"train": 4}


def test_more_epochs_sample_nothing(unchanged, config):
    config["scans"]["plane"]["training"]["epochs"] = 4
    unchanged.configure(config)
    assert unchanged.planned() == AFTER_TRAINING | {"train": 4}


def test_shares_of_the_data_train_these_and_nothing_else_again(unchanged, config):
    config["scans"]["plane"]["shares"] = [0.5, 0.75]
    unchanged.configure(config)
    assert unchanged.planned() == {"train_share": 4, "table learning": 1, "figure learning": 1}


def test_order_of_keys_and_written_defaults_change_nothing(unchanged, config):
    model = config["models"]["ising"]
    config["models"]["ising"] = dict(reversed(model.items())) | {"spacing": "auto", "control": [4, 1.5]}
    config["scans"]["plane"]["components"] = [1]
    unchanged.configure(config)
    assert unchanged.planned() == {}


def test_a_figure_s_code_redraws_that_figure_only(edited):
    assert edited("figures/edge_share.py", "lw=0.8, capsize=2", "lw=1.2, capsize=2") == {
        "figure edge_share": 1
    }


def test_the_style_redraws_all_figures(edited):
    assert edited("figures/style.py", '"savefig.dpi": 200', '"savefig.dpi": 150') == FIGURES


def test_the_estimator_s_code_trains_again_but_samples_nothing(edited):
    change = edited("estimator/layers.py", "1.0 / math.sqrt(inputs)", "2.0 / math.sqrt(inputs)")
    assert change == AFTER_TRAINING | {"train": 4}


def test_a_model_s_code_samples_again(edited):
    change = edited("sampling/models/ising.py", "for _ in range(clusters):", "for _ in range(2 * clusters):")
    assert change == AFTER_TRAINING | {"sample": 2, "train": 4, "table samples": 1}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("sampling/models/ising.py", "class Ising(Model):\n", "# A comment.\nclass Ising(Model):\n"),
        ("estimator/bounds.py", '"""Return H(h)', '"""Return the entropy H(h)'),
        ("sampling/statistics.py", "    tau: float\n", "    tau: float  # in samples\n"),
        (
            "sampling/driver.py",
            "model = cls.checked(control, parameters)",
            "model = cls.checked(\n        control,\n        parameters,\n    )",
        ),
        ("storage/version.py", '__version__ = "', '__version__ = "1'),
    ],
)
def test_comments_docstrings_layout_and_version_rerun_nothing(edited, module, old, new):
    assert edited(module, old, new) == {}


def test_another_name_for_notebooks_reruns_nothing(edited):
    new = '    "mean": ("numpy", "mean"),\n    "load": ('
    assert edited("__init__.py", '    "load": (', new) == {}


def test_another_model_in_the_registry_reruns_nothing(edited):
    assert (
        edited(
            "sampling/models/registry.py",
            '"ising": "rsmi.sampling.models.ising",',
            '"ising": "rsmi.sampling.models.ising",\n    "new": "rsmi.sampling.models.new",',
        )
        == {}
    )


def test_another_model_in_the_study_is_all_that_is_sampled(unchanged, config):
    config["models"]["chain"] = {
        "kind": "ising_chain",
        "parameters": {"size": 16},
        "control": [1.0],
        "chains": 4,
        "samples": 100,
        "thermalisation": 50,
    }
    unchanged.configure(config)
    assert unchanged.planned() == {"sample": 1, "table samples": 1}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("begin(snakemake.log[0])\n", "begin(snakemake.log[0])  # First of all.\n"),
        ('"""Train a block of seeds at one point of a scan."""', '"""Train."""'),
        ("settings = snakemake.params.settings\n", "settings = (\n    snakemake.params.settings\n)\n"),
    ],
)
def test_comments_docstrings_and_layout_of_a_script_rerun_nothing(rewritten, old, new):
    assert rewritten("scripts/train.py", old, new) == {}


def test_what_a_script_does_reruns_its_jobs(rewritten):
    change = rewritten("scripts/train.py", "snakemake.params.seeds,", "list(snakemake.params.seeds),")
    assert change == AFTER_TRAINING | {"train": 4}


FIGURE = '''"""A figure of no use."""

import matplotlib.pyplot as plt

ABOUT = {"title": "New", "each": "scan", "inputs": {"ensemble": "ensembles/{scan}.nc"}}


def draw(ensemble):
    """Draw nothing."""
    return plt.figure()
'''


def test_another_figure_is_one_file_and_redraws_nothing_else(edited, unchanged):
    edited("figures/filters.py", '"title": "Filters"', '"title": "The filters"')
    (unchanged.source / "rsmi/figures/new.py").write_text(FIGURE)
    assert unchanged.planned() == {"figure new": 1}


def test_another_title_order_or_caption_reruns_nothing(edited, unchanged):
    path = unchanged.source / "rsmi/figures/filters.py"
    replace_once(path, '"order": 3', '"order": 8')
    replace_once(path, "**The filters", "**These filters")
    assert edited("figures/filters.py", '"title": "Filters"', '"title": "Patterns"') == {}


def test_another_input_of_a_figure_draws_it_again(edited, unchanged):
    with_table = '"inputs": {"table": "tables/{scan}/decay.csv", "ensemble"'
    edited("figures/filters.py", "def draw(ensemble: xr.Dataset", "def draw(ensemble: xr.Dataset, table=None")
    path = unchanged.source / "rsmi/figures/filters.py"
    replace_once(path, '"inputs": {"ensemble"', with_table)
    assert unchanged.planned() == {"figure filters": 1}


def test_why_tells_code_from_settings(unchanged, config):
    config["scans"]["plane"]["training"]["epochs"] = 4
    unchanged.configure(config)
    _, output = unchanged.snakemake("--dry-run")
    reasons = [line for line in lines(output.splitlines()) if line.startswith("train ")]
    assert len(reasons) == 4 and all(line.endswith(": its settings changed") for line in reasons)


def test_why_names_changed_code(edited, unchanged):
    edited("estimator/layers.py", "1.0 / math.sqrt(inputs)", "2.0 / math.sqrt(inputs)")
    _, output = unchanged.snakemake("--dry-run")
    reasons = [line for line in lines(output.splitlines()) if line.startswith("train ")]
    assert len(reasons) == 4 and all(line.endswith(": its code changed") for line in reasons)


def test_every_rule_with_a_script_has_the_digest_of_that_script():
    for path in sorted((PROJECT / "workflow/rules").glob("*.smk")):
        for rule in re.split(r"(?m)^\s*rule ", path.read_text())[1:]:
            script = re.search(r'"\.\./scripts/(\w+\.py)"', rule)
            if script:
                named = f'code_of("{script[1]}"' in rule or f', "{script[1]}")' in rule
                assert named, f"{path.name}: {rule.splitlines()[0]}"
