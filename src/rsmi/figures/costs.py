"""Where the time, the memory and the disk of a study went."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

from rsmi.figures import style
from rsmi.storage.benchmarks import TOTAL

# Column of the table, and label.
PANELS = (
    ("job_minutes", "time of all jobs (min)"),
    ("peak_memory_mb", "largest job's memory (MB)"),
    ("disk_mb", "results on disk (MB)"),
)


def draw(table: pd.DataFrame) -> Figure:
    """Draw a table that `rsmi.storage.benchmarks.budget` made: a bar per stage, in the order of the workflow.

    Minutes carry the number of jobs; what was not measured has no bar.
    """
    style.start()
    stages = table[table["stage"] != TOTAL]
    figure, panels = plt.subplots(
        1, len(PANELS), figsize=(7.0, 0.8 + 0.28 * len(stages)), sharey=True, layout="constrained"
    )
    colours = style.categories(len(PANELS))
    for axes, colour, (column, label) in zip(panels, colours, PANELS, strict=True):
        values = stages[column].astype(float).fillna(0.0)
        bars = axes.barh(stages["stage"], values, color=colour, height=0.6)
        if column == "job_minutes":
            counts = [f"{jobs} {'job' if jobs == 1 else 'jobs'}" for jobs in stages["jobs"]]
            axes.bar_label(bars, counts, padding=2, fontsize="small")
        axes.set(xlabel=label, xlim=(0, 1.35 * max([*values, 1e-3])))
    panels[0].invert_yaxis()
    return figure
