"""Free dimers (T = inf) on the square lattice: weighted tori, numbers of coverings, and the infinite lattice.

The number of coverings is a sum of Pfaffians (P. W. Kasteleyn, Physica 27, 1209 (1961)), and the probability
of given dimers a minor of an inverse Kasteleyn matrix (M. E. Fisher and J. Stephenson, Phys. Rev. 132, 1411
(1963); R. Kenyon, Ann. Inst. H. Poincaré Probab. Statist. 33, 591 (1997)). Lengths are in sites.
"""

import math
from itertools import product

import numpy as np
from scipy.special import logsumexp, zeta

Link = tuple[int, int, int]
"""A link (direction, y, x) from the site (y, x): to the right for direction 0, downwards for 1."""

INFINITE_ENTROPY = float(zeta(2, 1 / 4) - zeta(2, 3 / 4)) / 16 / math.pi
"""ln(number of coverings) per site of the infinite lattice, G / pi with Catalan's constant G (Kasteleyn)."""


def log_coverings(rows: int, columns: int) -> float:
    """Return ln(number of coverings) of the `rows` x `columns` torus by Kasteleyn's products, for any size.

    For m rows and an even number n of columns, let theta = 4 pi k / n (periodic) or 4 pi (k + 1/2) / n
    (antiperiodic along a row) with k = 0 ... n/2 - 1, and sinh(t / 2) = sin(theta / 2). For even m the
    Pfaffians are products over k of 4 sinh^2(m t / 4) (periodic along a column) or 4 cosh^2(m t / 4)
    (antiperiodic). The number is half of the sum of the four, of which the one that is periodic both ways
    vanishes. For odd m it is the product of 2 sinh(m t / 2) with antiperiodic theta.

    Raises `ValueError` for sides below 3, which would have double links, and for two odd sides.
    """
    rows, columns = _even_columns(rows, columns)
    number = np.arange(columns // 2)

    def frequencies(shift: float) -> np.ndarray:
        return 2 * np.arcsinh(np.sin(2 * math.pi * (number + shift) / columns))

    def log_two_sinh(x: np.ndarray) -> np.ndarray:
        return x + np.log(-np.expm1(-2 * x))

    antiperiodic = frequencies(0.5)
    if rows % 2:
        return float(log_two_sinh(rows * antiperiodic / 2).sum())
    periodic = frequencies(0.0)
    return float(
        logsumexp(
            [
                2 * log_two_sinh(rows * antiperiodic / 4).sum(),
                2 * np.logaddexp(rows * antiperiodic / 4, -rows * antiperiodic / 4).sum(),
                2 * np.logaddexp(rows * periodic / 4, -rows * periodic / 4).sum(),
            ]
        )
        - math.log(2)
    )


def coverings(rows: int, columns: int) -> int:
    """Return the exact number of coverings of the `rows` x `columns` torus.

    The products of `log_coverings` in integers: 4 sinh^2(k t / 2) = V_k - 2 and 4 cosh^2(k t / 2) = V_k + 2
    are polynomials in 2 cosh t = 4 - 2 cos theta (V_0 = 2, V_1 = 2 cosh t, V_(k+1) = V_1 V_k - V_(k-1)), and
    2 cos theta are the eigenvalues of an integer matrix. 64 x 64 sites take 0.2 s, 128 x 128 9 s.

    Raises `ValueError` for sides below 3, which would have double links, and for two odd sides.
    """
    rows, columns = _even_columns(rows, columns)
    half = columns // 2
    one = np.array([[int(i == j) for j in range(half)] for i in range(half)], object)

    def pfaffian(seam_x: int, seam_y: int) -> int:
        shift = np.roll(one, 1, axis=0)
        shift[0] *= seam_x
        first = 4 * one - shift - shift.T
        before, polynomial = 2 * one, first
        for _ in range((rows if rows % 2 else rows // 2) - 1):
            before, polynomial = polynomial, first @ polynomial - before
        return _determinant(polynomial - 2 * seam_y * one)

    if rows % 2:
        return math.isqrt(pfaffian(-1, 1))
    return sum(pfaffian(*seams) for seams in product((1, -1), repeat=2)) // 2


def _even_columns(rows: int, columns: int) -> tuple[int, int]:
    """Return the sides of an equal torus with an even number of columns; refuse those without coverings."""
    if min(rows, columns) < 3:
        raise ValueError(f"rows, columns = {rows}, {columns}: both must be at least 3")
    if rows % 2 and columns % 2:
        raise ValueError(f"rows, columns = {rows}, {columns}: nothing covers an odd number of sites")
    return (columns, rows) if columns % 2 else (rows, columns)


def _determinant(matrix: np.ndarray) -> int:
    """Return the determinant of an integer matrix (E. H. Bareiss, Math. Comp. 22, 565 (1968))."""
    matrix, sign, before = matrix.copy(), 1, 1
    for i in range(len(matrix) - 1):
        rest = np.flatnonzero(matrix[i:, i])
        if not rest.size:
            return 0
        if rest[0]:
            matrix[[i, i + rest[0]]] = matrix[[i + rest[0], i]]
            sign = -sign
        inner = matrix[i, i] * matrix[i + 1 :, i + 1 :] - np.outer(matrix[i + 1 :, i], matrix[i, i + 1 :])
        matrix[i + 1 :, i + 1 :] = inner // before
        before = matrix[i, i]
    return sign * int(matrix[-1, -1])


def coupling(dy: int, dx: int) -> complex:
    """Return the inverse Kasteleyn matrix of the infinite lattice between sites that differ by (dy, dx).

    With weights 1 of horizontal and i of vertical links it is the mean of exp(i (x a + y b)) / (2 cos a + 2 i
    cos b) over both angles (Kenyon). It vanishes on sites of the same sublattice, is real for odd dx
    and imaginary for odd dy. The mean over b is taken by hand, that over a by Gauss-Legendre quadrature, to
    rounding errors.
    """
    odd, even = (dx, dy) if dx % 2 else (dy, dx)
    if odd % 2 == 0 or even % 2:
        return 0j
    node, weight = np.polynomial.legendre.leggauss(50 + abs(odd) + abs(even))
    angle = math.pi / 4 * (1 + node)
    cos = np.cos(angle)
    integrand = np.cos(odd * angle) * np.exp(-abs(even) * np.arcsinh(cos)) / np.sqrt(1 + cos**2)
    value = (-1) ** (even // 2) * float(weight @ integrand) / 4
    return complex(value) if dx % 2 else -1j * value


def infinite_probability(*links: Link) -> float:
    """Return the probability of dimers on all `links` (direction, y, x) of the infinite lattice at once.

    It is the product of their weights times the minor of the inverse Kasteleyn matrix with their sites
    (Kenyon; for two links Fisher and Stephenson).

    Raises `ValueError` for directions other than 0 (right) and 1 (down).
    """
    even, odd = [], []
    weight: complex = 1
    for direction, y, x in set(links):
        if direction not in (0, 1):
            raise ValueError(f"direction = {direction}: use 0 for a link to the right or 1 for one downwards")
        ends = [(y, x), (y + direction, x + 1 - direction)]
        ends.sort(key=lambda site: sum(site) % 2)
        even.append(ends[0])
        odd.append(ends[1])
        weight *= 1j if direction else 1
    inverse = np.array([coupling(v - y, u - x) for v, u in odd for y, x in even]).reshape((len(odd),) * 2)
    return float((weight * np.linalg.det(inverse)).real)


def infinite_correlation(first: Link, second: Link) -> float:
    """Return the connected correlation of dimers on two links (direction, y, x) of the infinite lattice.

    It is the probability of both less 1/16, the product of their probabilities.
    """
    return infinite_probability(first, second) - 1 / 16


class FreeTorus:
    """Free dimers on the `size` x `size` torus, with weights of links (Kasteleyn).

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
