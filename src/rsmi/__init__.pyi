from rsmi.analysis import curves as curves
from rsmi.analysis.ensemble import best as best
from rsmi.analysis.exact_information import exact_information as exact_information
from rsmi.external.reading import from_array as from_array
from rsmi.geometry.regions import Regions as Regions
from rsmi.notebook import load as load
from rsmi.notebook import plot_convergence as plot_convergence
from rsmi.notebook import plot_filters as plot_filters
from rsmi.notebook import plot_rsmi as plot_rsmi
from rsmi.notebook import train_ensemble as train_ensemble
from rsmi.sampling.driver import sample as sample
from rsmi.tables.rsmi import table as table

__all__ = [
    "Regions",
    "best",
    "curves",
    "exact_information",
    "from_array",
    "load",
    "plot_convergence",
    "plot_filters",
    "plot_rsmi",
    "sample",
    "table",
    "train_ensemble",
]
