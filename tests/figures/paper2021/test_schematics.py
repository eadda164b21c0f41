"""The schematic figures of the 2021 paper: they can be saved, and what they draw is right."""

import math

import matplotlib.image
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyBboxPatch

from rsmi.figures import style
from rsmi.figures.paper2021 import figure_01, figure_04, figure_10
from rsmi.sampling.driver import sample
from rsmi.sampling.models.dimers import COLUMNAR, Dimers
from rsmi.sampling.seeds import stream

SIZE = 6


@pytest.fixture(scope="module")
def free():
    """A small sample set of free dimers."""
    return sample("dimers", math.inf, {"size": 8}, chains=10, samples=100, thermalisation=10, spacing=2)


def draw_figure(name, free):
    draw = {
        "figure_01": figure_01.draw,
        "figure_04": lambda: figure_04.draw(free),
        "figure_10": figure_10.draw,
    }
    return draw[name]()


@pytest.mark.parametrize("name", ["figure_01", "figure_04", "figure_10"])
def test_they_are_saved_alike_in_each_run_and_fit_a_page(tmp_path, free, name):
    files = []
    for run in ("first", "second"):
        figure = draw_figure(name, free)
        assert figure.get_size_inches()[0] <= 7.0
        paths = [tmp_path / run / f"{name}.{ending}" for ending in ("pdf", "png")]
        style.save(figure, paths)
        assert matplotlib.image.imread(paths[1])[..., :3].std() > 0.01
        files.append([path.read_bytes() for path in paths])
    assert files[0] == files[1]


@pytest.mark.parametrize("name", ["figure_01", "figure_04", "figure_10"])
def test_no_two_labels_overlap(free, name):
    figure = draw_figure(name, free)
    figure.canvas.draw()
    labels = [t for t in figure.findobj(plt.Text) if t.get_visible() and t.get_text().strip()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in labels]
    for i, (text, box) in enumerate(boxes):
        for other, another in boxes[:i]:
            assert not box.overlaps(another), (text, other)
    plt.close(figure)


@pytest.mark.parametrize("start", [*COLUMNAR, "random"])
@pytest.mark.parametrize("noise", [None, 0.5])
def test_every_site_has_exactly_one_dimer(start, noise):
    pixels = Dimers(math.inf, SIZE, noise).initial(start, stream("test figure 4", start))
    ends = figure_04.dimer_ends(pixels)
    assert ends.shape == (SIZE**2 // 2, 2, 2)
    assert (np.abs(ends[:, 1] - ends[:, 0]).sum(axis=1) == 1).all()
    sites = (ends % SIZE).reshape(-1, 2)
    assert len(np.unique(sites, axis=0)) == SIZE**2


def test_the_ends_of_a_known_covering():
    pixels = np.zeros((4, 4), int)
    # One dimer to the right of (0, 0); one from (1, 1) across the end of the torus to (1, 0).
    pixels[0, 1] = pixels[2, 3] = 1
    assert figure_04.dimer_ends(pixels).tolist() == [[[0, 0], [0, 1]], [[1, 1], [1, 2]]]
    assert figure_04.dimer_ends(pixels.T).tolist() == [[[0, 0], [1, 0]], [[1, 1], [2, 1]]]


@pytest.mark.parametrize("start", [*COLUMNAR, "random"])
@pytest.mark.parametrize("part", [SIZE, 4, 3])
def test_every_site_of_a_part_is_drawn_under_one_bar(start, part):
    pixels = Dimers(math.inf, SIZE).initial(start, stream("test figure 4", start))
    figure, axes = plt.subplots()
    figure_04.draw_covering(axes, figure_04.dimer_ends(pixels), SIZE, part)
    covered = np.zeros((part, part), int)
    for bar in (patch for patch in axes.patches if isinstance(patch, FancyBboxPatch)):
        x, y, width, height = bar.get_x(), bar.get_y(), bar.get_width(), bar.get_height()
        assert sorted([width, height]) == pytest.approx(
            [2 * figure_04.HALF_WIDTH, 1 + 2 * figure_04.HALF_WIDTH]
        )
        ys, xs = np.indices((part, part))
        covered += (y < ys) & (ys < y + height) & (x < xs) & (xs < x + width)
    plt.close(figure)
    assert (covered == 1).all()


@pytest.mark.parametrize("epsilon", [0.01, 0.1, 0.6, 10.0])
def test_relaxed_samples_sum_to_one(epsilon):
    samples = figure_10.relaxed_samples(figure_10.gumbel_noise(1000), epsilon)
    assert samples.min() >= 0
    np.testing.assert_allclose(samples.sum(axis=1), 1, atol=1e-6)


def test_categorical_samples_are_one_hot_with_their_probabilities():
    samples = figure_10.categorical_samples(figure_10.gumbel_noise(figure_10.DRAWS))
    assert (np.sort(samples, axis=1) == [0, 0, 0, 0, 1]).all()
    p = figure_10.PROBABILITIES
    assert p.sum() == pytest.approx(1)
    error = np.sqrt(p * (1 - p) / len(samples))
    assert (np.abs(samples.mean(axis=0) - p) < 4 * error).all()


def test_relaxed_samples_go_from_categorical_to_uniform():
    noise = figure_10.gumbel_noise(figure_10.DRAWS)
    p, uniform = figure_10.PROBABILITIES, 1 / len(figure_10.PROBABILITIES)
    exact = figure_10.categorical_samples(noise)
    sharp = figure_10.relaxed_samples(noise, 1e-3)
    # Only near ties are left, of which there are about epsilon in number.
    assert np.abs(sharp - exact).mean() < 1e-3
    np.testing.assert_allclose(sharp.mean(axis=0), p, atol=4 * 0.5 / math.sqrt(figure_10.DRAWS))
    np.testing.assert_allclose(figure_10.relaxed_samples(noise, 1e4), uniform, atol=1e-3)
    means = [figure_10.relaxed_samples(noise, epsilon).mean(axis=0) for epsilon in (0.1, 0.6, 2.0, 10.0)]
    away = [np.abs(mean - uniform).sum() for mean in means]
    assert away == sorted(away, reverse=True)
