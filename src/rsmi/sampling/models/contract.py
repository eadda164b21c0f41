"""What every model must keep to, whatever it is: what its class declares, and what its methods do.

``rsmi test-model`` applies it to a file of one's own, the tests of this project to all that are registered.
"""

import inspect
import re
from typing import Any

import numpy as np
from jsonschema.exceptions import SchemaError

from rsmi.sampling.models.base import Control, Model, StrictValidator
from rsmi.sampling.models.symbols import collision

# What a class must declare, and of which type.
DECLARED: dict[str, type] = {
    "control": Control,
    "dims": tuple,
    "period": tuple,
    "parameters": dict,
    "observed": dict,
    "sweep": str,
}
# Symbols of control parameters, which file names hold.
SYMBOL = r"^[A-Za-z][A-Za-z0-9_]*\Z"
# How the driver calls the methods.
CALLS = {
    "initial": ("start", "rng"),
    "advance": ("states", "sweeps", "random"),
    "thermalise": ("states", "sweeps", "random"),
    "observables": ("configurations",),
}


def faults(cls: Any) -> list[str]:
    """Return what a class lacks of a model, a line each with the remedy; nothing is sampled."""
    if not (isinstance(cls, type) and issubclass(cls, Model)):
        return [f"{cls!r} is no subclass of rsmi.sampling.models.base.Model; make it one"]
    found = [f"it lacks {name}(); write it" for name in sorted(cls.__abstractmethods__)]
    for name, kind in DECLARED.items():
        value = getattr(cls, name, None)
        if not isinstance(value, kind):
            found.append(f"its {name} is {value!r}; give it a {kind.__name__}")
    for name, arguments in CALLS.items():
        if name not in cls.__abstractmethods__ and not _takes(getattr(cls, name), ("self", *arguments)):
            found.append(f"{name}{inspect.signature(getattr(cls, name))} must take ({', '.join(arguments)})")
    if found:
        return found
    if len(cls.dims) != len(cls.period):
        found.append(f"dims = {cls.dims!r} and period = {cls.period!r} differ in length; give one per axis")
    if cls.dims not in (("x",), ("y", "x")):
        found.append(f"dims = {cls.dims!r} is not possible; use ('x',) or ('y', 'x')")
    if not re.search(SYMBOL, cls.control.symbol):
        found.append(
            f"control has the symbol {cls.control.symbol!r}; use letters, digits and _ for file names"
        )
    clash = collision(cls.control.symbol, cls.observed)
    if clash:
        found.append(f"control has the symbol {clash}")
    if not isinstance(inspect.getattr_static(cls, "shape"), staticmethod):
        found.append("shape needs @staticmethod before it: it knows the settings only")
        return found
    try:
        StrictValidator.check_schema(cls.parameters)
    except SchemaError as error:
        return [*found, f"parameters is no JSON schema ({error.message})"]
    settings = cls.parameters.get("properties", {})
    if not isinstance(settings, dict) or cls.parameters.get("additionalProperties") is not False:
        found.append("parameters needs 'properties', and 'additionalProperties': False")
    elif not _takes(cls.__init__, ("self", "control"), settings):
        found.append(f"__init__{inspect.signature(cls.__init__)} must take control, {', '.join(settings)}")
    elif not _takes(cls.shape, (), settings):
        found.append(f"shape{inspect.signature(cls.shape)} must take {', '.join(settings)}, or **_")
    return found


def _takes(function: Any, arguments: tuple[str, ...], named: Any = ()) -> bool:
    """Tell whether a function can be called with so many arguments, and others by their names."""
    signature = inspect.signature(function)
    try:
        signature.bind_partial(*arguments, **dict.fromkeys(named))
        required = {
            p.name
            for p in signature.parameters.values()
            if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
        }
    except TypeError:
        return False
    positional = list(signature.parameters)[: len(arguments)]
    return required <= {*positional, *named}


def check(cls: type[Model], parameters: dict[str, Any], controls: tuple[float, ...]) -> None:
    """Raise `AssertionError`, with what is wrong, unless a model keeps to the contract at these settings.

    It must begin as it says, move, and describe what it holds; a chain must not depend on those after it. Of
    the physics this knows nothing: compare means with an enumeration.
    """
    for error in described(cls):
        raise AssertionError(error)
    for control in controls:
        _check_at(cls, parameters, control)


def unfit(model: Model) -> list[str]:
    """Return what a model at certain settings lacks that the driver needs."""
    starts = getattr(model, "starts", None)
    if not (isinstance(starts, tuple) and starts and all(isinstance(start, str) for start in starts)):
        return [f"starts is {starts!r}; name at least one kind of initial state, in a tuple"]
    return []


def unfit_shape(cls: type[Model], parameters: dict[str, Any]) -> list[str]:
    """Return what is wrong with the lattice shape of a model at certain settings."""
    shape = cls.shape(**parameters)
    lengths = isinstance(shape, tuple) and all(isinstance(length, int) and length > 0 for length in shape)
    if lengths and len(shape) == len(cls.dims):
        return []
    return [f"shape() is {shape!r}; give a length for each axis of {cls.dims}, in a tuple"]


def described(cls: type[Model]) -> list[str]:
    """Return which settings, observables and units a model does not describe."""
    missing = [
        f"parameters.{name}: has no description"
        for name, setting in cls.parameters["properties"].items()
        if not setting.get("description")
    ]
    missing += [
        f"observed.{name}: needs a long name and a unit"
        for name, both in cls.observed.items()
        if len(both) != 2 or not all(both)
    ]
    if not (cls.sweep and cls.control.symbol and cls.control.long_name and cls.control.units):
        missing.append("sweep, and symbol, long_name and units of control, must say something")
    return missing


def _check_at(cls: type[Model], parameters: dict[str, Any], control: float) -> None:
    model = cls.checked(control, parameters)
    for error in [*unfit_shape(cls, parameters), *unfit(model)]:
        raise AssertionError(error)
    at, shape = f"at {cls.control.symbol} = {control!r}", cls.shape(**parameters)
    for start in model.starts:
        state = model.initial(start, np.random.default_rng(0))
        assert state.shape == shape, f"initial({start!r}) has the shape {state.shape}, not {shape}"
        assert np.issubdtype(state.dtype, np.integer), f"initial({start!r}) holds {state.dtype}; use integers"

    states, random = _chains(model, 9)
    fewer, fewer_random = _chains(model, 5)
    before = states.copy()
    for update in (model.thermalise, model.advance, model.advance):
        update(states, 3, random)
        update(fewer, 3, fewer_random)
    assert not np.array_equal(states, before), f"nine sweeps of nine chains {at} change nothing"
    apart = f"{at} a chain depends on those after it; draw from its own row of random"
    assert np.array_equal(states[:5], fewer) and np.array_equal(random[:5], fewer_random), apart

    observables = model.observables(np.stack([states, before]))
    names = f"observables() has {', '.join(observables)}, but observed {', '.join(cls.observed)}"
    assert observables.keys() == cls.observed.keys(), names
    for name, values in observables.items():
        assert values.shape == (2, 9), f"{name} has the shape {values.shape} for (2, 9) configurations"
        assert np.isfinite(values).all(), f"{name} is not finite {at}"


def _chains(model: Model, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Return states and random states of a number of chains."""
    # What only declares and describes need not load Numba.
    from rsmi.sampling.splitmix import random_states

    generators = [np.random.default_rng(c) for c in range(number)]
    starts = [model.starts[c % len(model.starts)] for c in range(number)]
    states = np.stack([model.initial(start, rng) for start, rng in zip(starts, generators, strict=True)])
    return states, random_states(generators)
