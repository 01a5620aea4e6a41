import itertools
from fractions import Fraction
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.agreement import matching
from coder.agreement.matching import Events, assign, match, may_pair

# BORIS issue 228, in ms; the largest gap is 1.3 s.
BORIS_228 = ([155_105, 169_855, 264_855], [156_405, 170_852, 264_606])

# agreement_examples.json, “tolerance matching F1”: reference and coder, tolerance 2 s.
REFERENCE = [(10_000, 0), (20_000, 1), (21_500, 1), (30_000, 0), (45_000, 2)]
CODER = [(11_500, 0), (21_000, 1), (30_500, 2), (44_000, 2), (60_000, 0)]


def events(rows):
    """Events of (start, end, keys, person)."""
    levels = len(rows[0][2]) if rows else 0
    return Events(
        np.array([start for start, _, _, _ in rows], np.int64),
        np.array([end for _, end, _, _ in rows], np.int64),
        np.array([keys for _, _, keys, _ in rows], np.int64).reshape(len(rows), levels),
        np.array([person for _, _, _, person in rows], np.int64),
    )


def points(times, keys=None):
    keys = [0] * len(times) if keys is None else keys
    return events([(time, time, (key,), 0) for time, key in zip(times, keys, strict=True)])


def coded(marks):
    return points([time for time, _ in marks], [key for _, key in marks])


def spans(*times):
    return events([(start, end, (0,), 0) for start, end in times])


# What other programs get wrong (peers.md A 3), and published examples


@pytest.mark.parametrize(
    ("tolerance_ms", "pairs"),
    [
        (248, 0),
        (249, 1),
        (500, 1),
        (996, 1),
        (997, 2),
        (1_000, 2),
        (1_299, 2),
        (1_300, 3),
        (20_000, 3),
    ],
)
def test_a_wider_tolerance_only_adds_pairs_and_1300_ms_are_within_1300_ms(tolerance_ms, pairs):
    first, second = map(points, BORIS_228)
    assert (
        match(first, second, tolerance_ms=tolerance_ms)
        == {
            0: (),
            1: ((2, 2),),
            2: ((1, 1), (2, 2)),
            3: ((0, 0), (1, 1), (2, 2)),
        }[pairs]
    )


def test_identical_events_match_at_tolerance_0():
    mine = coded(REFERENCE)
    assert match(mine, mine, tolerance_ms=0) == tuple((each, each) for each in range(5))


def test_the_nearest_first_is_not_the_best_matching():
    # Nearest-first pairs 12.2 with 11 and leaves the other two alone.
    first, second = points([10_000, 12_200]), points([8_500, 11_000])
    assert match(first, second, tolerance_ms=1_500) == ((0, 0), (1, 1))


def test_the_example_of_matching_within_a_tolerance():
    pairs = match(coded(REFERENCE), coded(CODER), tolerance_ms=2_000)
    assert len(pairs) == 4
    assert sum(REFERENCE[row][1] == CODER[column][1] for row, column in pairs) == 3


def test_the_example_of_alignment():
    pairs = match(coded(REFERENCE), coded(CODER), tolerance_ms=2_000, ordered=True)
    assert len(pairs) == 4
    assert sum(REFERENCE[row][1] == CODER[column][1] for row, column in pairs) == 3


def test_the_example_of_easydiag():
    # W C W R C against W W W R R: the third pair shares 2 s of 8, the last two nothing.
    first = spans((0, 10), (20, 28), (40, 46), (60, 70), (90, 95))
    second = spans((1, 10), (21, 28), (44, 52), (60, 71), (75, 80))
    assert match(first, second, tolerance_ms=0) == ((0, 0), (1, 1), (3, 3))


def test_a_pair_of_spans_counts_by_what_it_shares_of_the_longer():
    short, long = spans((5, 15)), spans((0, 25))
    assert match(short, long, tolerance_ms=99, overlap=0.6) == ()
    assert match(short, long, tolerance_ms=0, overlap=0.4) == ((0, 0),)


@pytest.mark.parametrize(("shared", "overlap"), [(7, 0.7), (6, 0.6), (1, 1 / 3), (29, 0.29)])
def test_an_overlap_of_exactly_the_limit_is_enough(shared, overlap):
    # Binary fractions would miss some of these: 0.7 x 10 is 7, but 0.29 x 100 is 28.999...
    whole = Fraction(shared) / Fraction(overlap).limit_denominator(1000)
    assert match(spans((0, shared)), spans((0, int(whole))), tolerance_ms=0, overlap=overlap)
    assert not match(
        spans((0, shared)), spans((0, int(whole) + 1)), tolerance_ms=0, overlap=overlap
    )


