"""Figures, one module each: `ABOUT`, what the workflow must know of it, and `draw`, which returns it.

A new figure is a new file here.
"""
