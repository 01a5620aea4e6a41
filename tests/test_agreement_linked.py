from unittest import mock

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.agreement import linked
from coder.agreement.linked import (
    Timing,
    chance,
    collapse_event,
    event_kappa,
    event_kappa_max,
    f1,
    link,
    precision,
    recall,
    timing,
    without_nil,
)
from coder.agreement.matching import Events, match

# Tallies of peers.md A 3.5, rows and columns with nil last, in which a pair counts twice.
PEERS = [[20, 1, 0, 3], [0, 15, 2, 4], [0, 1, 10, 2], [2, 3, 1, 0]]
PEERS_ONE_CODE_OF_ONE_CODER = [[20, 1, 0, 3], [0, 15, 0, 4], [0, 1, 0, 2], [2, 3, 0, 0]]

# Counts with the totals of peers.md A 3.5: of 2 codes, 20 matched and the same, 6 matched and
# different, 4 of A alone and 5 of B alone. No others (but these with the codes exchanged) give its
# kappas of .527, .281 and, each pair counted once, .309.
FOUR_KAPPAS = [[12, 3, 2], [3, 8, 2], [3, 2, 0]]


def table(rows):
    return np.array([rows], np.int64)


def halved(tally):
    """The counts of twice a tally, of which kappa is the same: only its nils are doubled."""
    counts = np.array([tally], np.int64)
    counts[:, -1] *= 2
    counts[:, :, -1] *= 2
    return counts


def estimate(of, rows):
    return of(np.asarray(rows)).estimate()


def cohen(rows):
    """Cohen's kappa in the plainest way; None where chance agreement is 1."""
    counts = np.asarray(rows, float)
    shares = counts / counts.sum()
    by_chance = sum(shares[c].sum() * shares[:, c].sum() for c in range(len(shares)))
    return None if by_chance > 1 - 1e-12 else (np.trace(shares) - by_chance) / (1 - by_chance)


def doubled(rows):
    """The tally in which a matched pair counts twice."""
    tally = np.array(rows, float)
    tally[:-1, :-1] *= 2
    return tally


def fitted(tally):
    """Plain iterative proportional fitting, 0 at (nil, nil), to the margins of a tally."""
    fit = np.ones(tally.shape)
    fit[-1, -1] = 0
    for _ in range(20_000):
        before = fit.copy()
        for axis in (1, 0):
            have, want = fit.sum(axis=axis), tally.sum(axis=axis)
            scale = np.divide(want, have, out=np.zeros_like(want), where=have > 0)
            fit = fit * np.expand_dims(scale, axis)
        if np.abs(fit - before).max() < 1e-13:
            break
    return fit


# Kappa of events


@pytest.mark.parametrize(
    ("tally", "kappa"), [(PEERS, 0.5944), (PEERS_ONE_CODE_OF_ONE_CODER, 0.5240)]
)
def test_the_kappa_of_events_is_as_computed_for_other_programs(tally, kappa):
    """Also where a code is one coder's alone, and EasyDIAg prints 0."""
    assert estimate(event_kappa, halved(tally)).value == pytest.approx(kappa, abs=0.00006)


def test_each_event_counts_once_and_so_a_pair_twice():
    found = estimate(event_kappa, table(FOUR_KAPPAS))
    assert found.value == pytest.approx(0.390, abs=0.0006)
    assert found.n == 2 * 26 + 4 + 5
    assert cohen(without_nil(table(FOUR_KAPPAS))[0]) == pytest.approx(0.527, abs=0.0006)
    assert cohen(FOUR_KAPPAS) == pytest.approx(0.281, abs=0.0006)  # not what is asked for
    assert f1(np.array([[20, 30, 31]])).estimate().value == pytest.approx(0.656, abs=0.0006)


def test_the_example_of_easydiag():
    # agreement_examples.json: codes C, R, W.
    first = spans([(0, 10), (20, 28), (40, 46), (60, 70), (90, 95)])
    second = spans([(1, 10), (21, 28), (44, 52), (60, 71), (75, 80)])
    pairs = match(first, second, tolerance_ms=0, overlap=0.6)
    counts = link(np.array([2, 0, 2, 1, 0]), np.array([2, 2, 2, 1, 1]), pairs, 3)
    assert doubled(counts).tolist() == [[0, 0, 2, 1], [0, 2, 0, 0], [0, 0, 2, 1], [0, 1, 1, 0]]
    assert estimate(event_kappa, [counts]).value == pytest.approx(0.252918, abs=2e-6)
    assert estimate(event_kappa_max, [counts]).value == pytest.approx(0.626459, abs=2e-6)


