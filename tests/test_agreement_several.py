import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coder.agreement import kappa
from coder.agreement.kappa import collapse, crosstab, identity, linear, quadratic
from coder.agreement.several import (
    against_rest,
    brennan_prediger,
    conger_kappa,
    count,
    fleiss_category,
    fleiss_kappa,
    gwet_ac1,
    gwet_ac2,
    light_kappa,
    negative,
    percent,
    positive,
)

# cac.raw4raters of R irrCAC, 12 units by 4 raters; 0 is a rating missing.
FOUR_RATERS = np.array(
    [
        [1, 1, 0, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
        [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [0, 5, 5, 5], [0, 0, 1, 1], [0, 0, 3, 0],
    ]
) - 1  # fmt: skip
# Fleiss (1971), Psychol Bull 76:378-382: 30 patients by 6 psychiatrists.
DIAGNOSES = np.array(
    [
        [4, 4, 4, 4, 4, 4], [2, 2, 2, 5, 5, 5], [2, 3, 3, 3, 3, 5], [5, 5, 5, 5, 5, 5],
        [2, 2, 2, 4, 4, 4], [1, 1, 3, 3, 3, 3], [3, 3, 3, 3, 5, 5], [1, 1, 3, 3, 3, 4],
        [1, 1, 4, 4, 4, 4], [5, 5, 5, 5, 5, 5], [1, 4, 4, 4, 4, 4], [1, 2, 4, 4, 4, 4],
        [2, 2, 2, 3, 3, 3], [1, 4, 4, 4, 4, 4], [2, 2, 4, 4, 4, 5], [3, 3, 3, 3, 3, 5],
        [1, 1, 1, 4, 5, 5], [1, 1, 1, 1, 1, 2], [2, 2, 4, 4, 4, 4], [1, 3, 3, 5, 5, 5],
        [5, 5, 5, 5, 5, 5], [2, 4, 4, 4, 4, 4], [2, 2, 4, 5, 5, 5], [1, 1, 4, 4, 4, 4],
        [1, 4, 4, 4, 4, 5], [2, 2, 2, 2, 2, 4], [1, 1, 1, 1, 5, 5], [2, 2, 4, 4, 4, 4],
        [1, 3, 3, 3, 3, 3], [5, 5, 5, 5, 5, 5],
    ]
) - 1  # fmt: skip
# Wikipedia, Fleiss' kappa: how many of 14 raters chose each of 5 categories.
WIKIPEDIA = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
# cont3x3abstractors of R irrCAC, a unit for each of the table's 100.
ABSTRACTORS = np.repeat(
    list(itertools.product(range(3), range(3))), [13, 0, 0, 0, 20, 7, 0, 4, 56], axis=0
)
COEFFICIENTS = (
    percent,
    fleiss_kappa,
    brennan_prediger,
    gwet_ac1,
    conger_kappa,
    light_kappa,
    lambda counts: percent(counts, linear(counts.q)),
    lambda counts: fleiss_kappa(counts, linear(counts.q)),
    lambda counts: brennan_prediger(counts, linear(counts.q)),
    lambda counts: gwet_ac2(counts, linear(counts.q)),
    lambda counts: conger_kappa(counts, linear(counts.q)),
)


def spread_out(table):
    """The ratings that counts of units by categories come from, in any order."""
    return np.array([np.repeat(np.arange(len(row)), row) for row in table])


def near(value, rel=1e-9):
    """As pytest.approx; nothing is near nothing only."""
    return value if value is None else pytest.approx(value, rel=rel, abs=1e-9)


def of(coefficient, codes, q, *weights):
    return coefficient(count(np.array(codes), q), *weights).estimate()


@pytest.mark.parametrize(
    ("coefficient", "value", "error", "low"),
    [
        (percent, 0.8181818, 0.12561, 0.542),
        (gwet_ac1, 0.77544, 0.14295, 0.461),
        (fleiss_kappa, 0.76117, 0.15302, 0.424),
        (conger_kappa, 0.76282, 0.14917, 0.435),
        (brennan_prediger, 0.77273, 0.14472, 0.454),
    ],
)
def test_ratings_with_some_missing_give_what_irrcac_prints(coefficient, value, error, low):
    # The vignette of R irrCAC (Gwet 2014). One unit has a single rating and is not in n.
    found = of(coefficient, FOUR_RATERS, 5)
    assert found.value == pytest.approx(value, abs=6e-6)
    assert found.se == pytest.approx(error, abs=6e-6)
    assert found.low == pytest.approx(low, abs=0.0006)
    assert found.high == 1
    assert found.n == 11


@pytest.mark.parametrize(
    ("weights", "value", "error", "low"),
    [(linear(5), 0.814, 0.145, 0.494), (quadratic(5), 0.858, 0.144, 0.541)],
)
def test_weighted_conger_is_that_of_irrcac(weights, value, error, low):
    # The tests of the Python irrCAC, which copy the output of the one in R.
    found = of(conger_kappa, FOUR_RATERS, 5, weights)
    assert [found.value, found.se, found.low] == pytest.approx([value, error, low], abs=0.0006)


@pytest.mark.parametrize(
    ("coefficient", "value", "error", "low", "high"),
    [
        (gwet_ac1, 0.4448007, 0.08418757, 0.264, 0.625),
        (fleiss_kappa, 0.4139265, 0.08119291, 0.240, 0.588),
        (brennan_prediger, 0.4388889, 0.08312142, 0.261, 0.617),
    ],
)
def test_the_first_half_of_the_diagnoses_gives_what_irrcac_prints(
    coefficient, value, error, low, high
):
    # distrib.6raters in the vignette of R irrCAC.
    found = of(coefficient, DIAGNOSES[:15], 5)
    assert [found.value, found.se] == pytest.approx([value, error], abs=6e-8)
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.0006)


@pytest.mark.parametrize(
    ("coefficient", "value", "error"),
    [
        (percent, 0.89, 0.03128898),
        (fleiss_kappa, 0.7962397, 0.05905473),
        (conger_kappa, 0.7964094, 0.05891072),
        (brennan_prediger, 0.835, 0.04693346),
        (gwet_ac1, 0.8493305, 0.04321747),
    ],
)
def test_a_table_of_two_raters_gives_what_irrcac_prints(coefficient, value, error):
    # The same vignette. Of tables irrCAC divides by n where of raw ratings by n - 1.
    found = of(coefficient, ABSTRACTORS, 3)
    assert found.value == pytest.approx(value, abs=6e-8)
    assert found.se * math.sqrt(99 / 100) == pytest.approx(error, abs=6e-9)


def test_ac1_of_a_hand_example_is_as_published():
    # Gwet (2008): po .9, pe .255.
    codes = [[0, 0]] * 8 + [[0, 1], [1, 1]]
    assert of(gwet_ac1, codes, 2).value == pytest.approx(0.8658, abs=0.00006)
    assert of(fleiss_kappa, codes, 2).value == pytest.approx(0.6078, abs=0.00006)


@pytest.mark.parametrize(
    ("cells", "ac1", "even"),
    [
        ((400, 100, 100, 29_400), 0.99, 0.99),
        ((50, 75, 75, 800), 0.81, 0.70),
        ((0, 200, 200, 29_600), 0.99, 0.97),
        ((500, 500, 0, 29_000), 0.98, 0.97),
        ((900, 100, 100, 100), 0.77, 0.67),
    ],
)
def test_coefficients_of_one_table_differ_as_computed_elsewhere(cells, ac1, even):
    # peers.md, 3.8 of its part B.
    codes = np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], cells, axis=0)
    assert of(gwet_ac1, codes, 2).value == pytest.approx(ac1, abs=0.0051)
    assert of(brennan_prediger, codes, 2).value == pytest.approx(even, abs=0.0051)


