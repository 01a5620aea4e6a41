import dataclasses
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_agreement_units import LARAWAY, SMALL, coded, marked

from coder.agreement import USUAL, Plan, agreement, moments, to_json
from coder.errors import CoderError
from coder.words import say

# By hand. Units: the patient's turns 1, 3, 7, 9 and 11 (5 is a backchannel).
#   Ada: silence in 3 (25 s) and 7 (65 s), change of topic in 9 (85 s).
#   Ben: silence in 3 (27 s), change of topic in 7 (66 s), a confrontation flagged in 11 (105 s).


def ada(**kind):
    marks = (marked("long-silence", 25), marked("long-silence", 65), marked("changing-topic", 85))
    return coded("Ada", *marks, **kind)


def ben(**kind):
    flag = marked(None, 105, family="confrontation")
    return coded("Ben", marked("long-silence", 27), marked("changing-topic", 66), flag, **kind)


def agree(codings, **plan):
    plan["levels"] = tuple(plan.get("levels", USUAL))
    return agreement(codings, Plan(**{"resamples": 0, "shifts": 0} | plan))


def disagreements(codings, *, level, tolerance_ms=10_000):
    listed = moments(codings, Plan(unit="event", tolerance_ms=tolerance_ms), level)
    return [moment for moment in listed if moment.code is None]  # not those without the unsure


def result(found, statistic, level, code=None, direction=None, raters=None):
    wanted = (statistic, level, code, direction, raters)
    same = [
        each
        for each in found.results
        if (each.statistic, each.level, each.code, each.direction, each.raters) == wanted
    ]
    assert len(same) == 1, wanted
    return same[0]


@pytest.mark.parametrize(
    ("level", "code", "counts", "percent", "kappa", "positive"),
    [
        # po .8; silence in 2 and 1 of 5 turns: pe = .4 * .2 + .6 * .8 = .56
        ("marker", "long-silence", (1, 1, 0, 3), 0.8, 0.24 / 0.44, 2 / 3),
        # po .6; pe = .2 * .2 + .8 * .8 = .68
        ("marker", "changing-topic", (0, 1, 1, 3), 0.6, -0.08 / 0.32, 0),
        ("row", "silence", (1, 1, 0, 3), 0.8, 0.24 / 0.44, 2 / 3),
        # po .8; pe = .6 * .4 + .4 * .6 = .48
        ("family", "withdrawal", (2, 1, 0, 2), 0.8, 0.32 / 0.52, 4 / 5),
        # Ada marked none: kappa would be 0 whatever Ben did.
        ("family", "confrontation", (0, 0, 1, 4), 0.8, None, 0),
        # po .6; pe = .6 * .6 + .4 * .4 = .52
        ("any", None, (2, 1, 1, 1), 0.6, 0.08 / 0.48, 4 / 6),
    ],
)
def test_turns_agree_as_counted_by_hand(level, code, counts, percent, kappa, positive):
    found = agree([ada(), ben()], unit="turn")
    assert found.n_units == 5
    names = ("both", "only_first", "only_second", "neither")
    for name, value in (
        ("percent", percent),
        ("cohen_kappa", kappa),
        ("positive", positive),
    ):
        told = result(found, name, level, code)
        assert told.estimate == (None if value is None else pytest.approx(value))
        assert told.counts == dict(zip(names, counts, strict=True))
        assert (told.reason is None) == (value is not None)
    assert result(found, "cohen_kappa", level, code).n == 5
    assert result(found, "positive", level, code).n == sum(counts[:3])


