"""Exact results against each other: two derivations that share nothing must give the same number."""

import math
from itertools import product

import numpy as np
from scipy.linalg import toeplitz

from rsmi.exact import chipping
from rsmi.exact.channel import mutual_information
from rsmi.exact.dimers.coverings import enumerate_coverings, thermodynamics
from rsmi.exact.dimers.free import (
    INFINITE_ENTROPY,
    FreeTorus,
    coverings,
    infinite_correlation,
    infinite_probability,
    log_coverings,
)
from rsmi.exact.dimers.torus import InteractingTorus
from rsmi.exact.ising import thermodynamics as ising
from rsmi.exact.ising.chain import ChainInformation
from rsmi.validation.rows import Row, deterministic

ABOUT = {
    "title": "Exact results against each other",
    "each": "study",
    "target": "validate",
    "inputs": {},
    "cost": {"seconds": 60.0, "memory": 960.0},
}

# Rounding of sums over many states; difference quotients; what is left of finite size.
ROUNDING, QUOTIENT, EXTRAPOLATED = 1e-10, 1e-6, 1e-4


def check() -> list[Row]:
    """Return all rows."""
    return [*_ising(), *_rings(), *_dimers(), *_free_dimers(), *_chipping()]


def _ising() -> list[Row]:
    """Kaufman against enumeration, Onsager against large tori, Yang against correlations."""
    rows = []
    critical = ising.CRITICAL_TEMPERATURE
    for size, temperature in product((3, 4), (1.5, critical, 4.0)):
        states = ising.enumerate_states(temperature, size)
        mean = states["probability"] @ states["energy"]
        heat = size**2 * (states["probability"] @ (states["energy"] - mean) ** 2) / temperature**2
        point = {"size": size, "T": temperature}
        for name, ours, exact, tolerance in (
            ("energy (Kaufman)", ising.energy(temperature, size), mean, ROUNDING),
            ("specific heat (Kaufman)", ising.specific_heat(temperature, size), heat, QUOTIENT),
        ):
            rows.append(deterministic(f"{name} against enumeration", "ising", point, ours, exact, tolerance))
    for temperature in (1.5, 3.0, 4.0):
        point = {"T": temperature}
        for name, ours, exact in (
            ("energy", ising.infinite_energy(temperature), ising.energy(temperature, 128)),
            (
                "specific heat",
                ising.infinite_specific_heat(temperature),
                ising.specific_heat(temperature, 128),
            ),
        ):
            rows.append(
                deterministic(f"{name} (Onsager) against L = 128", "ising", point, ours, exact, QUOTIENT)
            )
    # At T_c itself the function returns the limit.
    ours = ising.infinite_energy(critical * (1 + 1e-12))
    rows.append(deterministic("energy at T_c", "ising", {"T": critical}, ours, -math.sqrt(2), ROUNDING))
    for temperature in (1.5, 2.0):
        # <s_0 s_r> along the diagonal is a Toeplitz determinant (L. Onsager and B. Kaufman), and tends to
        # m^2.
        angle = 2 * math.pi * np.arange(4096) / 4096
        k = math.sinh(2 / temperature) ** -2
        symbol = np.sqrt((1 - k * np.exp(-1j * angle)) / (1 - k * np.exp(1j * angle)))
        elements = np.fft.ifft(symbol).real
        matrix = toeplitz(elements[:100], np.concatenate([elements[:1], elements[:-100:-1]]))
        rows.append(
            deterministic(
                "magnetisation (Yang) against correlations", "ising", {"T": temperature},
                ising.spontaneous_magnetisation(temperature), math.sqrt(np.linalg.det(matrix)), QUOTIENT,
            )
        )  # fmt: skip
    return rows


def _rings(size: int = 12) -> list[Row]:
    """The Ising ring and the information in it, in closed form against enumeration."""
    rows = []
    spins = np.array(list(product((-1, 1), repeat=size)))
    bonds = (spins * np.roll(spins, 1, axis=1)).sum(axis=1)
    for temperature in (0.5, 1.0, 2.0):
        weights = np.exp((bonds - size) / temperature)
        p = weights / weights.sum()
        mean = -p @ bonds / size
        exact = {
            "energy": mean,
            "specific_heat": size * (p @ (bonds / size + mean) ** 2) / temperature**2,
            "square_magnetisation": p @ spins.mean(axis=1) ** 2,
        }
        ours = ising.ring_thermodynamics(temperature, size)
        point = {"size": size, "T": temperature}
        for name, value in exact.items():
            text = f"{name.replace('_', ' ')} against enumeration"
            rows.append(deterministic(text, "ising_chain", point, ours[name], value, ROUNDING))
        for visible, buffer in ((2, 1), (3, 2)):
            # V stands first; the buffer's sites are summed over, everything else is E.
            outside = spins[:, visible + buffer : size - buffer]
            v = (spins[:, :visible] > 0) @ 2 ** np.arange(visible)
            e = (outside > 0) @ 2 ** np.arange(outside.shape[1])
            joint = np.zeros((2**visible, 2 ** outside.shape[1]))
            np.add.at(joint, (v, e), p)
            rows.append(
                deterministic(
                    "I(V:E) against enumeration", "ising_chain",
                    point | {"V": visible, "L_B": buffer},
                    ChainInformation(temperature, visible, buffer, size=size).mutual_information(),
                    float(mutual_information(joint)), ROUNDING,
                )
            )  # fmt: skip
    return rows


