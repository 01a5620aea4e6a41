import dataclasses

import pytest

from coder import markers
from coder.agreement.codes import SURE, codes_at
from coder.agreement.events import events
from coder.agreement.panel import panel
from coder.agreement.plan import Plan
from coder.agreement.units import lay_out, mark_up
from coder.coding import Anchor, CodedSession, Coding, Family, Kind, Mark, Rater
from coder.errors import CoderError
from coder.markers import Marker, Scheme
from coder.session import Role, Session, Turn
from coder.words import say

SAMSTAG = markers.load("samstag-2003")
LARAWAY = markers.load("laraway-2015")
# A scheme with two markers that leads to no row of the form.
SMALL = Scheme(
    id="small",
    version="1",
    title="Small",
    source="made up",
    rolls_up_to=None,
    markers=(
        Marker("sighs", "Sighs", "manner"),
        Marker("argues", "Argues", "content"),
        Marker("thanks", "Thanks", "repair", "component"),
    ),
    content={},
)

# Patient and therapist in turn, ten seconds each: patient at 0, 20, 40, 60, 80, 100 s.
# The patient's turn at 40 s is a backchannel.
SAID = ["I came.", "It was bad.", "Mmm.", "So it goes.", "Fine, I suppose.", "You tell me."]


def made_turns(times=True, number="1"):
    turns = []
    for n in range(12):
        patient = n % 2 == 0
        turns.append(
            Turn(
                id=f"{number}-{n}",
                n=n + 1,
                line=n + 1,
                label="P" if patient else "T",
                text=SAID[n // 2] if patient else "Go on.",
                start_ms=n * 10_000 if times else None,
                end_ms=(n + 1) * 10_000 if times else None,
                role=Role.PATIENT if patient else Role.THERAPIST,
            )
        )
    return tuple(turns)


_number = iter(range(10**9))


def marked(
    marker=None, at=None, *turns, end=None, family="withdrawal", kind=None, person="patient"
):
    """A mark at a second, or on the turns of these numbers (0 is the patient's first)."""
    name = f"m{next(_number)}"
    anchor = None
    if at is not None or turns:
        anchor = Anchor(
            tuple(f"1-{n}" for n in turns),
            None if at is None else round(at * 1000),
            None if end is None else round(end * 1000),
        )
    kind = kind or (Kind.FLAG if marker is None else Kind.MARKER)
    return Mark(
        name,
        "c",
        kind,
        marker,
        None if family is None else Family(family),
        person=person,
        anchor=anchor,
    )


def coded(rater, *marks, number="1", scheme=SAMSTAG, covers=(None, None), times=True):
    turns = made_turns(times, number)
    if number != "1":
        marks = [
            dataclasses.replace(
                mark,
                anchor=dataclasses.replace(
                    mark.anchor, turns=tuple(number + turn[1:] for turn in mark.anchor.turns)
                ),
            )
            for mark in marks
        ]
    session = Session(f"s{number}", "p", "4", number)
    coding = Coding(
        f"{rater}-{number}",
        session.id,
        rater,
        scheme.id,
        scheme.version,
        covers_from_ms=covers[0],
        covers_to_ms=covers[1],
    )
    return CodedSession(
        session, Rater(rater.lower(), rater), coding, scheme, turns, (), tuple(marks)
    )


def laid_out(first, second, **plan):
    return lay_out(panel((first, second)), Plan(**plan))


def named(units):
    return [place.name for place in units.places]


def numbers(units):
    return [int(name.removeprefix("turn ")) for name in named(units)]


def rows_of(units, codes, code):
    marked = mark_up(units, codes)
    column = codes.codes.index(code)
    return [
        [
            n
            for n, count in zip(numbers(units), marked.counts[:, rater, column], strict=True)
            if count
        ]
        for rater in (0, 1)
    ]


def reasons(left_out):
    return sorted(why for why, _ in left_out if why.startswith("marks"))


ANY = codes_at("any", [SAMSTAG])


def test_the_units_are_the_patients_turns_but_for_backchannels():
    units = laid_out(coded("Ada"), coded("Ben"))
    assert numbers(units) == [1, 3, 7, 9, 11]
    assert units.left_out == {("turns_of_backchannel", "1-4")}


def test_every_turn_of_the_patient_is_a_unit_when_no_word_is_a_backchannel():
    units = laid_out(coded("Ada"), coded("Ben"), backchannels=())
    assert numbers(units) == [1, 3, 5, 7, 9, 11]


def test_every_turn_of_everybody_is_a_unit_if_asked_for():
    mine = marked("laughter", None, 1), marked("laughter", None, 4)
    units = laid_out(coded("Ada", *mine), coded("Ben"), all_turns=True)
    assert numbers(units) == list(range(1, 13))
    assert rows_of(units, ANY, None) == [[2, 5], []]


def test_the_therapists_turns_are_the_units_of_marks_about_the_therapist():
    mine = marked("laughter", None, 1, person="therapist"), marked("laughter", None, 2)
    units = laid_out(coded("Ada", *mine), coded("Ben"), person="therapist")
    assert numbers(units) == [2, 4, 6, 8, 10, 12]
    assert rows_of(units, ANY, None) == [[2], []]
    assert reasons(units.left_out) == ["marks_of_other_persons"]


def test_only_turns_that_both_covered_are_units():
    units = laid_out(coded("Ada", covers=(20_000, None)), coded("Ben", covers=(None, 80_000)))
    assert numbers(units) == [3, 7]
    assert ("turns_not_covered_by_both", "1-0") in units.left_out
    assert ("turns_not_covered_by_both", "1-8") in units.left_out


def test_the_later_start_and_the_earlier_end_bound_what_both_covered():
    units = laid_out(coded("Ada", covers=(10_000, 90_000)), coded("Ben", covers=(20_000, 100_000)))
    assert [place.start_ms for place in units.places] == [20_000, 60_000, 80_000]


def test_a_turn_that_two_of_three_saw_is_a_unit_for_those_two():
    three = coded("Ada"), coded("Ben", covers=(60_000, None)), coded("Cleo", covers=(0, 70_000))
    units = lay_out(panel(three), Plan())
    assert numbers(units) == [1, 3, 7, 9, 11]
    assert units.seen.astype(int).tolist() == [
        [1, 0, 1],
        [1, 0, 1],
        [1, 1, 1],
        [1, 1, 0],
        [1, 1, 0],
    ]
    pair = mark_up(units, ANY).among((1, 2))
    assert [place.name for place in pair[0]] == ["turn 7"]


def test_an_untimed_turn_cannot_be_told_to_lie_in_a_part():
    units = laid_out(coded("Ada", covers=(20_000, None), times=False), coded("Ben", times=False))
    assert units.places == ()
    assert {why for why, _ in units.left_out} == {"turns_without_time", "turns_of_backchannel"}


def test_untimed_turns_are_units_when_both_covered_the_whole_session():
    assert len(laid_out(coded("Ada", times=False), coded("Ben", times=False)).places) == 5


def test_a_turn_of_another_version_of_the_transcript_is_left_out():
    other = dataclasses.replace(coded("Ben"), turns=made_turns()[2:])
    units = laid_out(coded("Ada"), other)
    assert numbers(units) == [3, 7, 9, 11]
    assert ("turns_not_in_both_transcripts", "1-0") in units.left_out


def test_a_mark_on_several_turns_counts_in_each_of_them_that_is_a_unit():
    units = laid_out(coded("Ada", marked("laughter", None, 0, 1, 2)), coded("Ben"))
    assert rows_of(units, ANY, None) == [[1, 3], []]


@pytest.mark.parametrize(
    ("at", "end", "turns"),
    [
        (25, None, [3]),  # the turn that holds it
        (20, None, [3]),  # at its first moment
        (35, None, [3]),  # while the therapist speaks: the last one begun
        (45, None, [3]),  # in a backchannel: the last substantive one
        (500, None, [11]),  # after the end
        (25, 65, [3, 7]),  # a span: every turn it meets
        (35, 65, [7]),  # that begins while the therapist speaks
        (35, 38, [3]),  # that lies within the therapist's turn
        (55, 60, [3]),  # the end of a span is exclusive
    ],
)
def test_a_mark_without_turns_goes_to_the_turn_of_its_time(at, end, turns):
    units = laid_out(coded("Ada", marked("laughter", at, end=end)), coded("Ben"))
    assert rows_of(units, ANY, None) == [turns, []]


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (marked("laughter"), "marks_without_place"),
        (marked("laughter", None, 1), "marks_on_no_unit"),
        (marked("laughter", None, 4), "marks_on_no_unit"),
        (marked("laughter", 25, person="therapist"), "marks_of_other_persons"),
    ],
)
def test_a_mark_that_cannot_be_compared_is_left_out_and_counted(mark, reason):
    units = laid_out(coded("Ada", mark), coded("Ben"))
    assert rows_of(units, ANY, None) == [[], []]
    assert reasons(units.left_out) == [reason]