@pytest.mark.parametrize(
    ("level", "code", "tolerance", "matched", "first", "second"),
    [
        ("marker", "long-silence", 10_000, 1, 2, 1),
        ("marker", "long-silence", 1_000, 0, 2, 1),
        ("marker", "changing-topic", 10_000, 0, 1, 1),
        ("marker", "changing-topic", 19_000, 1, 1, 1),
        ("marker", None, 10_000, 1, 3, 2),
        ("marker", None, 19_000, 2, 3, 2),
        ("row", "silence", 10_000, 1, 2, 1),
        ("family", "withdrawal", 10_000, 2, 3, 2),
        ("family", None, 10_000, 2, 3, 3),
        ("any", None, 10_000, 2, 3, 3),
        ("any", None, 20_000, 3, 3, 3),
    ],
)
def test_events_match_as_counted_by_hand(level, code, tolerance, matched, first, second):
    found = agree([ada(), ben()], unit="event", tolerance_ms=tolerance)
    f1 = result(found, "event_f1", level, code)
    assert f1.estimate == pytest.approx(2 * matched / (first + second))
    assert f1.n == first + second
    assert f1.counts == {
        "matched": matched,
        "only_first": first - matched,
        "only_second": second - matched,
    }
    # Ada is the reference: precision is of Ben's marks, recall of hers.
    assert result(found, "event_precision", level, code, "Ada>Ben").estimate == pytest.approx(
        matched / second
    )
    assert result(found, "event_recall", level, code, "Ada>Ben").estimate == pytest.approx(
        matched / first
    )
    assert result(found, "event_precision", level, code, "Ben>Ada").estimate == pytest.approx(
        matched / first
    )
    assert result(found, "event_recall", level, code, "Ben>Ada").estimate == pytest.approx(
        matched / second
    )
    assert found.n_units == 6


def test_every_declared_code_is_listed_and_an_undefined_one_says_why():
    found = agree([ada(), ben()], unit="turn", levels=["marker"])
    markers = [each for each in found.results if each.level == "marker" and each.code is not None]
    assert len(markers) == 13 * 38
    kappa = result(found, "cohen_kappa", "marker", "refusal-to-respond")
    assert kappa.estimate is None
    assert kappa.reason.key == "agreement_one_category"
    assert kappa.counts["neither"] == 5
    assert result(found, "percent", "marker", "refusal-to-respond").estimate == 1
    assert result(found, "positive", "marker", "refusal-to-respond").estimate is None
    found = agree([ada(), ben()], unit="event", levels=["marker"])
    assert len({each.code for each in found.results if each.level == "marker"}) == 39
    f1 = result(found, "event_f1", "marker", "refusal-to-respond")
    assert f1.reason.key == "agreement_never_marked"


def test_where_one_coder_marked_none_absence_alone_is_estimated():
    told = result(agree([ada(), ben()]), "cohen_kappa", "family", "confrontation")
    assert told.estimate is None
    # Neither in 4 turns, Ben alone in 1: 2 * 4 / (2 * 4 + 1) = 88.9 %.
    assert say(told.reason).startswith("Ada marked none: absence agrees 88.9 %")


def test_a_code_used_fewer_than_five_times_is_said_to_be_too_rare():
    found = agree([ada(), ben()])
    told = result(found, "alpha_nominal", "marker", "long-silence")
    assert told.note.where == {"n": 2, "rare": 5}
    assert "2" in say(told.note)
    assert result(agree([ada(), ben()], rare=2), "percent", "marker", "long-silence").note is None


@pytest.mark.parametrize("unit", ["turn", "event"])
def test_the_settings_say_what_the_numbers_are_numbers_of(unit):
    missed = marked("long-silence", 25, person="therapist"), marked("long-silence")
    found = agree([coded("Ada", *missed), ben()], unit=unit, levels=["marker", "any"])
    assert found.raters == ("Ada", "Ben")
    assert found.unit == unit
    assert unit in found.settings["unit"]
    assert found.settings["sessions"] == ("4/1",)
    assert found.settings["schemes"] == ("samstag-2003 1.1",)
    assert found.settings["tolerance_ms"] == (10_000 if unit == "event" else None)
    left = found.settings["left_out"]
    assert left.get("marks_of_other_persons") == (1 if unit == "turn" else None)
    assert left["marks_without_place"] == 1
    assert left["marks_without_marker_at_marker_level"] == 1
    if unit == "turn":
        assert left["turns_of_backchannel"] == 1
        assert found.settings["backchannels"] == 19