def test_the_kappas_of_the_diagnoses_are_as_published():
    # Fleiss (1971) .430; to more digits, and per category, kappam.fleiss of R irr. Light's is
    # kappam.light of R irr.
    assert of(fleiss_kappa, DIAGNOSES, 5).value == pytest.approx(0.4302445, abs=6e-8)
    assert of(percent, DIAGNOSES, 5).value == pytest.approx(0.5556, abs=0.00006)
    assert of(light_kappa, DIAGNOSES, 5).value == pytest.approx(0.459, abs=0.0006)
    each = [of(fleiss_category, DIAGNOSES, 5, category).value for category in range(5)]
    assert each == pytest.approx([0.245, 0.245, 0.520, 0.471, 0.566], abs=0.0006)


def test_the_example_of_wikipedia_is_as_there():
    assert of(fleiss_kappa, spread_out(WIKIPEDIA), 5).value == pytest.approx(0.210, abs=0.0006)
    assert of(percent, spread_out(WIKIPEDIA), 5).value == pytest.approx(0.378, abs=0.0006)


def test_ac1_and_brennan_prediger_depend_on_the_categories_declared():
    # By hand: po .9, the first category used for .75 of ratings, the second for .25.
    codes = [[0, 0]] * 7 + [[1, 1]] * 2 + [[0, 1]]
    chance = 2 * 0.75 * 0.25
    for q in (2, 5):
        ac1 = (0.9 - chance / (q - 1)) / (1 - chance / (q - 1))
        assert of(gwet_ac1, codes, q).value == pytest.approx(ac1)
        assert of(brennan_prediger, codes, q).value == pytest.approx((0.9 - 1 / q) / (1 - 1 / q))