def test_points_and_spans_match_by_how_far_the_point_is_outside():
    span = spans((100, 200))
    for time, outside in [(90, 10), (100, 0), (150, 0), (200, 0), (207, 7)]:
        for one, other in [(points([time]), span), (span, points([time]))]:
            assert match(one, other, tolerance_ms=outside) == ((0, 0),)
            assert match(one, other, tolerance_ms=outside - 1) == ()


def test_events_of_different_persons_never_match():
    first = events([(0, 0, (1,), 0), (0, 9, (1,), 0)])
    second = events([(0, 0, (1,), 1), (0, 9, (1,), 1)])
    assert match(first, second, tolerance_ms=1_000) == ()
    assert match(first, second, tolerance_ms=1_000, ordered=True) == ()


def test_nothing_matches_nothing():
    for ordered in (False, True):
        assert match(points([]), points([]), tolerance_ms=5, ordered=ordered) == ()
        assert match(points([1]), points([]), tolerance_ms=5, ordered=ordered) == ()


def test_an_event_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends before it starts"):
        spans((5, 4))


# What comes first


def test_more_pairs_come_before_the_same_key():
    # 5-6 have the same key, but would leave 0 alone.
    assert match(points([0, 5], [1, 2]), points([6, 9], [1, 2]), tolerance_ms=6) == ((0, 0), (1, 1))
    assert match(points([0, 5], [1, 2]), points([6, 12], [2, 1]), tolerance_ms=7) == (
        (0, 0),
        (1, 1),
    )


def test_the_same_key_comes_before_what_is_nearer():
    assert match(points([0, 10], [1, 2]), points([1, 9], [2, 1]), tolerance_ms=20) == (
        (0, 1),
        (1, 0),
    )


def test_the_more_exact_key_comes_first():
    # Marker 1 with marker 1 gives one pair the same marker; the others give two the same row.
    first = events([(0, 0, (1, 1), 0), (1, 1, (3, 2), 0)])
    second = events([(0, 0, (2, 1), 0), (1, 1, (1, 2), 0)])
    assert match(first, second, tolerance_ms=5) == ((0, 1), (1, 0))


def test_a_key_that_is_none_equals_nothing():
    first, second = points([0, 3], [-1, 2]), points([1, 2], [2, -1])
    assert match(first, second, tolerance_ms=5) == ((0, 1), (1, 0))
    assert match(points([0, 3], [-1, -1]), second, tolerance_ms=5) == ((0, 0), (1, 1))


def test_the_distance_of_spans_is_that_of_both_ends_and_of_others_that_of_starts():
    # Against (0, 100): 10 + 0 is less than 0 + 11.
    assert match(spans((0, 100)), spans((0, 111), (10, 100)), tolerance_ms=0) == ((0, 1),)
    # A point 10 into a span is as far from it as another point at its start: 9 is nearer.
    assert match(points([10]), events([(0, 50, (0,), 0), (1, 1, (0,), 0)]), tolerance_ms=9) == (
        (0, 1),
    )
    assert match(points([10]), events([(0, 50, (0,), 0), (21, 21, (0,), 0)]), tolerance_ms=11) == (
        (0, 0),
    )


def test_an_alignment_keeps_the_order_of_each_person():
    # Crossing gives two agreements; in order, two substitutions (1.6) beat one with two gaps (2).
    first, second = points([0, 2], [1, 2]), points([1, 3], [2, 1])
    assert match(first, second, tolerance_ms=5) == ((0, 1), (1, 0))
    assert match(first, second, tolerance_ms=5, ordered=True) == ((0, 0), (1, 1))
    # Those of two persons are two sequences.
    first = events([(0, 0, (1,), 1), (2, 2, (2,), 0)])
    second = events([(1, 1, (2,), 0), (3, 3, (1,), 1)])
    assert match(first, second, tolerance_ms=5, ordered=True) == ((0, 1), (1, 0))


