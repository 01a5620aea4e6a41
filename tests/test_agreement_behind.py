"""Events, episodes, ratings, spans and what lies behind the numbers, as counted by hand."""

import dataclasses

import numpy as np
import pytest
from test_agreement import ada, agree, ben, result
from test_agreement_units import LARAWAY, SAMSTAG, coded, marked

from coder.agreement import USUAL, Plan, agreement, behind, check, moments
from coder.agreement.panel import panel
from coder.agreement.result import resampling
from coder.coding import Episode, Kind, Outcome, Rating
from coder.errors import CoderError
from coder.session import Session
from coder.words import say

# Ada: silence 25 s, silence 65 s, change of topic 85 s (withdrawals).
# Ben: silence 27 s, change of topic 66 s (withdrawals), a confrontation flagged at 105 s.


def table(found, code=None, raters=None):
    return {
        (r.statistic, r.level, r.direction): r
        for r in found.results
        if (r.code, r.raters) == (code, raters)
    }


# Events


def test_event_kappa_at_the_families_is_as_computed_by_hand():
    told = table(agree([ada(), ben()], unit="event"))
    # Families: 25/27 and 65/66 withdrawal by both; 85 Ada alone, 105 a confrontation of Ben alone.
    # Matched count twice: W-W 4, W-nil 1, nil-C 1, N = 6; margins 5, 0, 1 and 4, 1, 1.
    # Fitted chance with a structural zero: the nil column holds 1 = W-nil, the nil row 1 = nil-C or
    # nil-W. E(W, W) = r_W c_W 2m / ((N - r_nil)(N - c_nil)) = 5 * 4 * 4 / (5 * 5) = 3.2; E(C, C) = 0.
    kappa = told["event_kappa", "family", None]
    assert kappa.estimate == pytest.approx((4 / 6 - 3.2 / 6) / (1 - 3.2 / 6))
    assert kappa.counts == {"matched": 2, "only_first": 1, "only_second": 1}
    assert told["event_kappa_max", "family", None].estimate is not None


def test_event_kappa_of_any_rupture_cannot_be_estimated_and_says_so():
    told = table(agree([ada(), ben()], unit="event"))["event_kappa", "any", None]
    assert told.estimate is None
    assert "few codes" in say(told.reason)


def test_the_kappa_of_what_matched_leaves_out_what_did_not():
    told = table(agree([ada(), ben()], unit="event"))["cohen_kappa", "marker", None]
    # Linked: silence-silence, silence-topic. po = 1/2, pe = (2 * 1 + 0 * 1) / 4 = 1/2.
    assert told.estimate == pytest.approx(0)
    assert told.counts == {"matched": 2}
    nothing = table(agree([ada(), coded("Ben")], unit="event"))["cohen_kappa", "marker", None]
    assert nothing.reason.key == "agreement_nothing_linked"


def test_the_lag_of_matched_marks_is_signed_and_in_ms():
    told = table(agree([ada(), ben()], unit="event"))
    # 2,000 and 1,000 ms later.
    assert told["timing_median_ms", "any", "Ada>Ben"].estimate == 1500
    assert told["timing_mad_ms", "any", "Ada>Ben"].estimate == 500
    back = table(agree([ben(), ada()], unit="event"))
    assert back["timing_median_ms", "any", "Ben>Ada"].estimate == -1500
    none = table(agree([coded("Ada"), ben()], unit="event"))
    assert none["timing_median_ms", "any", "Ada>Ben"].reason.key == "agreement_nothing_linked"


def test_marks_about_different_persons_never_match():
    one = coded("Ada", marked("denial", 25), marked("denial", 60))
    other = coded("Ben", marked("denial", 25, person="therapist"), marked("denial", 61))
    f1 = result(agree([one, other], unit="event"), "event_f1", "marker", "denial")
    assert f1.counts == {"matched": 1, "only_first": 1, "only_second": 1}


def test_both_and_unsure_families_count_as_told():
    one = coded("Ada", marked("denial", 25, family="both"), marked("denial", 85, family="unsure"))
    other = coded("Ben", marked("denial", 25), marked("denial", 85))
    found = agree([one, other], unit="event")
    counts = result(found, "event_f1", "family", "withdrawal").counts
    assert counts == {"matched": 1, "only_first": 0, "only_second": 1}
    counts = result(found, "event_f1", "family", "confrontation").counts
    assert counts == {"matched": 0, "only_first": 1, "only_second": 0}
    assert result(found, "event_f1", "any").counts["matched"] == 2
    assert result(found, "event_f1", "any", "without-unsure").counts == {
        "matched": 1, "only_first": 0, "only_second": 1,
    }  # fmt: skip
    (confused,) = behind.confusions([one, other], Plan(unit="event"), "family")
    # Of families “both” is a state of its own: Ada both, Ben withdrawal; Ben's other one alone.
    assert confused.states == ("withdrawal", "confrontation", "both")
    assert confused.table.tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0], [1, 0, 0, 0]]


