"""From a model to samples: the driver, random streams and statistics; `models` has a model per file."""