def test_the_largest_kappa_is_against_the_fitted_chance_as_kappa_is():
    # ELAN takes it from the plain margins: chance .25 and a largest of .6 for EasyDIAg's example.
    counts = np.array([[[0, 0, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 1, 1, 0]]])
    assert estimate(event_kappa_max, counts).value != pytest.approx(0.6, abs=0.02)


def test_without_unmatched_events_it_is_cohens_kappa():
    # The matrix EasyDIAg tests itself with.
    matched = [[53, 5, 2], [11, 14, 5], [1, 6, 3]]
    counts = np.pad(np.array([matched]), ((0, 0), (0, 1), (0, 1)))
    assert estimate(event_kappa, counts).value == pytest.approx(0.4286, abs=0.00006)
    assert cohen(matched) == pytest.approx(0.4286, abs=0.00006)


def test_a_kappa_below_chance_stays_below_0():
    # All pairs are of opposite codes: agreement 0, by chance 1/2.
    assert estimate(event_kappa, table([[0, 3, 0], [3, 0, 0], [0, 0, 0]])).value == -1


def test_coders_who_are_identical_agree_wholly():
    for of in (event_kappa, event_kappa_max):
        found = estimate(of, table([[7, 0, 0], [0, 2, 0], [0, 0, 0]]))
        assert (found.value, found.n) == (1, 18)


@pytest.mark.parametrize(
    ("rows", "reason", "n"),
    [
        ([[0, 0, 0], [0, 0, 0], [0, 0, 0]], "agreement_never_marked", 0),
        ([[0, 0, 3], [0, 0, 1], [0, 0, 0]], "agreement_nothing_linked", 4),
        ([[0, 0, 3], [0, 0, 1], [2, 2, 0]], "agreement_nothing_linked", 8),
        ([[5, 0, 0], [0, 0, 0], [0, 0, 0]], "agreement_one_code", 10),
        ([[5, 0, 2], [0, 0, 0], [0, 0, 0]], "agreement_one_code", 12),
        ([[5, 0, 2], [0, 0, 0], [1, 0, 0]], "agreement_one_code", 13),
        ([[0, 5, 2], [0, 0, 0], [0, 1, 0]], "agreement_one_code", 13),
        ([[5, 0, 0], [2, 0, 0], [1, 0, 0]], "agreement_one_code", 15),
    ],
)
def test_where_the_fit_is_the_table_itself_there_is_no_kappa(rows, reason, n):
    assert np.allclose(fitted(doubled(rows)), doubled(rows), atol=0.001)
    for of in (event_kappa, event_kappa_max):
        found = estimate(of, table(rows))
        assert (found.value, found.reason, found.n) == (None, reason, n)


def tables_of(most, codes):
    """Tables of counts with nothing at (nil, nil)."""
    shape = (codes + 1, codes + 1)
    made = arrays(np.int64, shape, elements=st.integers(0, most), fill=st.just(0))
    return made.map(lambda counts: counts - np.diag([0] * codes + [counts[-1, -1]]))


@settings(deadline=None)
@given(tables_of(6, 3))
def test_chance_is_what_iterative_fitting_goes_to(counts):
    tally = doubled(counts)
    # Where nothing is matched fitting goes on for ever, to 0; there is no kappa in any case.
    assume(tally[:-1, :-1].any())
    fit = fitted(tally)
    assert np.allclose(fit.sum(axis=0), tally.sum(axis=0), atol=1e-9)
    found = estimate(event_kappa, [counts])
    if found.value is None:
        assert np.allclose(fit, tally, atol=1e-8)
        return
    expected = np.trace(fit) / tally.sum()
    most = np.minimum(tally.sum(axis=0), tally.sum(axis=1)).sum() / tally.sum()
    agreed = np.trace(tally) / tally.sum()
    assert found.value == pytest.approx((agreed - expected) / (1 - expected), abs=1e-9)
    largest = estimate(event_kappa_max, [counts]).value
    assert largest == pytest.approx((most - expected) / (1 - expected), abs=1e-9)