def test_spans_match_by_what_they_share_and_points_by_the_tolerance():
    one = coded("Ada", marked("denial", 20, end=40), marked("denial", 60, end=64))
    other = coded("Ben", marked("denial", 22, end=40), marked("denial", 62, end=80))
    # 18 of 20 s shared; 2 of 18 s.
    f1 = result(agree([one, other], unit="event"), "event_f1", "marker", "denial")
    assert f1.counts["matched"] == 1
    loose = agree([one, other], unit="event", overlap=0.1)
    assert result(loose, "event_f1", "marker", "denial").counts["matched"] == 2


def test_precipitants_and_repair_stand_in_rows_of_their_own():
    def repair(rater, *at):
        marks = [marked(None, second, family=None, kind=kind) for kind, second in at]
        return coded(rater, marked("denial", 25), *marks)

    one = repair("Ada", (Kind.PRECIPITANT, 15), (Kind.STATEMENT, 85), (Kind.SHIFT, 105))
    other = repair("Ben", (Kind.PRECIPITANT, 17), (Kind.STATEMENT, 105), (Kind.SHIFT, 105))
    found = agree([one, other], unit="event")
    for code, matched in (("precipitant", 1), ("statement", 0), ("shift", 1)):
        told = table(found, code)["event_f1", None, None]
        assert told.counts["matched"] == matched, code
    assert result(found, "event_f1", "any").counts["matched"] == 1  # never pooled with markers
    assert not table(found, "component")
    turns = agree([one, other], unit="turn")
    assert table(turns, "statement")["percent", None, None].counts == {
        "both": 0, "only_first": 1, "only_second": 1, "neither": 3,
    }  # fmt: skip
    assert table(turns, "precipitant")["percent", None, None].counts == {
        "both": 1, "only_first": 0, "only_second": 0, "neither": 10,
    }  # fmt: skip
    assert not table(agree([one, other], unit="turn", levels=["marker"]), "statement")


def test_components_of_repair_are_listed_where_a_coder_used_them():
    part = marked("x", 25, family=None, kind=Kind.COMPONENT)
    for unit, statistic in (("turn", "percent"), ("event", "event_f1")):
        found = agree([coded("Ada", part), coded("Ben")], unit=unit)
        assert (statistic, None, None) in table(found, "component")


def test_chance_is_what_a_shifted_lane_would_agree():
    one, other = coded("Ada", marked("denial", 20)), coded("Ben", marked("denial", 60))
    told = table(agree([one, other], unit="event", tolerance_ms=6000, shifts=4000))
    f1 = told["event_f1", "any", None]
    # A mark shifted evenly round 120 s lies within 6 s of the other in a tenth of all shifts; the
    # error of a share of .1 in 4,000 is .005.
    assert f1.beside["chance"] == pytest.approx(0.1, abs=0.02)
    assert f1.beside["above_chance"] == pytest.approx(-0.1 / 0.9, abs=0.02)
    other_code = coded("Ben", marked("storytelling", 20))
    told = table(agree([one, other_code], unit="event", tolerance_ms=6000, shifts=200))
    assert told["event_f1", "marker", None].beside["chance"] == 0
    assert told["event_f1", "any", None].beside["chance"] > 0


def test_there_is_no_chance_where_nobody_marked_or_all_match_whatever_the_shift():
    none = table(agree([coded("Ada"), coded("Ben")], unit="event", shifts=10))
    assert none["event_f1", "any", None].beside == {}
    same = dataclasses.replace(ada(), rater=ben().rater, coding=ben().coding)
    wide = agree([ada(), same], unit="event", tolerance_ms=200_000, shifts=10)
    assert table(wide)["event_f1", "any", None].beside == {}
    without = table(agree([ada(), ben()], unit="event"))
    assert without["event_f1", "any", None].beside == {}
    untimed = [coded(who, times=False) for who in ("Ada", "Ben")]
    mixed = [ada(number="2"), ben(number="2"), *untimed]
    assert "chance" in table(agree(mixed, unit="event", shifts=10))["event_f1", "any", None].beside


def test_chance_is_within_what_both_covered():
    one = coded("Ada", marked("denial", 65), covers=(60_000, None))
    other = coded("Ben", marked("denial", 75), covers=(None, 80_000))
    told = table(agree([one, other], unit="event", tolerance_ms=1000, shifts=4000))
    # Within 1 s of the other in 2 of the 20 s from 60 to 80.
    assert told["event_f1", "any", None].beside["chance"] == pytest.approx(0.1, abs=0.02)


