"""Real-space mutual information (RSMI): phase diagrams from raw configurations.

The stages are `rsmi.sampling`, `rsmi.estimator`, `rsmi.analysis` and `rsmi.figures`; each works without
Snakemake. Nothing is imported here, so that a stage loads only what it uses.
"""