@given(tables_of(9, 3), st.permutations(range(3)))
def test_neither_the_order_nor_the_number_of_codes_nor_who_is_first_makes_a_difference(
    counts, order
):
    expected = estimate(event_kappa, [counts])
    assert estimate(event_kappa, [counts.T]).value == pytest.approx(expected.value)
    order = [*order, 3]
    assert estimate(event_kappa, [counts[order][:, order]]).value == pytest.approx(expected.value)
    wider = np.insert(np.insert(counts, 1, 0, axis=0), 1, 0, axis=1)
    assert estimate(event_kappa, [wider]) == expected


@given(
    arrays(np.int64, (4, 3, 3), elements=st.integers(0, 5)),
    arrays(np.int64, (6, 4), elements=st.integers(0, 3)),
)
def test_what_resampled_groups_come_to_is_the_kappa_of_their_sum(groups, weights):
    groups[:, -1, -1] = 0
    for of in (event_kappa, event_kappa_max):
        parts = of(groups)
        found = parts.value(weights @ parts.groups)
        for row, value in zip(weights, found, strict=True):
            alone = of(np.tensordot(row, groups, 1)[None]).estimate().value
            assert value == pytest.approx(np.nan if alone is None else alone, nan_ok=True)


def test_the_kappa_of_one_code_is_that_of_the_code_against_all_else():
    # Doubled, FOUR_KAPPAS is 24 6 2 / 6 16 2 / 3 2 0, 61 in all. The first code: both 24, the
    # first alone 6 + 2, the second alone 6 + 3, neither 61 - 24 - 8 - 9.
    counts = table(FOUR_KAPPAS)
    assert collapse_event(counts, 0).tolist() == [[[24, 8], [9, 20]]]
    assert collapse_event(counts, 1).tolist() == [[[16, 8], [8, 29]]]
    assert without_nil(counts).tolist() == [[[12, 3], [3, 8]]]


# Linking


