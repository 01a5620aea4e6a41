import itertools
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from coder.agreement.alpha import alpha, alpha_sets

METRICS = ("nominal", "ordinal", "interval", "ratio")

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, data C; 0 is not rated.
KRIPPENDORFF_2011 = """
1101 2232 3333 3333 2222 1234 4444 1121 2222 0555 0011 0300
"""
# Hayes and Krippendorff (2007), Commun Methods Meas 1:77-89; "." is not rated. Recalled, not read
# again; the 239 pairs and the alpha that the macro prints bear it out.
HAYES_KRIPPENDORFF_2007 = """
112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1
212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121.
22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1
"""


def codes(text, first, missing):
    return np.array(
        [[-1 if c == missing else int(c) - first for c in unit] for unit in text.split()]
    )


KRIPPENDORFF = codes(KRIPPENDORFF_2011, 1, "0")
HAYES = codes(HAYES_KRIPPENDORFF_2007, 0, ".")


def value(*args, **kind):
    return alpha(*args, **kind).estimate().value


@pytest.mark.parametrize(
    ("metric", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_alpha_of_four_observers_is_as_published(metric, published):
    found = alpha(KRIPPENDORFF, 5, metric, np.arange(1.0, 6)).estimate()
    assert found.value == pytest.approx(published, abs=0.0006)
    assert found.n == 11  # the twelfth has one rating


def test_ordinal_alpha_of_the_macro_s_own_example_is_as_published():
    assert value(HAYES, 4, "ordinal") == pytest.approx(0.7598, abs=0.00005)


def test_alpha_of_two_abstractors_is_as_published():
    # R irrCAC 1.0, vignette overview (Gwet 2014), cont3x3abstractors.
    table = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
    pairs = [cell for cell in np.ndindex(3, 3) for _ in range(table[cell[0]][cell[1]])]
    assert value(np.array(pairs), 3) == pytest.approx(0.7972585, abs=6e-8)


def naive(units, distance):
    """By the definition: pairs of ratings within units, and pairs of any two ratings."""
    units = [[code for code in unit if code is not None] for unit in units]
    units = [unit for unit in units if len(unit) > 1]
    ratings = [code for unit in units for code in unit]
    n = len(ratings)
    expected = sum(distance(a, b) for a, b in itertools.permutations(ratings, 2))
    if not expected:
        return None
    observed = sum(
        Fraction(distance(a, b)) / (len(unit) - 1)
        for unit in units
        for a, b in itertools.permutations(unit, 2)
    )
    return float(1 - (observed / n) / (Fraction(expected) / (n * (n - 1))))


def distances(units, values):
    """The four of Krippendorff (2011), of positions."""
    paired = [unit for unit in units if sum(code is not None for code in unit) > 1]
    counts = [sum(unit.count(c) for unit in paired) for c in range(len(values))]

    def ordinal(a, b):
        low, high = min(a, b), max(a, b)
        return (sum(counts[low : high + 1]) - Fraction(counts[low] + counts[high], 2)) ** 2

    def ratio(a, b):
        a, b = Fraction(values[a]), Fraction(values[b])
        return ((a - b) / (a + b)) ** 2 if a + b else Fraction(0)

    return {
        "nominal": lambda a, b: Fraction(a != b),
        "ordinal": lambda a, b: ordinal(a, b) if a != b else Fraction(0),
        "interval": lambda a, b: Fraction(values[a] - values[b]) ** 2,
        "ratio": ratio,
    }


def listed(matrix):
    return [[None if code < 0 else int(code) for code in unit] for unit in matrix]


shapes = st.tuples(st.integers(1, 7), st.integers(1, 4))
ratings = arrays.arrays(np.int64, shapes, elements=st.integers(-1, 3))
numbers = st.lists(st.integers(0, 20), min_size=4, max_size=4)


@settings(deadline=None)
@given(ratings, numbers, st.sampled_from(METRICS))
def test_alpha_is_what_its_definition_says(matrix, values, metric):
    found = alpha(matrix, 4, metric, np.array(values, float)).estimate()
    units = listed(matrix)
    wanted = naive(units, distances(units, values)[metric])
    assert found.value == pytest.approx(wanted)
    pairable = int(np.sum((matrix >= 0).sum(axis=1) > 1))
    assert found.n == pairable
    none = "agreement_no_variation" if pairable else "agreement_no_units"
    assert found.reason == (none if wanted is None else None)


@settings(deadline=None)
@given(ratings, numbers, st.sampled_from(METRICS), st.data())
def test_groups_drawn_anew_are_units_written_down_anew(matrix, values, metric, data):
    groups = data.draw(arrays.arrays(np.int64, len(matrix), elements=st.integers(0, 2)))
    parts = alpha(matrix, 4, metric, np.array(values, float), groups)
    times = data.draw(arrays.arrays(np.int64, len(parts.groups), elements=st.integers(0, 2)))
    drawn = matrix[np.repeat(np.arange(len(matrix)), times[groups])]
    wanted = value(drawn, 4, metric, np.array(values, float))
    both = parts.value(np.stack([times @ parts.groups, parts.groups.sum(axis=0)]))
    assert both[0] == pytest.approx(np.nan if wanted is None else wanted, nan_ok=True)
    alone = parts.estimate().value
    assert both[1] == pytest.approx(np.nan if alone is None else alone, nan_ok=True)


@settings(deadline=None)
@given(ratings, numbers, st.randoms(use_true_random=False))
def test_the_order_of_units_of_raters_and_of_nominal_codes_changes_nothing(matrix, values, random):
    values = np.array(values, float)
    rows, columns, names = ([*range(n)] for n in (*matrix.shape, 4))
    for each in (rows, columns, names):
        random.shuffle(each)
    for metric in METRICS:
        there = alpha(matrix, 4, metric, values).estimate()
        moved = alpha(matrix[rows][:, columns], 4, metric, values).estimate()
        assert moved.value == pytest.approx(there.value)
        backwards = value(np.where(matrix < 0, -1, 3 - matrix), 4, metric, values[::-1])
        assert backwards == pytest.approx(there.value)
    renamed = np.where(matrix < 0, -1, np.array(names)[matrix])
    assert value(renamed, 4) == pytest.approx(value(matrix, 4))


@settings(deadline=None)
@given(
    ratings,
    numbers,
    st.floats(0.001, 1000),
    st.floats(-1000, 1000),
)
def test_interval_alpha_knows_no_unit_and_no_zero(matrix, values, scale, shift):
    values = np.array(values, float)
    one, other = (value(matrix, 4, "interval", each) for each in (values, values * scale + shift))
    assert (one is None) == (other is None)
    assert one is None or other == pytest.approx(one, rel=1e-6, abs=1e-9)


def test_interval_alpha_tells_variation_from_rounding():
    # 0.1 as a float is not a tenth, and its squares do not add up to the square of its sum.
    matrix = np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1]])
    parts = alpha(matrix, 2, "interval", np.array([0.1, 0.3]), np.array([0, 0, 1]))
    assert parts.estimate().value == 1
    drawn = parts.value(np.array([[7.0, 0], [0, 9], [1000, 1]]) @ parts.groups)
    np.testing.assert_array_equal(drawn, [np.nan, np.nan, 1])
    near = alpha(np.array([[0, 0]] * 9999 + [[0, 1]]), 2, "interval", np.array([0.1, 0.1 + 1e-9]))
    # One rating of 2N differs: alpha = 1 - (2N - 1) / (2N - 1) = 0.
    assert near.estimate().value == pytest.approx(0, abs=1e-6)