def test_the_unsure_take_no_partner_from_the_sure():
    # Ada's withdrawal at 10 s has Ben's unsure one at 11 s nearest, and his confrontation at 14 s.
    one = coded("Ada", marked("denial", 10))
    other = coded(
        "Ben",
        marked("denial", 11, family="unsure"),
        marked("storytelling", 14, family="confrontation"),
    )
    told = table(agree([one, other], unit="event"), "without-unsure")["event_f1", "any", None]
    assert told.counts == {"matched": 1, "only_first": 0, "only_second": 0}
    (curve,) = behind.curves([one, other], Plan(), "any", (10_000,))
    assert curve.lines["without-unsure"] == (1,)


def test_both_is_of_either_family_when_marks_are_matched():
    one = coded("Ada", marked(None, 10))
    other = coded("Ben", marked(None, 12, family="confrontation"), marked(None, 14, family="both"))
    counts = result(agree([one, other], unit="event"), "event_f1", "family", "withdrawal").counts
    assert counts == {"matched": 1, "only_first": 0, "only_second": 0}


def test_no_kappa_is_given_where_one_coder_alone_used_the_code():
    one, other = coded("Ada", marked("denial", 25), marked("denial", 85)), coded("Ben")
    kappa = table(agree([one, other], unit="event"), "denial")["event_kappa", "marker", None]
    assert kappa.estimate is None
    assert say(kappa.reason).startswith("Ben marked none")
    seconds = table(agree([one, other], unit="second"), "denial")
    for direction in ("Ada>Ben", "Ben>Ada"):
        assert say(seconds["time_kappa", "marker", direction].reason).startswith("Ben marked none")


def test_seconds_have_no_error_from_theory():
    one, other = (
        coded("Ada", marked("denial", 25, end=35)),
        coded("Ben", marked("denial", 27, end=37)),
    )
    told = table(agree([one, other], unit="second"), "denial")
    assert all(each.se is each.low is None for each in told.values())
    assert agree([one, other], unit="second").settings["interval"] is None
    turns = agree([one, other])
    assert turns.settings["interval"] == "95 %, from theory, as if what is counted were independent"


def test_the_order_of_sessions_changes_no_interval():
    every = sessions(7, 1, seed=4)
    forth, back = (agree(each, resamples=200) for each in (every, every[::-1]))
    kinds = ("percent", "alpha_nominal")
    for kind in kinds:
        one, other = (result(found, kind, "any") for found in (forth, back))
        assert (one.low, one.high) == pytest.approx((other.low, other.high))


# Ruptures as wholes


def with_episodes(rater, episodes, *marks):
    """Episodes by number; a mark is (marker, second, number of its episode or None)."""
    made = coded(rater)
    kept = tuple(
        dataclasses.replace(e, id=f"{rater}{e.number}", coding_id=made.coding.id) for e in episodes
    )
    placed = []
    for marker, second, number in marks:
        mark = marked(marker, second) if second is not None else marked(marker, None, 2)
        of = () if number is None else (f"{rater}{number}",)
        placed.append(dataclasses.replace(mark, episodes=of))
    return dataclasses.replace(made, episodes=kept, marks=tuple(placed))


def episode(number, before=None, after=None, intensity=None):
    return Episode("", "", number, outcome_before=before, outcome_after=after, intensity=intensity)


def test_episodes_match_by_marks_that_match_and_their_outcomes_are_compared():
    one = with_episodes(
        "Ada",
        [
            episode(1, Outcome.NOT, Outcome.REPAIRED, 4),
            episode(2, Outcome.NOT, None, 2),
            episode(3),
        ],
        ("denial", 5, 1), ("denial", 25, 1), ("denial", 65, 2), ("denial", 110, 3), ("denial", 85, None),
    )  # fmt: skip
    other = with_episodes(
        "Ben",
        [episode(1, Outcome.NOT, Outcome.PARTLY, 4), episode(2, Outcome.NOT, Outcome.REPAIRED, 3)],
        ("denial", 6, 1), ("denial", 26, 1), ("denial", 66, 2),
    )  # fmt: skip
    found = agree([one, other], unit="event")
    f1 = table(found, "episode")["event_f1", None, None]
    assert f1.counts == {"matched": 2, "only_first": 1, "only_second": 0}
    assert f1.estimate == pytest.approx(2 * 2 / 5)
    # Episode 1 after feedback: repaired, partly. Episode 2, where Ada gave none after: not, not.
    outcome = table(found, "outcome")["percent", None, None]
    assert (outcome.estimate, outcome.n) == (0.5, 2)
    assert outcome.counts == {"judged_by_both": 2, "agreed": 1}
    assert found.results == agree([one, other], unit="event").results
    intensity = table(found, "intensity")
    assert intensity["percent", None, None].estimate == 0.5
    # Quadratic weights on 1 to 5: 4-4 and 2-3 disagree by 0 and 1/16, by chance 4-4, 4-3, 2-4, 2-3:
    # (0 + 1 + 4 + 1) / 16 / 4. Kappa = 1 - (1/32) / (6/64) = 2/3.
    assert intensity["cohen_kappa_quadratic", None, None].estimate == pytest.approx(2 / 3)