def test_all_turns_of_the_patient_are_compared_without_a_list_of_backchannels():
    found = agree([ada(), ben()], unit="turn", backchannels=())
    assert found.n_units == 6
    assert "backchannels" not in found.settings["unit"]


def test_the_sessions_of_two_raters_are_pooled():
    second = coded("Ada", marked("long-silence", 25), number="2"), coded("Ben", number="2")
    alone = coded("Ada", marked("long-silence", 25), number="3")
    found = agree([ada(), ben(), *second, alone], unit="turn")
    silence = result(found, "percent", "marker", "long-silence")
    assert silence.counts == {"both": 1, "only_first": 2, "only_second": 0, "neither": 7}
    assert found.n_units == 10
    assert found.settings["sessions"] == ("4/1", "4/2")
    events = agree([ada(), ben(), *second, alone], unit="event")
    assert result(events, "event_f1", "marker", "long-silence").counts == {
        "matched": 1,
        "only_first": 2,
        "only_second": 0,
    }


def test_three_raters_are_compared_two_by_two():
    cleo = coded("Cleo", marked("long-silence", 26))
    found = agree([ada(), ben(), cleo], unit="turn", levels=["any"])
    assert found.raters == ("Ada", "Ben", "Cleo")
    assert found.n_units == 5
    assert list(dict.fromkeys(each.raters for each in found.results)) == [
        ("Ada", "Ben"),
        ("Ada", "Cleo"),
        ("Ben", "Cleo"),
        None,
    ]
    two = result(found, "percent", "any", raters=("Ada", "Cleo"))
    assert two.counts == {"both": 1, "only_first": 2, "only_second": 0, "neither": 2}
    events = agree([ada(), ben(), cleo], unit="event", levels=["any"])
    assert result(events, "event_recall", "any", None, "Cleo>Ben", ("Ben", "Cleo")).estimate == 1


@pytest.mark.parametrize("unit", ["turn", "event"])
def test_two_of_three_raters_without_a_common_session_are_said_to_have_none(unit):
    found = agree(
        [ada(), ben(), ben(number="2"), coded("Cleo", number="2")], unit=unit, levels=["any"]
    )
    apart = [each for each in found.results if each.raters == ("Ada", "Cleo") and each.level]
    assert apart
    assert all(
        each.estimate is None and each.reason.key == "agreement_no_shared_session" for each in apart
    )
    assert disagreements([ada(), ben(), ben(number="2"), coded("Cleo", number="2")], level="any")


@pytest.mark.parametrize("unit", ["turn", "event"])
def test_different_schemes_are_compared_at_the_coarsest_common_roll_up(unit):
    other = coded("Ben", marked("silence", 27), scheme=LARAWAY)
    found = agree([ada(), other], unit=unit)
    statistic = "percent" if unit == "turn" else "event_f1"
    assert result(found, statistic, "marker").reason.key == "agreement_levels_differ"
    assert result(found, statistic, "row", "silence").estimate is not None
    assert found.settings["schemes"] == ("samstag-2003 1.1", "laraway-2015 1.1")
    none = agree([ada(), coded("Ben", marked("sighs", 27), scheme=SMALL)], unit=unit)
    assert result(none, statistic, "row").reason.key == "agreement_no_rows"
    assert result(none, statistic, "any").estimate is not None


def test_nothing_covered_by_both_is_nothing_to_compare():
    found = agree([ada(covers=(0, 20_000)), ben(covers=(60_000, None))], unit="turn")
    assert found.n_units == 0
    told = [each for each in found.results if each.level]
    assert all(each.estimate is None for each in told)
    assert {each.reason.key for each in told} == {"agreement_no_units"}


def test_untimed_transcripts_are_compared_by_turn():
    one = coded("Ada", marked("long-silence", None, 2), times=False)
    other = coded("Ben", marked("long-silence", None, 2, 6), times=False)
    found = agree([one, other], unit="turn")
    assert result(found, "positive", "marker", "long-silence").estimate == pytest.approx(2 / 3)
    events = agree([one, other], unit="event")
    assert events.settings["left_out"]["marks_without_time"] == 2
    assert events.n_units == 0