@settings(deadline=None)
@given(
    arrays.arrays(np.int64, st.tuples(st.integers(1, 8), st.just(2)), elements=st.integers(0, 2))
)
def test_alpha_of_two_raters_is_scott_s_pi_for_a_small_sample(matrix):
    # 1 - alpha = (1 - pi) (2N - 1) / 2N
    n = len(matrix)
    agreed = sum(a == b for a, b in matrix.tolist()) / n
    shares = [np.sum(matrix == c) / (2 * n) for c in range(3)]
    assume(max(shares) < 1)
    chance = sum(share**2 for share in shares)
    pi = (agreed - chance) / (1 - chance)
    assert 1 - value(matrix, 3) == pytest.approx((1 - pi) * (2 * n - 1) / (2 * n))


@pytest.mark.parametrize("metric", METRICS)
def test_codes_that_nobody_used_change_nothing(metric):
    values = np.arange(1.0, 6)
    few = value(KRIPPENDORFF, 5, metric, values)
    more = np.insert(values, [2, 2, 5], [-7.0, 1000, np.nan])
    moved = np.where(KRIPPENDORFF > 1, KRIPPENDORFF + 2, KRIPPENDORFF)
    assert value(moved, 8, metric, more) == pytest.approx(few)
    many = np.concatenate([values, np.full(395, -1.0)])
    assert value(KRIPPENDORFF, 400, metric, many) == pytest.approx(few)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int64])
