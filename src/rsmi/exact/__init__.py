"""Exact and nearly exact results to hold samplers and estimators to. No stage of a study uses them."""
