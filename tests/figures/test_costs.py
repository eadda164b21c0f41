import numpy as np
import pandas as pd

from rsmi.figures import costs


def test_a_bar_per_stage_in_every_panel():
    table = pd.DataFrame(
        {
            "stage": ["sample", "train", "total"],
            "jobs": [1, 7, 8],
            "job_minutes": [1.0, 3.0, 4.0],
            "peak_memory_mb": [np.nan, 500.0, 500.0],
            "disk_mb": [0.0, 0.0, 0.0],
        }
    )
    figure = costs.draw(table)
    assert [len(axes.patches) for axes in figure.axes] == [2, 2, 2]
    assert [bar.get_width() for bar in figure.axes[0].patches] == [1.0, 3.0]
    assert [bar.get_width() for bar in figure.axes[1].patches] == [0.0, 500.0]
    assert [text.get_text() for text in figure.axes[0].texts] == ["1 job", "7 jobs"]
