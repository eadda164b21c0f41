"""Figures, one module each, with a function `draw(ensemble)` that returns a matplotlib figure.

A new figure is a new file here and a rule in `workflow/rules/figures.smk`.
"""
