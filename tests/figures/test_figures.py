"""Every figure can be drawn from any ensemble, however poor."""

import dataclasses
import importlib

import matplotlib.image
import pytest

from rsmi.analysis.ensemble import assemble
from rsmi.estimator.training import TrainingSettings, train
from rsmi.figures import edge_share, style
from rsmi.geometry.regions import Regions
from rsmi.study.catalogue import built_in
from rsmi.tables.rsmi import table as rsmi_table

# All but those that are drawn from tables.
FIGURES = [about for about in built_in("figure") if "table" not in about.inputs and about.target == "all"]
# Ensembles of other shapes than that of binary components and linear filters.
VARIANTS = ({"states": 3}, {"discretisation": "none"}, {"filter_hidden": (4,)})
QUICK = TrainingSettings(epochs=1, batch_size=50, windows=1)


@pytest.fixture(scope="module")
def ensembles(ordered_samples, independent_samples):
    """One point and one seed; several points with T = inf, holes, two components and V without interior."""
    poor = [train(ordered_samples, Regions(3, 1, 1), 1, [0], QUICK)]
    rich = [
        train(ordered_samples, Regions(2, 0, 1), 1, [0, 1], QUICK),
        train(ordered_samples, Regions(2, 2, 1), 2, [0, 1], QUICK),
        train(independent_samples, Regions(2, 0, 1), 2, [0], QUICK),
    ]
    line = [
        train(s.isel(y=0).assign_attrs(translation_period=[1]), Regions(3, 1, 2, 1), 1, [0, 1], QUICK)
        for s in (ordered_samples, independent_samples)
    ]
    others = [
        train(s, Regions(3, 1, 1), 1, [0, 1], dataclasses.replace(QUICK, **variant))
        for s in (ordered_samples, independent_samples)
        for variant in VARIANTS
    ]
    variants = {f"variant {i}": assemble(others[i :: len(VARIANTS)]) for i in range(len(VARIANTS))}
    return variants | {"poor": assemble(poor), "rich": assemble(rich), "line": assemble(line)}


@pytest.mark.parametrize("kind", ["poor", "rich", "line", *(f"variant {i}" for i in range(len(VARIANTS)))])
@pytest.mark.parametrize("about", FIGURES, ids=lambda about: about.name)
def test_every_figure_of_every_ensemble(tmp_path, ensembles, about, kind):
    ((name, files),) = about.inputs.items()
    of = [ensembles[kind]] if isinstance(files, list) else ensembles[kind]
    figure = importlib.import_module(about.module).draw(**{name: of})
    paths = [tmp_path / f"{about.name}.pdf", tmp_path / f"{about.name}.png"]
    style.save(figure, paths)
    assert matplotlib.image.imread(paths[1])[..., :3].std() > 0.01


@pytest.mark.parametrize("kind", ["poor", "rich", "line", *(f"variant {i}" for i in range(len(VARIANTS)))])
def test_the_table_has_a_row_per_point_whatever_the_ensemble(ensembles, kind):
    ensemble = ensembles[kind]
    points = ensemble.sizes["control"] * ensemble.sizes["L_B"] * ensemble.sizes["components"]
    assert len(rsmi_table(ensemble)) == points


def test_the_same_data_make_the_same_file(tmp_path, ensembles):
    drawn = []
    for folder in ("first", "second"):
        path = tmp_path / folder / "edge_share.pdf"
        style.save(edge_share.draw(ensembles["poor"]), [path])
        drawn.append(path.read_bytes())
    assert drawn[0] == drawn[1]
