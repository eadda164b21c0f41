"""Chipping and aggregation: small rings by their Markov matrix, and the infinite ring in closed form.

Each occupied site loses one unit at rate 1 and all its mass at rate `w`, to either neighbour with equal
probability (D. E. Gökmen et al., Phys. Rev. E 104, 064106 (2021), equations 19 and 20). R. Rajesh and S. N.
Majumdar, Phys. Rev. E 63, 036114 (2001), write w for the chipping rate, which is 1 / w here. Densities are
units of mass per site.

The distribution of the mass m of a site is known in mean-field theory only, that is, for independent sites
(S. N. Majumdar, S. Krishnamurthy and M. Barma, Phys. Rev. Lett. 81, 3691 (1998)). But two-point functions
close: stationarity of <m_i m_j> makes w <m_i m_j> + <m_i; site j occupied> harmonic in the distance, hence
the same for all pairs of sites, and that of <m_i^2> makes it rho - s, with the density rho and the share s of
occupied sites. Its sum over j gives, exactly on every ring of L sites,

    s (1 + rho - 1 / L) = rho (1 - rho w) + w <m^2> / L.

The last term vanishes in a large ring without a condensate, and is w (rho - rho_f)^2 where a single site
holds all mass beyond a density rho_f of the others. So s = rho (1 - rho w) / (1 + rho) in the fluid, as in
mean-field theory, and if s and rho_f are to be the same at all densities with a condensate, rho_f =
sqrt(1 + 1/w) - 1, the density of the transition in every dimension (Rajesh and Majumdar). In the fluid s is
therefore exact given that <m^2> stays finite; with a condensate, given that it is one site in a fluid of
fixed density.
"""

import math
from itertools import combinations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.linalg import spsolve
from scipy.special import gammaln

from rsmi.exact.channel import mutual_information


def states(size: int, mass: int) -> np.ndarray:
    """Return all ways to put `mass` units on `size` sites; integers, shape (number, size)."""
    bars = np.array(list(combinations(range(mass + size - 1), size - 1)))
    edges = np.pad(bars, ((0, 0), (1, 1)), constant_values=((0, 0), (-1, mass + size - 1)))
    return np.diff(edges, axis=1) - 1