def test_an_alignment_may_leave_a_pair_for_two_agreements():
    # 1 2 3 against 2 3 1: three substitutions cost 2.4, two agreements and two gaps 2.
    first, second = points([0, 1, 2], [1, 2, 3]), points([0, 1, 2], [2, 3, 1])
    assert match(first, second, tolerance_ms=5, ordered=True) == ((1, 0), (2, 1))


def test_events_without_keys_match_by_time_alone():
    bare = events([(0, 0, (), 0), (9, 9, (), 0)])
    assert match(bare, bare, tolerance_ms=9) == ((0, 0), (1, 1))
    assert match(bare, bare, tolerance_ms=9, ordered=True) == ((0, 0), (1, 1))


def test_many_tables_of_times_are_looked_at_together():
    moved = Events(np.array([[0], [7]]), np.array([[0], [7]]), np.array([[0]]), np.array([0]))
    may = may_pair(points([0, 5]), moved, tolerance_ms=3, overlap=0.6)
    assert may.tolist() == [[[True], [False]], [[False], [True]]]


# Against every matching there is


@st.composite
def rows(draw, most=5):
    made = []
    for _ in range(draw(st.integers(0, most))):
        start, length = draw(st.integers(0, 14)), draw(st.sampled_from([0, 0, 0, 3, 5, 8]))
        keys = (draw(st.integers(-1, 2)), draw(st.integers(-1, 1)))
        made.append((start, start + length, keys, draw(st.sampled_from([0, 0, 1]))))
    return made


def events_of(made):
    return Events(*(np.array(column, np.int64) for column in _columns(made)))


def _columns(made):
    return (
        [each[0] for each in made],
        [each[1] for each in made],
        np.array([each[2] for each in made]).reshape(len(made), 2),
        [each[3] for each in made],
    )


def candidate(one, other, tolerance, overlap):
    (start, end, _, person), (other_start, other_end, _, other_person) = one, other
    if person != other_person:
        return False
    if end > start and other_end > other_start:
        shared = min(end, other_end) - max(start, other_start)
        return Fraction(shared, max(end - start, other_end - other_start)) >= overlap
    return max(start - other_end, other_start - end, 0) <= tolerance


def distance(one, other):
    both = one[1] > one[0] and other[1] > other[0]
    return abs(one[0] - other[0]) + (abs(one[1] - other[1]) if both else 0)


def same(one, other, level):
    return one[2][level] == other[2][level] != -1


def all_matchings(first, second, may):
    if not first:
        yield ()
        return
    *rest, last = first
    for pairs in all_matchings(rest, second, may):
        yield pairs
        taken = {column for _, column in pairs}
        for column in second:
            if column not in taken and may(last, column):
                yield (*pairs, (last, column))


def worth(pairs, first, second):
    chosen = [(first[row], second[column]) for row, column in pairs]
    alike = (sum(same(*pair, level) for pair in chosen) for level in (0, 1))
    return (len(chosen), *alike, -sum(distance(*pair) for pair in chosen))


def best_worth(first, second, tolerance, overlap):
    def may(row, column):
        return candidate(first[row], second[column], tolerance, overlap)

    every = all_matchings(range(len(first)), range(len(second)), may)
    return max(worth(pairs, first, second) for pairs in every)


OVERLAPS = {0.6: Fraction(3, 5), 0.5: Fraction(1, 2), 0.375: Fraction(3, 8), 1.0: Fraction(1)}


@pytest.mark.parametrize("exact", [matching._EXACT, 0])
@settings(max_examples=150, deadline=None)
@given(rows(), rows(), st.integers(0, 6), st.sampled_from(sorted(OVERLAPS)))
def test_no_other_matching_is_better(exact, first, second, tolerance, overlap):
    """Whether all criteria are weighed at once, or as few of them at a time as can be."""
    with mock.patch.object(matching, "_EXACT", exact):
        pairs = match(events_of(first), events_of(second), tolerance_ms=tolerance, overlap=overlap)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    assert all(candidate(first[a], second[b], tolerance, OVERLAPS[overlap]) for a, b in pairs)
    assert worth(pairs, first, second) == best_worth(first, second, tolerance, OVERLAPS[overlap])


def cost(pairs, first, second):
    """In fifths: gap 1, substitution .8, agreement 0; then distance."""
    chosen = [(first[row], second[column]) for row, column in pairs]
    alone = len(first) + len(second) - 2 * len(pairs)
    fifths = 5 * alone + sum(0 if same(*pair, 0) else 4 for pair in chosen)
    return fifths, sum(distance(*pair) for pair in chosen)