def test_any_size_of_whole_numbers_is_read(metric, kind):
    values = np.arange(1.0, 6)
    assert value(KRIPPENDORFF.astype(kind), 5, metric, values) == value(
        KRIPPENDORFF, 5, metric, values
    )


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("q", [33, 127, 128, 129, 40_000])
def test_many_categories_are_as_their_definition_says(metric, q):
    random = np.random.default_rng(3)
    matrix = random.integers(q - 60 if q > 60 else 0, q, (40, 3))
    matrix[:20, 1:] = matrix[:20, :1]
    matrix[0] = q - 1
    matrix[random.random(matrix.shape) < 0.2] = -1
    units = listed(matrix)
    values = list(range(q))
    groups = np.arange(40) % 7
    wanted = naive(units, distances(units, values)[metric]) if q < 1000 else None
    found = alpha(matrix, q, metric, np.arange(float(q)), groups)
    if wanted is None:  # too many to count naively: the same ratings by fewer names
        used = np.unique(matrix[matrix >= 0])
        fewer = np.where(matrix < 0, -1, np.searchsorted(used, matrix))
        wanted = value(fewer, len(used), metric, used.astype(float))
    assert len(found.groups) == 7
    assert found.estimate().value == pytest.approx(wanted)


@pytest.mark.parametrize("metric", METRICS)
def test_thousands_of_different_values_take_little_memory(metric):
    random = np.random.default_rng(4)
    truth = random.integers(0, 4000, 3000)
    matrix = np.clip(truth[:, None] + random.integers(-50, 50, (3000, 3)), 0, 3999)
    groups = np.arange(3000) % 20
    tracemalloc.start()
    found = alpha(matrix, 4000, metric, np.arange(1.0, 4001), groups).estimate()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.value is not None
    assert most < 80e6  # all distances between 4,000 values would be 128 MB


@pytest.mark.parametrize("metric", METRICS)
def test_raters_who_are_the_same_agree_wholly(metric):
    same = np.repeat(np.array([[0], [2], [1], [1]]), 5, axis=1)
    assert value(same, 3, metric, np.array([0.1, 0.7, 0.3])) == 1


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("matrix", "reason"),
    [
        (np.zeros((0, 2), np.int64), "agreement_no_units"),
        (np.zeros((3, 0), np.int64), "agreement_no_units"),
        (np.array([[0, -1], [-1, 1]]), "agreement_no_units"),
        (np.array([[1, 1], [1, 1], [0, -1]]), "agreement_no_variation"),
    ],
)
def test_without_anything_to_compare_or_to_tell_apart_there_is_no_alpha(metric, matrix, reason):
    found = alpha(matrix, 2, metric, np.array([1.0, 2])).estimate()
    assert (found.value, found.reason) == (None, reason)


def test_ratios_of_negative_numbers_are_undefined():
    matrix = np.array([[0, 1], [1, 1]])
    parts = alpha(matrix, 2, "ratio", np.array([-1.0, 2]), np.array([0, 1]))
    assert parts.estimate().reason == "agreement_negative_ratio"
    assert np.isnan(parts.value(np.ones((3, 2)) @ parts.groups)).all()
    unused = alpha(matrix, 3, "ratio", np.array([1.0, 2, -1]))
    assert unused.estimate().reason is None


@pytest.mark.parametrize("metric", ["interval", "ratio"])
def test_positions_are_not_taken_for_quantities(metric):
    with pytest.raises(ValueError, match="numbers"):
        alpha(KRIPPENDORFF, 5, metric)


