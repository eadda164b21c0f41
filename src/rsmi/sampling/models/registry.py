"""Which models there are. It holds module paths, so that a stage imports only the model that it samples."""

import importlib
from typing import Any

from rsmi.sampling.models.base import Model

# Not sampled, but read from files: `rsmi.external`.
FILE = "file"

REGISTRY = {
    "chipping": "rsmi.sampling.models.chipping",
    "dimers": "rsmi.sampling.models.dimers",
    "ising": "rsmi.sampling.models.ising",
    "ising_chain": "rsmi.sampling.models.ising_chain",
}


def model_class(kind: str) -> type[Model]:
    """Return the class `MODEL` of the model that is registered as `kind`.

    Raises `KeyError` if no model of that name is registered.
    """
    return importlib.import_module(REGISTRY[kind]).MODEL


def model_cost(kind: str) -> dict[str, Any] | None:
    """Return `COST` of the file of the model that is registered as `kind`, None if it has none.

    Its keys are those of `rsmi.sampling.cost.Speeds`. Raises `KeyError` if no model of that name is
    registered.
    """
    return getattr(importlib.import_module(REGISTRY[kind]), "COST", None)
