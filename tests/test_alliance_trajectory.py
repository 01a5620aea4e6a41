"""Ruptures found in a run of scores: the field report's four vectors, and cases counted by hand."""

import dataclasses
import math

import pytest

from coder.alliance import (
    PRESETS,
    TITLES,
    Chart,
    Drop,
    Fate,
    Fence,
    Group,
    Middle,
    Mode,
    Partition,
    Pattern,
    Reliable,
    Repair,
    Spread,
    Trend,
    What,
    follow,
    numbers_as_given,
    pooled,
    runs,
    series,
    srs,
    title,
    what_as_given,
    within,
)


def of(*values, **more):
    return series("P1", values, **{"low": 0, "high": 40} | more)


V1 = of(38, 39, 38, 39, 30, 38, 39, 39)
V2 = of(39, 38, 36, 33, 31, 30, 37, 38)
V3 = of(38, 37, 38, 37, 38, 37, 38, 37)
V4 = of(38, 38, 39, 38, 29, 28, 30, 29)
VECTORS = {"one dip": V1, "slow slide": V2, "zig-zag": V3, "level shift": V4}


def own(k, *, one_step=True):
    return Drop(k, Spread.WITHIN, one_step=one_step)


# The table of the field report (3.3), cell by cell.


@pytest.mark.parametrize(("name", "lower", "range_limit", "found"), [
    ("one dip", 29.52, 9.80, ()),
    ("slow slide", 28.79, None, ()),
    ("zig-zag", None, None, ()),
    ("level shift", 27.93, 7.0, (5,)),
])  # fmt: skip
def test_the_chart_of_the_mean_moving_range(name, lower, range_limit, found):
    told = follow(VECTORS[name], Chart())
    assert told.ruptures == found
    if lower is not None:
        assert told.numbers["lower"] == pytest.approx(lower, abs=0.006)
    if range_limit is not None:
        assert told.numbers["range limit"] == pytest.approx(range_limit, abs=0.006)


def test_at_the_level_shift_the_step_is_beyond_and_no_score_below():
    (signal,) = follow(V4, Chart()).signals
    assert (signal.index, signal.what, signal.value) == (5, What.FALL, 9)


@pytest.mark.parametrize(("name", "lower", "found"), [
    ("one dip", 34.36, (5,)),
    ("slow slide", 28.96, ()),
    ("zig-zag", None, ()),
    ("level shift", 30.48, (5, 6, 7, 8)),
])  # fmt: skip
def test_the_chart_of_the_median_moving_range(name, lower, found):
    told = follow(VECTORS[name], Chart(Middle.MEDIAN))
    assert told.ruptures == found
    if lower is not None:
        # the report's 28.96 is cut off, 35.25 - 3 · 2/0.954 = 28.9607
        assert told.numbers["lower"] == pytest.approx(lower, abs=0.006)


@pytest.mark.parametrize(("name", "lower", "found"), [
    ("one dip", 36.5, (5,)), ("slow slide", 24.25, ()), ("zig-zag", None, ()), ("level shift", None, ()),
])  # fmt: skip
def test_the_fence(name, lower, found):
    told = follow(VECTORS[name], Fence())
    assert told.ruptures == found
    if lower is not None:
        assert told.numbers["lower"] == lower


@pytest.mark.parametrize(("name", "sd", "one", "two"), [
    ("one dip", 3.07, (5,), (5,)),
    ("slow slide", 3.45, (), ()),
    ("zig-zag", 0.53, (2, 4, 6, 8), ()),
    ("level shift", None, (5,), ()),
])  # fmt: skip
def test_single_steps_of_the_own_sd(name, sd, one, two):
    told = follow(VECTORS[name], own(1))
    assert told.ruptures == one
    assert follow(VECTORS[name], own(2)).ruptures == two
    if sd is not None:
        assert told.numbers["SD within"] == pytest.approx(sd, abs=0.006)


