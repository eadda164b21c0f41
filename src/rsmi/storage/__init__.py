"""Files of a study: whole or not there, sealed, able to say what made them; digests of the code behind.

`netcdf` and `csv` read and write the two formats, `files` makes them whole and seals them, `provenance` says
what made a file, `digest` which code a stage uses, and `benchmarks` reads what Snakemake measured.
"""

# Kinds of NetCDF files, by their folder below that of the study, results/STUDY.
FOLDERS = {"samples": "samples", "training": "training", "learning": "training", "ensembles": "ensemble"}
