"""Segments: where they begin, what the marks of each come to, and how long they are."""

import dataclasses

import pytest
from invented import REPAIR, SEGMENTED, give, scheme

from coder import extent, segments
from coder.coding import (
    Anchor,
    CodingId,
    Family,
    Kind,
    Mark,
    MarkId,
    Rating,
    RatingId,
    place,
    submit,
)
from coder.errors import CoderError
from coder.segments import Cell, cells, given, length_s, set_length, span_of, tick, tick_of, within
from coder.session import Role, Turn, TurnId
from coder.study import Study
from coder.words import say

SCHEME = scheme(SEGMENTED)


def mark(n, marker, start_ms=None, end_ms=None, clarity=None, turns=()):
    anchor = Anchor(turns=tuple(map(TurnId, turns)), start_ms=start_ms, end_ms=end_ms)
    return Mark(MarkId(f"m{n}"), CodingId("c"), Kind.MARKER, marker, Family.WITHDRAWAL, clarity, anchor=anchor)  # fmt: skip


def turn(n, start_ms=None, end_ms=None):
    return Turn(TurnId(f"t{n}"), n, n, "P", "words", start_ms, end_ms, role=Role.PATIENT)


def test_segments_begin_at_zero_of_the_sessions_clock_also_in_an_excerpt():
    # The excerpt of the seed begins at 55:00 of its session; here it begins within a segment.
    assert within(300_000, (3_301_000, 3_900_000)) == (3_300_000, 3_600_000)
    assert within(300_000, (0, 300_000)) == (0,)
    assert within(300_000, (0, 300_001)) == (0, 300_000)
    assert within(10_000, (5_000, 5_000)) == (0,)


def test_a_cell_counts_the_places_of_its_segment_and_keeps_the_greatest_clarity():
    marks = [
        mark(1, "denial", 1_000, clarity=2, turns=["t1"]),
        mark(2, "denial", 9_999, clarity=1, turns=["t2"]),
        mark(3, "denial", 10_000, turns=["t3"]),
        mark(4, "giving-up", 2_000, turns=["t1"]),
    ]
    assert cells(marks, 10_000, (0, 20_000)) == {
        (0, "denial"): Cell(2, 2),
        (10_000, "denial"): Cell(1, None),
        (0, "giving-up"): Cell(1, None),
    }


def test_a_tick_is_one_where_no_place_is_marked_and_gives_its_clarity_where_one_is():
    ticked = mark(1, "denial", 0, 10_000, clarity=3)
    assert cells([ticked], 10_000, (0, 20_000)) == {(0, "denial"): Cell(1, 3)}
    place_too = mark(2, "denial", 4_000, clarity=1, turns=["t1"])
    assert cells([ticked, place_too], 10_000, (0, 20_000)) == {(0, "denial"): Cell(1, 3)}


def stretch(n, start_ms, end_ms):
    return mark(n, "denial", start_ms, end_ms)


