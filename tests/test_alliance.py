"""SRS, PSQ and congruence on worked numbers: the seed's rules, and cases counted by hand."""

import math

import pytest

from coder.alliance import Pair, Seen, cross, psq, srs
from coder.alliance.psq import Resolution, Yield
from coder.alliance.srs import Band, Norm, Thresholds


def marks(*values, **more):
    return dict(zip(srs.ITEMS, values, strict=True)) | more


def first(*values, at=None, **more):
    return srs.read([marks(*values, **more)], at)[0]


# SRS


def test_the_total_is_the_sum_of_the_four_lines():
    assert first(9.1, 8.7, 9.9, 10.0).total == 37.7
    assert srs.total({"total": 31.5}) == 31.5
    assert srs.total({"relationship": 9.0}) is None


@pytest.mark.parametrize(("values", "concern", "low"), [
    ((9, 9, 9, 9), False, ()),  # 36 is no concern, nor is 9
    ((8.9, 10, 10, 10), True, ("relationship",)),
    ((8.9, 9, 9, 9), True, ("relationship", "total")),  # 35.9
    ((9.1, 9, 9, 8.9), True, ("overall",)),  # 36.0 in tenths
    ((10, 10, 10, 10), False, ()),
])  # fmt: skip
def test_a_concern_is_a_total_below_36_or_an_item_below_9(values, concern, low):
    found = first(*values)
    assert (found.concern, found.concerns) == (concern, low)


def test_an_inclusive_threshold_is_reached_at_its_value():
    found = first(9, 9, 9, 9, at=Thresholds(inclusive=True))
    assert found.concerns == ("relationship", "goals", "approach", "overall", "total")
    assert found.thresholds.inclusive
    assert first(9.5, 9.5, 9.5, 9.5, at=Thresholds(inclusive=True)).concern is False


def test_thresholds_are_settings():
    assert first(9, 9, 9, 9, at=Thresholds(total=37)).concerns == ("total",)
    assert first(9, 9, 9, 9, at=Thresholds(item=9.5)).concerns == srs.ITEMS


@pytest.mark.parametrize(("total", "band"), [
    (0, Band.POOR), (34, Band.POOR), (34.1, Band.POOR), (34.9, Band.POOR), (35, Band.FAIR),
    (38, Band.FAIR), (38.1, Band.FAIR), (38.9, Band.FAIR), (39, Band.GOOD), (40, Band.GOOD),
])  # fmt: skip
def test_a_total_between_two_bands_belongs_to_the_lower(total, band):
    assert srs.band(total, Thresholds()) == band


def test_a_total_of_36_is_fair_and_no_concern_as_the_source_has_it():
    found = first(9, 9, 9, 9)
    assert (found.band, found.concern) == (Band.FAIR, False)


@pytest.mark.parametrize(("values", "found"), [
    ((9, 10, 10, 10), ("relationship",)),  # 9 ≤ 10 - 1
    ((9.1, 10, 10, 10), ()),
    ((8, 8, 10, 10), ("relationship", "goals")),  # 8 ≤ 28/3 - 1
    ((8.3, 9.3, 9.3, 9.3), ("relationship",)),  # a difference of 1 in tenths
])  # fmt: skip
def test_a_line_stands_out_1_below_the_mean_of_the_others(values, found):
    assert first(*values).stands_out == found


def test_nothing_stands_out_where_a_line_is_missing():
    assert first(2, 10, 10, None).stands_out == ()


def test_what_is_missing_leaves_the_total_out_and_says_so():
    found = first(9.5, 9.5, 9.5, None)
    assert (found.total, found.band, found.concern) == (None, None, None)
    assert found.reason == "alliance_unanswered"
    assert first(8, 9.5, 9.5, None).concern is True  # whatever the last was


@pytest.mark.parametrize(("given", "concern", "low"), [
    ({"total": 39}, False, ()),  # three lines of 10 leave 9 for the fourth
    ({"total": 38.9}, None, ()),  # 8.9 10 10 10, or 9.7 9.7 9.7 9.8
    ({"total": 36}, None, ()),
    ({"total": 35.9}, True, ("total",)),
    ({"relationship": 9, "total": 38}, False, ()),  # 29 on three, at least 9 on each
    ({"relationship": 10, "total": 38}, None, ()),  # 28 on three
    ({"relationship": 10, "goals": 10, "total": 37}, True, ("a line left out",)),  # 17 on two
])  # fmt: skip
def test_a_total_tells_what_it_must_of_lines_that_were_left_out(given, concern, low):
    (found,) = srs.read([given])
    assert (found.concern, found.concerns) == (concern, low)
    assert found.undecided == ("alliance_lines_left_out" if concern is None else None)