def test_one_pair_of_episodes_more_outweighs_any_number_of_shared_marks():
    # Ada's first episode shares two marks with Ben's first and one with his second; her second
    # shares one with his first. Both pair crosswise.
    one = with_episodes(
        "Ada", [episode(1), episode(2)],
        ("denial", 5, 1), ("denial", 25, 1), ("denial", 45, 1), ("denial", 65, 2),
    )  # fmt: skip
    other = with_episodes(
        "Ben", [episode(1), episode(2)],
        ("denial", 5, 1), ("denial", 25, 1), ("denial", 45, 2), ("denial", 65, 1),
    )  # fmt: skip
    f1 = table(agree([one, other], unit="turn"), "episode")["event_f1", None, None]
    assert f1.counts["matched"] == 2


def test_episodes_of_untimed_sessions_match_on_the_same_turn():
    def untimed(rater):
        made = with_episodes(rater, [episode(1)], ("denial", None, 1))
        bare = coded(rater, times=False)
        return dataclasses.replace(made, turns=bare.turns)

    f1 = table(agree([untimed("Ada"), untimed("Ben")]), "episode")["event_f1", None, None]
    assert f1.counts["matched"] == 1


def test_a_mark_of_an_episode_that_is_no_more_matches_none():
    one = with_episodes("Ada", [episode(1)], ("denial", 5, 9))
    other = with_episodes("Ben", [episode(1)], ("denial", 5, 9))
    assert table(agree([one, other]), "episode")["event_f1", None, None].counts["matched"] == 0


def test_no_episode_of_either_is_never_marked():
    told = table(agree([ada(), ben()]), "episode")["event_f1", None, None]
    assert told.reason.key == "agreement_never_marked"


def rated(rater, *values, number="1", segment=None):
    made = coded(rater, number=number)
    ratings = tuple(
        Rating(f"{rater}{number}{n}", made.coding.id, scale, value, segment_ms=segment)
        for n, (scale, value) in enumerate(values)
    )
    return dataclasses.replace(made, ratings=ratings)


def test_ratings_of_sessions_are_compared_by_their_scale():
    every = [
        rated(rater, ("impact", value), number=str(n))
        for rater, values in (("Ada", (1, 2, 5, 4)), ("Ben", (2, 2, 5, 3)))
        for n, value in enumerate(values, start=1)
    ]
    told = table(agree(every), "impact")
    assert told["percent", None, None].estimate == 0.5
    icc = told["icc_2_1", None, None]
    assert (icc.n, icc.counts["raters"]) == (4, 2)
    # By hand: session means 1.5 2 5 3.5, rater means 3 3, grand mean 3. MSR = 2 * 7.5 / 3 = 5,
    # MSC = 0, MSE = (8 * 0.25 / 2) / 3 = 1/3: (5 - 1/3) / (5 + 1/3 + 2 (0 - 1/3) / 4).
    assert icc.estimate == pytest.approx((5 - 1 / 3) / (5 + 1 / 3 - 1 / 6))
    assert icc.beside["mean Ada"] == 3
    assert icc.beside["bias"] == 0
    assert told["alpha_ordinal", None, None].estimate is not None


def test_three_raters_of_whom_two_rated_each_session_are_compared_one_way():
    who = (("Ada", "Ben"), ("Ben", "Cleo"), ("Ada", "Cleo"))
    values = ((1, 2), (4, 4), (5, 4))
    every = [
        rated(rater, ("impact", value), number=str(n))
        for n, (raters, pair) in enumerate(zip(who, values, strict=True), start=1)
        for rater, value in zip(raters, pair, strict=True)
    ]
    found = agree(every)
    assert found.settings["design"] == "changing raters"
    told = table(found, "impact")
    # One way: means 1.5 4 4.5, grand mean 10/3; MSB = 2 * (3.3611 + .4444 + 1.3611) / 2 = 5.1667,
    # MSW = (0.5 + 0 + 0.5) / 3 = 1/3: (5.1667 - .3333) / (5.1667 + .3333).
    assert told["icc_1_1", None, None].estimate == pytest.approx(
        (31 / 6 - 1 / 3) / (31 / 6 + 1 / 3)
    )
    assert told["icc_2_1", None, None].reason.key == "agreement_too_few_targets"


