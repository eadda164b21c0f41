"""Statistical models. A new one is a new file here and a line in `REGISTRY`.

The registry holds module paths instead of classes, so that a stage imports only the model it samples and
adding a model does not change the code of any other.
"""

import importlib

from rsmi.models.base import Model

REGISTRY = {
    "ising": "rsmi.models.ising",
}


def model_class(kind: str) -> type[Model]:
    """Return the class `MODEL` of the model that is registered as `kind`.

    Raises `KeyError` if no model of that name is registered.
    """
    return importlib.import_module(REGISTRY[kind]).MODEL
