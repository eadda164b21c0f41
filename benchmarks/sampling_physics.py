"""Show that the samplers get the physics right at size.

    python benchmarks/sampling_physics.py [--quick]

prints, in about a quarter of an hour on one core: z-scores of exact means; the temperature at which the
Binder cumulants of the Ising model cross, for 32 x 32 and 64 x 64 spins; the columnar order of dimers on both
sides of the transition, with the shares of four sectors, and the mean square winding number of free dimers;
and the mass distributions of chipping and aggregation around its transition, with the exponent of the power
law at it, also drawn in results/sampling_physics.
"""

import math

import matplotlib.pyplot as plt
import numpy as np
from command_line import parser_of, results
from scipy.optimize import brentq

from rsmi.exact.dimers.free import FreeTorus
from rsmi.exact.ising.thermodynamics import energy
from rsmi.figures import style
from rsmi.sampling.driver import sample
from rsmi.sampling.models.chipping import Chipping
from rsmi.sampling.models.ising import CRITICAL_TEMPERATURE
from rsmi.sampling.statistics import jackknife

MANY = {"chains": 64, "samples": 4000, "thermalisation": 500}
CUMULANTS = {"chains": 32, "samples": 1500, "thermalisation": 300}
TEMPERATURES = (0.4, 0.5, 0.6, 0.65, 0.7, 0.8, 1.0, 2.0)
DIMERS = {"chains": 20, "samples": 400, "thermalisation": 1000}
FREE = {"chains": 20, "samples": 3000, "thermalisation": 200}
CHIPPING = {"chains": 32, "samples": 400, "thermalisation": 200_000, "maximal_spacing": 2000}
FEW = {"chains": 8, "samples": 40, "thermalisation": 100, "spacing": 5}
# What the parts do with `--quick`.
QUICK = {
    "exact_means": {"sizes": (8,), "free": 8, "settings": FEW},
    # Where the cumulants of lattices so small differ clearly.
    "binder_crossing": {"sizes": (4, 8), "ratios": (0.8, 0.9, 1.0, 1.15, 1.3)},
    "dimers": {"temperatures": (0.5, 1.0), "sizes": (4, 6, 8), "settings": FEW, "free": FEW},
    "chipping": {"settings": FEW},
}


def exact_means(sizes=(16, 32), free=32, settings=MANY) -> None:
    """Print the z-scores of means on larger lattices, from a quarter of a million samples each.

    `free` is the side of the torus of free dimers.
    """

    def z_score(dataset, name, exact):
        values = dataset[name]
        error = values.values.std() / np.sqrt(values.attrs["effective_sample_size"])
        return f"z = {(values.values.mean() - exact) / error:+.2f}, relative error {error / abs(exact):.0e}"

    for size in sizes:
        for temperature in (1.5, 2.1, CRITICAL_TEMPERATURE, 2.6, 4.0):
            for algorithm in ("wolff", "metropolis"):
                # Metropolis is too slow near T_c to be worth the time.
                if algorithm == "metropolis" and abs(temperature - CRITICAL_TEMPERATURE) < 0.2:
                    continue
                parameters = {"size": size, "algorithm": algorithm}
                dataset = sample("ising", temperature, parameters, **settings, key=(9, algorithm))
                found = z_score(dataset, "energy", energy(temperature, size))
                print(f"Ising, L = {size}, T = {temperature:.3f}, {algorithm}: energy, {found}")
    dataset = sample("dimers", math.inf, {"size": free}, **settings)
    torus = FreeTorus(free)
    for name, exact in (("energy", -torus.parallel()), ("square_winding", torus.square_winding())):
        print(f"free dimers, L = {free}: {name}, {z_score(dataset, name, exact)}")


def binder_crossing(sizes=(32, 64), ratios=(0.985, 0.995, 1.0, 1.005, 1.015)) -> None:
    """Print where the Binder cumulants of two sizes cross, by parabolas through a few ratios T / T_c."""
    temperatures = CRITICAL_TEMPERATURE * np.array(ratios)
    rng = np.random.default_rng(1)
    cumulants = {}
    for size in sizes:
        found = []
        for temperature in temperatures.tolist():
            dataset = sample("ising", temperature, {"size": size}, **CUMULANTS)
            m = dataset["magnetisation"].values
            found.append(jackknife(lambda two, four: 1 - four / (3 * two**2), m**2, m**4))
        cumulants[size] = np.array(found)
        print(f"L = {size}: Binder cumulants", ", ".join(f"{u:.4f} ± {e:.4f}" for u, e in found))

    def crossing(values):
        fits = [np.polyfit(temperatures / CRITICAL_TEMPERATURE - 1, v, 2) for v in values]
        return brentq(np.poly1d(np.subtract(*fits)), ratios[0] - 1, ratios[-1] - 1)

    means = [cumulants[size][:, 0] for size in sizes]
    resampled = [
        crossing([rng.normal(cumulants[size][:, 0], cumulants[size][:, 1]) for size in sizes])
        for _ in range(200)
    ]
    print(f"They cross at {100 * crossing(means):+.3f} ± {100 * np.std(resampled):.3f} % of T_c.")


