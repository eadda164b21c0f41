"""Sample sets against exact means: enumeration, transfer matrices, closed forms, Markov matrices."""

import json
import math
from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import xarray as xr
from scipy.special import entr

from rsmi.exact import chipping
from rsmi.exact.dimers.free import FreeTorus
from rsmi.exact.dimers.torus import InteractingTorus
from rsmi.exact.ising import thermodynamics as ising
from rsmi.exact.ising.information import IsingReferee
from rsmi.exact.ising.surroundings import rings_around
from rsmi.exact.ising.torus import TorusInformation
from rsmi.validation.rows import Row, independent, stochastic, unchecked

ABOUT = {
    "title": "Sample sets against exact means",
    "each": "model",
    "target": "validate",
    "inputs": {"samples": ["samples/{model}/{control}.nc"]},
}

# Samples off the usual value that make the means of chains nearly normal.
FEWEST_EVENTS = 400
# Events of size one, or more of a smaller size, without which a series may well never change.
FEWEST_EXPECTED = 10
# Of the steady state of a ring; more are solved for slowly.
MOST_STATES = 5000

# Of every observable: its series, (chain, sample), and its exact mean.
Means = dict[str, tuple[np.ndarray, float]]


def check(samples: Iterable[xr.Dataset]) -> list[Row]:
    """Return the rows of `check_set` of all sample sets."""
    return [row for dataset in samples for row in check_set(dataset)]


def check_set(samples: xr.Dataset) -> list[Row]:
    """Return a row for every observable whose exact mean is known, or one that says that none is.

    The specific heat is taken as <(E - <E>)^2> about the exact mean, which is unbiased.
    """
    kind, parameters = samples.attrs["model"], json.loads(samples.attrs["parameters"])
    control = samples["control"].item()
    text = parameters | {samples["control"].attrs["symbol"]: control}
    expectation = EXPECTATIONS.get(kind)
    found = expectation(samples, control, **parameters) if expectation else {}
    if not found:
        return [unchecked("samples", kind, text)]
    found = {name: (np.asarray(series, float), exact) for name, (series, exact) in found.items()}
    # Rare events scatter too unlike a normal variable to tell more than that they are as rare as they should.
    common = [
        name
        for name, (series, exact) in found.items()
        if _events(series)[0] >= FEWEST_EVENTS and math.isfinite(exact)
    ]
    z = {}
    if common:
        deviations = np.stack([found[name][0].mean(axis=1) - found[name][1] for name in common], axis=1)
        z = dict(zip(common, independent(deviations), strict=True))
    rows = []
    for name, (series, exact) in found.items():
        means, (number, size, usual) = series.mean(axis=1), _events(series)
        error = means.std(ddof=1) / math.sqrt(len(means))
        if name not in z:
            if number == 0 and abs(exact - usual) * series.size < FEWEST_EXPECTED:
                continue
            # As many events as are expected, each as large as those that were seen, scatter at least so much.
            error = max(error, math.sqrt(abs(exact - usual) * size / series.size))
        rows.append(
            stochastic(name, kind, text, means.mean(), exact, error, len(means) - 1, z.get(name, math.nan))
        )
    return rows


def _events(series: np.ndarray) -> tuple[int, float, float]:
    """Return how many samples differ from the most frequent value, by how much on average, and that value."""
    values, counts = np.unique(np.round(series, 12), return_counts=True)
    usual = float(values[counts.argmax()])
    other = np.abs(series - usual) > 1e-9
    return int(other.sum()), float(np.abs(series[other] - usual).mean()) if other.any() else 0.0, usual


def _heat(energy: xr.DataArray, exact: float, temperature: float, sites: int) -> np.ndarray:
    """Return the series whose mean is the specific heat per site, from energies per site."""
    return sites * (energy.values - exact) ** 2 / temperature**2


def _referee(samples: xr.Dataset, temperature: float) -> tuple[np.ndarray, float]:
    """Return every sample's share of I(H:E) by the near-exact referee, and its exact mean by summation.

    On the 6 x 6 torus, L_B = 1, of the majority of 2 x 2 spins, ties at random; p(h) is 1/2 by symmetry.
    """
    configurations = samples["configuration"].values
    flat = configurations.reshape(-1, *configurations.shape[2:])
    referee, torus = IsingReferee(temperature, 2, 1), TorusInformation(temperature)
    corners = np.random.default_rng(0).integers(0, flat.shape[-1], (len(flat), 2))
    rings = rings_around(flat, corners, referee.side)
    given = referee.channel_given_ring(rings, referee.reduce(_majority(referee.states))[None])[:, 0]
    shares = math.log(2) - entr(given).sum(axis=1)
    return shares.reshape(configurations.shape[:2]), float(torus.channel_information(_majority(torus.states)))