def test_a_stretch_over_several_segments_is_a_place_in_each_and_no_tick():
    # Two coded elsewhere over 0:00 to 0:30, one tick in 0:10, one place there.
    marks = [
        stretch(1, 0, 30_000),
        stretch(2, 2_000, 29_000),
        stretch(3, 10_000, 20_000),
        mark(4, "denial", 12_000, turns=["t1"]),
    ]
    assert cells(marks, 10_000, (0, 40_000)) == {
        (0, "denial"): Cell(2, None),
        (10_000, "denial"): Cell(3, None),
        (20_000, "denial"): Cell(2, None),
    }


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "span", "expected"),
    [
        (10_000, 20_000, (0, 60_000), True),
        (10_000, 20_000, None, True),
        (10_000, 19_000, (0, 60_000), False),
        (11_000, 20_000, (0, 60_000), False),
        (10_000, 30_000, (0, 60_000), False),
        # The session is from 0:03 to 0:25: its first and last segments are cut there.
        (3_000, 10_000, (3_000, 25_000), True),
        (3_000, 10_000, None, False),
        (0, 10_000, (3_000, 25_000), True),
        (20_000, 25_000, (3_000, 25_000), True),
        (20_000, 30_000, (3_000, 25_000), True),
        (20_000, 24_000, (3_000, 25_000), False),
        # A session within one segment.
        (3_000, 8_000, (3_000, 8_000), True),
        (20_000, 20_000, (3_000, 20_000), False),
    ],
)
def test_a_tick_is_just_one_segment_or_what_of_it_lies_in_the_session(
    start_ms, end_ms, span, expected
):
    made = stretch(1, start_ms, end_ms)
    assert segments.is_stretch(made)
    assert segments.is_tick(made, 10_000, span) == expected
    found = tick_of([made], "denial", start_ms // 10_000 * 10_000, 10_000, span)
    assert (found == made) == expected


def test_segments_count_a_mark_where_agreement_does():
    from coder.agreement import units
    from coder.coding import CodedSession

    untimed_start = mark(1, "denial", turns=["t1", "t2"])
    assert extent.time_of(untimed_start, {"t1": 4_000, "t2": 12_000}) == (4_000, 12_000)
    # What stands on turns that were timed later has a time, as in agreement.
    turns = (turn(1, 4_000), turn(2, 12_000))
    assert set(cells([untimed_start], 10_000, (0, 20_000), turns)) == {
        (0, "denial"),
        (10_000, "denial"),
    }
    coded = CodedSession(None, None, None, SCHEME, turns, (), (untimed_start,))
    assert units.time_of(untimed_start, coded) == (4_000, 12_000)
    assert list(extent.met((4_000, 10_000), 10_000)) == [0]
    assert list(extent.met((10_000, 10_000), 10_000)) == [1]


def test_a_mark_counts_in_every_segment_it_meets_and_its_end_is_exclusive():
    spanning = mark(1, "denial", 8_000, 20_000, turns=["t1"])
    found = cells([spanning], 10_000, (0, 40_000))
    assert sorted(start for start, _ in found) == [0, 10_000]
    # One on turns that begin at 8 s and 31 s reaches to where the last of them begins.
    joined = mark(2, "denial", 8_000, turns=["t1", "t2", "t3"])
    turns = [turn(1, 8_000), turn(2, 31_000), turn(3)]
    found = cells([joined], 10_000, (0, 40_000), turns)
    assert sorted(start for start, _ in found) == [0, 10_000, 20_000, 30_000]


def test_what_has_no_time_no_marker_or_lies_outside_is_in_no_cell():
    marks = [
        mark(1, "denial"),
        mark(2, None, 1_000),
        mark(3, "denial", 50_000),
        dataclasses.replace(mark(4, "denial"), anchor=None),
    ]
    assert cells(marks, 10_000, (0, 20_000)) == {}


def test_the_span_is_what_was_said_or_recorded():
    turns = [turn(1), turn(2, 4_000), turn(3, 9_000, 12_000)]
    assert span_of(turns) == (4_000, 12_000)
    assert span_of([turn(2, 4_000)]) == (4_000, 4_001)
    assert span_of(turns, (1_000, 8_000)) == (1_000, 12_000)
    assert span_of([turn(1)], (1_000, 8_000)) == (1_000, 8_000)
    assert span_of([turn(1)]) is None


@pytest.fixture
def study(tmp_path):
    from coder import imports
    from coder.transcripts import Options

    with Study.create(tmp_path / "s.rupture", ["samstag-2003"]) as made:
        give(made, SEGMENTED)
        give(made, REPAIR)
        (tmp_path / "a.txt").write_text("T: How are you?\nP: Fine, I suppose.\n" * 3)
        roles = Options(roles={"T": Role.THERAPIST, "P": Role.PATIENT})
        imports.import_session(made, tmp_path / "a.txt", imports.Request("P1", "1", options=roles))
        made.add_rater("Ada")
        yield made


def begun(study):
    return study.begin_coding(study.session("P1/1"), study.rater("Ada"), study.scheme("segmented"))


def ticked(study, marker="denial", start_ms=0):
    coding = begun(study)
    made = tick(coding, SCHEME.marker(marker), start_ms, 10_000, 2)
    study.apply(place(coding, made, marker))
    return made


def test_a_tick_spans_its_segment_stands_on_no_turn_and_is_found_again(study):
    made = ticked(study)
    assert (made.kind, made.family, made.person) == (Kind.MARKER, Family.WITHDRAWAL, "patient")
    assert made.anchor == Anchor(start_ms=0, end_ms=10_000)
    marks = study.marks(made.coding_id)
    assert tick_of(marks, "denial", 0, 10_000) == made
    for marker, start, length in (
        ("joins", 0, 10_000),
        ("denial", 10_000, 10_000),
        ("denial", 0, 60_000),
    ):
        assert tick_of(marks, marker, start, length) is None
    other = mark(9, "denial", 0, 10_000, turns=["t1"])
    assert tick_of([other, dataclasses.replace(other, anchor=None)], "denial", 0, 10_000) is None


def test_a_tick_has_the_kind_the_person_and_the_family_of_its_marker(study):
    coding = begun(study)
    made = {
        name: tick(coding, SCHEME.marker(name), 0, 10_000, None)
        for name in ("giving-up", "invites", "joins")
    }
    assert [(m.kind, m.person, m.family) for m in made.values()] == [
        (Kind.MARKER, "patient", Family.UNSURE),
        (Kind.COMPONENT, "therapist", None),
        (Kind.PROCESS, "patient", None),
    ]


def test_the_length_is_the_schemes_until_the_lead_settles_another(study):
    assert length_s(study, study.scheme("segmented")) == 10
    assert length_s(study, study.scheme("samstag-2003")) is None
    set_length(study, "segmented", 60, None)
    set_length(study, "segmented", 300, None)
    set_length(study, "samstag-2003", 300, None)
    assert [length_s(study, study.scheme(each)) for each in ("segmented", "samstag-2003")] == [
        300,
        300,
    ]
    set_length(study, "segmented", None, None)
    assert length_s(study, study.scheme("segmented")) is None
    assert length_s(study, study.scheme("repairing")) is None


def test_settling_what_is_settled_writes_nothing(study):
    before = study.entries()
    set_length(study, "segmented", 10, None)
    assert study.entries() == before


def refusal(study, *args):
    with pytest.raises(CoderError) as fault:
        set_length(study, *args)
    return fault.value


def test_only_the_lead_settles_the_length_and_within_reason(study):
    assert refusal(study, "segmented", 60, study.rater("Ada").id).key == "segments_lead"
    for seconds in (0, -1, 36_001):
        assert refusal(study, "segmented", seconds, None).key == "segments_length"
    assert refusal(study, "no-such", 60, None).key == "scheme_not_in_study"


def test_a_length_stays_once_segments_were_ticked_or_rated(study):
    made = ticked(study)
    coding = begun(study)
    study.apply(
        place(coding, dataclasses.replace(mark(9, "denial", 4_000), coding_id=coding.id), "Denial")
    )
    rated = Rating(RatingId("r"), made.coding_id, "pace", 3, segment_ms=0)
    whole = Rating(RatingId("w"), made.coding_id, "resolution", 3)
    from coder.coding import Change

    study.apply(Change("rate", added=(rated, whole), by=coding.rater_id))
    assert given(study, "segmented") == 2
    assert given(study, "samstag-2003") == 0
    fault = refusal(study, "segmented", 60, None)
    assert fault.key == "segments_in_use"
    assert "2 ticks or ratings" in say(fault)
    assert "0:10" in say(fault)
    study.apply(submit(coding), "final")
    assert refusal(study, "segmented", None, None).key == "segments_in_use"


def test_marks_that_only_look_like_ticks_do_not_hold_up_a_scheme_without_segments(study):
    # Under a scheme without segments a span on no turn is no tick of one.
    coding = study.begin_coding(
        study.session("P1/1"), study.rater("Ada"), study.scheme("samstag-2003")
    )
    span = dataclasses.replace(mark(1, "denial", 0, 4_000), coding_id=coding.id)
    study.apply(place(coding, span, "Denial"))
    set_length(study, "samstag-2003", 60, None)
    assert length_s(study, study.scheme("samstag-2003")) == 60
    # What is read of the study has the segments that were settled for it.
    lengths = {coded.scheme.id: coded.scheme.segment_s for coded in study.coded(None)}
    assert lengths["samstag-2003"] == 60
    assert study.scheme("samstag-2003").segment_s is None


def test_the_study_is_whole_with_ticks(study):
    from coder import checks

    ticked(study)
    assert segments.is_tick(ticked(study, "invites"), 10_000, None)
    assert list(checks.problems(study)) == []