def test_positive_agreement_is_the_share_of_pairs_alike_among_those_marked():
    # By hand: four units by three raters, marked by 3, 2, 1, 0. Pairs of a rater who marked with
    # another: 3*2 + 2*2 + 1*2 = 12, alike 3*2 + 2*1 = 8. Of those who did not: 2 + 4 + 6 = 12,
    # alike 0 + 2 + 6 = 8. The unit with one rating tells nothing.
    codes = [[1, 1, 1], [1, 0, 1], [0, 0, 1], [0, 0, 0], [-1, 1, -1]]
    found, left = of(positive, codes, 2), of(negative, codes, 2)
    assert (found.value, found.n) == (pytest.approx(8 / 12), 3)
    assert (left.value, left.n) == (pytest.approx(8 / 12), 3)


def test_every_unit_has_the_same_say_in_chance_and_those_rated_twice_in_agreement():
    # By hand. Three raters of one unit: 0 0 1; two of another: 1 1; one of a third: 1; none of
    # the last. pa = (1/3 + 1) / 2; the share of 1 is (1/3 + 1 + 1) / 3 = 7/9, by Fleiss.
    codes = [[0, 0, 1], [1, -1, 1], [-1, 1, -1], [-1, -1, -1]]
    assert of(percent, codes, 2).value == pytest.approx(2 / 3)
    assert of(percent, codes, 2).n == 2
    pe = (7 / 9) ** 2 + (2 / 9) ** 2
    assert of(fleiss_kappa, codes, 2).value == pytest.approx((2 / 3 - pe) / (1 - pe))


def naive_shares(unit, q):
    given_ = [code for code in unit if code >= 0]
    return [sum(code == c for code in given_) / len(given_) for c in range(q)]


def naive_percent(units, q, weight):
    """Agreement over the ordered pairs of ratings of a unit, averaged over units."""
    each = []
    for unit in units:
        pairs = list(itertools.permutations([code for code in unit if code >= 0], 2))
        if pairs:
            each.append(sum(weight(i, j) for i, j in pairs) / len(pairs))
    return sum(each) / len(each) if each else None


def naive_chance(name, units, q, weight):
    """Agreement by chance, from the definitions of agreement.md 2.3 and 2.4."""
    every = [(i, j) for i in range(q) for j in range(q)]
    shares = [naive_shares(unit, q) for unit in units if max(unit) >= 0]
    pi = [sum(share[c] for share in shares) / len(shares) for c in range(q)]
    total = sum(weight(i, j) for i, j in every)
    if name == "fleiss":
        return sum(weight(i, j) * pi[i] * pi[j] for i, j in every)
    if name == "even":
        return total / q**2
    if name == "gwet":
        return total / (q * (q - 1)) * sum(p * (1 - p) for p in pi)
    own = []
    for rater in zip(*units, strict=True):
        rated = [code for code in rater if code >= 0]
        if rated:
            own.append([sum(code == c for code in rated) / len(rated) for c in range(q)])
    pairs = list(itertools.combinations(own, 2))
    return sum(
        sum(weight(i, j) * (a[i] * b[j] + a[j] * b[i]) / 2 for i, j in every) for a, b in pairs
    ) / len(pairs)


