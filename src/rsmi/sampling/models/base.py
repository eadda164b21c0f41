"""What a statistical model must offer. The driver in `rsmi.sampling.driver` does everything else.

The file of a model names its class `MODEL`. It may also say how fast it is, as a dictionary `COST` of plain
values with the keys of `rsmi.sampling.cost.Speeds`; without it, jobs ask for what an unknown model may need.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jsonschema import Draft202012Validator, validators

# JSON has one type of number, but here 2.0 is no integer: it would be "2.0" in file names.
StrictValidator = validators.extend(
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    ),
)


@dataclass(frozen=True)
class Control:
    """The parameter that is varied, such as the temperature.

    `above` is an exclusive lower bound of its values. `known_transition` is for figures only (a line to
    compare with; no stage computes with it), and `known_transition_label` its name.
    """

    symbol: str
    long_name: str
    units: str
    above: float = -np.inf
    known_transition: float | None = None
    known_transition_label: str = ""


def control_attributes(control: Control) -> dict[str, str | float]:
    """Return the attributes of the coordinate `control`: symbol, name, unit, known transition."""
    attributes: dict[str, str | float] = {
        "symbol": control.symbol,
        "long_name": control.long_name,
        "units": control.units,
    }
    if control.known_transition is not None:
        attributes |= {
            "known_transition": control.known_transition,
            "known_transition_label": control.known_transition_label,
        }
    return attributes


class Model(ABC):
    """A Markov chain on lattice configurations.

    Class attributes: `control`; `dims`, the names of the lattice axes, ``("y", "x")`` or ``("x",)``;
    `period`, the lattice translations (sites per axis) that map the lattice onto itself; `parameters`, a
    JSON schema of the model's own settings; `observed`, name and unit of each observable; `sweep`, what one
    sweep is. `starts`, the kinds of initial states, which are dealt to the chains in turn, may depend on
    the control parameter, and the known transition of `control` on the settings.
    """

    control: Control
    dims: ClassVar[tuple[str, ...]]
    period: ClassVar[tuple[int, ...]]
    parameters: ClassVar[dict[str, Any]]
    observed: ClassVar[dict[str, tuple[str, str]]]
    sweep: ClassVar[str]
    starts: tuple[str, ...]

    @abstractmethod
    def __init__(self, control: float, **parameters: Any) -> None:
        """Fix the control parameter and the settings that `parameters` describes; must be quick.

        Raises `ValueError`, with the remedy, for a combination that the schema cannot exclude.
        """

    @classmethod
    def checked(cls, control: float, parameters: dict[str, Any]) -> "Model":
        """Return the model at a value of its control parameter, after checks of that and of the settings.

        Raises `ValueError`, naming the setting and its value, for what the model cannot be.
        """
        if not control > cls.control.above:
            raise ValueError(
                f"{cls.control.symbol} = {control!r} is not possible; use more than {cls.control.above!r}"
            )
        for error in StrictValidator(cls.parameters).iter_errors(parameters):
            where = ".".join(["parameters", *map(str, error.absolute_path)])
            raise ValueError(f"{where}: {error.message}. {error.schema.get('description', '')}".strip())
        return cls(control, **parameters)

    @staticmethod
    @abstractmethod
    def shape(*_: Any, **parameters: Any) -> tuple[int, ...]:
        """Return the lattice shape, one length per axis of `dims`, for these settings."""
        # To type checkers, `*_` beside `**parameters` says that each model names settings of its own.

    @abstractmethod
    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return a configuration of the lattice shape, of the kind `start`; int8 where values fit."""

    @abstractmethod
    def advance(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Update `states` (chain, *lattice) and `random` (chain, 2) in place by a number of sweeps.

        `random` is described in `rsmi.sampling.splitmix`. What a chain becomes must not depend on how many
        chains come after it.
        """

    def thermalise(self, states: np.ndarray, sweeps: int, random: np.ndarray) -> None:
        """Forget the start, by `advance` unless a model has something that forgets sooner."""
        self.advance(states, sweeps, random)

    @abstractmethod
    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return the observables of `observed` of configurations (..., *lattice), each of shape (...)."""
