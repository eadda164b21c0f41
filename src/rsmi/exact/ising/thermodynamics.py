"""Exact thermodynamics of the 2D Ising ferromagnet, on a torus and infinite, and of the ring; J = k_B = 1."""

import math
from itertools import product

import numpy as np
from scipy.special import ellipkm1, elliprd

CRITICAL_TEMPERATURE = 2.0 / math.log(1.0 + math.sqrt(2.0))


def energy(temperature: float, size: int) -> float:
    """Return the exact energy per site of the `size` x `size` torus (B. Kaufman, Phys. Rev. 76, 1232 (1949)).

    Z = (2 sinh 2K)^(N/2) (Z1 + Z2 + Z3 + Z4) / 2 with products of 2 cosh or 2 sinh of n gamma_l / 2, in the
    notation of A. E. Ferdinand and M. E. Fisher, Phys. Rev. 185, 832 (1969); E = -d ln Z / dK, with the
    derivative taken by hand. The torus needs at least 3 sites per side to have distinct bonds.
    """
    k = 1.0 / temperature
    n = size
    cosh, sinh, coth = math.cosh(2 * k), math.sinh(2 * k), 1.0 / math.tanh(2 * k)
    level = np.arange(2 * n)
    c = cosh * coth - np.cos(math.pi * level / n)
    slope_c = 2 * cosh * (2 - coth**2)
    gamma, slope = np.empty(2 * n), np.empty(2 * n)
    # gamma_0 changes its sign at T_c; the others are positive.
    gamma[0] = 2 * k + math.log(math.tanh(k))
    slope[0] = 2 + 2 / sinh
    gamma[1:] = np.arccosh(c[1:])
    slope[1:] = slope_c / np.sinh(gamma[1:])
    half, half_slope = 0.5 * n * gamma, 0.5 * n * slope
    odd, even = slice(1, None, 2), slice(2, None, 2)

    def log_two_sinh(x: np.ndarray) -> np.ndarray:
        return x + np.log1p(-np.exp(-2 * x))

    # ln Z_i without its l = 0 factor, that factor scaled by exp(-|half_0|), and their derivatives.
    log_cosh = np.logaddexp(half, -half)
    log_sinh = log_two_sinh(half[1:])
    scale = abs(half[0])
    cosh_0 = 0.5 * (1 + math.exp(-2 * scale))
    sinh_0 = math.copysign(0.5 * (1 - math.exp(-2 * scale)), half[0])
    logs = np.array(
        [
            log_cosh[odd].sum(),
            log_sinh[0::2].sum(),
            log_cosh[even].sum() + scale,
            log_sinh[1::2].sum() + scale,
        ]
    )
    factors = np.array([1.0, 1.0, 2 * cosh_0, 2 * sinh_0])
    slopes = np.array(
        [
            np.sum(np.tanh(half[odd]) * half_slope[odd]),
            np.sum(half_slope[odd] / np.tanh(half[odd])),
            2 * cosh_0 * np.sum(np.tanh(half[even]) * half_slope[even]) + 2 * sinh_0 * half_slope[0],
            2 * sinh_0 * np.sum(half_slope[even] / np.tanh(half[even])) + 2 * cosh_0 * half_slope[0],
        ]
    )
    weights = np.exp(logs - logs.max())
    return -coth - np.sum(weights * slopes) / np.sum(weights * factors) / n**2


def specific_heat(temperature: float, size: int) -> float:
    """Return the exact specific heat per site of the torus, in k_B: -K^2 dE/dK, by a difference quotient.

    It is of sixth order, and its step small against the width 1 / size of the transition; relative errors are
    below 1e-6 for T from 1 to 10 and sizes up to 64, and grow where the specific heat itself is tiny.
    """
    k = 1.0 / temperature
    h = min(0.03 / size, 0.2 * k)
    values = [energy(1.0 / (k + h * i), size) for i in (-3, -2, -1, 1, 2, 3)]
    return -(k**2) * float(np.dot(values, (-1, 9, -45, 45, -9, 1))) / (60 * h)


def infinite_energy(temperature: float) -> float:
    """Return the energy per site of the infinite lattice (L. Onsager, Phys. Rev. 65, 117 (1944)).

    E = -coth(2K) (1 + kappa 2 K(m) / pi) with the complete elliptic integral of parameter m = 1 - kappa^2,
    kappa = 2 tanh^2(2K) - 1; -sqrt 2 at T_c.

    Raises `ValueError` for temperatures that are not positive; infinity is allowed.
    """
    if temperature == CRITICAL_TEMPERATURE:
        return -math.sqrt(2.0)
    tanh, _, kappa, excess = _onsager(temperature)
    # The same, without terms that cancel at high temperatures.
    return -tanh * (2.0 + kappa * excess)


