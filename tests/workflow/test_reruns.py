"""What reruns when something changes, by dry runs on the finished miniature."""

import shutil

import pytest

from tests.workflow.conftest import PROJECT

FIGURES = {
    f"figure_{name}": 1
    for name in (
        *("rsmi_vs_control", "rsmi_vs_buffer", "filters", "convergence", "edge_share", "principal"),
        "in_sample",
    )
}
AFTER_TRAINING = FIGURES | {"aggregate": 1, "table_rsmi": 1, "table_curves": 1}


@pytest.fixture
def edited(unchanged, tmp_path):
    """Return a function that edits a copy of the package, which the workflow then uses."""
    unchanged.source = tmp_path / "src"
    shutil.copytree(
        PROJECT / "src", unchanged.source, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )

    def edit(module, old, new):
        path = unchanged.source / "rsmi" / module
        text = path.read_text()
        assert text.count(old) == 1, f"{module} does not hold {old!r} once"
        path.write_text(text.replace(old, new))
        return unchanged.planned()

    return edit


def test_nothing_to_do_after_a_run(finished):
    assert finished.planned() == {}


def test_another_temperature(unchanged, config):
    config["models"]["ising"]["control"] = [1.5, 2.5, 4.0]
    unchanged.configure(config)
    assert unchanged.planned() == AFTER_TRAINING | {"sample": 1, "train": 2, "table_samples": 1}


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


def test_order_of_keys_and_written_defaults_change_nothing(unchanged, config):
    model = config["models"]["ising"]
    config["models"]["ising"] = dict(reversed(model.items())) | {"spacing": "auto", "control": [4, 1.5]}
    config["scans"]["plane"]["components"] = [1]
    unchanged.configure(config)
    assert unchanged.planned() == {}


def test_a_figure_s_code_redraws_that_figure_only(edited):
    assert edited("figures/edge_share.py", "lw=0.8, capsize=2", "lw=1.2, capsize=2") == {
        "figure_edge_share": 1
    }


def test_the_style_redraws_all_figures(edited):
    assert edited("figures/style.py", '"savefig.dpi": 200', '"savefig.dpi": 150') == FIGURES


def test_the_estimator_s_code_trains_again_but_samples_nothing(edited):
    change = edited("estimator/layers.py", "1.0 / math.sqrt(inputs)", "2.0 / math.sqrt(inputs)")
    assert change == AFTER_TRAINING | {"train": 4}


def test_a_model_s_code_samples_again(edited):
    change = edited("models/ising.py", "for _ in range(clusters):", "for _ in range(2 * clusters):")
    assert change == AFTER_TRAINING | {"sample": 2, "train": 4, "table_samples": 1}


@pytest.mark.parametrize(
    ("module", "old", "new"),
    [
        ("models/ising.py", "class Ising(Model):\n", "# A comment.\nclass Ising(Model):\n"),
        ("estimator/bounds.py", '"""Return H(h)', '"""Return the entropy H(h)'),
        ("statistics.py", "    tau: float\n", "    tau: float  # in samples\n"),
        (
            "sampling.py",
            "model = cls.checked(control, parameters)",
            "model = cls.checked(\n        control,\n        parameters,\n    )",
        ),
        ("version.py", '__version__ = "', '__version__ = "1'),
    ],
)
def test_comments_docstrings_layout_and_version_rerun_nothing(edited, module, old, new):
    assert edited(module, old, new) == {}


def test_another_model_in_the_registry_reruns_nothing(edited):
    assert (
        edited(
            "models/registry.py",
            '"ising": "rsmi.models.ising",',
            '"ising": "rsmi.models.ising",\n    "new": "rsmi.models.new",',
        )
        == {}
    )