def test_ratings_of_episodes_and_of_other_scales_are_no_ratings_of_sessions():
    made = [rated(who, ("impact", 3), ("resolution", 2)) for who in ("Ada", "Ben")]
    of_episode = [
        dataclasses.replace(
            one, ratings=(*one.ratings, dataclasses.replace(one.ratings[0], id="e", episode_id="x"))
        )
        for one in made
    ]
    assert table(agree(of_episode), "impact")["percent", None, None].n == 1
    assert table(agree(of_episode), "resolution")["percent", None, None].n == 1


def test_ratings_of_segments_are_targets_of_their_own_and_those_of_episodes_are_not():
    one = rated("Ada", ("impact", 3), segment=0), rated("Ben", ("impact", 3), segment=300_000)
    assert not table(agree(one), "impact")  # each rated another segment
    both = rated("Ada", ("impact", 3), segment=0), rated("Ben", ("impact", 4), segment=0)
    assert table(agree(both), "impact")["percent", None, None].n == 1


# Counts as numbers


def test_frequencies_of_sessions_are_compared_by_icc_with_the_bias_beside():
    def session(rater, number, count):
        return coded(rater, *(marked("denial", 25) for _ in range(count)), number=number)

    every = [
        session(rater, str(n), count)
        for rater, counts in (("Ada", (1, 4, 2)), ("Ben", (2, 5, 3)))
        for n, count in enumerate(counts, start=1)
    ]
    found = agree(every, unit="session")
    assert found.n_units == 3
    told = table(found, "denial")
    # Ben counts one more throughout: consistent, not in absolute agreement.
    assert told["icc_3_1", "marker", None].estimate == pytest.approx(1)
    # MSR = 2 * 14/3 / 2 = 14/3, MSC = 1.5, MSE = 0: (14/3) / (14/3 + 2 * 1.5 / 3).
    assert told["icc_2_1", "marker", None].estimate == pytest.approx((14 / 3) / (14 / 3 + 1))
    assert told["icc_2_1", "marker", None].beside["bias"] == 1
    assert told["percent", "marker", None].estimate == 1  # each had it in every session
    drawn = behind.numbers(every, Plan(unit="session"), "marker", "denial")
    assert drawn.numbers.tolist() == [[1, 2], [4, 5], [2, 3]]
    assert drawn.names == ("4/1", "4/2", "4/3")


# Seconds


def test_time_unit_kappa_counts_a_second_as_agreed_within_the_tolerance():
    one, other = (
        coded("Ada", marked("denial", 25, end=35)),
        coded("Ben", marked("denial", 27, end=37)),
    )
    exact = table(agree([one, other], unit="second", tolerance_ms=0), "denial")
    # 120 s; both 8, only Ada 2, only Ben 2: po = 116/120, pe = (10 * 10 + 110 * 110) / 120^2.
    po, pe = 116 / 120, (100 + 12100) / 14400
    for direction in ("Ada>Ben", "Ben>Ada"):
        told = exact["time_kappa", "marker", direction]
        assert told.estimate == pytest.approx((po - pe) / (1 - pe))
    assert exact["cohen_kappa", "marker", None].estimate == pytest.approx((po - pe) / (1 - pe))
    loose = table(agree([one, other], unit="second", tolerance_ms=2000), "denial")
    assert loose["time_kappa", "marker", "Ada>Ben"].estimate == 1


def test_no_tolerance_reaches_over_a_gap_or_into_another_session():
    one = [coded("Ada", marked("denial", 119), number=n) for n in ("1", "2")]
    other = [coded("Ben", number="1"), coded("Ben", marked("denial", 0.5), number="2")]
    told = table(agree([*one, *other], unit="second"), "denial")["time_kappa", "marker", "Ada>Ben"]
    # Ada's last second of session 1 does not meet Ben's first of session 2: of 240 seconds Ada's
    # two disagree; Ben's one is within no tolerance of hers either, but Ada's silence is of his.
    assert told.counts == {"units": 240, "agreed": 238}


# Spans


