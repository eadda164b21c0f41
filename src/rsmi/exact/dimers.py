"""Exact results for dimers on the square lattice: enumeration of small tori, and free dimers by Pfaffians.

Interacting dimers have the weight exp(N_parallel / T), where N_parallel counts the plaquettes with two
parallel ones.
"""

import numba
import numpy as np


@numba.njit(cache=True)
def _coverings(size, found):
    """Write all coverings of the torus as directions (0 right, 1 down) of links into `found`, if it has rows.

    found: int8 (number, size, size), where a site has the direction of its link if that goes right or down,
    else -1. Returns the number of coverings. The first free site, in reading order, takes one of its free
    neighbours in turn.
    """
    sites = size * size
    partner = np.full(sites, -1)
    # The sites that were the first free ones, and which neighbour was tried last.
    order, tried = np.empty(sites, np.int64), np.empty(sites, np.int64)
    depth, site, number = 0, 0, 0
    order[0], tried[0] = 0, -1
    while depth >= 0:
        site = order[depth]
        if partner[site] >= 0:
            partner[partner[site]] = -1
            partner[site] = -1
        y, x = site // size, site % size
        placed = False
        for direction in range(tried[depth] + 1, 4):
            if direction == 0:
                other = y * size + (x + 1) % size
            elif direction == 1:
                other = (y + 1) % size * size + x
            elif direction == 2:
                other = y * size + (x - 1) % size
            else:
                other = (y - 1) % size * size + x
            if partner[other] < 0:
                tried[depth] = direction
                partner[site], partner[other] = other, site
                placed = True
                break
        if not placed:
            depth -= 1
            continue
        free = site + 1
        while free < sites and partner[free] >= 0:
            free += 1
        if free < sites:
            depth += 1
            order[depth], tried[depth] = free, -1
        else:
            if found.shape[0] > 0:
                for d in range(depth + 1):
                    first, direction = order[d], tried[d]
                    start = first if direction < 2 else partner[first]
                    found[number, start // size, start % size] = direction % 2
            number += 1
    return number


def enumerate_coverings(size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return all coverings of the `size` x `size` torus as links: horizontal and vertical, bool (n, L, L).

    horizontal[n, y, x] is the link from (y, x) to the right, vertical[n, y, x] the one downwards. There are
    272 for size 4 and 90,176 for size 6.

    Raises `ValueError` for any other size.
    """
    if size not in (4, 6):
        raise ValueError(f"size = {size} cannot be enumerated here; use 4 or 6")
    number = _coverings(size, np.empty((0, size, size), np.int8))
    found = np.full((number, size, size), -1, np.int8)
    _coverings(size, found)
    return found == 0, found == 1


def parallel_plaquettes(horizontal: np.ndarray, vertical: np.ndarray) -> np.ndarray:
    """Return N_parallel of coverings given as links, (..., L, L); shape (...)."""
    pairs = horizontal & np.roll(horizontal, -1, -2) | vertical & np.roll(vertical, -1, -1)
    return pairs.sum(axis=(-2, -1))


def thermodynamics(temperature: float, size: int) -> dict[str, float]:
    """Return N_parallel / N and the specific heat per site of the torus of size 4 or 6, by enumeration."""
    parallel = parallel_plaquettes(*enumerate_coverings(size))
    weights = np.exp((parallel - parallel.max()) / temperature)
    weights /= weights.sum()
    mean = np.sum(weights * parallel)
    variance = np.sum(weights * (parallel - mean) ** 2)
    return {
        "parallel": mean / size**2,
        "specific_heat": variance / temperature**2 / size**2,
    }


class FreeTorus:
    """Free dimers (T = inf) on the torus, with weights of links (P. W. Kasteleyn, Physica 27, 1209 (1961)).

    Four determinants, with periodic and antiperiodic signs in each direction, add up to the partition
    function.
    """

    def __init__(self, size: int) -> None:
        """Set the side length, even and at least 4, in sites."""
        if size % 2 or size < 4:
            raise ValueError(f"size = {size}: the torus must be even and at least 4")
        self.size = size

    def log_partition(
        self, horizontal: np.ndarray | None = None, vertical: np.ndarray | None = None
    ) -> float:
        """Return ln Z for weights of the links, shape (L, L), which are 1 where none are given."""
        ones = np.ones((self.size, self.size))
        horizontal = ones if horizontal is None else horizontal
        vertical = ones if vertical is None else vertical
        seams = ((1, 1), (1, -1), (-1, 1), (-1, -1))
        signs, logarithms = np.linalg.slogdet(
            np.stack([self._matrix(horizontal, vertical, *seam) for seam in seams])
        )
        # The determinant that vanishes for equal weights enters with a minus sign.
        signs[0 if self.size % 4 == 0 else 3] *= -1
        largest = logarithms.max()
        return float(largest + np.log(signs @ np.exp(logarithms - largest) / 2))

    def _matrix(self, horizontal: np.ndarray, vertical: np.ndarray, sign_y: int, sign_x: int) -> np.ndarray:
        """Return the weights between even and odd sites, with an odd number of minus signs per plaquette."""
        size = self.size
        y, x = np.indices((size, size))
        number = (y * size + x) // 2
        matrix = np.zeros((size * size // 2,) * 2)
        across = horizontal * np.where(x == size - 1, sign_x, 1)
        down = vertical * np.where(y == size - 1, sign_y, 1) * (1 - 2 * (x % 2))
        for weights, other in ((across, np.roll(number, -1, 1)), (down, np.roll(number, -1, 0))):
            even = (y + x) % 2 == 0
            np.add.at(matrix, (number[even], other[even]), weights[even])
            np.add.at(matrix, (other[~even], number[~even]), weights[~even])
        return matrix

    def both(self, first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
        """Return the probability of dimers on two links (direction, y, x), direction 0 right, 1 down."""

        def without(*links: tuple[int, int, int]) -> float:
            weights = np.ones((2, self.size, self.size))
            for link in links:
                weights[link] = 0
            return np.exp(self.log_partition(*weights) - whole)

        whole = self.log_partition()
        return 1 - without(first) - without(second) + without(first, second)

    def parallel(self) -> float:
        """Return N_parallel / N: one plaquette per site, with two horizontal or two vertical dimers."""
        return 2 * self.both((0, 0, 0), (0, 1, 0))

    def collinear_correlation(self, distance: int) -> float:
        """Return the connected correlation of horizontal dimers on two links in a row, `distance` apart."""
        return self.both((0, 0, 0), (0, 0, distance)) - 1 / 16

    def square_winding(self) -> float:
        """Return the mean square of a winding number: the second derivative of ln Z in its field."""
        y = np.arange(self.size)

        def in_field(field: float) -> float:
            weights = np.ones((self.size, self.size))
            weights[:, 0] = np.exp(field * (1 - 2 * (y % 2)))
            return self.log_partition(horizontal=weights)

        h = 0.05
        # A difference quotient of sixth order.
        steps = np.array([in_field(h * k) for k in range(-3, 4)])
        return float(steps @ np.array([2, -27, 270, -490, 270, -27, 2]) / (180 * h * h))