def naive(name, units, q, weight):
    observed = naive_percent(units, q, weight)
    if observed is None or name == "percent":
        return observed
    chance = naive_chance(name, units, q, weight)
    return None if chance > 1 - 1e-9 else (observed - chance) / (1 - chance)


ratings = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.integers(-1, 3), min_size=raters, max_size=raters), min_size=1, max_size=12
    )
)
binary = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.integers(-1, 1), min_size=raters, max_size=raters), min_size=1, max_size=12
    )
)
complete = st.lists(st.lists(st.integers(0, 3), min_size=2, max_size=2), min_size=1, max_size=15)


@given(ratings)
def test_every_coefficient_is_that_of_a_naive_program(units):
    for name, coefficient in (
        ("percent", percent),
        ("fleiss", fleiss_kappa),
        ("even", brennan_prediger),
        ("gwet", gwet_ac2),
        ("conger", conger_kappa),
    ):
        for weights, weight in (
            (identity(4), lambda i, j: float(i == j)),
            (linear(4), lambda i, j: 1 - abs(i - j) / 3),
            (quadratic(4), lambda i, j: 1 - (i - j) ** 2 / 9),
        ):
            found = of(coefficient, units, 4, weights)
            assert found.value == near(naive(name, units, 4, weight))
            assert found.n == sum(sum(code >= 0 for code in unit) > 1 for unit in units)


@given(binary)
def test_agreement_on_marks_is_that_of_a_naive_program(units):
    for code, coefficient in ((1, positive), (0, negative)):
        alike = met = 0
        for unit in units:
            for one, other in itertools.permutations([each for each in unit if each >= 0], 2):
                met += one == code
                alike += one == other == code
        found = of(coefficient, units, 2)
        assert found.value == pytest.approx(alike / met if met else None, abs=1e-12)


@given(ratings)
def test_lights_kappa_is_the_mean_of_the_pairs(units):
    codes = np.array(units)
    tables = [crosstab(a, b, 4) for a, b in itertools.combinations(codes.T, 2)]
    each = [kappa.cohen_kappa(table).estimate().value for table in tables]
    expected = None if None in each else sum(each) / len(each)
    assert of(light_kappa, codes, 4).value == pytest.approx(expected, abs=1e-12)


@given(ratings)
def test_the_errors_are_gwets(units):
    # agreement.md 2.4, unit by unit.
    q, rated = 4, [unit for unit in units if max(unit) >= 0]
    many = len(rated)
    twice = [sum(code >= 0 for code in unit) > 1 for unit in rated]
    shares = [naive_shares(unit, q) for unit in rated]
    pi = [sum(share[c] for share in shares) / max(many, 1) for c in range(q)]
    for coefficient, name in (
        (fleiss_kappa, "fleiss"),
        (gwet_ac1, "gwet"),
        (brennan_prediger, "even"),
    ):
        found = of(coefficient, units, q)
        if found.se is None:
            continue
        pe = naive_chance(name, units, q, lambda i, j: float(i == j))
        terms = []
        for unit, share, both in zip(rated, shares, twice, strict=True):
            own = {
                "fleiss": sum(p * s for p, s in zip(pi, share, strict=True)),
                "gwet": sum((1 - p) * s for p, s in zip(pi, share, strict=True)) / (q - 1),
                "even": pe,
            }[name]
            pa = naive_percent([unit], q, lambda i, j: float(i == j)) if both else pe
            term = many / sum(twice) * (pa - pe) / (1 - pe)
            terms.append(term - 2 * (1 - found.value) * (own - pe) / (1 - pe))
        variance = sum((term - found.value) ** 2 for term in terms) / (many * (many - 1))
        assert found.se == pytest.approx(math.sqrt(variance), rel=1e-9)