def steady_state(w: float, size: int, mass: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all states (number, size) of the ring and their probabilities in the steady state (number,).

    Raises `ValueError` for more than 20,000 states.
    """
    found = states(size, mass)
    if len(found) > 20_000:
        raise ValueError(f"{len(found)} states are too many to solve for; lower size or mass")
    index = {tuple(state): i for i, state in enumerate(found.tolist())}
    rows, columns, rates = [], [], []
    for i, state in enumerate(found.tolist()):
        for site, units in enumerate(state):
            if units == 0:
                continue
            for moved, rate in ((1, 1.0), (units, w)):
                for to in ((site + 1) % size, (site - 1) % size):
                    after = state.copy()
                    after[site] -= moved
                    after[to] += moved
                    j = index[tuple(after)]
                    rows += [j, i]
                    columns += [i, i]
                    rates += [rate / 2, -rate / 2]
    generator = coo_array((rates, (rows, columns)), (len(found),) * 2).tolil()
    # The equations are dependent; the last is replaced by the normalisation.
    generator[-1] = 1.0
    right = np.zeros(len(found))
    right[-1] = 1.0
    return found, spsolve(generator.tocsc(), right)


def ring_moments(w: float, size: int, mass: int) -> dict[str, float | np.ndarray]:
    """Return exact averages of a ring of `size` sites and `mass` units in its steady state.

    occupied: the share of occupied sites. second_moment: the mean square mass of a site. heaviest: the mean
    share of all mass on the heaviest site. mass_distribution: the probabilities that a site has 0 ... `mass`
    units, shape (mass + 1,).

    Raises `ValueError` for rates that are not positive and finite, fewer than 3 sites, no mass, and more than
    20,000 states.
    """
    _check(w=w)
    if size < 3:
        raise ValueError(f"size = {size}: a ring needs at least 3 sites")
    if mass < 1:
        raise ValueError(f"mass = {mass}: use at least 1 unit")
    found, probability = steady_state(w, size, mass)
    # Sites are equivalent; averaged over all of them, rounding errors are smaller.
    distribution = np.bincount(found.ravel(), np.repeat(probability / size, size))
    return {
        "occupied": float(1.0 - distribution[0]),
        "second_moment": float(distribution @ np.arange(mass + 1) ** 2),
        "heaviest": float(probability @ found.max(axis=1)) / mass,
        "mass_distribution": distribution,
    }


def second_moment(w: float, size: int, density: float, occupied: float | np.ndarray) -> float | np.ndarray:
    """Return the mean square mass of a site of a ring with a mean share `occupied` of occupied sites; exact.

    s (1 + rho - 1/L) = rho (1 - rho w) + w <m^2> / L, from the closed pair equations at the head of this
    module. It holds for a ring of any `size` in its steady state, and is linear in both.

    Raises `ValueError` for rates and densities that are not positive and finite.
    """
    _check(w=w, density=density)
    balance = occupied * (1.0 + density - 1.0 / size) - density * (1.0 - density * w)
    return size * balance / w


def critical_density(w: float) -> float:
    """Return the density above which the infinite ring has a condensate, sqrt(1 + 1/w) - 1; exact.

    Raises `ValueError` for rates that are not positive and finite.
    """
    _check(w=w)
    # Without the difference, which cancels at high rates.
    return 1.0 / w / (math.sqrt(1.0 + 1.0 / w) + 1.0)


def critical_rate(density: float) -> float:
    """Return the rate w above which an infinite ring of `density` has a condensate; exact, 1/3 at density 1.

    Raises `ValueError` for densities that are not positive and finite.
    """
    _check(density=density)
    return 1.0 / (density * (density + 2.0))


def occupancy(w: float, density: float) -> float:
    """Return the share of occupied sites of the infinite ring, rho (1 - rho w) / (1 + rho).

    rho is `density`, or the critical density where `density` is higher: a condensate takes the excess. There
    the share is rho / (rho + 2). The module says in what sense that is exact.

    Raises `ValueError` for rates and densities that are not positive and finite.
    """
    _check(w=w, density=density)
    fluid = min(density, critical_density(w))
    return fluid * (1.0 - fluid * w) / (1.0 + fluid)


def condensate(w: float, density: float) -> float:
    """Return the share of all mass that the condensate of the infinite ring holds, 0 in the fluid.

    Raises `ValueError` for rates and densities that are not positive and finite.
    """
    _check(w=w, density=density)
    return max(0.0, 1.0 - critical_density(w) / density)


def limit_without_aggregation(
    size: int, mass: int, visible: int, buffer: int, environment: int | None = None
) -> float:
    """Return I(h:E) for w -> 0 and the best h = [mass of V above a threshold], in nats; exact.

    V are `visible` sites of a ring of `size` sites and `mass` units, E is `environment` sites wide on either
    side of V, behind `buffer` sites; None makes it all the rest of the ring.

    Chips alone are a zero-range process whose rates do not depend on the mass: as many moves lead into a
    state as out of it, one per occupied site, so all C(M + L - 1, L - 1) states of the ring are equally
    likely. n sites hold m units in C(m + n - 1, n - 1) ways, however the rest looks. So V knows of E its mass
    alone, and E of V, and the probability of both masses is a product of three such numbers, for V, for E and
    for what is left, over that of all states.

    Raises `ValueError` for regions that do not fit into the ring, or have no sites, and for no mass.
    """
    seen = _environment_sites(size, visible, buffer, environment)
    if mass < 1:
        raise ValueError(f"mass = {mass}: use at least 1 unit")
    units = np.arange(mass + 1)
    left = mass - units[:, None] - units
    others = np.where(left >= 0, _log_ways(size - visible - seen, np.maximum(left, 0)), -np.inf)
    log_joint = _log_ways(visible, units)[:, None] + _log_ways(seen, units) + others
    joint = np.exp(log_joint - _log_ways(size, np.array(mass)))
    # What is rarer weighs nothing, but products of such numbers would underflow.
    joint[joint < 1e-100] = 0
    below = np.cumsum(joint, axis=0)[:-1]
    above = np.cumsum(joint[:0:-1], axis=0)[::-1]
    return float(mutual_information(np.stack([below, above], axis=1)).max())


def limit_of_fast_aggregation(size: int, visible: int, buffer: int, environment: int | None = None) -> float:
    """Return I(V:E) = I(h:E) for w -> infinity and h = [mass of V above a threshold], in nats; exact.

    The regions are those of `limit_without_aggregation`. Aggregates meet long before the next chip, so all
    mass is on one site, uniformly. h is whether that lies in V, and E knows whether it lies in E: with the
    entropies H of a yes or no, I = H(V / L) - (1 - E / L) H(V / (L - E)). On a given ring that takes w >> L:
    a chip is back after (L - 1) / (2 w) on average.

    Raises `ValueError` for regions that do not fit into the ring, or have no sites.
    """
    seen = _environment_sites(size, visible, buffer, environment)
    return float(mutual_information(np.array([[0, visible], [seen, size - visible - seen]]) / size))


def _environment_sites(size: int, visible: int, buffer: int, environment: int | None) -> int:
    """Return the number of sites of E, on both sides of V together, after checking the regions."""
    rest = size - visible - 2 * buffer
    seen = rest if environment is None else 2 * environment
    if visible < 1 or buffer < 0 or not 0 < seen <= rest:
        raise ValueError(
            f"visible = {visible}, buffer = {buffer}, environment = {environment}: V and E need a site at "
            f"least, and must fit into a ring of {size} sites"
        )
    return seen


def _log_ways(sites: int, units: np.ndarray) -> np.ndarray:
    """Return log C(m + n - 1, n - 1), the ways to put m `units` on n `sites`."""
    if sites == 0:
        return np.where(units == 0, 0.0, -np.inf)
    return gammaln(units + sites) - gammaln(sites) - gammaln(units + 1)


def _check(**positive: float) -> None:
    """Refuse values that are not positive and finite."""
    for name, value in positive.items():
        if not 0 < value < math.inf:
            raise ValueError(f"{name} = {value} must be positive and finite")
