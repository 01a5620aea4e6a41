import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from coder.agreement.coefficients import (
    cohen_kappa,
    event_f1,
    event_precision,
    event_recall,
    percent_agreement,
    positive_agreement,
)
from coder.agreement.matching import assign, match_points

COHEN_1960 = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
FLEISS_COHEN_EVERITT_1969 = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
FEINSTEIN_CICCHETTI_BALANCED = [[40, 9], [6, 45]]
FEINSTEIN_CICCHETTI_PREVALENT = [[80, 10], [5, 5]]
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# Printed by SAS PROC FREQ; the comparison of statsmodels' own test of Cohen's kappa.
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]


@pytest.mark.parametrize(
    ("table", "kappa", "within"),
    [
        (COHEN_1960, 0.492, 0.0006),
        (FLEISS_COHEN_EVERITT_1969, 0.429, 0.0006),
        (FEINSTEIN_CICCHETTI_BALANCED, 0.70, 0.006),
        (FEINSTEIN_CICCHETTI_PREVALENT, 0.32, 0.006),
        (ABSTRACTORS, 0.7964094, 6e-8),
        (SAS, 0.4842, 0.00006),
    ],
)
def test_kappa_is_as_published(table, kappa, within):
    assert cohen_kappa(table).value == pytest.approx(kappa, abs=within)


@pytest.mark.parametrize(
    ("table", "percent"),
    [
        (COHEN_1960, 0.70),
        (FEINSTEIN_CICCHETTI_BALANCED, 0.85),
        (FEINSTEIN_CICCHETTI_PREVALENT, 0.85),
        (ABSTRACTORS, 0.89),
    ],
)
def test_percent_agreement_is_as_published(table, percent):
    found = percent_agreement(table)
    assert found.value == pytest.approx(percent)
    assert found.n == np.sum(table)


def test_the_error_and_interval_of_kappa_are_as_published():
    found = cohen_kappa(SAS)
    assert found.se == pytest.approx(0.1380, abs=0.00006)
    assert found.low == pytest.approx(0.2137, abs=0.00006)
    assert found.high == pytest.approx(0.7547, abs=0.00006)


def kappa_of(share):
    agreed = np.trace(share)
    chance = share.sum(axis=1) @ share.sum(axis=0)
    return (agreed - chance) / (1 - chance)


tables = st.integers(2, 4).flatmap(
    lambda q: st.lists(st.lists(st.integers(0, 60), min_size=q, max_size=q), min_size=q, max_size=q)
)


@given(tables)
def test_the_error_of_kappa_is_that_of_the_delta_method(table):
    # A second way: the gradient of kappa taken numerically, and the multinomial covariance.
    found = cohen_kappa(table)
    assume(found.se is not None and found.se > 1e-4)
    share = np.array(table) / np.sum(table)
    gradient = np.empty_like(share)
    for cell in itertools.product(range(len(share)), repeat=2):
        step = np.zeros_like(share)
        step[cell] = 1e-6
        gradient[cell] = (kappa_of(share + step) - kappa_of(share - step)) / 2e-6
    variance = (share * gradient**2).sum() - (share * gradient).sum() ** 2
    assert found.se == pytest.approx(math.sqrt(variance / np.sum(table)), rel=1e-3)


@given(tables)
def test_kappa_does_not_depend_on_who_is_first_or_how_codes_are_named(table):
    found = cohen_kappa(table)
    turned = cohen_kappa(np.transpose(table))
    order = list(reversed(range(len(table))))
    renamed = cohen_kappa(np.array(table)[np.ix_(order, order)])
    for other in (turned, renamed):
        assert other.reason == found.reason
        assert other.value == pytest.approx(found.value, abs=1e-12)
        assert other.se == pytest.approx(found.se, abs=1e-6)


@given(tables)
def test_a_coefficient_has_a_value_or_a_reason_and_never_both(table):
    for found in (cohen_kappa(table), percent_agreement(table)):
        assert (found.value is None) == (found.reason is not None)
        assert found.value is None or -1 <= found.value <= 1
        assert found.low is None or -1 <= found.low <= found.value <= found.high <= 1


@given(tables)
def test_a_code_that_is_never_used_changes_nothing(table):
    wider = np.pad(np.array(table), ((0, 1), (0, 1)))
    assert cohen_kappa(wider).value == pytest.approx(cohen_kappa(table).value, abs=1e-12)
    assert percent_agreement(wider) == percent_agreement(table)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=5))
def test_raters_who_always_agree_have_a_kappa_of_one_if_it_is_defined(counts):
    found = cohen_kappa(np.diag(counts))
    if sum(count > 0 for count in counts) < 2:
        assert found.value is None
    else:
        assert found.value == 1.0
        assert (found.se, found.low, found.high) == (None, None, None)