def test_a_span_counts_in_every_turn_it_meets_also_where_two_sound_at_once():
    def overlapping(coding):
        turns = list(coding.turns)
        turns[0] = dataclasses.replace(turns[0], end_ms=24_000)  # on into the patient's next turn
        return dataclasses.replace(coding, turns=tuple(turns))

    mine = marked("laughter", 22, end=23), marked("laughter", 22)
    for mark, turns in zip(mine, ([1, 3], [3]), strict=True):
        units = laid_out(overlapping(coded("Ada", mark)), overlapping(coded("Ben")))
        assert rows_of(units, ANY, None) == [turns, []]


def test_a_time_before_the_patients_first_turn_is_no_place():
    first = coded("Ada", marked("laughter", 5))
    later = dataclasses.replace(first, turns=first.turns[2:])
    units = laid_out(later, dataclasses.replace(coded("Ben"), turns=first.turns[2:]))
    assert reasons(units.left_out) == ["marks_without_place"]


def test_a_mark_where_not_both_looked_is_left_out_and_not_a_disagreement():
    first = coded("Ada", marked("laughter", 25), marked("laughter", 85))
    units = laid_out(first, coded("Ben", covers=(60_000, None)))
    assert rows_of(units, ANY, None) == [[9], []]
    assert reasons(units.left_out) == ["marks_not_covered_by_both"]