def jackknife(coefficient, codes, q):
    """A second way to the error of large samples: leave out one unit at a time."""
    each = np.array(
        [of(coefficient, np.delete(codes, n, axis=0), q).value for n in range(len(codes))]
    )
    return math.sqrt((len(codes) - 1) / len(codes) * ((each - each.mean()) ** 2).sum())


def simulated(random, n, truth=0.6, missing=0.0):
    """Ratings (n, 4) in 3 categories: each rater gives the true one, or else one of their own."""
    true = random.choice(3, n, p=[0.6, 0.3, 0.1])
    own = np.stack(
        [random.choice(3, n, p=p) for p in ([0.6, 0.3, 0.1],) * 3 + ([0.4, 0.3, 0.3],)], axis=1
    )
    codes = np.where(random.random((n, 4)) < truth, true[:, None], own)
    return np.where(random.random((n, 4)) < missing, -1, codes)


@pytest.mark.parametrize("coefficient", COEFFICIENTS[:5] + COEFFICIENTS[6:])
def test_an_error_is_near_that_of_the_jackknife(coefficient):
    # With ratings missing, but two of every unit: else Gwet's errors are the larger.
    codes = simulated(np.random.default_rng(7), 300, missing=0.3)
    codes[:, :2] = simulated(np.random.default_rng(7), 300)[:, :2]
    assert of(coefficient, codes, 3).se == pytest.approx(jackknife(coefficient, codes, 3), rel=0.02)


@given(ratings, st.randoms())
def test_the_order_of_units_raters_and_categories_changes_nothing(units, random):
    codes = np.array(units)
    rows, columns, names = (random.sample(range(k), k) for k in (*codes.shape, 4))
    renamed = np.where(codes < 0, -1, np.array(names)[codes])
    for coefficient in COEFFICIENTS:
        found = of(coefficient, codes, 4)
        others = [codes[rows], codes[:, columns]]
        if coefficient in COEFFICIENTS[:6]:
            others.append(renamed)
        for other in others:
            turned = of(coefficient, other, 4)
            assert (turned.reason, turned.n) == (found.reason, found.n)
            assert turned.value == near(found.value)
            assert turned.se == near(found.se, 1e-6)


@given(complete)
def test_two_raters_give_the_coefficients_of_two_raters(units):
    counts, table = count(np.array(units), 4), crosstab(*np.array(units).T, 4)
    for several, two, *weights in (
        (fleiss_kappa, kappa.scott_pi),
        (conger_kappa, kappa.cohen_kappa),
        (conger_kappa, kappa.cohen_kappa, quadratic(4)),
        (light_kappa, kappa.cohen_kappa),
        (percent, kappa.percent),
    ):
        found, expected = several(counts, *weights).estimate(), two(table, *weights).estimate()
        assert (found.n, found.reason) == (expected.n, expected.reason)
        assert found.value == pytest.approx(expected.value, abs=1e-12)
    for category in range(4):
        chosen, fourfold = against_rest(counts, category), collapse(table, category)
        for several, two in ((positive, kappa.positive), (negative, kappa.negative)):
            found, expected = several(chosen).estimate(), two(fourfold).estimate()
            assert (found.n, found.reason) == (expected.n, expected.reason)
            for field in ("value", "se", "low", "high"):
                assert getattr(found, field) == pytest.approx(getattr(expected, field), abs=1e-12)
        even, pabak = brennan_prediger(chosen).estimate(), kappa.pabak(fourfold).estimate()
        assert even.value == pytest.approx(pabak.value, abs=1e-12)


@given(ratings)
def test_ac2_without_weights_is_ac1(units):
    assert of(gwet_ac2, units, 4, identity(4)) == of(gwet_ac1, units, 4)


@given(ratings)
def test_a_category_that_is_never_used_changes_no_kappa(units):
    for coefficient in (percent, fleiss_kappa, conger_kappa, light_kappa):
        found, wider = of(coefficient, units, 4), of(coefficient, units, 6)
        assert wider.value == near(found.value)
        assert wider.se == near(found.se, 1e-6)


