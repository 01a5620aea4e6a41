import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coder.agreement.kappa import (
    bias_index,
    cohen_kappa,
    collapse,
    crosstab,
    identity,
    kappa_max,
    linear,
    negative,
    pabak,
    percent,
    positive,
    prevalence_index,
    quadratic,
    scott_pi,
)

COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
FLEISS_COHEN_EVERITT_1969 = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
BALANCED = [[40, 9], [6, 45]]  # Feinstein and Cicchetti (1990), J Clin Epidemiol 43:543-549
PREVALENT = [[80, 10], [5, 5]]  # the same
GWET_2008 = [[8, 1], [0, 1]]
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]  # cont3x3abstractors of R irrCAC
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]  # printed by SAS PROC FREQ; in the tests of statsmodels
# Raters 2 and 3 in the data “anxiety” of R irr (20 subjects; neither gave category 5).
ANXIETY = (
    [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
    [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
)
FOURFOLD = (
    percent,
    pabak,
    positive,
    negative,
    prevalence_index,
    bias_index,
    cohen_kappa,
    kappa_max,
    scott_pi,
)


def one(table):
    return np.array([table])


def of(coefficient, table, *weights):
    return coefficient(one(table), *weights).estimate()


@pytest.mark.parametrize(
    ("coefficient", "table", "value", "within"),
    [
        (percent, COHEN_1960, 0.70, 1e-12),
        (percent, BALANCED, 0.85, 1e-12),
        (percent, PREVALENT, 0.85, 1e-12),
        (percent, ABSTRACTORS, 0.89, 1e-12),
        (cohen_kappa, COHEN_1960, 0.492, 0.0006),
        (cohen_kappa, FLEISS_COHEN_EVERITT_1969, 0.429, 0.0006),
        (cohen_kappa, BALANCED, 0.70, 0.006),
        (cohen_kappa, PREVALENT, 0.32, 0.006),
        (cohen_kappa, ABSTRACTORS, 0.7964094, 6e-8),
        (cohen_kappa, SAS, 0.4842, 0.00006),
        (kappa_max, COHEN_1960, 0.831, 0.0006),
        (scott_pi, GWET_2008, 0.6078, 0.00006),
        (scott_pi, ABSTRACTORS, 0.7962397, 6e-8),
        (pabak, BALANCED, 0.70, 1e-12),  # Byrt, Bishop and Carlin (1993)
        (pabak, PREVALENT, 0.70, 1e-12),
    ],
)
def test_a_coefficient_is_as_published(coefficient, table, value, within):
    found = of(coefficient, table)
    assert found.value == pytest.approx(value, abs=within)
    assert found.n == np.sum(table)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        (None, [0.4842, 0.1380, 0.2137, 0.7547]),
        (identity(3), [0.4842, 0.1380, 0.2137, 0.7547]),
        (linear(3), [0.4701, 0.1457, 0.1845, 0.7558]),
    ],
)
def test_kappa_has_the_error_and_interval_that_sas_prints(weights, expected):
    found = of(cohen_kappa, SAS, weights)
    assert [found.value, found.se, found.low, found.high] == pytest.approx(expected, abs=0.00006)


def test_the_errors_on_a_table_are_those_of_irrcac():
    # kappa2.table, scott2.table and pa2.table in the vignette of R irrCAC. Its interval of
    # percent is not Wilson's.
    assert of(cohen_kappa, ABSTRACTORS).se == pytest.approx(0.05891072, abs=6e-9)
    assert of(percent, ABSTRACTORS).se == pytest.approx(0.03128898, abs=6e-9)
    found = of(scott_pi, ABSTRACTORS)
    assert found.se == pytest.approx(0.05905473, abs=6e-9)
    assert (found.low, found.high) == pytest.approx((0.679, 0.913), abs=0.0006)


@pytest.mark.parametrize(
    ("weights", "value"),
    [(None, -0.006289308), (linear(5), 0.1459075), (quadratic(5), 0.2520325)],
)
def test_weighted_kappa_is_that_of_irr(weights, value):
    # kappa2 of R irr, which drops the category nobody gave, so that 6 follows 4.
    first, second = (np.minimum(codes, 5) - 1 for codes in ANXIETY)
    found = cohen_kappa(crosstab(first, second, 5), weights).estimate()
    assert found.value == pytest.approx(value, abs=6e-8)
    assert found.n == 20