def test_one_rater_has_no_agreement():
    for ask in (
        lambda: agree([ada()], unit="turn"),
        lambda: disagreements([ada()], level="any"),
    ):
        with pytest.raises(CoderError) as told:
            ask()
        assert "Ada" in say(told.value)


def told(moments):
    return [(moment.at_ms, moment.kind) for moment in moments]


def test_the_list_of_disagreements_is_as_counted_by_hand():
    moments = disagreements([ada(), ben()], level="marker", tolerance_ms=10_000)
    assert told(moments) == [(25_000, "agree"), (65_000, "other-marker"), (85_000, "only-first")]
    assert [moment.turn.n for moment in moments] == [3, 7, 9]
    assert moments[1].first.marker == "long-silence"
    assert moments[1].second.marker == "changing-topic"
    assert moments[2].second is None
    assert moments[0].raters == ("Ada", "Ben")
    assert moments[0].session.address == "4/1"


@pytest.mark.parametrize("level", ["family", "any"])
def test_a_flag_is_listed_where_it_counts(level):
    moments = disagreements([ada(), ben()], level=level, tolerance_ms=10_000)
    assert told(moments) == [
        (25_000, "agree"),
        (65_000, "agree"),
        (85_000, "only-first"),
        (105_000, "only-second"),
    ]
    assert moments[3].first is None
    assert moments[3].turn.n == 11


def test_another_family_is_told_from_another_marker():
    one = coded("Ada", marked("long-silence", 25), marked("long-silence", 65, family="both"))
    other = coded(
        "Ben", marked("changing-topic", 27, family="confrontation"), marked("long-silence", 63)
    )
    assert told(disagreements([one, other], level="marker")) == [
        (25_000, "other-family"),
        (63_000, "agree"),
    ]
    assert told(disagreements([one, other], level="family")) == [
        (25_000, "other-family"),
        (63_000, "other-family"),
    ]


def test_marks_of_an_unsure_family_are_heard_too():
    one, other = coded("Ada", marked("long-silence", 25, family="unsure")), coded("Ben")
    assert told(disagreements([one, other], level="family")) == [(25_000, "only-first")]


def test_untimed_marks_meet_in_the_same_turn():
    one = coded(
        "Ada", marked("long-silence", None, 2), marked("long-silence", None, 8), times=False
    )
    other = coded(
        "Ben", marked("changing-topic", None, 2), marked("long-silence", None, 6), times=False
    )
    moments = disagreements([one, other], level="marker")
    assert told(moments) == [(None, "other-marker"), (None, "only-second"), (None, "only-first")]
    assert [moment.turn.n for moment in moments] == [3, 7, 9]


def test_a_mark_before_every_turn_has_a_moment_without_a_turn():
    one = coded("Ada", marked("long-silence", 0.5))
    late = tuple(turn for turn in one.turns if turn.n > 2)
    one = dataclasses.replace(one, turns=late)
    (moment,) = disagreements([one, dataclasses.replace(coded("Ben"), turns=late)], level="any")
    assert (moment.at_ms, moment.turn) == (500, None)


def test_a_level_that_cannot_be_compared_has_no_list():
    with pytest.raises(CoderError) as trouble:
        disagreements([ada(), coded("Ben", scheme=LARAWAY)], level="marker")
    assert "schemes" in say(trouble.value)


def test_json_has_the_keys_of_the_contract():
    found = to_json(agree([ada(), ben()], unit="turn"))
    assert json.loads(json.dumps(found)) == found
    assert set(found) == {"unit", "n_units", "raters", "settings", "results"}
    keys = {
        "statistic",
        "level",
        "code",
        "raters",
        "direction",
        "estimate",
        "se",
        "low",
        "high",
        "n",
        "reason",
    }
    for each in found["results"]:
        assert keys <= set(each)
        assert (each["estimate"] is None) == (each["reason"] is not None)
        assert each["reason"] is None or each["reason"].endswith(".")
    three = to_json(agree([ada(), ben(), coded("Cleo")], unit="event", levels=["any"]))
    assert three["results"][0]["raters"] == ["Ada", "Ben"]
    assert json.loads(json.dumps(three)) == three