def test_other_kinds_of_mark_are_not_compared():
    repair = marked(None, 25, family=None, kind=Kind.STATEMENT)
    units = laid_out(coded("Ada", repair), coded("Ben"))
    assert rows_of(units, ANY, None) == [[], []]
    assert reasons(units.left_out) == []


def test_the_codes_are_those_the_scheme_declares():
    assert len(codes_at("marker", [SAMSTAG]).codes) == 38
    assert codes_at("marker", [SMALL]).codes == ("sighs", "argues")
    assert len(codes_at("row", [SAMSTAG]).codes) == 33
    assert codes_at("row", [LARAWAY]).codes == codes_at("marker", [LARAWAY]).codes
    assert codes_at("family", [SMALL]).codes == ("withdrawal", "confrontation")
    assert codes_at("any", [SMALL]).codes == (None, SURE)


def test_different_schemes_have_no_markers_in_common_but_rows():
    both = [SAMSTAG, LARAWAY]
    assert codes_at("marker", both).reason == "agreement_levels_differ"
    assert codes_at("row", both).reason is None
    assert codes_at("row", [SAMSTAG, SMALL]).reason == "agreement_no_rows"


def test_two_versions_of_a_scheme_share_what_both_declare():
    older = dataclasses.replace(SMALL, version="0", markers=SMALL.markers[1:])
    codes = codes_at("marker", [SMALL, older])
    assert codes.codes == ("argues",)
    assert codes.of(marked("sighs", 25), SMALL) == ()
    assert codes.why_none(marked("sighs", 25), SMALL) == "marks_undeclared_at_marker_level"


def test_markers_of_one_row_agree_at_the_row():
    first = coded("Ada", marked("long-silence", 25))
    second = coded("Ben", marked("minimal-response", 25))
    units = laid_out(first, second)
    assert rows_of(units, codes_at("row", [SAMSTAG]), "silence") == [[3], [3]]
    assert rows_of(units, codes_at("marker", [SAMSTAG]), "long-silence") == [[3], []]


def test_a_marker_of_the_form_agrees_with_its_finer_ones_at_the_row():
    units = laid_out(
        coded("Ada", marked("long-silence", 25)),
        coded("Ben", marked("silence", 25), scheme=LARAWAY),
    )
    assert rows_of(units, codes_at("row", [SAMSTAG, LARAWAY]), "silence") == [[3], [3]]


def test_a_marker_without_a_row_is_left_out_at_the_row():
    rowless = next(marker.id for marker in SAMSTAG.markers if marker.rolls_up_to is None)
    units = laid_out(coded("Ada", marked(rowless, 25)), coded("Ben"))
    marks = mark_up(units, codes_at("row", [SAMSTAG]))
    assert not marks.counts.any()
    assert reasons(marks.left_out) == ["marks_without_row_at_row_level"]


@pytest.mark.parametrize(
    ("family", "withdrawal", "confrontation", "either"),
    [
        ("withdrawal", [3], [], [3]),
        ("confrontation", [], [3], [3]),
        ("both", [3], [3], [3]),
        ("unsure", [], [], [3]),
        (None, [], [], [3]),
    ],
)
def test_both_counts_in_each_family_and_unsure_only_as_any(
    family, withdrawal, confrontation, either
):
    units = laid_out(coded("Ada", marked("laughter", 25, family=family)), coded("Ben"))
    families = codes_at("family", [SAMSTAG])
    assert rows_of(units, families, "withdrawal")[0] == withdrawal
    assert rows_of(units, families, "confrontation")[0] == confrontation
    assert rows_of(units, ANY, None)[0] == either
    assert rows_of(units, ANY, SURE)[0] == sorted({*withdrawal, *confrontation})
    uncounted = [] if withdrawal or confrontation else ["marks_of_unsure_family_at_family_level"]
    assert reasons(mark_up(units, families).left_out) == uncounted