@pytest.mark.parametrize(("name", "found"), [
    ("one dip", (4, 5, 9)), ("slow slide", (1, 6, 9)), ("level shift", (3, 6, 11)),
])  # fmt: skip
def test_the_deepest_decline_from_peak_to_trough(name, found):
    deepest = max(runs(VECTORS[name]), key=lambda run: run.drop)
    assert (deepest.peak.index, deepest.trough.index, deepest.drop) == found


def test_the_zig_zag_has_four_declines_of_one():
    assert [run.drop for run in runs(V3)] == [1, 1, 1, 1]
    assert runs(of()) == []


@pytest.mark.parametrize(("name", "found"), [
    ("one dip", [5]), ("slow slide", [4, 5, 6]), ("zig-zag", []), ("level shift", [5, 6, 7, 8]),
])  # fmt: skip
def test_sessions_with_a_total_below_36(name, found):
    sessions = [{"total": score.value} for score in VECTORS[name].scores]
    assert [each.index for each in srs.read(sessions) if "total" in each.concerns] == found


def test_the_level_shift_is_told_apart_after_the_fourth_session():
    told = follow(V4, Partition())
    assert [split.after for split in told.splits] == [4]
    assert told.splits[0].r_squared == pytest.approx(0.984, abs=0.0006)
    assert told.ruptures == (5,)


# What each rule says, by hand.


def test_the_stricter_sd_passes_over_the_zig_zag_and_the_run_finds_the_slide():
    everyone = [V1, V2, V3, V4]
    assert follow(V3, Drop(), everyone=everyone).ruptures == ()
    (episode,) = follow(V2, Drop(2), everyone=everyone).episodes
    assert (episode.peak, episode.trough, episode.drop) == (1, 6, 9)


def test_the_pooled_sd_weights_variances_by_their_freedom():
    # 1, 3: variance 2 of 1; 0, 0, 3: variance 3 of 2; (2·1 + 3·2) / 3
    assert pooled([of(1, 3), of(0, 0, 3), of(7)]) == pytest.approx(math.sqrt(8 / 3))
    assert pooled([of(7), of()]) is None


def test_an_own_sd_needs_five_scores():
    assert within(of(1, 2, 3, 4)) is None
    assert within(of(1, 2, 3, 4, 5)) == pytest.approx(math.sqrt(2.5))
    assert within(of(1), least=1) is None


def test_without_an_own_sd_the_pooled_one_stands_alone_and_is_named():
    told = follow(of(39, 39, 30), Drop(), everyone=[V1])
    assert told.numbers == {
        "SD pooled": pytest.approx(math.sqrt(66 / 7)),
        "S": pytest.approx(math.sqrt(66 / 7)),
        "factor": 1.0,
        "threshold": pytest.approx(math.sqrt(66 / 7)),
    }
    assert told.ruptures == (3,)


@pytest.mark.parametrize(("given", "rule", "reason"), [
    (of(38, 30, 39), Drop(spread=Spread.WITHIN), "alliance_too_few"),
    (of(38), Drop(), "alliance_too_few"),
    (of(38, 38, 38, 38, 38), Drop(), "alliance_no_spread"),
    (of(38, 30, 39), Chart(), "alliance_too_few"),
    (of(38, None, 30, None, 38, None, 38), Chart(), "alliance_no_neighbours"),
    (of(38, 30, 39), Fence(), "alliance_too_few"),
    (of(38, 37, 36, 35), Trend(), "alliance_no_spread"),
    (of(38, 37), Trend(least=2), "alliance_no_spread"),
    (of(38, 37, 36), Partition(), "alliance_too_few"),
])  # fmt: skip
def test_what_cannot_be_computed_says_why(given, rule, reason):
    told = follow(given, rule)
    assert (told.reason, told.signals, told.episodes) == (reason, (), ())
    assert not any(math.isnan(number) for number in told.numbers.values())