marks = st.lists(
    st.builds(
        marked,
        st.sampled_from(["long-silence", "minimal-response", "changing-topic", None]),
        st.integers(0, 130),
        family=st.sampled_from(["withdrawal", "confrontation", "both", "unsure"]),
    ),
    max_size=6,
)


def by_key(found):
    return {
        (
            each.statistic,
            each.level,
            each.code,
            None if each.statistic.startswith("timing") else each.direction,
        ): each
        for each in found.results
    }


@settings(deadline=None, max_examples=40)
@given(marks, marks, st.integers(0, 30_000))
def test_who_is_first_changes_nothing_but_the_direction(one, other, tolerance):
    for unit in ("turn", "event"):
        there = agree([coded("A", *one), coded("B", *other)], unit=unit, tolerance_ms=tolerance)
        back = agree([coded("B", *other), coded("A", *one)], unit=unit, tolerance_ms=tolerance)
        forth, turned = by_key(there), by_key(back)
        assert forth.keys() == turned.keys()
        for key, each in forth.items():
            if not each.statistic.startswith("timing"):  # the lag turns its sign
                assert each.estimate == pytest.approx(turned[key].estimate)
            assert each.n == turned[key].n
        assert there.n_units == back.n_units
        assert there.settings["left_out"] == back.settings["left_out"]


@settings(deadline=None, max_examples=40)
@given(marks, marks, st.randoms(use_true_random=False))
def test_names_and_the_order_of_marks_change_nothing(one, other, random):
    for unit in ("turn", "event"):
        there = agree([coded("A", *one), coded("B", *other)], unit=unit)
        random.shuffle(one)
        random.shuffle(other)
        back = agree([coded("Zoë", *one), coded("Abe", *other)], unit=unit)
        for each, named in zip(there.results, back.results, strict=True):
            assert (each.estimate, each.counts) == (named.estimate, named.counts)


CORRECTED = {
    "percent", "positive", "negative", "cohen_kappa", "kappa_max", "scott_pi", "fleiss_kappa",
    "brennan_prediger", "pabak", "gwet_ac1", "alpha_nominal", "alpha_jaccard", "alpha_masi",
    "event_f1", "event_precision", "event_recall", "event_kappa", "event_kappa_max",
}  # fmt: skip


@settings(deadline=None, max_examples=40)
@given(marks)
def test_identical_codings_agree_wherever_agreement_is_defined(one):
    for unit in ("turn", "event"):
        for each in agree([coded("A", *one), coded("B", *one)], unit=unit).results:
            if each.statistic in CORRECTED:
                assert each.estimate in {None, 1.0}
    assert {
        moment.kind for moment in disagreements([coded("A", *one), coded("B", *one)], level="any")
    } <= {"agree"}


@settings(deadline=None, max_examples=40)
@given(marks, marks, st.sampled_from(["marker", "row", "any"]), st.integers(0, 30_000))
def test_the_list_opens_the_numbers(one, other, level, tolerance):
    both = [coded("A", *one), coded("B", *other)]
    counts = result(agree(both, unit="event", tolerance_ms=tolerance), "event_f1", level).counts
    moments = disagreements(both, level=level, tolerance_ms=tolerance)
    kinds = [moment.kind for moment in moments]
    assert kinds.count("agree") == counts["matched"]
    firsts = sum(moment.first is not None for moment in moments)
    seconds = sum(moment.second is not None for moment in moments)
    assert firsts == counts["matched"] + counts["only_first"]
    assert seconds == counts["matched"] + counts["only_second"]
    assert [moment.at_ms for moment in moments] == sorted(moment.at_ms for moment in moments)


@settings(deadline=None, max_examples=20)
@given(marks, marks)
def test_every_result_has_a_value_or_a_reason(one, other):
    for unit in ("turn", "event"):
        found = agree([coded("A", *one), coded("B", *other)], unit=unit)
        assert tuple(dict.fromkeys(each.level for each in found.results)) == (*USUAL, None)
        for each in found.results:
            assert (each.estimate is None) == (each.reason is not None)
