import numba
import numpy as np
import pytest

from rsmi.analysis.dimer_filters import pristine_filters
from rsmi.exact.dimers.coverings import enumerate_coverings, parallel_plaquettes
from rsmi.exact.dimers.information import DimersReferee
from rsmi.exact.dimers.surroundings import rings_around
from tests.exact.dimers.rings import sampled, sampled_rings


def numbers(referee, blocks):
    """The numbers of V's pixel states."""
    places = {state.tobytes(): number for number, state in enumerate(referee.states)}
    return np.array([places[np.ascontiguousarray(block).tobytes()] for block in blocks])


@pytest.fixture(scope="module")
def torus():
    """All coverings of the 6 x 6 torus as pixels, and N_parallel."""
    horizontal, vertical = enumerate_coverings(6)
    pixels = np.zeros((len(horizontal), 12, 12), np.int8)
    pixels[:, ::2, 1::2], pixels[:, 1::2, ::2] = horizontal, vertical
    return pixels, parallel_plaquettes(horizontal, vertical)


@pytest.mark.parametrize(("visible", "buffer"), [(4, 0), (4, 2), (8, 0)])
@pytest.mark.parametrize("corner", [(0, 0), (2, 10)])
def test_a_small_torus_against_enumeration_given_all_outside(torus, visible, buffer, corner):
    pixels, parallel = torus
    side = visible + 2 * buffer
    moved = np.roll(pixels, (-corner[0], -corner[1]), (1, 2))
    outside = moved.copy()
    outside[:, : side - 1, : side - 1] = 0
    _, group = np.unique(
        np.packbits(outside, axis=None).reshape(len(pixels), -1), axis=0, return_inverse=True
    )
    group = group.ravel()
    drawn = np.random.default_rng(0).choice(len(pixels), 60, replace=False)
    rings = rings_around(pixels[drawn], np.broadcast_to(corner, (len(drawn), 2)), side)
    inside = np.s_[:, buffer : buffer + visible, buffer : buffer + visible]
    checked = 0
    for temperature in (0.1, 0.5, 2.0, np.inf):
        referee = DimersReferee(temperature, visible, buffer)
        found = referee.conditional(rings)
        for p, chosen in zip(found, drawn, strict=True):
            same = np.flatnonzero(group == group[chosen])
            states = numbers(referee, moved[same][inside])
            weights = np.exp((parallel[same] - parallel[same].max()) / temperature)
            expected = np.bincount(states, weights, len(p)) / weights.sum()
            assert np.abs(p - expected).max() < 1e-12
            checked += len(same) > 1
    assert checked > 20