def test_a_reliable_drop_is_166_sd_at_r_64_and_096_sd_at_r_88():
    # 1.96 · √(2 · .36) and 1.96 · √(2 · .12)
    for r, factor in ((0.64, 1.66), (0.88, 0.96)):
        told = follow(V1, Reliable(r, sd=5.0))
        assert told.numbers["factor"] == pytest.approx(factor, abs=0.005)
        assert told.numbers["threshold"] == pytest.approx(factor * 5, abs=0.02)
    assert follow(V1, Reliable(0.64, sd=5.0)).ruptures == (5,)  # 9 > 8.3
    assert follow(V1, Reliable(0.64, sd=5.5)).ruptures == ()  # 9 < 9.1


def test_a_reliable_drop_without_a_reference_sd_takes_the_stricter():
    told = follow(V1, Reliable(0.88), everyone=[V1, V3])
    assert told.numbers["S"] == told.numbers["SD within"]


def test_a_score_two_residual_sds_below_the_trend():
    # 10, 10, 10, 10, 10, 2, 10, 10: slope -1/21·…; by hand: mean 9, Σ(t - 4.5)(x - 9) = -12,
    # slope -12/42, residual of the sixth -7 + 1.5 · 2/7; SSE = 56 - 144/42
    told = follow(of(10, 10, 10, 10, 10, 2, 10, 10), Trend())
    assert told.numbers["slope"] == pytest.approx(-12 / 42)
    assert told.numbers["residual SD"] == pytest.approx(math.sqrt((56 - 144 / 42) / 6))
    assert told.ruptures == (6,)
    (signal,) = told.signals
    assert signal.limit == pytest.approx(9 - 1.5 * 2 / 7 - 2 * math.sqrt((56 - 144 / 42) / 6))


def test_the_trend_counts_a_residual_that_reaches_the_limit():
    given = of(10, 10, 10, 10, 10, 2, 10, 10)
    spread = math.sqrt((56 - 144 / 42) / 6)
    reached = (7 - 1.5 * 2 / 7) / spread
    assert follow(given, Trend(k=reached)).ruptures == (6,)
    assert follow(given, Trend(k=reached + 0.001)).ruptures == ()


def test_partitioning_goes_on_while_it_pays_and_stops_where_nothing_scatters():
    told = follow(of(30, 30, 30, 10, 10, 10, 20, 20, 20), Partition())
    assert [(s.after, s.before_mean, s.after_mean) for s in told.splits] == [
        (3, 30, 15),
        (6, 10, 20),
    ]
    assert told.splits[1].bic is None  # it leaves no scatter
    assert told.splits[0].bic == pytest.approx(9 * math.log(150 / 600) + 2 * math.log(9))
    assert told.ruptures == (4,)  # the rise is no rupture
    assert follow(of(30, 30, 30, 30), Partition()).splits == ()


def test_a_split_that_does_not_pay_is_not_made():
    # 1, 2, 1, 2: halves have the same mean, 4 · ln 1 + 2 · ln 4 > 0
    assert follow(of(1, 2, 1, 2), Partition()).splits == ()


def test_the_upper_limit_is_clipped_to_the_scale():
    assert follow(V1, Chart()).numbers["upper"] == 40
    assert follow(V1, Chart(Middle.MEDIAN)).numbers["upper"] == 40
    assert follow(of(20, 21, 20, 21), Chart()).numbers["upper"] == pytest.approx(20.5 + 3 / 1.128)


def test_a_rise_beyond_the_range_limit_is_told_and_is_no_rupture():
    told = follow(of(20, 20, 20, 20, 20, 20, 35, 35), Chart(sigmas=9))
    assert [(s.index, s.what) for s in told.signals] == [(7, What.RISE)]
    assert (told.ruptures, told.episodes) == ((), ())


# Repair and shape (T-4, T-5).


def fixed(given, repair=None):
    """The episodes of drops of 5 or more."""
    return follow(given, Reliable(0.5, sd=5 / 1.96), repair).episodes


