"""Distribution of the mass per site."""
