"""Lattice and control parameter of an entry of `models`, be it sampled or read from files."""

from dataclasses import dataclass
from typing import Any

from rsmi.external.outline import period_of
from rsmi.external.settings import control_of
from rsmi.external.values import pixels_per_site
from rsmi.sampling.models.base import Control
from rsmi.sampling.models.registry import FILE, model_class


@dataclass(frozen=True)
class Lattice:
    """Control parameter, axes, shape and translations of a model's configurations, in pixels.

    `wrap` if it is periodic; a site is `cell` pixels wide.
    """

    control: Control
    dims: tuple[str, ...]
    shape: tuple[int, ...]
    period: tuple[int, ...]
    wrap: bool
    cell: int = 1


def lattice_of(model: dict[str, Any]) -> Lattice:
    """Describe a model of a configuration that `rsmi.study.config.checked` returned."""
    parameters = model["parameters"]
    if model["kind"] != FILE:
        cls = model_class(model["kind"])
        return Lattice(cls.control, cls.dims, cls.shape(**parameters), cls.period, True)
    sites = tuple(model["lattice"])
    side = pixels_per_site(parameters, len(sites))
    return Lattice(
        control_of_model(model),
        ("y", "x")[-len(sites) :],
        tuple(side * length for length in sites),
        period_of(parameters, sites),
        parameters["boundary"] == "periodic",
        side,
    )


def control_of_model(model: dict[str, Any]) -> Control:
    """Return the control parameter of an entry of `models`."""
    if model["kind"] != FILE:
        return model_class(model["kind"]).control
    return control_of(model["parameters"])
