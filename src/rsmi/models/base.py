"""What a statistical model must offer. The driver in `rsmi.sampling` does everything else."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np


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


class Model(Protocol):
    """A Markov chain on lattice configurations.

    Class attributes: `control`; `dims`, the names of the lattice axes, ``("y", "x")`` or ``("x",)``;
    `period`, the lattice translations (sites per axis) that map the lattice onto itself; `starts`, the
    kinds of initial states, dealt to the chains in turn; `parameters`, a JSON schema of the model's own
    settings; `observed`, name and unit of each observable.
    """

    control: ClassVar[Control]
    dims: ClassVar[tuple[str, ...]]
    period: ClassVar[tuple[int, ...]]
    starts: ClassVar[tuple[str, ...]]
    parameters: ClassVar[dict[str, Any]]
    observed: ClassVar[dict[str, tuple[str, str]]]

    def __init__(self, control: float, **parameters: Any) -> None:
        """Fix the control parameter and the settings that `parameters` describes."""

    @staticmethod
    def shape(**parameters: Any) -> tuple[int, ...]:
        """Return the lattice shape, one length per axis of `dims`, for these settings."""

    def initial(self, start: str, rng: np.random.Generator) -> np.ndarray:
        """Return an int8 configuration of the lattice shape, of the kind `start`."""

    def advance(self, state: np.ndarray, sweeps: int, rng: np.random.Generator) -> None:
        """Update `state` in place by a number of Monte Carlo sweeps."""

    def observables(self, configurations: np.ndarray) -> dict[str, np.ndarray]:
        """Return the observables of `observed` of configurations (..., *lattice), each of shape (...)."""