def _majority(states: np.ndarray) -> np.ndarray:
    """Return p(h|v) of the majority of spins, ties at random, shape (state, 2)."""
    up = 0.5 * (1 + np.sign(states.sum(axis=(1, 2))))
    return np.stack([1 - up, up], axis=-1)


def _ising(samples: xr.Dataset, temperature: float, size: int, **others: int | str) -> Means:
    """Return series and exact mean of each observable, on an L x L torus; all of them for L = 3 and 4.

    The antiferromagnet on an even lattice is the ferromagnet with one sublattice flipped.
    """
    if math.isinf(temperature):
        return {"energy": (samples["energy"].values, 0.0)}
    exact = ising.energy(temperature, size)
    heat = _heat(samples["energy"], exact, temperature, size**2)
    found = {"energy": (samples["energy"].values, exact)}
    if size == 6 and others.get("coupling", "ferromagnetic") == "ferromagnetic":
        found["I(H:E) of the majority by rings"] = _referee(samples, temperature)
    if size > 4:
        return found | {"specific heat": (heat, ising.specific_heat(temperature, size))}
    states = ising.enumerate_states(temperature, size)
    p, m = states["probability"], states["magnetisation"]
    variance = p @ states["energy"] ** 2 - (p @ states["energy"]) ** 2
    ours = samples["magnetisation"].values
    return found | {
        "specific heat": (heat, size**2 * variance / temperature**2),
        "modulus of the magnetisation": (np.abs(ours), p @ np.abs(m)),
        "square magnetisation": (ours**2, p @ m**2),
    }


def _ising_chain(samples: xr.Dataset, temperature: float, size: int, **others: int) -> Means:
    """Return series and exact mean of each observable, on a ring."""
    exact = ising.ring_thermodynamics(temperature, size)
    return {
        "energy": (samples["energy"].values, exact["energy"]),
        "specific heat": (
            _heat(samples["energy"], exact["energy"], temperature, size),
            exact["specific_heat"],
        ),
        "square magnetisation": (samples["magnetisation"].values ** 2, exact["square_magnetisation"]),
    }


@cache
def _torus(size: int) -> InteractingTorus:
    return InteractingTorus(size)


def _dimers(samples: xr.Dataset, temperature: float, size: int, **others: float | None) -> Means:
    """Return series and exact mean of each observable: up to L = 8 at any T, beyond for free dimers."""
    winding = samples["square_winding"].values
    if size > 8:
        if math.isfinite(temperature):
            return {}
        free = FreeTorus(size)
        return {
            "parallel plaquettes": (-samples["energy"].values, free.parallel()),
            "square winding number": (winding, free.square_winding()),
        }
    torus = _torus(size)
    energy = -torus.parallel(temperature)
    distribution = torus.winding_distribution(temperature)
    middle = len(distribution) // 2
    windings = samples["winding_x"].values, samples["winding_y"].values
    return {
        "parallel plaquettes": (-samples["energy"].values, -energy),
        "specific heat": (
            _heat(samples["energy"], energy, temperature, size**2),
            torus.specific_heat(temperature),
        ),
        "square winding number": (winding, torus.square_winding(temperature)),
        "winding number zero": (np.mean([w == 0 for w in windings], axis=0), distribution[middle]),
    }


def _chipping(samples: xr.Dataset, w: float, size: int, density: float = 1.0) -> Means:
    """Return series and exact mean of each observable: by the Markov matrix on small rings.

    On any ring <m^2> follows exactly from the share of occupied sites; what is left between the two is zero.
    """
    occupied, square = samples["occupied"].values, samples["second_moment"].values
    # The relation is linear in both.
    balance = square - chipping.second_moment(w, size, density, occupied)
    mass = round(size * density)
    if math.comb(mass + size - 1, size - 1) > MOST_STATES:
        return {"second moment less that which occupied sites ask for": (balance, 0.0)}
    exact = chipping.ring_moments(w, size, mass)
    return {
        "occupied sites": (occupied, float(exact["occupied"])),
        "second moment of the mass": (square, float(exact["second_moment"])),
        "heaviest site": (samples["heaviest"].values, float(exact["heaviest"])),
    }


# The parameters of a model, by name, follow its samples and control value.
EXPECTATIONS: dict[str, Callable[..., Means]] = {
    "ising": _ising,
    "ising_chain": _ising_chain,
    "dimers": _dimers,
    "chipping": _chipping,
}