def test_spans_have_alpha_by_duration_and_points_say_why_not():
    one, other = (
        coded("Ada", marked("denial", 20, end=40)),
        coded("Ben", marked("denial", 20, end=40)),
    )
    found = agree([one, other], unit="event", gamma=True)
    told = table(found)
    for level in USUAL:
        assert told["u_alpha", level, None].estimate == pytest.approx(1)
        assert told["u_alpha", level, None].counts == {"spans": 2}
        assert told["gamma", level, None].estimate == pytest.approx(1)
        # It speaks of the 20 s that both marked, of the session's 120.
        assert told["cu_alpha", level, None].beside["coverage"] == pytest.approx(20 / 120)
    points = table(agree([ada(), ben()], unit="event"))
    assert points["u_alpha", "marker", None].reason.key == "agreement_points"
    assert ("gamma", "marker", None) not in points  # only if asked for
    nothing = table(agree([coded("Ada"), coded("Ben")], unit="event"))
    assert nothing["u_alpha", "any", None].reason.key == "agreement_never_marked"
    apart = [coded("Ada", marked("denial", 20, end=40)), coded("Ben", scheme=LARAWAY)]
    assert (
        table(agree(apart, unit="event"))["u_alpha", "marker", None].reason.key
        == "agreement_levels_differ"
    )


def test_the_gamma_of_sessions_is_their_mean_by_spans():
    def spans(rater, number, *at):
        return coded(rater, *(marked("denial", a, end=b) for a, b in at), number=number)

    first = [spans("Ada", "1", (10, 20), (50, 60)), spans("Ben", "1", (12, 20), (70, 80))]
    second = [spans("Ada", "2", (10, 20)), spans("Ben", "2", (10, 22))]
    alone = [
        table(agree(each, unit="event", gamma=True))["gamma", "any", None].estimate
        for each in (first, second)
    ]
    both = table(agree([*first, *second], unit="event", gamma=True))["gamma", "any", None]
    assert both.estimate == pytest.approx((4 * alone[0] + 2 * alone[1]) / 6)
    assert both.counts == {"spans": 6, "sessions": 2}


def test_gamma_may_be_stopped():
    class StopNowError(Exception):
        pass

    def tick(_share):
        raise StopNowError

    one, other = (
        coded("Ada", marked("denial", 20, end=40)),
        coded("Ben", marked("denial", 20, end=40)),
    )
    with pytest.raises(StopNowError):
        agreement([one, other], Plan(unit="event", gamma=True), tick)


# Intervals


def sessions(many, people=1, seed=3):
    draw = np.random.default_rng(seed)
    made = []
    for n in range(many):
        for rater in ("Ada", "Ben"):
            marks = [marked("denial", at + 5) for at in (0, 20, 60, 80, 100) if draw.random() < 0.5]
            one = coded(rater, *marks, number=str(n))
            person = str(n % people)
            session = Session(one.session.id, person, person, str(n))
            made.append(dataclasses.replace(one, session=session))
    return made


@pytest.mark.parametrize(
    ("many", "people", "level", "groups", "reliable"),
    [
        (1, 1, "minutes", 1, False),
        (3, 1, "sessions", 3, False),
        (7, 5, "sessions", 7, True),
        (8, 6, "patients", 6, True),
    ],
)
def test_the_highest_independent_level_is_resampled_and_named(
    many, people, level, groups, reliable
):
    every = sessions(many, people)
    found = agree(every, resamples=200)
    assert found.settings["resampled"] == level
    assert (level in found.settings["interval"]) == (groups > 1)
    assert found.settings["reliable_interval"] == reliable
    assert ("not to be relied on" in found.settings["interval"]) == (
        level == "sessions" and groups < 6
    )
    drawn = resampling(panel(every), Plan())
    assert len(set(drawn.groups.values())) == groups
    percent = result(found, "percent", "any")
    if groups > 1:
        assert percent.groups == groups
        assert percent.low <= percent.estimate <= percent.high
    again = agree(every, resamples=200)
    assert result(again, "percent", "any") == percent  # the same seed, the same interval
    other = agree(every, resamples=200, method="percentile", seed=9)
    assert result(other, "percent", "any").estimate == percent.estimate


def test_within_one_session_its_minutes_are_resampled():
    # Two minutes with turns, and two are too few to draw from: the error from theory stays.
    assert result(agree(sessions(1), resamples=200), "percent", "any").groups is None
    found = agree(sessions(1), resamples=200, unit="segment", segment_ms=20_000)
    assert result(found, "percent", "any").groups == 6


def test_untimed_units_are_resampled_in_blocks():
    every = [coded(rater, times=False) for rater in ("Ada", "Ben")]
    assert result(agree(every, resamples=100), "percent", "any").groups is None


# What lies behind