def _dimers() -> list[Row]:
    """The transfer matrix against enumeration, and, where all coverings weigh the same, Pfaffians."""
    rows = []
    for size, temperature in product((4, 6), (0.5, 1.0, 4.0, math.inf)):
        torus, enumerated = InteractingTorus(size), thermodynamics(temperature, size)
        point = {"size": size, "T": temperature}
        for name, ours in (
            ("parallel", torus.parallel(temperature)),
            ("specific_heat", torus.specific_heat(temperature)),
        ):
            text = f"{name.replace('_', ' ')} by transfer matrix against enumeration"
            rows.append(deterministic(text, "dimers", point, ours, enumerated[name], ROUNDING))
    for size in (4, 6, 8):
        torus, free, point = InteractingTorus(size), FreeTorus(size), {"size": size, "T": math.inf}
        for name, ours, exact, tolerance in (
            ("parallel", torus.parallel(math.inf), free.parallel(), ROUNDING),
            ("square winding", torus.square_winding(math.inf), free.square_winding(), QUOTIENT),
            ("number of coverings", torus.density.sum(), coverings(size, size), 0.0),
        ):
            text = f"{name} by transfer matrix against Pfaffians"
            rows.append(deterministic(text, "dimers", point, ours, exact, tolerance))
    for size in (4, 6):
        found = len(enumerate_coverings(size)[0])
        rows.append(
            deterministic("number of coverings against enumeration", "dimers", {"size": size},
                          coverings(size, size), found, 0.0)
        )  # fmt: skip
    return rows


def _free_dimers() -> list[Row]:
    """Products against determinants, and the infinite lattice against tori extrapolated in 1 / L^2."""
    rows = []
    for size in (8, 16, 32):
        ours, exact = log_coverings(size, size), FreeTorus(size).log_partition()
        text = "ln(coverings): product against determinants"
        rows.append(deterministic(text, "free dimers", {"size": size}, ours, exact, ROUNDING))
    for sides in ((5, 8), (7, 12), (16, 24)):
        ours, exact = log_coverings(*sides), math.log(coverings(*sides))
        point = {"rows": sides[0], "columns": sides[1]}
        text = "ln(coverings): product against integers"
        rows.append(deterministic(text, "free dimers", point, ours, exact, ROUNDING))
    ours, size = INFINITE_ENTROPY, 512
    exact = log_coverings(size, size) / size**2
    rows.append(
        deterministic("entropy per site G/pi against L = 512", "free dimers", {}, ours, exact, EXTRAPOLATED)
    )
    parallel = 2 * infinite_probability((0, 0, 0), (0, 1, 0))
    rows.append(deterministic("parallel plaquettes per site", "free dimers", {}, parallel, 0.25, ROUNDING))
    sizes = 16, 24, 32, 48
    powers = np.array(sizes)[:, None] ** (-2.0 * np.arange(len(sizes)))
    tori = [FreeTorus(size) for size in sizes]
    for distance in (1, 2, 3, 4):
        values = [torus.collinear_correlation(distance) for torus in tori]
        ours = infinite_correlation((0, 0, 0), (0, 0, distance))
        text = "collinear correlation against tori extrapolated in 1 / L^2"
        extrapolated = np.linalg.solve(powers, values)[0]
        point = {"distance": distance}
        rows.append(deterministic(text, "free dimers", point, ours, extrapolated, EXTRAPOLATED))
    return rows


def _chipping() -> list[Row]:
    """The steady state of small rings against closed pair equations."""
    rows = []
    for w, size, mass in product((0.2, 1.0), (4, 5), (4, 7)):
        exact = chipping.ring_moments(w, size, mass)
        ours = float(chipping.second_moment(w, size, mass / size, exact["occupied"]))
        text = "second moment from occupied sites against the Markov matrix"
        point = {"w": w, "size": size, "mass": mass}
        rows.append(deterministic(text, "chipping", point, ours, float(exact["second_moment"]), ROUNDING))
    return rows