def test_a_flag_without_a_marker_counts_as_family_and_any_only():
    units = laid_out(coded("Ada", marked(None, 25)), coded("Ben"))
    assert rows_of(units, codes_at("family", [SAMSTAG]), "withdrawal")[0] == [3]
    assert rows_of(units, ANY, None)[0] == [3]
    for level in ("marker", "row"):
        marks = mark_up(units, codes_at(level, [SAMSTAG]))
        assert not marks.counts.any()
        assert reasons(marks.left_out) == [f"marks_without_marker_at_{level}_level"]


def test_a_flag_that_was_named_later_counts_as_its_marker():
    units = laid_out(coded("Ada", marked("long-silence", 25, kind=Kind.FLAG)), coded("Ben"))
    assert rows_of(units, codes_at("marker", [SAMSTAG]), "long-silence")[0] == [3]


def test_an_event_is_where_its_anchor_starts_or_else_its_first_turn():
    first = coded(
        "Ada", marked("laughter", 25), marked("laughter", None, 6, 8), marked("laughter", 85, 6)
    )
    found, left = events_of(first, coded("Ben"))
    assert [event.start_ms for event in found] == [25_000, 60_000, 85_000]
    assert left == frozenset()


def test_an_event_is_a_span_only_if_it_ends_after_it_starts():
    first = coded("Ada", marked("laughter", 25, end=30), marked("laughter", 40, end=40))
    found, _ = events_of(first, coded("Ben"))
    assert [(event.start_ms, event.end_ms) for event in found] == [
        (25_000, 30_000),
        (40_000, 40_000),
    ]


def events_of(first, second, **plan):
    return events(panel((first, second)).sessions[0], 0, Plan(**plan))


def test_an_event_without_a_place_or_where_not_both_looked_is_left_out():
    first = coded(
        "Ada",
        marked("laughter"),
        marked("laughter", 5),
        marked("laughter", 80),
        marked("laughter", 50),
    )
    second = coded("Ben", covers=(20_000, 80_000))
    found, left = events_of(first, second)
    assert [event.start_ms for event in found] == [50_000]
    assert reasons(left) == [
        "marks_not_covered_by_both",
        "marks_not_covered_by_both",
        "marks_without_place",
    ]


def test_an_untimed_event_cannot_be_told_to_lie_in_a_part():
    first = coded("Ada", marked("laughter", None, 2), times=False)
    whole, _ = events_of(first, coded("Ben", times=False))
    assert [(event.start_ms, event.turns) for event in whole] == [(None, ("1-2",))]
    part, left = events_of(first, coded("Ben", times=False, covers=(0, None)))
    assert part == ()
    assert reasons(left) == ["marks_without_time"]


def test_events_of_one_person_are_compared_alone_if_asked_for():
    first = coded("Ada", marked("laughter", 25), marked("laughter", 26, person="therapist"))
    assert len(events_of(first, coded("Ben"))[0]) == 2
    found, left = events_of(first, coded("Ben"), person="therapist")
    assert [event.start_ms for event in found] == [26_000]
    assert reasons(left) == ["marks_of_other_persons"]


# Stretches of time. The session lasts 120 s.


def test_segments_begin_at_zero_of_the_sessions_clock_and_last_to_the_end():
    units = laid_out(coded("Ada"), coded("Ben"), unit="segment", segment_ms=50_000)
    assert named(units) == ["0:00", "0:50", "1:40"]


def test_an_excerpt_keeps_the_grid_of_the_sessions_clock():
    late = [dataclasses.replace(c, turns=c.turns[3:]) for c in (coded("Ada"), coded("Ben"))]
    units = laid_out(*late, unit="segment", segment_ms=50_000)
    assert named(units) == ["0:00", "0:50", "1:40"]  # from 30 s on
    seconds = laid_out(*late, unit="second")
    assert (len(seconds.places), seconds.places[0].start_ms) == (90, 30_000)


def test_the_recording_belongs_to_what_was_heard():
    longer = [dataclasses.replace(coded(who), span_ms=(0, 180_500)) for who in ("Ada", "Ben")]
    assert len(laid_out(*longer, unit="second").places) == 181