@pytest.mark.parametrize(("level", "given"), [("family", "withdrawal"), ("any", "rupture")])
def test_the_diagnosis_lists_every_unit_with_what_each_coder_gave_it(level, given):
    cleo = coded("Cleo", covers=(50_000, None))
    told = behind.diagnosis([ada(), ben(), cleo], Plan(), level)
    assert told.raters == ("Ada", "Ben", "Cleo")
    assert [unit.name for unit in told.units] == ["turn 1", "turn 3", "turn 7", "turn 9", "turn 11"]
    first, third, seventh = (unit.given for unit in told.units[:3])
    assert first == ((), (), None)
    assert third[0][0] == given
    assert seventh[2] == ()


def test_the_diagnosis_of_events_lists_matches_and_what_found_none():
    told = behind.diagnosis([ada(), ben(), coded("Cleo")], Plan(unit="event"), "marker")
    rows = [(unit.start_ms, unit.given) for unit in told.units]
    assert rows[0] == (25_000, (("long-silence",), ("long-silence",), None))
    assert (85_000, (("changing-topic",), (), None)) in rows
    assert (85_000, (("changing-topic",), None, ())) in rows


def test_the_curve_grows_with_the_tolerance_to_what_was_counted_by_hand():
    (curve,) = behind.curves([ada(), ben()], Plan(), "any", (1000, 2000, 19_999, 20_000))
    # 25/27 within 2 s, 65/66 within 1 s, 85/105 within 20 s; three marks each.
    assert curve.lines[None] == (1 / 3, 2 / 3, 2 / 3, 1)
    (rows,) = behind.curves([ada(), ben()], Plan(), "marker", (2000,))
    assert rows.lines["long-silence"] == (pytest.approx(2 / 3),)
    assert rows.lines["denial"] == (None,)
    assert rows.lines[None] == (pytest.approx(2 * 1 / 5),)
    assert behind.curves([ada(), ben(), ben(number="2"), coded("Cleo", number="2")], Plan(), "any")[
        1
    ].raters == ("Ben", "Cleo")
    assert (
        len(
            behind.confusions(
                [ada(), ben(), ben(number="2"), coded("Cleo", number="2")], Plan(), "any"
            )
        )
        == 2
    )


def test_what_cannot_be_compared_has_nothing_behind_it():
    apart = [ada(), coded("Ben", scheme=LARAWAY)]
    for ask in (behind.diagnosis, behind.confusions, behind.curves):
        with pytest.raises(CoderError) as told:
            ask(apart, Plan(), "marker")
        assert told.value.key == "agreement_levels_differ"


def test_the_lines_of_a_report_gather_what_is_said_of_a_code():
    found = agree([ada(), ben(), coded("Cleo")], unit="event")
    (line,) = [
        each
        for each in behind.lines(found, ("Ada", "Ben"))
        if (each.level, each.code) == ("any", None)
    ]
    assert line.counts == {"matched": 2, "only_first": 1, "only_second": 1}
    assert line.cells["event_recall Ada>Ben"].estimate == pytest.approx(2 / 3)
    assert {each.raters for each in behind.lines(found)} == {None}


def test_marks_of_unsure_family_meet_in_the_list_if_near_and_about_one_person():
    one = coded("Ada", marked("denial", 25, family="unsure"), marked("denial", 85, family="unsure"))
    near = marked("denial", 28, family="unsure")
    other = coded("Ben", near, marked("denial", 86, family="unsure", person="therapist"))
    listed = moments([one, other], Plan(unit="event"), "family")
    assert [(m.at_ms, m.kind) for m in listed] == [
        (25_000, "other-family"),
        (85_000, "only-first"),
        (86_000, "only-second"),
    ]
    far = coded("Ben", marked("denial", 45, family="unsure"))
    assert [m.kind for m in moments([one, far], Plan(unit="event"), "family")] == [
        "only-first", "only-second", "only-first",
    ]  # fmt: skip


def test_a_coder_who_did_not_code_a_session_has_no_spans_there():
    every = [coded("Ada"), coded("Ben"), coded("Cleo", number="2"), coded("Ada", number="2")]
    told = table(agree(every, unit="event"))["u_alpha", "any", None]
    assert told.reason.key == "agreement_never_marked"


def test_codes_have_the_labels_of_their_schemes_and_rows():
    told = behind.labels([ada()])
    assert told["long-silence"] == "Long silence"
    assert told["row silence"].startswith("Long silence/")


