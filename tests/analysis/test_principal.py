import numpy as np
import pytest
import xarray as xr

from rsmi.analysis.principal import flat_filters, principal_components


def test_two_directions_are_found_with_their_shares():
    rng = np.random.default_rng(0)
    first, second = np.linalg.qr(rng.normal(size=(16, 2)))[0].T
    angle = rng.normal(0, 0.3, 500)
    rows = rng.choice([-3.0, 3.0], 500)[:, None] * (
        np.outer(np.cos(angle), first) + np.outer(np.sin(angle), second)
    )
    pca = principal_components(rows)
    assert pca.variance.sum() == pytest.approx(1)
    assert pca.variance[:2].sum() == pytest.approx(1)
    assert pca.variance[0] == pytest.approx(np.mean(np.cos(angle) ** 2), abs=0.01)
    assert pca.captured(first, 1) == pytest.approx(1, abs=1e-3)
    assert pca.captured(first + second, 2) == pytest.approx(1)
    assert pca.captured(first + second, 1) == pytest.approx(np.sqrt(0.5), abs=0.03)


def test_signs_and_norms_of_filters_do_not_matter():
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(50, 9))
    one, other = principal_components(rows), principal_components(rows * rng.normal(size=(50, 1)))
    np.testing.assert_allclose(one.variance, other.variance)
    np.testing.assert_allclose(one.directions, other.directions, atol=1e-10)


def test_projections_of_filters():
    rows = np.random.default_rng(2).normal(size=(20, 4))
    pca = principal_components(rows)
    np.testing.assert_allclose(pca.projections(rows, 4) @ pca.directions, rows)


def test_filters_with_nan_or_nothing_are_left_out():
    filters = xr.DataArray(np.ones((3, 2, 2, 2)), dims=("control", "component", "y", "x"))
    filters[0, 0, 0, 0] = np.nan
    filters[1, 1] = 0
    assert flat_filters(filters).shape == (4, 4)
    assert flat_filters(filters.isel(y=0)).shape == (4, 2)


def test_one_filter_is_too_few():
    with pytest.raises(ValueError, match="two filters or more"):
        principal_components(np.ones((1, 4)))
