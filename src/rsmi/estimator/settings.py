"""How to train and evaluate."""

import math
from dataclasses import dataclass

from rsmi.storage.plain import whole

CHOICES = {
    "bound": ("infonce", "nwj", "tuba", "donsker_varadhan", "barber_agakov"),
    "critic": ("separable", "concatenated"),
    "discretisation": ("exact", "gumbel", "none"),
    "channel": ("hard", "sampled"),
    "schedule": ("cosine", "constant"),
    "keep": ("best", "last"),
    "precision": ("float32", "bfloat16"),
    "device": ("cpu", "cuda"),
}


# Of whole numbers, the least that each can be.
LEAST = {
    "batch_size": 2,
    "epochs": 1,
    "embedding": 1,
    "states": 2,
    "patience": 0,
    "restarts": 0,
    "windows": 1,
}


@dataclass(frozen=True)
class TrainingSettings:
    """The settings of a training; the schema of `config.yaml` describes each of them, with its unit.

    Raises `ValueError` for a choice that does not exist and for choices that do not go together.
    """

    bound: str = "infonce"
    batch_size: int = 100
    epochs: int = 15
    learning_rate: float = 5e-3
    schedule: str = "cosine"
    critic: str = "separable"
    hidden: tuple[int, ...] = (32, 32)
    embedding: int = 8
    filter_hidden: tuple[int, ...] = ()
    states: int = 2
    discretisation: str = "exact"
    relaxation_max: float = 0.5
    relaxation_min: float = 0.1
    relaxation_rate: float = 5e-3
    channel: str = "hard"
    translations: bool = True
    symmetries: tuple[str, ...] = ()
    patience: int = 0
    tolerance: float = 1e-3
    smoothing: float = 0.5
    keep: str = "best"
    restarts: int = 1
    refine: bool = False
    windows: int = 4
    responses: bool = False
    precision: str = "float32"
    device: str = "cpu"

    def __post_init__(self) -> None:
        """Refuse what would otherwise be taken for another choice, or fail later."""
        for name, least in LEAST.items():
            object.__setattr__(self, name, whole(name, getattr(self, name), least))
        for name in ("hidden", "filter_hidden"):
            widths = [whole(name, width, 1) for width in getattr(self, name)]
            object.__setattr__(self, name, type(getattr(self, name))(widths))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name} = {getattr(self, name)!r} is not possible; use one of {choices}")
        if self.bound == "barber_agakov" and self.discretisation != "exact":
            raise ValueError(
                "bound = 'barber_agakov' needs the states of h, but discretisation = "
                f"{self.discretisation!r}; use 'exact'"
            )
        if self.discretisation == "none" and self.states != 2:
            raise ValueError(
                f"states = {self.states} means nothing with discretisation = 'none'; leave it out"
            )
        if self.symmetries and not self.translations:
            raise ValueError("symmetries need fresh windows, but translations = False; leave one of them out")
        if self.responses and self.discretisation == "none":
            raise ValueError("responses are of the states of h, but discretisation = 'none'; leave one out")
        if self.responses and (self.states != 2 or self.filter_hidden):
            raise ValueError(
                "responses are compared with exact results of binary components and linear filters; states = "
                f"{self.states} and filter_hidden = {list(self.filter_hidden)}; leave responses out"
            )
        if self.critic == "concatenated" and not self.hidden:
            raise ValueError("hidden = [] is not possible with critic = 'concatenated'; use [32, 32], say")

    def rate(self, progress: float) -> float:
        """Return the learning rate at a fraction of the training, from 0 to 1."""
        if self.schedule == "cosine":
            return self.learning_rate * 0.5 * (1.0 + math.cos(math.pi * progress))
        return self.learning_rate
