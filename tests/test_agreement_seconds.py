import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coder.agreement.seconds import time_kappa, time_table

# BORIS issue 228, in ms.
BORIS_228 = ([155_105, 169_855, 264_855], [156_405, 170_852, 264_606])


def kappa(table):
    return time_kappa(np.array([table])).estimate()


# Tables


def test_a_tolerance_finds_the_same_state_nearby():
    # The reference's 1 at unit 2 is the other's at unit 3; around unit 3 the other has 0 too.
    first, second = np.array([0, 0, 1, 0, 0]), np.array([0, 0, 0, 1, 0])
    assert time_table(first, second, 2, 0).tolist() == [[[3, 1], [1, 0]]]
    assert time_table(first, second, 2, 1).tolist() == [[[4, 0], [0, 1]]]


def test_the_two_directions_differ():
    # Each 1 of the first has one of the second within a unit; the second's at 4 has none.
    first, second = np.array([1, 0, 0, 0, 0, 0]), np.array([0, 1, 0, 0, 1, 0])
    assert time_table(first, second, 2, 1).tolist() == [[[5, 0], [0, 1]]]
    assert time_table(second, first, 2, 1).tolist() == [[[4, 0], [1, 1]]]


def test_no_tolerance_reaches_into_another_group():
    first, second = np.array([0, 1, 0, 0]), np.array([0, 0, 1, 0])
    together = time_table(first, second, 2, 1, np.array([0, 0, 0, 0]))
    apart = time_table(first, second, 2, 1, np.array([0, 0, 1, 1]))
    assert together.tolist() == [[[3, 0], [0, 1]]]
    assert apart.tolist() == [[[1, 0], [1, 0]], [[2, 0], [0, 0]]]


def test_no_tolerance_reaches_into_another_run_of_the_same_group():
    first, second = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    apart = time_table(first, second, 2, 1, runs=np.array([0, 0, 1, 1]))
    # Each run of two: the first unit agrees as it is, the second by its neighbour, and so again.
    assert apart.tolist() == [[[2, 0], [0, 2]]]
    alone = time_table(first, second, 2, 1, runs=np.arange(4))
    assert alone.tolist() == [[[1, 1], [1, 1]]]


def test_no_units_make_an_empty_table():
    none = np.array([], np.int64)
    table = time_table(none, none, 3, 2)
    assert table.tolist() == [[[0] * 3] * 3]
    assert time_kappa(table).estimate().reason == "agreement_no_units"


def naive_table(first, second, q, tolerance, groups):
    table = np.zeros((max(groups, default=0) + 1, q, q), int)
    for unit, (state, group) in enumerate(zip(first, groups, strict=True)):
        met = second[unit] == state
        for step in (-1, 1):
            other = unit
            for _ in range(tolerance):
                other += step
                if not 0 <= other < len(first) or groups[other] != group:
                    break
                met |= second[other] == state
        table[group, state, state if met else second[unit]] += 1
    return table


lane = arrays(np.int64, 12, elements=st.integers(0, 2))


@given(lane, lane, lane, st.integers(0, 4))
def test_tables_are_those_of_going_unit_by_unit(first, second, groups, tolerance):
    expected = naive_table(first, second, 3, tolerance, groups.tolist())
    assert time_table(first, second, 3, tolerance, groups).tolist() == expected.tolist()
    alone = naive_table(first, second, 3, tolerance, [0] * 12)
    assert time_table(first, second, 3, tolerance).tolist() == alone.tolist()


# Kappa


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.492),  # Cohen 1960, p. 45
        ([[53, 5, 2], [11, 14, 5], [1, 6, 3]], 0.429),  # Fleiss, Cohen and Everitt 1969
        # 40 % against 70 %: NOVA, with the margins of both pooled, says .394 (peers.md A 3.8).
        ([[40, 0], [30, 30]], 0.444),
    ],
)
def test_kappa_is_as_published(table, expected):
    assert kappa(table).value == pytest.approx(expected, abs=0.0006)
    assert kappa(table).n == np.sum(table)


@pytest.mark.parametrize("uncoded", [0, 50, 90, 98])
def test_identical_coders_agree_wholly_however_much_is_uncoded(uncoded):
    # NOVA says 1, .429, .095 and .020 (peers.md A 3.8).
    coded = 100 - uncoded
    lane = np.repeat([0, 1, 2], [uncoded, coded // 2, coded - coded // 2])
    assert time_kappa(time_table(lane, lane, 3, 0)).estimate().value == 1


def test_a_coder_who_found_nothing_agrees_as_chance_would():
    # BORIS says -100. Cohen: 8 of 10 agreed, and by chance 8 of 10.
    found = kappa([[8, 2], [0, 0]])
    assert (found.value, found.n, found.se) == (0, 10, None)


def test_one_state_alone_has_no_kappa():
    # BORIS says 1.
    found = kappa([[600, 0], [0, 0]])
    assert (found.value, found.n, found.reason) == (None, 600, "agreement_one_category")


def test_points_apart_agree_within_the_tolerance_and_hardly_without():
    # BORIS issue 228, minutes 2 to 5 in units of 1 s: 155 169 264 against 156 170 264. Without a
    # tolerance 1 second is both's, 2 each are one's and 175 nobody's.
    lanes = []
    for times in BORIS_228:
        lane = np.zeros(180, np.int64)
        lane[np.array(times) // 1000 - 120] = 1
        lanes.append(lane)
    assert time_table(*lanes, 2, 0).tolist() == [[[175, 2], [2, 1]]]
    for one, other in (lanes, lanes[::-1]):
        assert time_kappa(time_table(one, other, 2, 1)).estimate().value == 1


@given(
    arrays(np.int64, (3, 2, 2), elements=st.integers(0, 9)),
    arrays(np.int64, (5, 3), elements=st.integers(0, 3)),
)
def test_what_resampled_groups_come_to_is_the_kappa_of_their_sum(tables, weights):
    parts = time_kappa(tables)
    for row, value in zip(weights, parts.value(weights @ parts.groups), strict=True):
        (a, b), (c, d) = np.tensordot(row, tables, 1)
        n, by_chance = a + b + c + d, (a + b) * (a + c) + (c + d) * (b + d)
        if n * n == by_chance:
            assert np.isnan(value)
        else:
            assert value == pytest.approx((n * (a + d) - by_chance) / (n * n - by_chance))
