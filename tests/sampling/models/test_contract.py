"""What every registered model must keep to, whatever it is, and that what does not is found."""

import numpy as np
import pytest

from rsmi.sampling.models.base import Control
from rsmi.sampling.models.contract import check, faults
from rsmi.sampling.models.ising import Ising
from rsmi.sampling.models.registry import REGISTRY, model_class

# The smallest settings of each model, and control values from one end of its range to the other.
EXAMPLES = {
    "chipping": ({"size": 6}, (0.1, 1.0, 10.0)),
    "dimers": ({"size": 4}, (0.3, 1.0, float("inf"))),
    "ising": ({"size": 4}, (1.0, 2.3, float("inf"))),
    "ising_chain": ({"size": 4}, (0.3, 1.0, float("inf"))),
}


def test_every_registered_model_has_an_example():
    assert EXAMPLES.keys() == REGISTRY.keys()


@pytest.mark.parametrize("kind", REGISTRY)
def test_contract(kind):
    assert faults(model_class(kind)) == []
    check(model_class(kind), *EXAMPLES[kind])


class Still(Ising):
    def advance(self, states, sweeps, random):
        """Do nothing."""

    thermalise = advance


class Coupled(Ising):
    def advance(self, states, sweeps, random):
        """Let all chains follow the last one."""
        super().advance(states, sweeps, random)
        states[:] = states[-1]


class Floating(Ising):
    def initial(self, start, rng):
        return super().initial(start, rng).astype(float)


class Wide(Ising):
    def initial(self, start, rng):
        return np.ones((5, 5), np.int8)


class Silent(Ising):
    observed = {"energy": ("", "J")}  # noqa: RUF012


class Other(Ising):
    def observables(self, configurations):
        return {"mass": configurations.sum(axis=(-2, -1))}


class Flat(Ising):
    def observables(self, configurations):
        return {name: values.ravel() for name, values in super().observables(configurations).items()}


class Endless(Ising):
    def observables(self, configurations):
        return {name: values / 0.0 for name, values in super().observables(configurations).items()}


class Thin(Ising):
    @staticmethod
    def shape(size, **_):
        return size


class Idle(Ising):
    starts = ()


@pytest.mark.filterwarnings("ignore:.*(divide|invalid)")
@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (Still, "change nothing"),
        (Coupled, "a chain depends on those after it"),
        (Floating, "holds float64; use integers"),
        (Thin, "shape() is 4; give a length for each axis"),
        (Idle, "starts is (); name at least one"),
        (Wide, "has the shape (5, 5), not (4, 4)"),
        (Silent, "observed.energy: needs a long name and a unit"),
        (Other, "observables() has mass"),
        (Flat, "has the shape (18,)"),
        (Endless, "is not finite at T = 1.0"),
    ],
)
def test_what_breaks_the_contract_is_found(cls, message):
    with pytest.raises(AssertionError) as error:
        check(cls, *EXAMPLES["ising"])
    assert message in str(error.value)


class Unfinished(Ising):
    dims = ("y", "x", "z")
    period = (1, 1)

    def advance(self, states, sweeps):
        """Lack the random numbers."""


class Bound(Ising):
    def shape(self, size):
        return size, size


class Unnamed(Ising):
    @staticmethod
    def shape(length):
        return length, length


@pytest.mark.parametrize(
    ("cls", "message"),
    [
        (dict, "is no subclass of rsmi.sampling.models.base.Model"),
        (3, "is no subclass"),
        (Unfinished, "advance(self, states, sweeps) must take (states, sweeps, random)"),
        (type("Bare", (Ising,), {"control": "T"}), "its control is 'T'; give it a Control"),
        (type("Short", (Ising,), {"period": (1,)}), "differ in length"),
        (type("Deep", (Ising,), {"dims": "zyx", "period": (1, 1, 1)}), "its dims is 'zyx'; give it a tuple"),
        (type("Cube", (Ising,), {"dims": ("a", "b")}), "use ('x',) or ('y', 'x')"),
        (type("Open", (Ising,), {"parameters": {"properties": {}}}), "'additionalProperties': False"),
        (Unnamed, "shape(length) must take size"),
        (Bound, "shape needs @staticmethod"),
        (type("Greek", (Ising,), {"control": Control(r"\beta", "b", "1")}), "use letters, digits and _"),
        (type("Typed", (Ising,), {"parameters": {"type": "int"}}), "parameters is no JSON schema"),
    ],
)
def test_what_is_no_model_is_told_before_it_runs(cls, message):
    assert message in "; ".join(faults(cls))
