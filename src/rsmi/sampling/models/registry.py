"""Which models there are. It holds module paths, so that a stage imports only the model that it samples.

Beside those that are registered, a model can be a file of one's own, whose path stands in the place of its
kind: ``my_folder/blume_capel.py``.
"""

import importlib
from types import ModuleType
from typing import Any

from rsmi.sampling.models.base import Model
from rsmi.sampling.models.contract import faults
from rsmi.storage import extension
from rsmi.storage.extension import ExtensionError
from rsmi.storage.words import nearest

# Not sampled, but read from files: `rsmi.external`.
FILE = "file"

REGISTRY = {
    "chipping": "rsmi.sampling.models.chipping",
    "dimers": "rsmi.sampling.models.dimers",
    "ising": "rsmi.sampling.models.ising",
    "ising_chain": "rsmi.sampling.models.ising_chain",
}


def model_name(kind: str) -> str:
    """Return what a model is called in files: its kind, or, of a file of one's own, that file's name."""
    return extension.name_of(kind) if extension.is_file(kind) else kind


def model_class(kind: str) -> type[Model]:
    """Return the class `MODEL` of a model, by the name that it is registered as, or by the path of its file.

    Raises `ValueError` if no model of that name is registered, and `ExtensionError` for a file without one.
    """
    module = _module(kind)
    if not extension.is_file(kind):
        return module.MODEL
    if not hasattr(module, "MODEL"):
        raise ExtensionError("has no MODEL; end it with MODEL = and the name of its class")
    found = faults(module.MODEL)
    if found:
        raise ExtensionError(f"MODEL is no model: {'; '.join(found)}")
    return module.MODEL


def model_cost(kind: str) -> dict[str, Any] | None:
    """Return `COST` of the file of a model, None if it has none; raises as `model_class` does.

    Its keys are those of `rsmi.sampling.cost.Speeds`.
    """
    return getattr(_module(kind), "COST", None)


def _module(kind: str) -> ModuleType:
    if extension.is_file(kind):
        return extension.load(kind)
    if kind == FILE:
        raise ValueError(f"kind = {FILE!r} is not sampled; read its configurations by rsmi.load")
    if kind not in REGISTRY:
        raise ValueError(
            f"kind = {kind!r} is no model; {nearest(kind, REGISTRY)} A file of your own ends in .py"
        )
    return importlib.import_module(REGISTRY[kind])
