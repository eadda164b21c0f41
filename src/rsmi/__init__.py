"""Real-space mutual information (RSMI): phase diagrams from raw configurations.

    import rsmi

    samples = rsmi.load("data/T={control}.npy", control=2.0, values="binary", boundary="periodic", symbol="T")
    ensemble = rsmi.train_ensemble(samples, rsmi.Regions(visible=4, buffer=2, environment=1))
    rsmi.table(ensemble), rsmi.plot_filters(ensemble)

What a notebook needs has a name here, fetched when it is first used, so that ``import rsmi`` takes no time
and a stage loads only what it uses. All else is imported from where it lies: `rsmi.sampling`,
`rsmi.external`, `rsmi.estimator`, `rsmi.analysis`, `rsmi.figures`, `rsmi.exact`, ...; each works without
Snakemake.
"""

import importlib

from rsmi.storage import compiled as _compiled

# Where each name lies, and by which name there; a type checker reads the same from `__init__.pyi`.
_NAMES = {
    "Regions": ("rsmi.geometry.regions", "Regions"),
    "best": ("rsmi.analysis.ensemble", "best"),
    "curves": ("rsmi.analysis.curves", None),
    "exact_information": ("rsmi.analysis.exact_information", "exact_information"),
    "from_array": ("rsmi.external.reading", "from_array"),
    "load": ("rsmi.notebook", "load"),
    "plot_convergence": ("rsmi.notebook", "plot_convergence"),
    "plot_filters": ("rsmi.notebook", "plot_filters"),
    "plot_rsmi": ("rsmi.notebook", "plot_rsmi"),
    "sample": ("rsmi.sampling.driver", "sample"),
    "table": ("rsmi.tables.rsmi", "table"),
    "train_ensemble": ("rsmi.notebook", "train_ensemble"),
}
__all__ = list(_NAMES)

# Before any module asks Numba for it.
_compiled.find_place()


def __getattr__(name: str) -> object:
    """Fetch what a notebook needs, when it is first used."""
    if name not in _NAMES:
        raise AttributeError(f"module 'rsmi' has no attribute {name!r}")
    where, what = _NAMES[name]
    module = importlib.import_module(where)
    value = globals()[name] = getattr(module, what) if what else module
    return value


def __dir__() -> list[str]:
    """List what a notebook needs beside the modules."""
    return sorted({*globals(), *_NAMES})