@pytest.mark.parametrize("unit", ["turn", "segment"])
def test_moments_of_units_are_what_was_counted(unit):
    plan = Plan(unit=unit, segment_ms=20_000)
    listed = moments([ada(), ben()], plan, "marker")
    told = [(m.kind, m.first and m.first.marker, m.second and m.second.marker) for m in listed]
    assert told == [
        ("agree", "long-silence", "long-silence"),
        ("other-marker", "long-silence", "changing-topic"),
        ("other-marker", "long-silence", "changing-topic"),
        ("only-first", "changing-topic", None),
    ]
    assert [m.first_codes for m in listed] == [("long-silence",)] * 3 + [("changing-topic",)]
    assert [m.lag_ms for m in listed] == [2000, 1000, 1000, None]
    assert [m.code for m in listed] == [
        "long-silence",
        "long-silence",
        "changing-topic",
        "changing-topic",
    ]
    assert len({m.unit for m in listed}) == 3
    cause = marked(None, None, 3, family=None, kind=Kind.PRECIPITANT)
    (one,) = moments([coded("Ada", cause), coded("Ben")], Plan(), None)
    assert (one.kind, one.at_ms, one.turn.n) == ("only-first", 30_000, 4)


def test_the_moments_without_the_unsure_are_matched_by_themselves():
    one = coded("Ada", marked("denial", 25), marked("denial", 85, family="unsure"))
    other = coded("Ben", marked("denial", 27, family="unsure"), marked("denial", 30))
    for unit in ("event", "turn"):
        listed = moments([one, other], Plan(unit=unit), "any")
        told = [
            (m.kind, m.second and m.second.anchor.start_ms) for m in listed if m.code is not None
        ]
        assert told == [("agree", 30_000)] or unit == "turn"
        if unit == "turn":  # 25, 27 and 30 s are one turn
            assert [kind for kind, _ in told] == ["agree"]
        assert next(m.kind for m in listed if m.code is None) == "agree"


@pytest.mark.parametrize("unit", ["turn", "segment", "second", "event", "session"])
@pytest.mark.parametrize("raters", [2, 3])
def test_no_number_is_told_twice(unit, raters):
    part = marked("x", 25, family=None, kind=Kind.COMPONENT)
    every = [ada(), ben(), coded("Cleo", marked("denial", 30, end=50), part)][:raters]
    found = agree(every, unit=unit, gamma=True, tolerance_ms=10_000)
    keys = [(r.statistic, r.level, r.code, r.raters, r.direction) for r in found.results]
    assert len(set(keys)) == len(keys)


def test_marks_without_times_say_that_they_cannot_be_matched_in_time():
    one = coded("Ada", marked("denial", None, 2), times=False)
    other = coded("Ben", marked("denial", None, 2), times=False)
    told = table(agree([one, other], unit="event"))["event_f1", "any", None]
    assert "no times" in say(told.reason)
    assert told.note is None


def test_a_frequency_too_rare_is_said_to_be():
    every = [coded(who, marked("denial", 25), number=n) for who in ("Ada", "Ben") for n in "123"]
    found = agree(every, unit="session")
    assert result(found, "icc_2_1", "marker", "denial").note is not None
    assert result(agree(every, unit="session", rare=3), "icc_2_1", "marker", "denial").note is None
    assert result(found, "icc_2_1", "any").note is None
    assert found.settings["coders_per_session"] == {"2": 3}


def test_a_mark_over_several_turns_has_a_moment_in_each_of_them():
    long = coded("Ada", marked("denial", None, 2, 4, 6)), coded("Ben", marked("denial", None, 6))
    listed = [m for m in moments(long, Plan(), "marker") if m.code == "denial"]
    # Of the patient's turns 3, 5 and 7 the second is a backchannel.
    assert [(m.unit, m.kind) for m in listed] == [("turn 3", "only-first"), ("turn 7", "agree")]


def test_a_mark_about_the_session_as_a_whole_has_no_moment_in_time():
    (one,) = moments([coded("Ada", marked("denial")), coded("Ben")], Plan(unit="session"), "any")[
        :1
    ]
    assert (one.at_ms, one.turn) == (None, None)


def test_a_plan_that_cannot_be_is_refused():
    for plan, key in (
        (Plan(unit="segment", segment_ms=0), "agreement_no_segment"),
        (Plan(tolerance_ms=-1), "not_a_tolerance"),
    ):
        with pytest.raises(CoderError) as told:
            check(plan)
        assert told.value.key == key
        assert say(told.value)


def test_every_unit_and_choice_is_described_in_words():
    plans = [Plan(unit=unit) for unit in ("turn", "segment", "second", "event", "session")]
    plans += [Plan(all_turns=True), Plan(person="therapist"), Plan(unit="event", person="patient")]
    told = [
        agree(
            [ada(), ben()], **{k: getattr(plan, k) for k in ("unit", "all_turns", "person")}
        ).settings["unit"]
        for plan in plans
    ]
    assert len(set(told)) == len(plans)
    assert SAMSTAG.id == "samstag-2003"