def test_a_segment_counts_if_two_covered_it_whole():
    units = laid_out(
        coded("Ada", covers=(10_000, None)),
        coded("Ben", covers=(None, 110_000)),
        unit="segment",
        segment_ms=50_000,
    )
    assert named(units) == ["0:50"]
    assert {why for why, _ in units.left_out} == {"segments_not_covered_by_both"}


@pytest.mark.parametrize(
    ("mark", "segments"),
    [
        (marked("laughter", 25), ["0:20"]),
        (marked("laughter", 25, end=45), ["0:20", "0:30", "0:40"]),
        (marked("laughter", 25, end=30), ["0:20"]),  # the end is exclusive
        (marked("laughter", None, 2), ["0:20"]),  # where its turn begins
        (marked("laughter", None, 2, 4), ["0:20", "0:30"]),  # to where its last turn begins
    ],
)
def test_a_mark_counts_in_every_segment_it_covers(mark, segments):
    units = laid_out(coded("Ada", mark), coded("Ben"), unit="segment", segment_ms=10_000)
    marks = mark_up(units, ANY).counts[:, 0, 0]
    assert [name for name, n in zip(named(units), marks, strict=True) if n] == segments


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (marked("laughter"), "marks_without_place"),
        (marked("laughter", 500), "marks_on_no_unit"),
        (marked("laughter", 5), "marks_not_covered_by_both"),
    ],
)
def test_a_mark_in_no_segment_says_why(mark, reason):
    units = laid_out(
        coded("Ada", mark), coded("Ben", covers=(50_000, None)), unit="segment", segment_ms=50_000
    )
    assert reasons(units.left_out) == [reason]


def test_an_untimed_session_has_no_segments():
    mark = marked("laughter", None, 2)
    untimed = coded("Ada", mark, times=False), coded("Ben", times=False)
    units = laid_out(*untimed, unit="segment")
    assert units.places == ()
    assert {why for why, _ in units.left_out} == {"sessions_without_time", "marks_without_time"}


def test_a_session_is_a_unit_with_the_marks_of_what_all_covered():
    inside = marked("laughter", 85), marked("laughter", 25), marked("laughter")
    units = laid_out(coded("Ada", *inside), coded("Ben", covers=(60_000, None)), unit="session")
    assert named(units) == ["session"]
    # One about the session as a whole (late, say), and one in the part that both covered.
    assert mark_up(units, ANY).counts[:, :, 0].tolist() == [[2, 0]]
    assert reasons(units.left_out) == ["marks_not_covered_by_both"]


def test_a_mark_without_a_time_cannot_be_told_to_lie_in_the_part_of_a_session():
    untimed = coded("Ada", marked("laughter", None, 2), times=False)
    units = laid_out(untimed, coded("Ben", times=False, covers=(0, None)), unit="session")
    assert reasons(units.left_out) == ["marks_without_time"]


# Other kinds of mark


def test_a_precipitant_may_lie_in_anybodys_turn_and_repair_lies_in_the_patients():
    cause = marked(None, None, 3, family=None, kind=Kind.PRECIPITANT)
    said = marked(None, None, 2, family=None, kind=Kind.STATEMENT)
    shared = panel((coded("Ada", cause, said), coded("Ben")))
    anybody = lay_out(shared, Plan(), [Kind.PRECIPITANT])
    assert numbers(anybody) == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12]
    assert [rows for _, _, rows in anybody.marks[0]] == [(3,)]
    patients = lay_out(shared, Plan(), [Kind.STATEMENT])
    assert numbers(patients) == [1, 3, 7, 9, 11]
    assert [rows for _, _, rows in patients.marks[0]] == [(1,)]


def test_one_rater_alone_cannot_agree():
    for codings in ([], [coded("Ada")], [coded("Ada"), coded("Ada", number="2")]):
        with pytest.raises(CoderError) as told:
            panel(codings)
        assert told.value.key == "agreement_one_rater"
        assert say(told.value)


def test_raters_without_a_session_in_common_cannot_agree():
    with pytest.raises(CoderError) as told:
        panel([coded("Ada"), coded("Ben", number="2")])
    assert told.value.key == "agreement_no_common_session"
    assert "Ada, Ben" in say(told.value)


def test_two_codings_of_one_session_by_one_rater_are_too_many():
    with pytest.raises(CoderError) as told:
        panel([coded("Ada"), coded("Ada", scheme=LARAWAY), coded("Ben")])
    assert told.value.key == "agreement_coded_twice"
    assert "4/1" in say(told.value)
