"""What every registered model must keep to, whatever it is."""

import numpy as np
import pytest

from rsmi.sampling.models.registry import REGISTRY, model_class
from rsmi.sampling.splitmix import random_states

# The smallest settings of each model, and control values from one end of its range to the other.
EXAMPLES = {
    "chipping": ({"size": 6}, (0.1, 1.0, 10.0)),
    "dimers": ({"size": 4}, (0.3, 1.0, float("inf"))),
    "ising": ({"size": 4}, (1.0, 2.3, float("inf"))),
    "ising_chain": ({"size": 4}, (0.3, 1.0, float("inf"))),
}
CASES = [(kind, control) for kind, (_, controls) in EXAMPLES.items() for control in controls]


def chains(model, number):
    """Return states and random states of a number of chains."""
    generators = [np.random.default_rng(c) for c in range(number)]
    starts = [model.starts[c % len(model.starts)] for c in range(number)]
    states = np.stack([model.initial(start, rng) for start, rng in zip(starts, generators, strict=True)])
    return states, random_states(generators)


def test_every_registered_model_has_an_example():
    assert EXAMPLES.keys() == REGISTRY.keys()


@pytest.mark.parametrize(("kind", "control"), CASES)
def test_contract(kind, control):
    cls, parameters = model_class(kind), EXAMPLES[kind][0]
    model = cls.checked(control, parameters)
    assert len(cls.dims) == len(cls.period) == len(cls.shape(**parameters))
    for start in model.starts:
        state = model.initial(start, np.random.default_rng(0))
        assert state.shape == cls.shape(**parameters)
        assert np.issubdtype(state.dtype, np.integer)

    states, random = chains(model, 9)
    fewer, fewer_random = chains(model, 5)
    before = states.copy()
    for update in (model.thermalise, model.advance, model.advance):
        update(states, 3, random)
        update(fewer, 3, fewer_random)
    assert not np.array_equal(states, before)
    # A chain does not depend on those that come after it.
    assert np.array_equal(states[:5], fewer) and np.array_equal(random[:5], fewer_random)

    observables = model.observables(np.stack([states, before]))
    assert observables.keys() == cls.observed.keys()
    for values in observables.values():
        assert values.shape == (2, 9) and np.isfinite(values).all()


@pytest.mark.parametrize("kind", REGISTRY)
def test_settings_and_observables_are_described(kind):
    cls = model_class(kind)
    assert cls.parameters["additionalProperties"] is False
    assert all(setting["description"] for setting in cls.parameters["properties"].values())
    assert all(long_name and units for long_name, units in cls.observed.values())
    assert cls.sweep and cls.control.symbol and cls.control.long_name and cls.control.units