@given(ratings)
def test_a_category_that_is_never_used_raises_ac1_and_brennan_prediger(units):
    assume(of(percent, units, 4).value not in {None, 1.0})
    for coefficient in (gwet_ac1, brennan_prediger):
        found, wider = of(coefficient, units, 4).value, of(coefficient, units, 6).value
        assert wider > found or len({code for unit in units for code in unit if code >= 0}) == 1


@given(binary)
def test_a_category_against_the_rest_is_the_same_for_both_of_two(units):
    first, second = (of(fleiss_category, units, 2, category) for category in (0, 1))
    assert second.value == near(first.value)
    assert second.value == near(of(fleiss_kappa, units, 2).value)


@given(ratings, st.integers(0, 3))
def test_a_category_against_the_rest_is_that_of_the_collapsed_codes(units, category):
    codes = np.array(units)
    chosen = np.where(codes < 0, -1, codes == category)
    for coefficient in (*COEFFICIENTS, positive, negative):
        found = coefficient(against_rest(count(codes, 4), category)).estimate()
        assert found.value == near(of(coefficient, chosen, 2).value)


@given(ratings)
def test_a_coefficient_has_a_value_or_a_reason_and_never_both(units):
    for coefficient in (*COEFFICIENTS, lambda counts: positive(against_rest(counts, 0))):
        found = of(coefficient, units, 4)
        assert (found.value is None) == (found.reason is not None)
        assert found.value is None or found.value <= 1
        assert found.low is None or found.low <= found.value <= found.high <= 1
        assert (found.low is None) == (found.high is None)
        assert found.se is None or found.low is not None


