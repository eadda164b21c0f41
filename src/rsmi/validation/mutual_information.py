"""The estimate of I(X:Y) of paired numbers against a closed form: correlated normal variables."""

import math

from rsmi.estimator.mutual_information import BOUNDS as CHECKED
from rsmi.estimator.mutual_information import mutual_information
from rsmi.sampling.seeds import stream
from rsmi.validation.rows import BOUNDS, Row, lower_bound

ABOUT = {
    "title": "Bounds on pairs of known information",
    "each": "study",
    "target": "validate",
    "inputs": {},
    "cost": {"seconds": 60.0, "memory": 960.0},
}

SAMPLES = 5000
CORRELATIONS = 0.0, 0.5, 0.9


def check() -> list[Row]:
    """Return a row per correlation and bound: I = -log(1 - r^2) / 2 of two normal variables."""
    rows = []
    for r in CORRELATIONS:
        rng = stream(0, "validation", "normal", r)
        x, noise = rng.normal(size=(2, SAMPLES))
        y = r * x + math.sqrt(1 - r**2) * noise
        exact = -0.5 * math.log(1 - r**2)
        for bound in CHECKED:
            found = mutual_information(x, y, bound)
            rows.append(
                lower_bound(
                    f"I(X:Y) by {BOUNDS[bound]}", "normal pair", {"r": r, "samples": SAMPLES},
                    found.value, exact, found.error, in_sample=found.in_sample,
                )
            )  # fmt: skip
    return rows