@pytest.mark.parametrize(("given", "fate", "at", "pattern"), [
    ((38, 28, 38), Fate.REPAIRED, 3, Pattern.V),
    ((38, 33, 28, 38), Fate.REPAIRED, 4, Pattern.SLOW_DOWN),
    ((38, 28, 30, 33), Fate.REPAIRED, 4, Pattern.SLOW_UP),
    ((38, 33, 28, 30, 38), Fate.REPAIRED, 5, Pattern.U),
    ((38, 28, 29, 30, 31), Fate.UNREPAIRED, None, Pattern.NO_RECOVERY),
    ((38, 28, 29, 30), Fate.OPEN, None, None),
    ((38, 28), Fate.OPEN, None, None),
    ((38, 28, 29, 30, 31, 38), Fate.UNREPAIRED, None, Pattern.NO_RECOVERY),  # too late
    ((38, 28, 28, 28, 33), Fate.REPAIRED, 5, Pattern.SLOW_UP),  # level: the trough is its first
    ((38, 38, 28, 38), Fate.REPAIRED, 4, Pattern.V),  # level: the peak is its last
])  # fmt: skip
def test_what_became_of_a_rupture_and_its_shape(given, fate, at, pattern):
    (episode,) = fixed(of(*given))
    assert (episode.fate, episode.repaired_at, episode.pattern) == (fate, at, pattern)


def test_half_of_the_drop_in_three_sessions_is_a_setting():
    given = of(38, 28, 32.9, 32.9, 32.9, 38)
    assert fixed(given)[0].fate == Fate.UNREPAIRED
    assert fixed(given, Repair(share=0.49))[0].repaired_at == 3
    assert fixed(given, Repair(sessions=4))[0].repaired_at == 6


def test_tenths_that_add_up_to_the_threshold_reach_it():
    # 28.1 + 0.5 · 9.8 = 33.0, in floats 33.0 or a little more
    assert fixed(of(37.9, 28.1, 33.0))[0].fate == Fate.REPAIRED


def test_a_session_without_a_score_keeps_its_place():
    given = of(38, None, 28, None, 34, 34)
    (episode,) = fixed(given)
    assert (episode.peak, episode.trough, episode.repaired_at) == (1, 3, 5)
    assert (episode.pattern, episode.unseen) == (Pattern.U, (4,))
    assert given.missing == (2, 4)


def test_no_single_step_leads_over_a_session_without_a_score():
    rule = Reliable(0.5, sd=5 / 1.96, one_step=True)
    assert follow(of(38, None, 28, 38), rule).episodes == ()
    assert follow(of(38, 28, 38), rule).ruptures == (2,)


def test_scores_below_a_limit_one_after_another_are_one_rupture():
    (episode,) = follow(V4, Chart(Middle.MEDIAN)).episodes
    assert (episode.peak, episode.trough, episode.drop, episode.fate) == (3, 6, 11, Fate.OPEN)


def test_a_step_beyond_the_range_is_followed_to_its_trough():
    (episode,) = follow(V4, Chart()).episodes
    assert (episode.peak, episode.trough) == (3, 6)


def test_a_first_session_that_is_low_has_no_decline_before_it():
    told = follow(of(20, 38, 38, 39, 38, 38, 39, 38), Fence())
    assert (told.ruptures, told.episodes) == ((1,), ())


def test_two_ruptures_of_one_series_are_two():
    episodes = fixed(of(38, 28, 38, 38, 30, 31, 31, 31))
    assert [(e.trough, e.fate) for e in episodes] == [(2, Fate.REPAIRED), (5, Fate.UNREPAIRED)]


# Direction, modes, presets.


def test_where_low_is_good_the_scores_are_turned_round_once():
    worse = of(2, 1, 2, 1, 10, 2, 1, 1, higher_is_better=False)
    assert worse.values == V1.values
    assert follow(worse, Fence()).ruptures == (5,)
    assert (worse.turned, worse.as_given(30)) == (True, 10)
    assert V1.as_given(30) == 30