def test_matched_pairs_count_once_and_the_rest_against_nil():
    # a-a and b-a are matched; a second a of the first, and a b of the second, are alone.
    counts = link(np.array([0, 0, 1]), np.array([1, 0, 0]), ((0, 1), (2, 2)), 2)
    assert counts.tolist() == [[1, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_nothing_linked_is_all_against_nil():
    none = np.array([], np.int64)
    assert link(np.array([1]), none, (), 2).tolist() == [[0, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert link(none, none, (), 1).tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("code", [-1, 2])
def test_a_code_outside_the_table_is_refused(code):
    with pytest.raises(ValueError, match="codes are 0 to 1"):
        link(np.array([0]), np.array([code]), (), 2)


# Shares


def test_f1_precision_and_recall_are_shares_of_the_events_of_both_and_of_each():
    # 3 matched of the reference's 4 and the other's 6, in two sessions.
    counts = np.array([[1, 3, 1], [2, 1, 5]])
    assert [
        (found.value, found.n)
        for found in (of(counts).estimate() for of in (f1, precision, recall))
    ] == [
        (0.6, 10),
        (0.5, 6),
        (0.75, 4),
    ]


@pytest.mark.parametrize(
    ("of", "counts", "reason"),
    [
        (f1, [0, 0, 0], "agreement_never_marked"),
        (precision, [0, 4, 0], "agreement_no_marks_by_coder"),
        (recall, [0, 0, 4], "agreement_no_marks_in_reference"),
    ],
)
def test_a_share_of_nothing_has_a_reason(of, counts, reason):
    found = of(np.array([counts])).estimate()
    assert (found.value, found.n, found.reason) == (None, 0, reason)


@given(arrays(np.int64, (3, 3), elements=st.integers(0, 9)))
def test_f1_is_the_same_in_both_directions_and_precision_is_recall_turned(counts):
    turned = counts[:, [0, 2, 1]]
    assert f1(counts).estimate() == f1(turned).estimate()
    assert precision(counts).estimate().value == recall(turned).estimate().value


def test_resampled_shares_are_those_of_the_sums():
    parts = f1(np.array([[1, 3, 1], [2, 1, 5], [0, 0, 0]]))
    found = parts.value(np.array([[1, 0, 0], [2, 1, 0], [0, 0, 3]]) @ parts.groups)
    assert found == pytest.approx([2 / 4, 8 / 14, np.nan], nan_ok=True)


# Timing


def test_the_lag_is_signed_and_its_spread_is_about_it():
    # BORIS issue 228: one coder is 1.300 and .997 s later, and .249 s sooner. About the median of
    # 997 the deviations are 303, 0 and 1246.
    assert timing(np.array([1_300, 997, -249])) == Timing(997, 303, 997, 3)
    assert timing(np.array([-5, 4])) == Timing(-0.5, 4.5, 4.5, 2)


def test_nothing_matched_has_no_lag():
    assert timing(np.array([], np.int64)) == Timing(None, None, None, 0)


# Tolerances, and chance


def points(times, key=0):
    times = np.array(times, np.int64)
    return Events(times, times, np.full((len(times), 1), key), np.zeros(len(times), np.int64))


def spans(times):
    starts, ends = np.array(times, np.int64).T
    return Events(starts, ends, np.zeros((len(times), 1), np.int64), np.zeros(len(times), np.int64))


times = st.lists(st.integers(0, 40), max_size=8)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Of 100 places of one event, those from 40 to 60 are within 10 of the other.
        (points([50]), points([3]), 0.21),
        # Within 10 of 95 are 85 to 99: time does not close to a circle.
        (points([95]), points([3]), 0.15),
        (points([50]), points([3], key=1), 0),
        (points([50], key=-1), points([3], key=-1), 0),
        # Ten of length share six of each when they start no further than 4 apart.
        (spans([(50, 60)]), spans([(3, 13)]), 0.09),
        # From 94 on a span runs over the end, and is not cut: one of 9 places is still beyond.
        (spans([(95, 105)]), spans([(3, 13)]), 0.09),
    ],
)
def test_chance_is_the_share_of_shifts_that_match(first, second, expected):
    found = chance(first, second, (0, 100), tolerance_ms=10, shifts=40_000, seed=1)
    assert found == pytest.approx(expected, abs=0.01)


def test_events_without_keys_match_by_chance_whatever_they_are():
    bare = Events(np.array([50]), np.array([50]), np.zeros((1, 0), np.int64), np.array([0]))
    found = chance(bare, bare, (0, 100), tolerance_ms=10, shifts=40_000, seed=1)
    assert found == pytest.approx(0.21, abs=0.01)


def most_in_order(first, second, tolerance):
    """The most pairs of points: the first of one lane takes the first of the other it can."""
    first, second, pairs = sorted(first), sorted(second), 0
    while first and second:
        if abs(first[0] - second[0]) <= tolerance:
            first, second, pairs = first[1:], second[1:], pairs + 1
        elif first[0] < second[0]:
            first = first[1:]
        else:
            second = second[1:]
    return pairs


@settings(max_examples=25, deadline=None)
@given(times, times, st.integers(0, 6))
def test_chance_is_the_mean_over_every_shift(first, second, tolerance):
    assume(first or second)
    length, begin = 50, -5
    every = []
    for shift in range(length):
        moved = [(time - begin + shift) % length + begin for time in second]
        every.append(2 * most_in_order(first, moved, tolerance) / (len(first) + len(second)))
    rng = mock.Mock(integers=lambda low, high, size: np.arange(low, high))
    with mock.patch.object(linked.np.random, "default_rng", return_value=rng):
        found = chance(
            points(first),
            points(second),
            (begin, begin + length),
            tolerance_ms=tolerance,
            shifts=length,
            seed=1,
        )
    assert found == pytest.approx(np.mean(every))


def test_chance_is_told_by_its_seed_and_not_by_what_is_looked_at_together():
    lanes = points([5, 30, 70]), points([11, 44])
    found = chance(*lanes, (0, 100), tolerance_ms=5, seed=3)
    assert found == chance(*lanes, (0, 100), tolerance_ms=5, seed=3)
    assert found != chance(*lanes, (0, 100), tolerance_ms=5, seed=4)
    with mock.patch.object(linked, "_AT_ONCE", 600):
        assert chance(*lanes, (0, 100), tolerance_ms=5, seed=3) == found


def test_chance_needs_events():
    assert chance(points([]), points([]), (0, 100), tolerance_ms=5, seed=3) is None
    assert chance(points([4]), points([]), (0, 100), tolerance_ms=5, seed=3) == 0