def infinite_specific_heat(temperature: float) -> float:
    """Return the specific heat per site, in k_B, of the infinite lattice (Onsager); infinite at T_c.

    C = (4/pi) (K coth 2K)^2 (K(m) - E(m) - (1 - tanh^2 2K) (pi/2 + kappa K(m))), with m and kappa of
    `infinite_energy`. The terms cancel at low temperatures: the error is some 1e-15 of (K exp(-2K))^2.

    Raises `ValueError` for temperatures that are not positive; infinity is allowed.
    """
    if temperature == CRITICAL_TEMPERATURE:
        return math.inf
    _, rest, kappa, excess = _onsager(temperature)
    # K(m) - E(m) = m R_D(0, 1 - m, 1) / 3 does not cancel; m = 4 (1 - tanh^2) tanh^2.
    slope = 4.0 / (3.0 * math.pi) * float(elliprd(0.0, kappa**2, 1.0)) - 1.0 - kappa * excess / 2.0
    return 4.0 * rest * slope / temperature / temperature


def _onsager(temperature: float) -> tuple[float, float, float, float]:
    """Return t = tanh 2K, 1 - t^2, kappa and (2 K(m) / pi - 1) / t^2, without overflow or cancellation."""
    if not temperature > 0:
        raise ValueError(f"temperature = {temperature} must be positive; infinity is allowed")
    tanh, unlike = math.tanh(2.0 / temperature), math.exp(-4.0 / temperature)
    rest = 4.0 * unlike / (1.0 + unlike) ** 2
    kappa = 1.0 - 2.0 * rest
    m = 4.0 * rest * tanh**2
    if m < 1e-5:
        excess = rest * (1.0 + m * (9.0 / 16.0 + m * 25.0 / 64.0))
    else:
        excess = (2.0 / math.pi * float(ellipkm1(kappa**2)) - 1.0) / tanh**2
    return tanh, rest, kappa, excess


def spontaneous_magnetisation(temperature: float) -> float:
    """Return the magnetisation per site of the infinite lattice (C. N. Yang, Phys. Rev. 85, 808 (1952))."""
    if temperature >= CRITICAL_TEMPERATURE:
        return 0.0
    # sinh must not overflow; beyond, the magnetisation rounds to 1.
    return (1.0 - math.sinh(min(2.0 / temperature, 300.0)) ** -4) ** 0.125


def ring_thermodynamics(temperature: float, size: int) -> dict[str, float]:
    """Return energy and specific heat per site (J, k_B) and <m^2> of a ring of `size` spins, in closed form.

    Z = (2 cosh K)^N (1 + t^N) with t = tanh K; <s_0 s_r> = (t^r + t^(N - r)) / (1 + t^N) (E. Ising (1925)).
    """
    k, n = 1.0 / temperature, size
    t = math.tanh(k)
    slope = 1.0 - t * t
    energy_per_site = -(t + t ** (n - 1)) / (1 + t**n)
    derivative = (
        -((1 + (n - 1) * t ** (n - 2)) * (1 + t**n) - (t + t ** (n - 1)) * n * t ** (n - 1))
        * slope
        / (1 + t**n) ** 2
    )
    r = np.arange(n)
    return {
        "energy": energy_per_site,
        "specific_heat": -(k**2) * derivative,
        "square_magnetisation": float(np.sum((t**r + t ** (n - r)) / (1 + t**n))) / n,
    }


def enumerate_states(temperature: float, size: int) -> dict[str, np.ndarray]:
    """Return probability, energy and magnetisation per site of all 2^(size^2) states; size 3 or 4.

    Raises `ValueError` for any other size: 5 would need 2^25 states.
    """
    if size not in (3, 4):
        raise ValueError(f"size = {size} cannot be enumerated here; use 3 or 4")
    states = np.array(list(product((-1, 1), repeat=size * size)), np.int8).reshape(-1, size, size)
    bonds = sum((states * np.roll(states, 1, axis)).sum(axis=(1, 2), dtype=int) for axis in (1, 2))
    weights = np.exp((bonds - bonds.max()) / temperature)
    return {
        "probability": weights / weights.sum(),
        "energy": -bonds / size**2,
        "magnetisation": states.mean(axis=(1, 2)),
    }