def test_looking_ahead_a_session_is_judged_by_those_before_it_alone():
    told = follow(V1, Fence(), mode=Mode.AHEAD)
    # of 38 39 38 39: Q1 38, Q3 39, limit 36.5; then 30 is among them
    assert told.ruptures == (5,)
    assert told.signals[0].limit == 36.5
    assert set(told.unjudged) == {1, 2, 3, 4}
    assert set(told.unjudged.values()) == {"alliance_too_few_before"}
    assert (told.episodes, told.mode) == ((), Mode.AHEAD)


@pytest.mark.parametrize("name", PRESETS)
def test_looking_ahead_never_looks_at_what_comes(name):
    everyone = [V1, V2, V3, V4]
    for each in everyone:
        whole = follow(each, PRESETS[name], mode=Mode.AHEAD, everyone=everyone)
        for until in range(5, 9):
            cut = dataclasses.replace(each, scores=each.scores[:until], sessions=until)
            others = [cut if other is each else other for other in everyone]
            part = follow(cut, PRESETS[name], mode=Mode.AHEAD, everyone=others)
            assert part.signals == tuple(s for s in whole.signals if s.index <= until)


def test_looking_ahead_a_drop_is_told_when_it_has_gone_far_enough():
    # before the fifth of 39 38 36 33 31: too few for an own SD, so the pooled one of 39 38 36 33
    # and 38 38 38 38: (21 + 0) / (3 + 3)
    level = series("P2", [38] * 8, low=0, high=40)
    told = follow(V2, Drop(2), mode=Mode.AHEAD, everyone=[V2, level])
    assert [(s.index, s.value) for s in told.signals] == [(4, 6), (5, 8), (6, 9)][1:]
    assert told.signals[0].limit == pytest.approx(2 * math.sqrt(21 / 6))


def test_of_one_participant_alone_the_pooled_sd_is_no_other_than_their_own():
    # 39 38 36 33 31, mean 35.4: 45.2 / 4; with fewer than five there is none, and it says so
    few = of(39, 38, 36, 33)
    assert follow(few, Drop()).reason == "alliance_too_few"
    assert follow(few, Drop(spread=Spread.POOLED)).reason == "alliance_too_few"
    for spread in Spread:
        told = follow(of(39, 38, 36, 33, 31), Drop(spread=spread))
        own = pytest.approx(math.sqrt(45.2 / 4))
        assert told.numbers == {"SD within": own, "S": own, "factor": 1, "threshold": own}
    ahead = follow(V2, Drop(2), mode=Mode.AHEAD)
    assert ahead.unjudged == {
        1: "alliance_too_few_before", 2: "alliance_too_few_before", 3: "alliance_too_few_before",
        4: "alliance_too_few_before", 5: "alliance_too_few",
    }  # fmt: skip


def test_a_pooled_sd_is_that_of_a_group_however_it_is_given():
    everyone = [V1, V2, V3, V4]
    for mode in Mode:
        for each in everyone:
            group = Group(everyone)
            assert follow(each, Drop(), everyone=group, mode=mode) == follow(
                each, Drop(), everyone=everyone, mode=mode
            )


def test_looking_ahead_the_reason_is_that_of_the_session_with_most_before_it():
    told = follow(of(38, 38, 38, 38, 38, 38), Drop(), mode=Mode.AHEAD, everyone=[of(*[38] * 6)] * 2)
    assert told.reason == "alliance_no_spread"
    assert told.unjudged[4] == "alliance_too_few_before"
    assert told.unjudged[6] == "alliance_no_spread"


@pytest.mark.parametrize(("values", "fate", "unseen", "reason"), [
    ((39, 30, None, None, None, 31), Fate.OPEN, (3, 4, 5), "alliance_not_seen"),
    ((39, 30, None, 31, None, 31), Fate.UNREPAIRED, (3, 5), None),
    ((39, 30, None, 38, None, 38), Fate.REPAIRED, (3,), None),
    ((39, 30, 31), Fate.OPEN, (), "alliance_ended"),
    ((39, 30, 31, 31, None), Fate.OPEN, (5,), "alliance_ended"),
    ((39, 30, 31, 31, 31), Fate.UNREPAIRED, (), None),
])  # fmt: skip
def test_a_rupture_is_open_where_no_session_of_its_repair_was_seen(values, fate, unseen, reason):
    told = follow(of(*values), Drop(spread=Spread.POOLED), everyone=[V1, V4])
    (found,) = (each for each in told.episodes if each.trough == 2)
    assert (found.fate, found.unseen, found.reason) == (fate, unseen, reason)


