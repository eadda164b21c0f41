"""Figures of the table of all checks: a module each, with a function `draw`, in the style of all figures."""