def test_kappa_is_undefined_when_one_category_was_used():
    assert cohen_kappa([[0, 0], [0, 40]]).reason == "agreement_one_category"
    assert cohen_kappa([[0, 0], [0, 40]]).value is None
    assert cohen_kappa([[0, 0], [0, 40]]).n == 40


def test_nothing_is_defined_without_units():
    assert cohen_kappa([[0, 0], [0, 0]]).reason == "agreement_no_units"
    assert percent_agreement([[0, 0], [0, 0]]).reason == "agreement_no_units"


def test_a_rater_who_used_one_category_gives_no_interval():
    # One never marks: kappa is 0 whatever the other does, and its error is 0 by its form.
    found = cohen_kappa([[0, 0], [10, 90]])
    assert found.value == 0
    assert found.se is None


def test_positive_agreement_counts_what_either_marked():
    # By hand: 2 * 80 / (2 * 80 + 10 + 5) = 160 / 175.
    found = positive_agreement(80, 10, 5)
    assert found.value == pytest.approx(160 / 175)
    assert found.n == 95


def test_positive_agreement_is_undefined_when_nobody_marked():
    assert positive_agreement(0, 0, 0).reason == "agreement_never_marked"


def test_scores_of_events_are_shares_of_marks():
    # Three matched of five and five (agreement_examples.json, "tolerance matching F1").
    assert event_f1(3, 5, 5).value == pytest.approx(0.6)
    assert event_f1(4, 5, 5).value == pytest.approx(0.8)
    assert event_precision(3, 4).value == 0.75
    assert event_recall(3, 6).value == 0.5


def test_scores_of_no_events_are_undefined():
    assert event_f1(0, 0, 0).reason == "agreement_never_marked"
    assert event_precision(0, 0).reason == "agreement_no_marks_by_coder"
    assert event_recall(0, 0).reason == "agreement_no_marks_in_reference"


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_f1_is_the_same_in_both_directions_and_precision_is_recall_turned(matched, more, others):
    first, second = matched + more, matched + others
    assert event_f1(matched, first, second) == event_f1(matched, second, first)
    assert event_precision(matched, first).value == event_recall(matched, first).value


def test_the_nearest_first_is_not_the_best_matching():
    # agreement.md 2.7: nearest-first pairs 10 with 11 and leaves the other two alone.
    assert match_points([10_000, 12_200], [8_500, 11_000], 1_500) == ((0, 0), (1, 1))


def test_a_published_matching_of_the_same_code_and_of_any():
    # agreement_examples.json: reference and coder, tolerance 2 s.
    reference = [(10_000, "a"), (20_000, "b"), (21_500, "b"), (30_000, "a"), (45_000, "c")]
    coder = [(11_500, "a"), (21_000, "b"), (30_500, "c"), (44_000, "c"), (60_000, "a")]
    assert len(match_points([t for t, _ in reference], [t for t, _ in coder], 2_000)) == 4
    same = [
        len(
            match_points(
                [t for t, c in reference if c == code], [t for t, c in coder if c == code], 2_000
            )
        )
        for code in "abc"
    ]
    assert sum(same) == 3


def test_a_mark_at_the_tolerance_matches_and_one_beyond_does_not():
    assert match_points([0], [10_000], 10_000) == ((0, 0),)
    assert match_points([0], [10_001], 10_000) == ()


def test_nothing_matches_nothing():
    assert match_points([], [5], 10) == ()
    assert match_points([5], [], 10) == ()
    assert assign(np.zeros((0, 0))) == ()


def best_by_trying_all(first, second, tolerance):
    """The most pairs, and of those the least total distance, over every one-to-one matching."""
    swap = len(first) > len(second)
    few, many = (second, first) if swap else (first, second)
    best = (0, 0)
    for chosen in itertools.permutations(range(len(many)), len(few)):
        apart = [abs(few[i] - many[j]) for i, j in enumerate(chosen)]
        kept = [each for each in apart if each <= tolerance]
        best = max(best, (len(kept), -sum(kept)))
    return best[0], -best[1]


times = st.lists(st.integers(0, 40), max_size=5)


@given(times, times, st.integers(0, 15))
def test_matching_is_the_best_of_all_matchings(first, second, tolerance):
    pairs = match_points(first, second, tolerance)
    apart = [abs(first[i] - second[j]) for i, j in pairs]
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    assert all(each <= tolerance for each in apart)
    assert (len(pairs), sum(apart)) == best_by_trying_all(first, second, tolerance)


@given(times, times, st.integers(0, 15))
def test_matching_does_not_depend_on_who_is_first(first, second, tolerance):
    one, other = match_points(first, second, tolerance), match_points(second, first, tolerance)
    assert len(one) == len(other)
    assert sum(abs(first[i] - second[j]) for i, j in one) == sum(
        abs(second[i] - first[j]) for i, j in other
    )