@given(ratings, st.data())
def test_groups_drawn_anew_give_the_coefficient_of_the_units_drawn(units, data):
    # As the bootstrap does: a group drawn twice counts twice, one not drawn not at all.
    several = st.lists(st.integers(0, 2), min_size=len(units), max_size=len(units))
    groups = np.array(data.draw(several))
    codes, n_groups = np.array(units), int(groups.max()) + 1
    drawn = st.lists(st.integers(0, 3), min_size=n_groups, max_size=n_groups)
    weights = np.array(data.draw(st.lists(drawn, min_size=2, max_size=2)), np.float64)
    marked = np.where(codes < 0, -1, codes == 0)
    for coefficient, rated, q in (
        *((each, codes, 4) for each in COEFFICIENTS),
        (positive, marked, 2),
        (negative, marked, 2),
    ):
        parts = coefficient(count(rated, q, groups))
        assert len(parts.groups) == n_groups
        for value, times in zip(parts.value(weights @ parts.groups), weights, strict=True):
            again = np.repeat(rated, times.astype(int)[groups], axis=0)
            whole = of(coefficient, again, q).value
            expected = math.nan if whole is None else whole
            assert value == pytest.approx(expected, rel=1e-9, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_raters_who_always_agree_have_a_coefficient_of_one_and_no_interval(coefficient):
    codes = [[0, 0, 0], [1, 1, -1], [2, 2, 2], [1, -1, -1], [0, 0, 0], [1, 1, 1]]
    found = of(coefficient, codes, 4)
    assert (found.value, found.n) == (1, 5)
    assert (found.se, found.low, found.high) == (None, None, None)


def test_an_error_that_is_zero_by_its_form_gives_no_interval():
    # Every unit is split evenly.
    found = of(fleiss_kappa, [[0, 1], [1, 0], [0, 1]], 2)
    assert (found.value, found.se, found.low) == (-1, None, None)


def test_one_unit_has_no_error():
    found = of(brennan_prediger, [[0, 0, 1]], 2)
    assert found.value == pytest.approx(-1 / 3)
    assert found.se is None


@pytest.mark.parametrize("coefficient", [fleiss_kappa, conger_kappa, light_kappa])
def test_kappa_is_undefined_when_one_category_was_used(coefficient):
    found = of(coefficient, [[1, 1, 1]] * 7, 3)
    assert (found.value, found.n, found.reason) == (None, 7, "agreement_one_category")


def test_ac1_and_brennan_prediger_are_defined_when_one_of_two_categories_was_used():
    assert of(gwet_ac1, [[1, 1, 1]] * 7, 2).value == 1
    assert of(brennan_prediger, [[1, 1, 1]] * 7, 2).value == 1
    assert of(gwet_ac1, [[0, 0, 0]] * 7, 1).reason == "agreement_one_category"
    assert of(brennan_prediger, [[0, 0, 0]] * 7, 1).reason == "agreement_one_category"


@pytest.mark.parametrize(
    "codes", [np.zeros((0, 3), np.int64), np.full((4, 3), -1), [[0, -1, -1], [-1, 1, -1]]]
)
@pytest.mark.parametrize("coefficient", [*COEFFICIENTS, positive, negative])
def test_nothing_is_defined_without_units_that_two_rated(coefficient, codes):
    found = of(coefficient, codes, 2)
    assert (found.value, found.n, found.reason) == (None, 0, "agreement_no_units")


def test_agreement_on_marks_is_undefined_when_nobody_marked():
    assert of(positive, [[0, 0, 0]] * 3, 2).reason == "agreement_never_marked"
    assert of(negative, [[1, 1, 1]] * 3, 2).reason == "agreement_always_marked"
    assert of(positive, [[0, 0, 0]] * 3, 2).n == 0


def test_lights_kappa_is_undefined_when_two_raters_share_no_unit():
    codes = [[0, 0, -1], [1, 1, -1], [-1, 0, 0], [-1, 1, 1]]
    found = of(light_kappa, codes, 2)
    assert (found.value, found.n, found.reason) == (None, 4, "agreement_pair_without_units")
    assert of(conger_kappa, codes, 2).value == 1


def test_a_rater_without_ratings_is_no_rater_to_conger():
    codes = np.array(DIAGNOSES[:, :3])
    with_another = np.column_stack([codes, np.full(len(codes), -1)])
    assert of(conger_kappa, with_another, 5) == of(conger_kappa, codes, 5)


def test_a_group_in_which_nobody_rated_stays_a_group():
    codes = np.array([[0, 0, 1], [1, 1, 1], [-1, -1, -1]])
    for coefficient in COEFFICIENTS:
        parts = coefficient(count(codes, 2, np.array([0, 1, 2])))
        assert len(parts.groups) == 3
        assert not parts.groups[2].any()


def test_an_interval_of_percent_ends_at_nothing_and_of_the_others_at_minus_one():
    codes = [[0, 1]] * 3 + [[0, 0]]
    assert of(percent, codes, 2).low == 0
    assert of(brennan_prediger, codes, 2).low == -1


def test_an_interval_holds_a_value_below_minus_one():
    # By hand, quadratic weights on three steps: chance disagreement 1/3 by Brennan and Prediger;
    # observed (1 + 1 + 1/4) / 3, so 1 - 2.25.
    found = of(brennan_prediger, [[0, 2], [2, 0], [0, 1]], 3, quadratic(3))
    assert found.value == pytest.approx(-1.25)
    # t(2 df) = 4.302653 at .975
    assert found.low == pytest.approx(found.value - 4.302653 * found.se)


def test_independent_raters_have_mean_coefficients_of_nothing():
    random = np.random.default_rng(11)
    drawn = [random.choice(3, (80, 4)) for _ in range(600)]
    for coefficient in (fleiss_kappa, conger_kappa, light_kappa, gwet_ac1, brennan_prediger):
        mean = np.mean([of(coefficient, codes, 3).value for codes in drawn])
        assert mean == pytest.approx(0, abs=0.006)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_intervals_cover_the_truth(missing):
    # The truth is that of 100,000 units, where all rated. Of the intervals from 60 units 90 to
    # 98 % must hold it.
    random = np.random.default_rng(12)
    every = count(simulated(random, 100_000), 3)
    drawn = [count(simulated(random, 60, missing=missing), 3) for _ in range(600)]
    for coefficient in COEFFICIENTS[:5] + COEFFICIENTS[6:]:
        truth = coefficient(every).estimate().value
        found = [coefficient(counts).estimate() for counts in drawn]
        assert 0.90 < np.mean([each.low <= truth <= each.high for each in found]) < 0.98
