"""Dimers on the square lattice, interacting and free: counts, averages, correlations, information."""
