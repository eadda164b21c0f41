"""Figure 9 from small ensembles and samples: it fits a page, and the exact limits stand where they belong."""

import json
from itertools import combinations

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest

from rsmi.analysis.ensemble import assemble
from rsmi.analysis.mass_rule import mass_rules
from rsmi.analysis.masses import mass_table
from rsmi.estimator.training import TrainingSettings, train
from rsmi.exact.chipping import limit_of_fast_aggregation, limit_without_aggregation
from rsmi.figures import style
from rsmi.figures.paper2021 import figure_09
from rsmi.geometry.regions import Regions
from rsmi.sampling.driver import sample

QUICK = TrainingSettings(epochs=1, batch_size=50, windows=1)
SIZE, BUFFER = 16, 1
# V and E: all the rest of the ring, and less of it.
REGIONS = [(4, 5), (2, 6), (2, 2)]


@pytest.fixture(scope="module")
def samples():
    return [
        sample("chipping", w, {"size": SIZE}, chains=8, samples=50, thermalisation=50, spacing=20)
        for w in (0.1, 1 / 3, 2.0)
    ]


@pytest.fixture(scope="module")
def ensembles(samples):
    found = []
    for visible, environment in REGIONS:
        regions = Regions(visible, BUFFER, environment, 1)
        ensemble = assemble([train(s, regions, 1, [0, 1], QUICK) for s in samples])
        settings = json.dumps({"visible": visible, "environment": environment})
        found.append(ensemble.assign_attrs(settings=settings))
    return found


@pytest.fixture(scope="module")
def rules(samples):
    return [mass_rules(samples, visible, BUFFER, environment) for visible, environment in REGIONS]


pytestmark = pytest.mark.filterwarnings("ignore:.*(too few to tell|chains disagree|effective samples)")


@pytest.mark.parametrize("variants", [0, 2])
def test_it_is_saved_and_fits_a_page(tmp_path, ensembles, samples, rules, variants):
    figure = figure_09.draw(
        ensembles[0], ensembles[1 : 1 + variants], mass_table(samples), rules[: 1 + variants]
    )
    assert figure.get_size_inches()[0] <= 7.0
    paths = [tmp_path / f"figure_09.{ending}" for ending in ("pdf", "png")]
    style.save(figure, paths)
    image = matplotlib.image.imread(paths[1])
    assert image[..., :3].std() > 0.01
    assert image.shape[1] / 200 <= 7.0


def test_titles_labels_and_legends_do_not_overlap(ensembles, samples, rules):
    figure = figure_09.draw(ensembles[0], ensembles[1:], mass_table(samples), rules)
    figure.canvas.draw()
    labels = [t for t in figure.findobj(plt.Text) if t.get_visible() and t.get_text().strip()]
    # Ticks that lie outside of their axes are not drawn.
    drawn = figure.get_tightbbox().transformed(figure.dpi_scale_trans)
    inside = [t for t in labels if drawn.overlaps(t.get_window_extent())]
    ticks = {t for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for t in axis.get_ticklabels()}
    boxes = [(t.get_text(), t.get_window_extent()) for t in inside if t not in ticks]
    for (text, box), (other, another) in combinations(boxes, 2):
        assert not box.overlaps(another), (text, other)
    plt.close(figure)


def test_curves_and_exact_limits_are_those_of_the_ensembles(ensembles, samples, rules):
    figure = figure_09.draw(ensembles[0], ensembles[1:], mass_table(samples), rules)
    # Not the caps of error bars, which are lines without a line style.
    solid = [line for line in figure.axes[2].lines if line.get_linestyle() == "-"]
    curves = [line for line in solid if len(line.get_xdata()) == len(samples)]
    assert [line.get_xdata().tolist() for line in curves] == [[0.1, 1 / 3, 2.0]] * len(REGIONS)
    drawn = [line.get_ydata() for line in solid if line.get_linewidth() == 2]
    expected = []
    for visible, environment in REGIONS:
        expected += [
            limit_without_aggregation(SIZE, SIZE, visible, BUFFER, environment),
            limit_of_fast_aggregation(SIZE, visible, BUFFER, environment),
        ]
    np.testing.assert_allclose(drawn, np.repeat(expected, 2).reshape(-1, 2))
    plt.close(figure)