def test_a_rule_is_titled_by_what_it_is_set_to():
    assert title(Drop(1.5)) == "T-3 drop of 1.5 SD, peak to trough"
    assert title(Drop(2, one_step=True)) == "T-3 drop of two SD from one session to the next"
    assert title(Reliable(0.7)) == "T-6 drop beyond chance, r = .7"
    assert title(Reliable(0.64, z=1.5, one_step=True)) == (
        "T-6 drop beyond chance, test-retest r = .64, z = 1.5 from one session to the next"
    )
    assert title(Reliable(0)) == "T-6 drop beyond chance, r = 0"
    assert title(Chart(Middle.MEDIAN, 2.5)) == (
        "T-1m control chart, median moving range, 2.5 sigma"
    )
    assert title(Fence(3)) == "T-2 below the lower fence, 3 IQR"
    assert title(Trend(1)) == "T-8 one residual SDs below the trend"
    assert TITLES["reliable-alpha"] == "T-6 drop beyond chance, alpha = .88"
    assert TITLES["chart-mean"] == "T-1 control chart, mean moving range"
    assert TITLES["partition"] == "T-7 shift to a lower level"


def test_what_was_turned_round_is_told_as_it_was_given():
    dip = of(2, 1, 2, 1, 10, 2, 1, 1, higher_is_better=False)
    told = follow(dip, Chart(Middle.MEDIAN))
    # the mean is 2.5 as given; the upper limit lies where the lower is of the scores turned round
    given = numbers_as_given(told)
    assert given["mean"] == pytest.approx(2.5)
    assert given["upper"] == pytest.approx(40 - told.numbers["lower"])
    assert given["moving range"] == told.numbers["moving range"]
    assert what_as_given(What.LOW, turned=True) == "above the limit"
    slide = follow(of(1, 2, 4, 4, 5, higher_is_better=False), Trend())
    assert numbers_as_given(slide)["slope"] == pytest.approx(1)
    assert numbers_as_given(follow(V1, Fence())) == dict(follow(V1, Fence()).numbers)


def test_looking_ahead_a_range_limit_is_that_of_the_sessions_before():
    told = follow(of(30, 31, 30, 31, 20), Chart(sigmas=20), mode=Mode.AHEAD)
    assert [(s.index, s.what) for s in told.signals] == [(5, What.FALL)]
    assert told.signals[0].limit == pytest.approx(3.267)


def test_levels_cannot_be_told_ahead_and_nothing_can_of_a_short_series():
    assert follow(V4, Partition(), mode=Mode.AHEAD).reason == "alliance_needs_all"
    assert follow(of(38, 30), Fence(), mode=Mode.AHEAD).reason == "alliance_too_few_before"
    assert follow(of(), Fence(), mode=Mode.AHEAD).reason == "alliance_too_few"


def test_looking_ahead_says_of_each_session_why_it_cannot_be_judged():
    told = follow(of(38, 38, 38, 38, 30, 38), Drop(spread=Spread.WITHIN), mode=Mode.AHEAD)
    assert told.unjudged[5] == "alliance_too_few"
    assert 6 not in told.unjudged
    flat = follow(of(38, 37, 36, 35, 20), Trend(), mode=Mode.AHEAD)
    assert flat.unjudged[5] == "alliance_no_spread"


def test_every_preset_has_a_title_without_an_authors_name():
    assert set(TITLES) == set(PRESETS)
    authors = ("stiles", "strauss", "gumz", "tukey", "eubanks", "lipner", "jacobson", "wheeler")
    assert not any(name in title.casefold() for title in TITLES.values() for name in authors)
