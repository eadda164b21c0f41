"""The 2021 paper: a module per model with its claims, its tables I and II, and all findings as one table."""