def keeps_order(pairs, first, second):
    for (row, column), (other_row, other_column) in itertools.combinations(pairs, 2):
        one, other = (first[row], second[column]), (first[other_row], second[other_column])
        if one[0][3] != other[0][3]:
            continue
        before = (one[0], row) < (other[0], other_row)
        if before != ((one[1], column) < (other[1], other_column)):
            return False
    return True


@settings(max_examples=150, deadline=None)
@given(rows(4), rows(4), st.integers(0, 6))
def test_no_other_alignment_costs_less(first, second, tolerance):
    def may(row, column):
        return candidate(first[row], second[column], tolerance, Fraction(3, 5))

    first, second = sorted(first), sorted(second)
    pairs = match(events_of(first), events_of(second), tolerance_ms=tolerance, ordered=True)
    every = all_matchings(range(len(first)), range(len(second)), may)
    ordered = [each for each in every if keeps_order(each, first, second)]
    assert pairs in [tuple(sorted(each)) for each in ordered]
    assert cost(pairs, first, second) == min(cost(each, first, second) for each in ordered)


@settings(deadline=None)
@given(rows(8), rows(8), st.integers(0, 6), st.booleans(), st.randoms(use_true_random=False))
def test_neither_the_order_of_events_nor_who_is_first_makes_a_difference(
    first, second, tolerance, ordered, random
):
    def contents(one, other):
        pairs = match(events_of(one), events_of(other), tolerance_ms=tolerance, ordered=ordered)
        return sorted((one[row], other[column]) for row, column in pairs)

    expected = contents(first, second)
    shuffled, other_shuffled = (random.sample(each, len(each)) for each in (first, second))
    assert contents(shuffled, other_shuffled) == expected
    if sorted(first) != sorted(second):
        assert contents(second, first) == sorted((other, one) for one, other in expected)


@pytest.mark.parametrize(
    ("first", "second", "tolerance_ms", "ordered"),
    [
        # 0-2 and 1-3 are as far apart together as 0-3 and 1-2.
        ([(0, 0), (1, 0)], [(3, -1), (2, 1)], 3, False),
        # 2 with 0 and 2 with 3, or the other way round, with no key to tell.
        ([(2, -1), (2, 1)], [(3, -1), (0, -1)], 2, False),
        # 1 is as far from either.
        ([(1, 0), (3, 1)], [(0, 1), (0, -1)], 1, True),
    ],
)
def test_of_matchings_equally_good_it_is_always_the_same(first, second, tolerance_ms, ordered):
    def contents(one, other):
        options = {"tolerance_ms": tolerance_ms, "ordered": ordered}
        return {(one[a], other[b]) for a, b in match(coded(one), coded(other), **options)}

    expected = contents(first, second)
    assert contents(first[::-1], second) == contents(first, second[::-1]) == expected
    assert contents(second, first) == {(other, one) for one, other in expected}


def test_of_events_alike_but_for_a_later_key_it_is_always_the_same():
    made = [(0, 0, (0, 0), 0), (0, 0, (1, -1), 0), (0, 0, (0, -1), 0)]
    one = events([(0, 0, (0, -1), 0)])
    matched = set()
    for order in itertools.permutations(made):
        ((position, _),) = match(events(order), one, tolerance_ms=3)
        matched.add(order[position])
    assert len(matched) == 1


def test_two_times_a_thousand_events_are_matched_exactly():
    """250 groups of four each, far apart: the best of all is the best of each put together."""
    rng = np.random.default_rng(5)
    first, second, expected = [], [], np.zeros(4, np.int64)
    for group in range(250):
        lanes = []
        for _ in range(2):
            times = 100_000 * group + rng.integers(0, 12_000, 4)
            keys = rng.integers(-1, 3, (4, 2)).tolist()
            lanes.append(
                [(t, t, tuple(key), 0) for t, key in zip(times.tolist(), keys, strict=True)]
            )
        expected += best_worth(*lanes, 5_000, 1)
        first += lanes[0]
        second += lanes[1]
    pairs = match(events_of(first), events_of(second), tolerance_ms=5_000)
    assert worth(pairs, first, second) == tuple(expected)


# The two functions of old


def test_nothing_is_assigned_to_nothing():
    assert assign(np.zeros((0, 0))) == ()
    assert assign(np.full((1, 2), np.inf)) == ()
