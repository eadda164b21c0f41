"""Measure what the default study must show, on its finished results.

    python benchmarks/default_study.py results/demo

prints the information in and out of order, its decay, the filters' signs and edges, the sampler's energies
against the exact finite torus, and the time of each stage.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from command_line import parser_of

from rsmi.exact.ising.thermodynamics import CRITICAL_TEMPERATURE, energy
from rsmi.storage import netcdf

BIT = np.log(2)


def information(table: pd.DataFrame) -> None:
    """Print plateau, disorder, ceiling, decay with L_B, and the point with a known value."""
    print(f"T <= 1.8: at least {table[table['T'] <= 1.8].rsmi.min() / BIT:.4f} bit")
    print(f"T = 4, L_B >= 2: at most {table[(table['T'] == 4) & (table.L_B >= 2)].rsmi.max() / BIT:.4f} bit")
    print(f"highest above 1 bit: {((table.rsmi - BIT) / table.rsmi_error).max():.2f} errors")
    for temperature, line in table[table["T"] >= CRITICAL_TEMPERATURE - 1e-4].groupby("T"):
        rows = line.sort_values("L_B").itertuples()
        rises = [(b.rsmi - a.rsmi) / np.hypot(a.rsmi_error, b.rsmi_error) for a, b in pairwise(rows)]
        print(f"T = {temperature}: largest rise with L_B {max(rises):.2f} errors")
    one = table[(table["T"] == 2.6) & (table.L_B == 4)].iloc[0]
    print(
        f"T = 2.6, L_B = 4: test {one.rsmi:.4f} +- {one.rsmi_error:.4f}, in sample {one.rsmi_train:.4f}, "
        f"Barber-Agakov {one.barber_agakov:.4f} nat"
    )


def filters(study: Path) -> None:
    """Print signs in the ordered phase and the edge share at T_c, of all members."""
    ensemble = netcdf.read(study / "ensembles/ising.nc", "ensemble").sel(components=1).isel(component=0)
    cold = ensemble["filter_normalised"].sel(control=ensemble["control"] <= 1.8)
    ratio = cold.min(["y", "x"]) / cold.max(["y", "x"])
    print(f"T <= 1.8: {int((ratio > 0).sum())} of {ratio.size} filters of one sign, ", end="")
    print(f"smallest weight at least {ratio.min().item():.2f} of the largest")
    share = ensemble["edge_share"].sel(L_B=4).sel(control=CRITICAL_TEMPERATURE, method="nearest")
    print(f"T_c, L_B = 4: edge share {np.round(share.values, 3)}")


def energies(table: pd.DataFrame) -> None:
    """Print the energy of every sample set against Kaufman's, and how nearly independent samples are."""
    for row in table.itertuples():
        exact = energy(row.T, 32)
        print(
            f"T = {row.T}: energy {row.energy:.5f} +- {row.energy_error:.5f}, exact {exact:.5f} "
            f"({(row.energy - exact) / row.energy_error:+.1f} errors), "
            f"tau of E and |m| {row.energy_autocorrelation_time:.2f}, "
            f"{row.abs_magnetisation_autocorrelation_time:.2f} samples, "
            f"{row.abs_magnetisation_effective_samples:.0f} effective"
        )


def times(study: Path) -> None:
    """Print jobs and seconds of each stage."""
    for stage in ("sample", "train", "aggregate", "figures", "tables"):
        files = sorted((study / "benchmarks" / stage).rglob("*.tsv"))
        seconds = [pd.read_csv(file, sep="\t")["s"].item() for file in files]
        print(f"{stage}: {len(files)} jobs, {sum(seconds):.0f} s, {np.mean(seconds):.1f} s each")


def main() -> None:
    """Print all of the study."""
    parser = parser_of(__doc__)
    parser.add_argument("study", type=Path, help="the folder of its results")
    study = parser.parse_args().study
    information(pd.read_csv(study / "tables/ising/rsmi.csv"))
    filters(study)
    energies(pd.read_csv(study / "tables/ising/samples.csv"))
    times(study)


if __name__ == "__main__":
    main()