def test_at_an_inclusive_threshold_a_total_of_39_leaves_room_for_a_line_at_9():
    found = srs.read([{"total": 39}, {"total": 39.1}], Thresholds(inclusive=True))
    assert [each.concern for each in found] == [None, False]


def test_a_total_alone_has_a_band_and_a_concern_only_if_it_is_low():
    low, fair = srs.read([{"total": 35.9}, {"total": 38.0}])
    assert (low.concern, low.concerns, low.band) == (True, ("total",), Band.FAIR)
    assert (fair.concern, fair.reason) == (None, None)


def test_changes_are_since_the_session_that_was_scored_last():
    one, three = srs.read([marks(9, 9, 9, 9), None, marks(8, 9.5, 8.1, 9)])
    assert (one.index, one.since, one.changes) == (1, None, None)
    assert (three.index, three.since) == (3, 1)
    assert three.changes == {
        "relationship": -1, "goals": 0.5, "approach": -0.9, "overall": 0, "total": -1.4,
    }  # fmt: skip
    assert three.dropped == ("relationship", "total")


def test_a_change_leaves_out_what_one_of_the_sessions_lacks():
    _, after = srs.read([marks(9, 9, None, 9), marks(8, 9, 9, 9)])
    assert set(after.changes) == {"relationship", "goals", "overall"}


def test_three_full_totals_in_a_row_are_a_ceiling():
    full, less = marks(10, 10, 10, 10), marks(10, 10, 10, 9.9)

    def ceiling(*sessions, at=None):
        return [each.index for each in srs.read(sessions, at) if each.ceiling]

    assert ceiling(full, full) == []
    assert ceiling(less, full, full, full, less) == [2, 3, 4]
    assert ceiling(full, full, None, full) == []  # not in a row
    assert ceiling(full, full, None, full, full, full) == [4, 5, 6]
    assert ceiling(full, full, at=Thresholds(ceiling=2)) == [1, 2]


def test_an_item_is_held_against_the_mean_less_one_sd_of_five_before():
    # 9, 9, 10, 10, 9: mean 9.4, SD √(1.2/4); limit 8.852
    before = [marks(value, 9, 9, 9) for value in (9, 9, 10, 10, 9)]
    found = srs.read([*before, marks(8.8, 9, 9, 9)])[-1].norms
    assert found["relationship"].below is True
    assert found["relationship"].of == "own"
    assert found["relationship"].limit == pytest.approx(9.4 - math.sqrt(0.3))
    assert found["goals"].below is False  # 9 is not below 9 - 0
    assert srs.read([*before, marks(8.9, 9, 9, 9)])[-1].norms["relationship"].below is False


def test_without_five_before_the_projects_norm_serves_or_the_reason():
    found = srs.read([marks(8, 9, None, 9)], norms={"relationship": Norm(9, 0.5)})[0].norms
    assert (found["relationship"].below, found["relationship"].of) == (True, "project")
    assert found["relationship"].limit == 8.5
    assert (found["goals"].below, found["goals"].reason) == (None, "alliance_no_norm")
    assert found["approach"].reason == "alliance_unanswered"


# PSQ


def answers(b1a=1, b1b=None, b2a=1, b2b=None, b4=None, b5=None):
    return {"b1a": b1a, "b1b": b1b, "b2a": b2a, "b2b": b2b, "b4": b4, "b5": b5}


@pytest.mark.parametrize(("b1a", "b2a", "found"), [
    (1, 1, (False, ())), (2, 1, (True, ("b1a",))), (1, 2, (True, ("b2a",))),
    (5, 3, (True, ("b1a", "b2a"))), (None, 2, (True, ("b2a",))), (None, 1, (None, ())),
    (None, None, (None, ())),
])  # fmt: skip
def test_any_degree_of_tension_or_holding_back_selects_a_session(b1a, b2a, found):
    read = psq.read(answers(b1a=b1a, b2a=b2a))
    assert (read.selected, read.why) == found