def dimers(temperatures=TEMPERATURES, sizes=(16, 32, 64), settings=DIMERS, free=FREE) -> None:
    """Print columnar order of dimers, and their sectors and winding on the torus of middle size."""
    middle, largest = sizes[1:]
    for temperature in temperatures:
        line = []
        for size in sizes:
            dataset = sample("dimers", temperature, {"size": size}, **settings)
            order, error = jackknife(lambda mean: mean, dataset["abs_columnar"].values)
            line.append(f"L = {size}: {order:.4f} ± {error:.4f}")
            if temperature == 0.5 and size == middle:
                x, y = dataset["columnar_x"].values, dataset["columnar_y"].values
                angle = np.round(np.arctan2(y, x) / (np.pi / 2)).astype(int) % 4
                shares = np.bincount(angle.ravel(), minlength=4) / angle.size
                alike = dataset["abs_columnar"].attrs["start_p_value"]
        print(f"T = {temperature}: columnar order", "; ".join(line))
    print(
        f"T = 0.5, L = {middle}: shares of four sectors {np.round(shares, 4)}, "
        f"starts alike with p = {alike:.2g}"
    )
    dataset = sample("dimers", math.inf, {"size": middle}, **free)
    squares = [dataset[name].values.astype(float) ** 2 for name in ("winding_x", "winding_y")]
    winding, error = jackknife(lambda a, b: (a + b) / 2, *squares)
    exact = FreeTorus(middle).square_winding()
    print(
        f"T = inf, L = {middle}: <W^2> = {winding:.4f} ± {error:.4f}; this torus exactly {exact:.4f}, "
        f"{largest} x {largest} {FreeTorus(largest).square_winding():.4f}"
    )


def chipping(output, settings=CHIPPING) -> None:
    """Print and draw the distribution of masses on a site around w = 1/3; `output` is the folder drawn to."""
    style.start()
    figure, axes = plt.subplots(figsize=(3.4, 2.6))
    edges = np.unique(np.round(np.geomspace(1, 257, 25)).astype(int))
    rates = (0.1, 0.2, 1 / 3, 0.5, 1.0)
    for w, colour, marker in zip(rates, style.colours(len(rates)), style.MARKERS, strict=False):
        dataset = sample("chipping", w, {"size": 256}, **settings)
        masses = dataset["configuration"].values
        per_chain = np.stack([np.bincount(chain.ravel(), minlength=257) for chain in masses])
        per_chain = per_chain / masses[0].size
        p = per_chain.mean(axis=0)
        alike = min(dataset[n].attrs["start_p_value"] for n in Chipping.observed)
        infinite = f" (infinite ring {(1 - w) / 2:.4f})" if w <= 1 / 3 else ""
        print(
            f"w = {w:.3f}: P(m > 0) = {1 - p[0]:.4f}{infinite}, heaviest site "
            f"{float(dataset['heaviest'].mean()):.3f} of all mass, starts alike with p = {alike:.2g}"
        )
        if w == 1 / 3:
            m = np.arange(4, 41)
            # A mass that never came up has no weight.
            m = m[p[m] > 0]
            slope = np.polyfit(np.log(m), np.log(p[m]), 1, w=np.sqrt(p[m]))[0]
            print(f"    P(m) falls as m^{slope:.2f} between m = 4 and 40 (infinite ring: m^-2.5)")
        binned = np.add.reduceat(per_chain, edges[:-1], axis=1) / np.diff(edges)
        mean, error = binned.mean(axis=0), binned.std(axis=0, ddof=1) / np.sqrt(len(binned))
        # A bin that few chains have met has no error bar to speak of.
        seen = mean > 2 * error
        middle = np.sqrt(edges[:-1] * (edges[1:] - 1.0))
        axes.errorbar(
            middle[seen], mean[seen], error[seen], color=colour, marker=marker, ms=3, lw=0.8,
            label=f"$w={w:.3g}$",
        )  # fmt: skip
    line = np.array([2.0, 60.0])
    axes.plot(line, 0.5 * line**-2.5, color="0.4", lw=0.8, ls="--", label="$m^{-5/2}$")
    axes.set(xscale="log", yscale="log", xlabel="mass $m$ of a site (units)", ylabel="$P(m)$")
    style.legend(axes, fontsize="small")
    style.save(figure, [f"{output}/mass_distribution.{ending}" for ending in ("pdf", "png")])
    print(f"Drawn in {output}/mass_distribution.pdf")


def main() -> None:
    """Print and draw everything."""
    quick = parser_of(__doc__, quick=True).parse_args().quick
    settings = QUICK if quick else {name: {} for name in QUICK}
    exact_means(**settings["exact_means"])
    binder_crossing(**settings["binder_crossing"])
    dimers(**settings["dimers"])
    chipping(results("sampling_physics", quick), **settings["chipping"])


if __name__ == "__main__":
    main()
