import numpy as np
import pytest
import xarray as xr

from rsmi.analysis.filters import aligned, edge_share, effective, normalised, patterns


def filters(values, dims=("seed", "y", "x")):
    return xr.DataArray(np.asarray(values, float), dims=dims)


def test_edge_share():
    uniform, ring = np.ones((4, 4)), np.ones((4, 4))
    ring[1:3, 1:3] = 0
    weak = np.where(ring == 0, -1.0, 3.0)
    assert edge_share(filters([uniform, ring, weak])).values == pytest.approx([0.5, 1.0, 0.75])


def test_edge_share_without_an_interior_is_nan():
    assert np.isnan(edge_share(filters(np.ones((1, 2, 2))))).all()


def test_edge_share_in_one_dimension():
    assert edge_share(filters([[3, 1, 1, 3]], ("seed", "x"))).item() == pytest.approx(0.75)


def test_normalised_filters_do_not_depend_on_sign_and_scale():
    weights = np.random.default_rng(0).normal(size=(5, 4, 4))
    first, second = normalised(filters(weights)), normalised(filters(-7 * weights))
    np.testing.assert_allclose(first, second)
    assert (first**2).sum(["y", "x"]).values == pytest.approx(np.ones(5))
    assert (first.max(["y", "x"]) == np.abs(first).max(["y", "x"])).all()


def test_aligned_filters_undo_exchanged_components_and_signs():
    rng = np.random.default_rng(1)
    reference = filters(rng.normal(size=(3, 2, 2)), ("component", "y", "x"))
    orders = [[0, 1, 2], [2, 0, 1], [1, 0, 2]]
    signs = rng.choice([-1.0, 1.0], (3, 3, 1, 1))
    members = filters(
        [4 * sign * reference.values[order] for sign, order in zip(signs, orders, strict=True)],
        ("seed", "component", "y", "x"),
    )
    expected = normalised(reference).values
    for one in aligned(members, reference).values:
        np.testing.assert_allclose(one, expected)


def test_components_that_were_not_trained_stay_nan():
    reference = filters([[1.0, 2.0], [np.nan, np.nan]], ("component", "x"))
    members = filters([[[-2.0, -4.0], [np.nan, np.nan]]], ("seed", "component", "x"))
    found = aligned(members, reference)
    np.testing.assert_allclose(found[0, 0], normalised(reference)[0])
    assert np.isnan(found[0, 1]).all()


@pytest.mark.parametrize("dims", [("y", "x"), ("x",)])
def test_what_never_varies_is_projected_out_of_filters(dims):
    rng = np.random.default_rng(2)
    shape = (3,) * len(dims)
    sites = np.prod(shape)
    # Sites 0 and 1 always add up to the same.
    blocks = rng.normal(size=(2, 500, sites))
    blocks[..., 1] = -blocks[..., 0]
    covariance = xr.DataArray(
        [np.cov(part, rowvar=False) for part in blocks], dims=("control", "site", "other_site")
    )
    weights = xr.DataArray(rng.normal(size=(2, 4, *shape)), dims=("control", "seed", *dims))
    acting = effective(weights, covariance)
    assert acting.dims == weights.dims
    flat, before = (part.values.reshape(2, 4, sites) for part in (acting, weights))
    np.testing.assert_allclose(flat @ blocks.mT, before @ blocks.mT, atol=1e-12)
    np.testing.assert_allclose(flat[..., 0], -flat[..., 1], atol=1e-12)


def test_filters_of_points_that_were_not_trained_stay_nan():
    covariance = xr.DataArray([np.eye(4), np.full((4, 4), np.nan)], dims=("control", "site", "other_site"))
    weights = filters([np.ones((2, 2)), np.full((2, 2), np.nan)], ("control", "y", "x"))
    acting = effective(weights, covariance)
    assert np.isfinite(acting[0]).all() and np.isnan(acting[1]).all()


@pytest.mark.parametrize("dims", [("y", "x"), ("x",)])
def test_patterns_are_covariances_with_the_output(dims):
    rng = np.random.default_rng(3)
    shape = (3,) * len(dims)
    sites = np.prod(shape)
    blocks = rng.normal(size=(400, sites)) @ rng.normal(size=(sites, sites))
    covariance = xr.DataArray(np.cov(blocks, rowvar=False), dims=("site", "other_site"))
    weights = xr.DataArray(rng.normal(size=(2, *shape)), dims=("seed", *dims))
    found = patterns(weights, covariance)
    assert found.dims == weights.dims
    for pattern, one in zip(found.values, weights.values, strict=True):
        z = blocks @ one.ravel()
        expected = [np.cov(site, z)[0, 1] for site in blocks.T]
        np.testing.assert_allclose(pattern.ravel(), expected)


def test_filters_that_differ_where_nothing_varies_have_one_pattern():
    covariance = np.diag([1.0, 2.0, 0.0, 1.0])
    first = filters([[[1, 2], [0, 1]]])
    second = filters([[[1, 2], [7, 1]]])
    matrix = xr.DataArray(covariance, dims=("site", "other_site"))
    np.testing.assert_allclose(patterns(first, matrix), patterns(second, matrix))