def test_the_selection_threshold_is_a_setting_that_comes_with_the_answer():
    found = psq.read(answers(b1a=2), psq.Thresholds(selects=3))
    assert (found.selected, found.thresholds.selects) == (False, 3)


def test_intensity_is_the_greater_distress():
    assert psq.read(answers(b1a=2, b1b=3, b2a=2, b2b=4)).intensity == 4
    assert psq.read(answers(b1a=2, b1b=3)).intensity == 3
    assert psq.read(answers()).intensity == 0
    # of holding back nothing is known: it may have been the more upsetting
    assert psq.read(answers(b1a=2, b1b=3, b2a=None)).intensity is None
    assert psq.read(answers(b1a=2, b1b=3, b2a=None, b2b=2)).intensity == 3
    lacking = psq.read(answers(b1a=2, b1b=3, b2a=2))
    assert (lacking.intensity, lacking.reasons["intensity"]) == (None, "alliance_unanswered")


@pytest.mark.parametrize(("b5", "found"), [
    (1, Resolution.UNRESOLVED), (2, Resolution.UNRESOLVED), (3, Resolution.PARTIAL),
    (4, Resolution.RESOLVED), (5, Resolution.RESOLVED), (None, None),
])  # fmt: skip
def test_resolution_is_cut_at_3_and_4(b5, found):
    assert psq.read(answers(b1a=2, b1b=1, b5=b5)).resolution == found


@pytest.mark.parametrize(("b1a", "b4", "found"), [
    (2, 1, True), (2, 2, True), (2, 3, False), (1, 1, False), (2, None, None), (None, 1, None),
])  # fmt: skip
def test_a_problem_that_was_addressed_2_or_less_is_unaddressed(b1a, b4, found):
    assert psq.read(answers(b1a=b1a, b4=b4)).unaddressed == found


def test_what_is_not_known_of_a_questionnaire_has_a_reason():
    assert psq.read(answers()).reasons == {"resolution": "alliance_no_problem"}
    blank = psq.read({})
    assert set(blank.reasons) == {"selected", "intensity", "resolution", "unaddressed"}
    assert set(blank.reasons.values()) == {"alliance_unanswered"}


def test_the_theses_yield_is_23_to_8_to_6_and_2():
    found = Yield(flagged=23, found=8, repaired=6, unrepaired=2)
    assert round(100 * found.share_found) == 35
    assert found.share_repaired == 0.75
    assert Yield(0, 0, 0, 0).share_found is None
    assert Yield(3, 0, 0, 0).share_repaired is None


def test_each_item_has_a_range_or_is_written():
    assert set(psq.RANGES) | set(psq.WRITTEN) == set(psq.ITEMS)
    assert psq.RANGES["a1"] == (1, 9)
    assert psq.RANGES["b5"] == (1, 5)


# Congruence


def test_four_cells_with_the_change_to_the_next_session():
    found = cross([
        Pair("P1/1", patient=True, therapist=True, next_change=2),
        Pair("P1/2", patient=True, therapist=True, next_change=-1),
        Pair("P1/3", patient=True, therapist=False, next_change=-4),
        Pair("P1/4", patient=False, therapist=True),
        Pair("P1/5", patient=False, therapist=False, next_change=0),
        Pair("P1/6", patient=None, therapist=True),
        Pair("P1/7", patient=True, therapist=None),
    ])  # fmt: skip
    assert found.n == 5
    assert found.fourfold == ((2, 1), (1, 1))
    assert found.agreed == 0.6
    assert found.left_out == ("P1/6", "P1/7")
    both = found.cells[Seen.BOTH]
    assert (both.n, both.share, both.mean_change, both.changes) == (2, 0.4, 0.5, 2)
    alone = found.cells[Seen.THERAPIST]
    assert (alone.mean_change, alone.changes, alone.reason) == (None, 0, "alliance_no_next")
    assert found.cells[Seen.PATIENT].sessions == ("P1/3",)


def test_without_a_session_that_both_answered_there_is_no_share():
    found = cross([Pair("P1/1", patient=True, therapist=None)])
    assert (found.n, found.agreed) == (0, None)
    assert found.cells[Seen.BOTH].share is None
