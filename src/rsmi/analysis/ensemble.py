"""All trainings of a scan as one Dataset over control, L_B, components and seed."""

from collections.abc import Iterable

import numpy as np
import xarray as xr

from rsmi.analysis.filters import aligned, edge_share, effective, normalised, patterns

POINT = ("control", "L_B", "components")


def assemble(trainings: Iterable[xr.Dataset]) -> xr.Dataset:
    """Join trainings, as `rsmi.estimator.training.train` returns them, into one Dataset.

    The result spans the product of all control values, buffers, numbers of components and seeds that occur,
    NaN where a point was not trained or has no such component. It adds `best_seed`, the member with the
    highest validation information minus its error at each point, `filter_normalised` (of the part that acts
    on the data), `filter_aligned` (the same with the components in the order and with the signs of the chosen
    member, for two states), `pattern` (`rsmi.analysis.filters.patterns`, of unit norm) and `edge_share`.

    Choosing a member by its test value would bias that value upward, so the choice is made on the
    validation chains and the test value of the chosen member is what `best` quotes.

    Raises `ValueError` if two trainings are of the same point and seed.
    """
    trainings = list(trainings)
    _require_one_each(trainings)
    first = trainings[0]
    coords = {name: np.unique([t[name].item() for t in trainings]) for name in POINT}
    coords["seed"] = np.unique(np.concatenate([t["seed"].values for t in trainings]))
    coords["component"] = np.arange(coords["components"].max())
    coords["epoch"] = np.arange(1, max(t.sizes["epoch"] for t in trainings) + 1)
    sizes = dict(first.sizes) | {name: len(values) for name, values in coords.items()}

    variables = {}
    for name, variable in first.data_vars.items():
        # The layers of a deeper coarse-graining, and answers to test windows, stay in the trainings' files.
        if str(name).startswith("layer") or "window" in variable.dims:
            continue
        dims = (*POINT, *variable.dims)
        values = np.full([sizes[d] for d in dims], np.nan, np.promote_types(variable.dtype, "f4"))
        for training in trainings:
            place = [np.searchsorted(coords[d], training[d].item()) for d in POINT]
            part = training[name]
            inner = [
                np.searchsorted(coords[d], training[d].values) if d in coords else np.arange(n)
                for d, n in part.sizes.items()
            ]
            values[tuple(place)][np.ix_(*inner)] = part.values
        variables[name] = (dims, values, variable.attrs)
    ensemble = xr.Dataset(
        variables,
        coords={name: (name, values, first[name].attrs) for name, values in coords.items()},
    )

    validation = surely(ensemble).fillna(-np.inf)
    best = ensemble["seed"].values[validation.argmax("seed").values].astype(float)
    best[np.isneginf(validation.max("seed").values)] = np.nan
    ensemble["best_seed"] = (
        POINT,
        best,
        {"long_name": "seed with the highest validation RSMI minus its error"},
    )
    origin = {
        name: first.attrs[name] for name in ("model", "parameters", "references") if name in first.attrs
    }
    ensemble.attrs = {"title": "RSMI-NE ensemble of filters", **origin}
    acting = effective(ensemble["filter"], ensemble["covariance"])
    # As bare variables: xarray's arithmetic drops the attributes of coordinates, and would hand that on.
    if "state" not in ensemble["filter"].dims:
        seed = ensemble["best_seed"].fillna(ensemble["seed"].values[0])
        chosen = acting.sel(seed=seed, drop=True)
        ensemble["filter_aligned"] = aligned(acting, chosen).variable
    ensemble["filter_normalised"] = normalised(acting).variable
    shape = normalised(patterns(ensemble["filter"], ensemble["covariance"]))
    ensemble["pattern"] = shape.assign_attrs(long_name="pattern of the filter, of unit norm").variable
    ensemble["edge_share"] = edge_share(acting).variable
    return ensemble


def _require_one_each(trainings: list[xr.Dataset]) -> None:
    """Raise `ValueError` if two trainings are of one point and seed: one would silently hide the other."""
    seen = set()
    for training in trainings:
        point = tuple(training[name].item() for name in POINT)
        for seed in training["seed"].values:
            if (*point, int(seed)) in seen:
                named = ", ".join(f"{name} = {value}" for name, value in zip(POINT, point, strict=True))
                raise ValueError(
                    f"two trainings are of {named}, seed {seed}; give every sample set its own control value"
                )
            seen.add((*point, int(seed)))


def surely(dataset: xr.Dataset) -> xr.DataArray:
    """Return what members are chosen by: the validation information minus its standard error, in nats.

    Where many have found the same, as in an ordered phase, a critic that is too sure of itself has a large
    error, since a single window that it has not seen could cost it much.
    """
    return dataset["rsmi_validation"] - dataset["rsmi_validation_error"]


def best(ensemble: xr.Dataset, components: int | None = None) -> xr.Dataset:
    """Return the chosen member of every point (control, L_B), for one number of components.

    `components` defaults to the largest one. Points that were not trained are NaN.
    """
    count = ensemble["components"].values.max() if components is None else components
    at = ensemble.sel(components=count).isel(component=slice(0, int(count)))
    chosen = at["best_seed"]
    picked = at.sel(seed=chosen.fillna(at["seed"].values[0]))
    return picked.where(chosen.notnull())


def found(ensemble: xr.Dataset, name: str) -> xr.DataArray:
    """Return a variable of all members, NaN where one found no information; control first.

    That is at two standard errors, on test chains, for the largest number of components.
    """
    at = ensemble.sel(components=ensemble["components"].values.max())
    return at[name].where(at["rsmi"] > 2 * at["rsmi_error"]).transpose("control", ...)
