"""Where the visible block V, its buffer B and the environment E lie: index sets, and nothing of a model."""