@pytest.mark.parametrize(
    ("same", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_of_percent_is_wilsons(same, n, low, high):
    # Newcombe (1998), Stat Med 17:857-872, table I, method 3.
    found = of(percent, [[same, n - same], [0, 0]])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00006)


def test_percent_keeps_its_interval_where_its_error_is_zero():
    # Nobody differs in 10: the limits are 10 / (10 + z²) and 1; of 2 po - 1, twice less 1.
    low = 10 / (10 + 1.959964**2)
    found, stretched = of(percent, [[4, 0], [0, 6]]), of(pabak, [[4, 0], [0, 6]])
    assert (found.value, found.se, found.high) == (1, None, 1)
    assert (stretched.value, stretched.se, stretched.high) == (1, None, 1)
    assert (found.low, stretched.low) == pytest.approx((low, 2 * low - 1), abs=1e-6)
    assert of(percent, [[0, 4], [6, 0]]).low == 0


def test_positive_and_negative_agreement_are_shares_of_what_either_chose():
    # By hand: 2 * 80 / (2 * 80 + 15) of 95 units marked; 2 * 5 / (2 * 5 + 15) of 20 unmarked.
    found, left = of(positive, PREVALENT), of(negative, PREVALENT)
    assert (found.value, found.n) == (pytest.approx(160 / 175), 95)
    assert (left.value, left.n) == (pytest.approx(10 / 25), 20)


def test_the_indices_of_prevalence_and_bias_are_differences_of_cells():
    # By hand: (80 - 5) / 100, and |10 - 5| / 100; a rare marker has a negative index.
    assert of(prevalence_index, PREVALENT).value == pytest.approx(0.75)
    assert of(prevalence_index, [[5, 10], [5, 80]]).value == pytest.approx(-0.75)
    assert of(bias_index, PREVALENT).value == pytest.approx(0.05)
    assert of(bias_index, np.transpose(PREVALENT)).value == pytest.approx(0.05)


def test_cohen_is_not_scott_where_raters_differ_in_how_often_they_mark():
    # NOVA prints .394 for Cohen's kappa of 40/60 against 70/30 (peers.md, 3.8 of its part A): it
    # pools the margins. 40 and 30 in agreement: po .7, pe .46 by Cohen, .505 by Scott.
    assert of(cohen_kappa, [[40, 0], [30, 30]]).value == pytest.approx(0.444, abs=0.0006)
    assert of(scott_pi, [[40, 0], [30, 30]]).value == pytest.approx(0.394, abs=0.0006)


@pytest.mark.parametrize("uncoded", [0, 50, 90, 98])
def test_raters_who_agree_in_all_have_a_kappa_of_one_however_much_is_uncoded(uncoded):
    # NOVA: 1.000, .429, .095, .020 (the same place).
    coded = 100 - uncoded
    table = np.diag([uncoded, coded // 2, coded - coded // 2])
    assert of(cohen_kappa, table).value == 1
    assert of(scott_pi, table).value == 1


@pytest.mark.parametrize(
    ("cells", "cohen", "even", "dice"),
    [
        ((400, 100, 100, 29_400), 0.80, 0.99, 0.80),
        ((50, 75, 75, 800), 0.31, 0.70, 0.40),
        ((0, 200, 200, 29_600), -0.01, 0.97, 0.00),
        ((500, 500, 0, 29_000), 0.66, 0.97, 0.67),
        ((900, 100, 100, 100), 0.40, 0.67, 0.90),
    ],
)
def test_coefficients_of_one_table_differ_as_computed_elsewhere(cells, cohen, even, dice):
    # peers.md, 3.8 of its part B.
    table = np.reshape(cells, (2, 2))
    assert of(cohen_kappa, table).value == pytest.approx(cohen, abs=0.0051)
    assert of(pabak, table).value == pytest.approx(even, abs=0.0051)
    assert of(positive, table).value == pytest.approx(dice, abs=0.0051)


def test_weights_fall_with_the_distance_on_the_whole_scale():
    assert linear(3).tolist() == [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]]
    assert quadratic(3).tolist() == [[1, 0.75, 0], [0.75, 1, 0.75], [0, 0.75, 1]]
    assert linear(1).tolist() == quadratic(1).tolist() == identity(1).tolist() == [[1]]


def test_a_step_of_the_scale_that_nobody_used_counts_as_distance():
    # Units (1, 1), (2, 2), (5, 5), (1, 2) on a scale to 5. By hand, in steps: observed 1 / 4;
    # by chance (2*2*1 + 2*1*4 + 1*1*1 + 1*1*3 + 1*1*4 + 1*2*3) / 16 = 26 / 16. By rank, as
    # scikit-learn and R irr have it, 14 / 16.
    first, second = np.array([0, 1, 4, 0]), np.array([0, 1, 4, 1])
    found = cohen_kappa(crosstab(first, second, 5), linear(5)).estimate()
    assert found.value == pytest.approx(1 - 4 / 26)
    ranked = cohen_kappa(crosstab(np.minimum(first, 2), np.minimum(second, 2), 3), linear(3))
    assert ranked.estimate().value == pytest.approx(1 - 4 / 14)


codes = st.integers(-1, 3)
ratings = st.lists(st.tuples(codes, codes, st.integers(0, 2)), min_size=1, max_size=40)


@given(ratings)
def test_a_table_counts_the_units_of_its_group_that_both_rated(units):
    first, second, groups = np.array(units).T
    expected = np.zeros((max(groups) + 1, 4, 4))
    for one, other, group in units:
        if one >= 0 and other >= 0:
            expected[group, one, other] += 1
    tables = crosstab(first, second, 4, groups)
    assert tables.tolist() == expected.tolist()
    assert crosstab(first, second, 4).tolist() == [expected.sum(axis=0).tolist()]


@given(ratings, st.integers(0, 3))
def test_a_collapsed_table_is_that_of_the_collapsed_codes(units, category):
    first, second, groups = np.array(units).T
    a = [sum(g == n and one == other == category for one, other, g in units) for n in range(3)]
    collapsed = collapse(crosstab(first, second, 4, groups), category)
    chosen = [np.where(each < 0, -1, each != category) for each in (first, second)]
    assert collapsed.tolist() == crosstab(*chosen, 2, groups).tolist()
    assert collapsed[:, 0, 0].tolist() == a[: len(collapsed)]


def naive(units, q, weight, pooled=False):
    """Kappa from the definition, unit by unit; None where it is undefined."""
    both = [(one, other) for one, other, _ in units if min(one, other) >= 0]
    n = len(both)
    if n == 0:
        return None
    rows = [sum(one == c for one, _ in both) / n for c in range(q)]
    columns = [sum(other == c for _, other in both) / n for c in range(q)]
    if pooled:
        rows = columns = [(row + column) / 2 for row, column in zip(rows, columns, strict=True)]
    observed = sum(weight(one, other) for one, other in both) / n
    chance = sum(weight(i, j) * rows[i] * columns[j] for i in range(q) for j in range(q))
    return None if chance > 1 - 1e-9 else (observed - chance) / (1 - chance)


@given(ratings)
def test_kappa_and_pi_are_those_of_a_naive_program(units):
    table = crosstab(*np.array(units).T[:2], 4)
    for weights, weight in (
        (None, lambda i, j: float(i == j)),
        (linear(4), lambda i, j: 1 - abs(i - j) / 3),
        (quadratic(4), lambda i, j: 1 - (i - j) ** 2 / 9),
    ):
        found = cohen_kappa(table, weights).estimate()
        assert found.value == pytest.approx(naive(units, 4, weight), abs=1e-9)
    pi = naive(units, 4, lambda i, j: float(i == j), pooled=True)
    assert scott_pi(table).estimate().value == pytest.approx(pi, abs=1e-9)


tables = st.integers(2, 4).flatmap(
    lambda q: st.lists(st.lists(st.integers(0, 60), min_size=q, max_size=q), min_size=q, max_size=q)
)
fourfold = st.lists(st.integers(0, 60), min_size=4, max_size=4).map(
    lambda cells: np.reshape(cells, (2, 2))
)


def delta_method(value, table):
    """The large-sample error of a function of the shares, its gradient taken numerically."""
    share = np.array(table) / np.sum(table)
    gradient = np.empty_like(share)
    for cell in itertools.product(range(len(share)), repeat=2):
        step = np.zeros_like(share)
        step[cell] = 1e-6
        gradient[cell] = (value(share + step) - value(share - step)) / 2e-6
    variance = (share * gradient**2).sum() - (share * gradient).sum() ** 2
    return math.sqrt(max(variance, 0) / np.sum(table))


def kappa_of(weights, pooled):
    def value(share):
        first, second = share.sum(axis=1), share.sum(axis=0)
        if pooled:
            first = second = (first + second) / 2
        chance = first @ weights @ second / share.sum() ** 2
        return ((share * weights).sum() / share.sum() - chance) / (1 - chance)

    return value


@given(tables)
def test_the_errors_of_kappa_and_pi_are_those_of_the_delta_method(table):
    q = len(table)
    for found, weights, pooled in (
        (of(cohen_kappa, table), identity(q), False),
        (of(cohen_kappa, table, linear(q)), linear(q), False),
        (of(cohen_kappa, table, quadratic(q)), quadratic(q), False),
        (of(scott_pi, table), identity(q), True),
    ):
        if found.se is not None and found.se > 1e-4:
            expected = delta_method(kappa_of(weights, pooled), table)
            assert found.se == pytest.approx(expected, rel=1e-3)


@given(fourfold)
def test_the_error_of_positive_agreement_is_that_of_the_delta_method(table):
    found = of(positive, table)
    assume(found.se is not None)
    expected = delta_method(lambda p: 2 * p[0, 0] / (2 * p[0, 0] + p[0, 1] + p[1, 0]), table)
    assert found.se == pytest.approx(expected, rel=1e-3)


# Newcombe (1998), Stat Med 17:857-872, table I: Wilson's interval of 15 in 148, of 0 in 20.
@pytest.mark.parametrize(
    ("both", "one", "low", "high"),
    [(15, 133, 0.0624, 0.1605), (0, 20, 0, 0.1611), (20, 0, 0.8389, 1)],
)
def test_the_interval_of_positive_agreement_is_that_of_the_share_carried_over(both, one, low, high):
    found = of(positive, [[both, one], [0, 9]])
    assert found.low == pytest.approx(2 * low / (1 + low), abs=1e-4)
    assert found.high == pytest.approx(2 * high / (1 + high), abs=1e-4)


def test_the_interval_of_positive_agreement_holds_what_it_says_for_a_rare_marker():
    # 100 units, marked by both in .04, by one in .06: 2 * .04 / (2 * .04 + .06) = .5714.
    draw = np.random.default_rng(7)
    cells = draw.multinomial(100, [0.04, 0.03, 0.03, 0.9], size=2000)
    within, normal = [], []
    for a, b, c, d in cells.tolist():
        found = of(positive, [[a, b], [c, d]])
        if found.value is not None:
            within.append(found.low <= 0.08 / 0.14 <= found.high)
            error = 0 if found.se is None else found.se
            normal.append(abs(found.value - 0.08 / 0.14) <= 1.96 * error)
    assert 0.93 < np.mean(within) < 0.985
    assert np.mean(normal) < 0.93  # the large-sample error does not


@given(tables)
def test_kappa_does_not_depend_on_who_is_first_or_how_codes_are_named(table):
    order = list(reversed(range(len(table))))
    for coefficient in (percent, cohen_kappa, kappa_max, scott_pi):
        found = of(coefficient, table)
        for other in (np.transpose(table), np.array(table)[np.ix_(order, order)]):
            turned = of(coefficient, other)
            assert (turned.reason, turned.n) == (found.reason, found.n)
            assert turned.value == pytest.approx(found.value, abs=1e-12)
            assert turned.se == pytest.approx(found.se, abs=1e-12)


@given(tables)
def test_a_category_that_is_never_used_changes_nothing(table):
    wider = np.pad(np.array(table), ((0, 1), (0, 1)))
    for coefficient in (percent, cohen_kappa, kappa_max, scott_pi):
        assert of(coefficient, wider).value == pytest.approx(
            of(coefficient, table).value, abs=1e-12
        )


@given(fourfold)
def test_negative_agreement_is_positive_agreement_on_what_was_left(table):
    left, turned = of(negative, table), of(positive, table[::-1, ::-1])
    assert (left.value, left.se, left.low, left.high) == (
        turned.value,
        turned.se,
        turned.low,
        turned.high,
    )


@given(fourfold)
def test_kappa_follows_from_pabak_and_the_two_indices(table):
    # Byrt, Bishop and Carlin (1993): kappa = (PABAK - PI² + BI²) / (1 - PI² + BI²).
    assume(of(cohen_kappa, table).value is not None)
    even, prevalence, bias = (
        of(each, table).value for each in (pabak, prevalence_index, bias_index)
    )
    squares = bias**2 - prevalence**2
    assert of(cohen_kappa, table).value == pytest.approx((even + squares) / (1 + squares), abs=1e-9)


@given(fourfold)
def test_a_coefficient_has_a_value_or_a_reason_and_never_both(table):
    for coefficient in FOURFOLD:
        found = of(coefficient, table)
        assert (found.value is None) == (found.reason is not None)
        assert found.value is None or -1 <= found.value <= 1
        assert found.low is None or -1 <= found.low <= found.value <= found.high <= 1
        assert (found.low is None) == (found.high is None)


@given(tables)
def test_kappa_is_at_most_its_maximum(table):
    most, found = of(kappa_max, table), of(cohen_kappa, table)
    assert (most.value is None) == (found.value is None)
    assert found.value is None or found.value <= most.value + 1e-12


@given(st.lists(fourfold, min_size=1, max_size=4), st.data())
def test_groups_drawn_anew_give_the_coefficient_of_the_units_drawn(groups, data):
    # As the bootstrap does: a group drawn twice counts twice, one not drawn not at all.
    drawn = st.lists(st.integers(0, 3), min_size=len(groups), max_size=len(groups))
    weights = np.array(data.draw(st.lists(drawn, min_size=2, max_size=2)), np.float64)
    for coefficient in FOURFOLD:
        parts = coefficient(np.array(groups))
        found = parts.value(weights @ parts.groups)
        for value, times in zip(found, weights, strict=True):
            whole = of(coefficient, sum(g * int(t) for g, t in zip(groups, times, strict=True)))
            assert value == pytest.approx(
                math.nan if whole.value is None else whole.value, abs=1e-12, nan_ok=True
            )


@given(st.lists(st.integers(0, 50), min_size=2, max_size=5))
def test_raters_who_always_agree_have_a_kappa_of_one_if_it_is_defined(counts):
    for coefficient in (cohen_kappa, scott_pi, kappa_max):
        found = of(coefficient, np.diag(counts))
        if sum(count > 0 for count in counts) < 2:
            assert found.value is None
        else:
            assert found.value == 1.0
            assert (found.se, found.low, found.high) == (None, None, None)


@pytest.mark.parametrize("coefficient", [cohen_kappa, kappa_max, scott_pi])
def test_kappa_is_undefined_when_one_category_was_used(coefficient):
    found = of(coefficient, [[0, 0], [0, 40]])
    assert (found.value, found.n, found.reason) == (None, 40, "agreement_one_category")
    assert of(coefficient, [[40]]).reason == "agreement_one_category"


@pytest.mark.parametrize("coefficient", FOURFOLD)
def test_nothing_is_defined_without_units(coefficient):
    found = of(coefficient, [[0, 0], [0, 0]])
    assert (found.value, found.n, found.reason) == (None, 0, "agreement_no_units")
    assert coefficient(np.zeros((0, 2, 2), np.int64)).estimate() == found


def test_agreement_on_marks_is_undefined_when_nobody_marked():
    assert of(positive, [[0, 0], [0, 9]]).reason == "agreement_never_marked"
    assert of(negative, [[9, 0], [0, 0]]).reason == "agreement_always_marked"


@pytest.mark.parametrize(
    "table", [[[0, 0], [10, 90]], [[0, 5], [5, 0]], [[0, 7, 0], [0, 0, 7], [7, 0, 0]]]
)
def test_an_error_that_is_zero_by_its_form_gives_no_interval(table):
    # A rater who used one category only; raters who differ on everything, in the same way.
    found = of(cohen_kappa, table)
    assert found.value is not None
    assert (found.se, found.low, found.high) == (None, None, None)


def test_the_error_of_pi_that_is_zero_by_its_form_gives_no_interval():
    assert of(scott_pi, [[0, 5], [5, 0]]).value == -1
    assert of(scott_pi, [[0, 5], [5, 0]]).se is None


def test_independent_raters_have_a_mean_kappa_of_nothing_and_intervals_cover_the_truth():
    # 2,000 samples of 150 units: the mean has an error of about .0016. Of the intervals around
    # a kappa of .55 (po .73, pe .40) 90 to 98 % must hold it.
    random = np.random.default_rng(20)
    margins = np.outer([0.5, 0.3, 0.2], [0.4, 0.4, 0.2])
    by_chance = random.multinomial(150, margins.ravel(), size=2_000).reshape(-1, 3, 3)
    kappas = [of(cohen_kappa, table).value for table in by_chance]
    assert np.mean(kappas) == pytest.approx(0, abs=0.006)
    share = np.array([[0.42, 0.06, 0.02], [0.05, 0.21, 0.04], [0.03, 0.07, 0.10]])
    drawn = random.multinomial(150, share.ravel(), size=2_000).reshape(-1, 3, 3)
    for coefficient, weights, pooled in (
        (cohen_kappa, identity(3), False),
        (lambda table: cohen_kappa(table, quadratic(3)), quadratic(3), False),
        (scott_pi, identity(3), True),
    ):
        truth = kappa_of(weights, pooled)(share)
        found = [of(coefficient, table) for table in drawn]
        assert 0.90 < np.mean([each.low <= truth <= each.high for each in found]) < 0.98