@pytest.mark.parametrize("distance", ["jaccard", "masi"])
def test_sets_of_one_code_are_nominal_and_as_published(distance):
    present = KRIPPENDORFF[..., None] == np.arange(5)
    found = alpha_sets(present, KRIPPENDORFF >= 0, distance).estimate()
    assert found.value == pytest.approx(0.743, abs=0.0006)
    assert found.n == 11


A, B, C = ({"a"}, {"b"}, {"c"})


def jaccard(one, other):
    return 1 - Fraction(len(one & other), len(one | other)) if one | other else Fraction(0)


def masi(one, other):
    """Passonneau (2006): the more one set holds of the other, the less they differ."""
    if one == other:
        return Fraction(0)
    if one <= other or other <= one:
        monotonicity = Fraction(2, 3)
    else:
        monotonicity = Fraction(1, 3) if one & other else Fraction(0)
    return 1 - (1 - jaccard(one, other)) * monotonicity


def bits(units, names="abc"):
    present = np.array([[[n in (one or ()) for n in names] for one in unit] for unit in units])
    return present, np.array([[one is not None for one in unit] for unit in units])


@pytest.mark.parametrize(
    ("first", "second", "jaccard_distance", "masi_distance"),
    [
        ({"a"}, {"a", "b"}, 1 / 2, 2 / 3),  # 1 - 1/2 * 2/3
        ({"a", "b"}, {"b", "c"}, 2 / 3, 8 / 9),  # 1 - 1/3 * 1/3
        ({"a"}, {"b"}, 1, 1),
        (set(), {"a"}, 1, 1),
        (set(), set(), 0, 0),
    ],
)
def test_distances_of_sets_are_as_counted_by_hand(first, second, jaccard_distance, masi_distance):
    # The other unit is {c, d} for both raters. It differs by 1 from a set without c, and from
    # {b, c} by 2/3 (Jaccard, 1 of 3 shared) or 8/9 (MASI).
    for kind, inner in (("jaccard", jaccard_distance), ("masi", masi_distance)):
        across = {"jaccard": 2 / 3, "masi": 8 / 9}[kind] if "c" in second else 1
        # Of n = 4 sets: Do = 2 d / n; De = 2 (d + 2 * 1 + 2 * across) / n (n - 1).
        wanted = 1 - (2 * inner / 4) / (2 * (inner + 2 + 2 * across) / 12)
        present, seen = bits([[first, second], [{"c", "d"}, {"c", "d"}]], "abcd")
        assert alpha_sets(present, seen, kind).estimate().value == pytest.approx(wanted)


sets = st.none() | st.frozensets(st.sampled_from("abc"))


@settings(deadline=None)
@given(st.lists(st.tuples(sets, sets, sets), min_size=1, max_size=6))
def test_alpha_of_sets_is_what_its_definition_says(units):
    present, seen = bits(units)
    for kind, distance in (("jaccard", jaccard), ("masi", masi)):
        found = alpha_sets(present, seen, kind).estimate()
        assert found.value == pytest.approx(naive(units, distance))


@pytest.mark.parametrize("distance", ["jaccard", "masi"])
def test_many_different_sets_of_many_codes_are_as_their_definition_says(distance):
    random = np.random.default_rng(5)
    first = random.random((40, 1, 70)) < 0.1
    present = first ^ (random.random((40, 3, 70)) < 0.02)
    seen = random.random((40, 3)) < 0.9
    units = [
        [frozenset(np.flatnonzero(p)) if s else None for p, s in zip(*unit, strict=True)]
        for unit in zip(present, seen, strict=True)
    ]
    wanted = naive(units, {"jaccard": jaccard, "masi": masi}[distance])
    parts = alpha_sets(present, seen, distance, np.arange(40) // 10)
    assert len(parts.groups) == 4
    assert parts.estimate().value == pytest.approx(wanted)


@pytest.mark.parametrize("shape", [(0, 2, 3), (4, 0, 3), (4, 2, 0), (4, 2, 3)])
def test_empty_sets_do_not_vary(shape):
    found = alpha_sets(np.zeros(shape, bool), np.ones(shape[:2], bool)).estimate()
    assert found.value is None
    none = "agreement_no_variation" if shape[0] * shape[1] else "agreement_no_units"
    assert found.reason == none
