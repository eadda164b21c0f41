"""Statistical models, one per file. A new one is a new file here and a line in `registry`."""