@numba.njit
def _count(crossing, parallel, visible, buffer, masks, energies):
    """Write V's links, as bits, and N_parallel of all coverings of the inside that fit; return their number.

    The first free vertex, in reading order, is matched to the right or downwards. Energies are counted from
    the whole picture in the end, with the ring in it: links to the right of and below vertices 0 to n + 1.
    """
    n = crossing.shape[1]
    taken = np.zeros((n, n), np.bool_)
    right, down = np.zeros((n + 2, n + 2), np.int8), np.zeros((n + 2, n + 2), np.int8)
    for i in range(n):
        if crossing[0, i]:
            down[0, i + 1] = 1
            taken[0, i] = True
        if crossing[1, i]:
            down[n, i + 1] = 1
            taken[n - 1, i] = True
        if crossing[2, i]:
            right[i + 1, 0] = 1
            taken[i, 0] = True
        if crossing[3, i]:
            right[i + 1, n] = 1
            taken[i, n - 1] = True
    for i in range(n - 1):
        right[0, i + 1], right[n + 1, i + 1] = parallel[0, i], parallel[1, i]
        down[i + 1, 0], down[i + 1, n + 1] = parallel[2, i], parallel[3, i]
    order, tried = np.empty(n * n, np.int64), np.empty(n * n, np.int64)
    first, b, m = 0, buffer // 2, visible // 2
    while first < n * n and taken[first // n, first % n]:
        first += 1
    depth, number = 0, 0
    order[0], tried[0] = first, -1
    while depth >= 0:
        y, x = order[depth] // n, order[depth] % n
        if tried[depth] == 0:
            right[y + 1, x + 1] = 0
            taken[y, x + 1] = False
        elif tried[depth] == 1:
            down[y + 1, x + 1] = 0
            taken[y + 1, x] = False
        taken[y, x] = False
        tried[depth] += 1
        if tried[depth] == 0:
            if x == n - 1 or taken[y, x + 1]:
                tried[depth] = 1
            else:
                right[y + 1, x + 1] = 1
                taken[y, x + 1] = True
        if tried[depth] == 1:
            if y == n - 1 or taken[y + 1, x]:
                tried[depth] = 2
            else:
                down[y + 1, x + 1] = 1
                taken[y + 1, x] = True
        if tried[depth] >= 2:
            depth -= 1
            continue
        taken[y, x] = True
        free = order[depth] + 1
        while free < n * n and taken[free // n, free % n]:
            free += 1
        if free < n * n:
            depth += 1
            order[depth], tried[depth] = free, -1
            continue
        energy = 0
        for i in range(n + 1):
            for j in range(n + 1):
                energy += right[i, j] & right[i + 1, j]
                energy += down[i, j] & down[i, j + 1]
        mask = np.int64(0)
        for i in range(b + 1, b + m + 1):
            for j in range(b + 1, b + m + 1):
                mask = mask << 2 | np.int64(right[i, j]) << 1 | np.int64(down[i, j])
        if number < len(masks):
            masks[number], energies[number] = mask, energy
        number += 1
    return number


def enumerated(referee, ring, temperatures):
    """p(v | ring) by brute force over all coverings of the inside, (temperature, state), and their number."""
    rows = referee.side // 2
    arguments = ring[:, :rows], ring[:, rows:], referee.visible, referee.buffer
    number = _count(*arguments, np.empty(0, np.int64), np.empty(0, np.int8))
    masks, energies = np.empty(number, np.int64), np.empty(number, np.int8)
    _count(*arguments, masks, energies)
    links = np.stack([referee.states[:, ::2, 1::2], referee.states[:, 1::2, ::2]], axis=-1)
    links = links.reshape(len(links), -1).astype(np.int64)
    codes = links @ 2 ** np.arange(links.shape[1])[::-1]
    order = np.argsort(codes)
    place = np.searchsorted(codes[order], masks)
    assert (codes[order][place] == masks).all()
    states = order[place]
    result = []
    for temperature in temperatures:
        weights = np.exp((energies.astype(float) - energies.max()) / temperature)
        result.append(np.bincount(states, weights, len(codes)) / weights.sum())
    return np.array(result), number


TEMPERATURES = 0.1, 0.3, 1.0, np.inf


@pytest.mark.parametrize(
    ("visible", "buffer", "rings"), [(4, 2, 40), (4, 4, 40), (8, 2, 200), (4, 6, 4), (8, 4, 4)]
)
def test_sampled_rings_against_brute_force_over_the_inside(visible, buffer, rings):
    configurations = np.concatenate([sampled(t, 12, 400)[:: 800 // rings] for t in (0.5, np.inf)])
    referees = [DimersReferee(t, visible, buffer) for t in TEMPERATURES]
    chosen, _ = sampled_rings(referees[0], configurations)
    found = np.stack([referee.conditional(chosen) for referee in referees], axis=1)
    counts = []
    for ring, p in zip(chosen, found, strict=True):
        expected, number = enumerated(referees[0], ring, TEMPERATURES)
        assert np.abs(p - expected).max() < 1e-12
        # Small probabilities are as precise.
        assert np.abs(p - expected).max(initial=0, where=expected == 0) < 1e-200
        assert np.abs(p / np.where(expected > 0, expected, 1) - 1).max(where=expected > 0, initial=0) < 1e-9
        counts.append(number)
    assert max(counts) > 30


@pytest.mark.parametrize(("visible", "buffer", "temperature"), [(4, 2, 0.7), (8, 2, 0.7), (8, 4, np.inf)])
def test_blocks_of_sampled_configurations_occur_as_often_as_their_rings_say(visible, buffer, temperature):
    referee = DimersReferee(temperature, visible, buffer)
    rings, blocks = sampled_rings(referee, sampled(temperature, 16, 4000))
    p = referee.conditional(rings)
    # States that are alike in their upper part go together: 64 classes for 8 x 8 pixels.
    first = np.arange(0, len(referee.states), -(-len(referee.states) // 64))
    found = np.add.reduceat(np.bincount(numbers(referee, blocks), minlength=len(referee.states)), first)
    classes = np.add.reduceat(p, first, axis=1)
    # Given the rings, the blocks are drawn independently from p.
    expected, variance = classes.sum(axis=0), (classes * (1 - classes)).sum(axis=0)
    often = expected > 10
    assert often.sum() >= 16
    z = (found - expected)[often] / np.sqrt(variance[often])
    assert np.abs(z).max() < 4.5
    assert abs(np.mean(z**2) - 1) < 5 * np.sqrt(2 / often.sum())
    # One number for each ring, with a mean that differs from ring to ring.
    for filter_ in pristine_filters(visible).values():
        value = (referee.states * filter_).sum((1, 2))
        mean = p @ value
        spread = np.sqrt((p @ value**2 - mean**2).sum())
        assert abs(((blocks * filter_).sum((1, 2)) - mean).sum()) < 4 * spread
        assert np.corrcoef((blocks * filter_).sum((1, 2)), mean)[0, 1] > 0.1


@pytest.mark.parametrize("corner", [(0, 0), (10, 14)])
def test_rings_around_pixel_by_pixel(corner):
    size, side = 16, 6
    pixels = np.arange(2 * size * size).reshape(2, size, size) % 128
    pixels = pixels.astype(np.int8)
    y, x = corner
    places = [
        [(-1, 0), (-1, 2), (-1, 4), (-2, 1), (-2, 3)],
        [(5, 0), (5, 2), (5, 4), (6, 1), (6, 3)],
        [(0, -1), (2, -1), (4, -1), (1, -2), (3, -2)],
        [(0, 5), (2, 5), (4, 5), (1, 6), (3, 6)],
    ]
    expected = [
        [[image[(y + dy) % 16, (x + dx) % 16] for dy, dx in row] for row in places] for image in pixels
    ]
    assert rings_around(pixels, [corner, corner], side).tolist() == np.array(expected).tolist()


def test_mirrored_rings_mirror_the_block():
    """Transposition maps V's pixels to themselves, up to whether the first vertex's dimer goes up or left."""
    referee = DimersReferee(0.8, 8, 4)
    configurations = sampled(0.8, 12, 400)[:10]
    rings, _ = sampled_rings(referee, configurations)
    above, below, left, right = rings.swapaxes(0, 1)
    transposed = np.stack([left, right, above, below], axis=1)
    image = numbers(referee, referee.states.swapaxes(1, 2))
    assert np.abs(referee.conditional(transposed) - referee.conditional(rings)[:, image]).max() < 1e-13
    both = np.concatenate([rings, transposed])
    p = referee.conditional(both)
    ratio = np.divide(p, p.mean(axis=0), out=np.ones_like(p), where=p > 0)
    expected = (p * np.log(ratio)).sum(axis=1)
    assert np.abs(referee.block_information(rings) - expected[: len(rings)]).max() < 1e-10


def test_every_state_of_the_block_occurs_once_and_in_a_large_torus():
    referee = DimersReferee(np.inf, 4, 2)
    flat = referee.states.reshape(len(referee.states), -1)
    assert len(np.unique(flat, axis=0)) == len(flat)
    horizontal, vertical = enumerate_coverings(6)
    pixels = np.zeros((len(horizontal), 4, 4), np.int8)
    pixels[:, ::2, 1::2], pixels[:, 1::2, ::2] = horizontal[:, :2, :2], vertical[:, :2, :2]
    assert (np.bincount(numbers(referee, pixels)) > 0).sum() == len(flat)


def test_probabilities_stay_in_range_in_the_largest_inside():
    for temperature in (0.1, 0.3, np.inf):
        referee = DimersReferee(temperature, 8, 8)
        for start in ("right", "down"):
            ring = np.zeros((1, 4, 23), np.int8)
            if start == "right":
                # Columns of dimers that cross the left and right sides.
                ring[0, 2:, :12] = 1
            else:
                ring[0, :2, :12] = 1
            p = referee.conditional(ring)
            assert np.isfinite(p).all() and p.sum() == pytest.approx(1)
            horizontal = referee.states[p[0].argmax()][::2, 1::2]
            if temperature < 1:
                assert p.max() > 0.9
                assert horizontal.any() == (start == "right")


def test_long_lists_of_rings_are_done_by_chunks():
    referee = DimersReferee(1.0, 4, 2)
    rings, _ = sampled_rings(referee, sampled(1.0, 8, 600))
    channels = np.random.default_rng(0).dirichlet(np.ones(3), (2, len(referee.states)))
    expected = np.einsum("rv,cvh->rch", referee.conditional(rings), channels)
    assert referee.channel_given_ring(rings, channels) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"visible": 2}, "visible = 2"),
        ({"visible": 6}, "visible = 6"),
        ({"buffer": 3}, "buffer = 3"),
        ({"buffer": 10}, "buffer = 10"),
        ({"buffer": -2}, "buffer = -2"),
        ({"temperature": 0.05}, "temperature = 0.05"),
        ({"temperature": np.nan}, "temperature = nan"),
    ],
)
def test_settings_that_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        DimersReferee(**{"temperature": 2.0, "visible": 4, "buffer": 2} | arguments)


@pytest.mark.parametrize("buffer", [0, 2])
def test_rings_that_are_refused(buffer):
    referee = DimersReferee(2.0, 4, buffer)
    n = referee.side // 2
    ring = np.zeros((2, 4, 2 * n - 1), np.int8)
    referee.conditional(ring)
    with pytest.raises(ValueError, match=rf"make them \(number, 4, {2 * n - 1}\)"):
        referee.conditional(ring[0])
    with pytest.raises(ValueError, match="other values than 0 and 1"):
        referee.conditional(ring - 1)
    odd = ring.copy()
    odd[1, 0, 0] = 1
    with pytest.raises(ValueError, match="no covering of the inside fits ring 1"):
        referee.conditional(odd)
    # Two dimers from the corner of the inside; it alone would leave an even number of vertices.
    odd[1, 2, 0] = 1
    with pytest.raises(ValueError, match="no covering of the inside fits ring 1"):
        referee.conditional(odd)
    odd = ring.copy()
    odd[1, 3, 1] = odd[1, 3, n] = 1
    with pytest.raises(ValueError, match="ring 1 has two dimers at one vertex"):
        referee.conditional(odd)


def test_places_of_rings_that_are_refused():
    configurations = np.zeros((1, 12, 12), np.int8)
    assert rings_around(configurations, [(0, 0)], 8).shape == (1, 4, 7)
    with pytest.raises(ValueError, match="side = 10 does not fit"):
        rings_around(configurations, [(0, 0)], 10)
    with pytest.raises(ValueError, match="side = 5 is not possible"):
        rings_around(configurations, [(0, 0)], 5)
    with pytest.raises(ValueError, match="no vertices"):
        rings_around(configurations, [(0, 1)], 4)


def test_channels_that_are_refused():
    referee = DimersReferee(2.0, 4, 2)
    rings = np.zeros((2, 4, 7), np.int8)
    with pytest.raises(ValueError, match="act on 3 states; give them all 22"):
        referee.channel_given_ring(rings, np.ones((1, 3, 2)))
