import dataclasses

import pytest

from coder import markers
from coder.agreement.pairs import pools
from coder.agreement.units import codes_at, events, presence, turn_units
from coder.coding import Anchor, CodedSession, Coding, Family, Kind, Mark, Rater
from coder.errors import CoderError
from coder.markers import Marker, Scheme
from coder.session import Role, Session, Turn
from coder.settings import BACKCHANNELS
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
        Marker("thanks", "Thanks", "repair"),
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


def pair_of(first, second):
    return pools((first, second))[0].pairs[0]


def laid_out(first, second, words=BACKCHANNELS):
    return turn_units(pair_of(first, second), words)


def rows_of(units, codes, code):
    first, second, _ = presence(units, codes)
    column = codes.codes.index(code)
    return [
        [units.turns[row].n for row in range(len(units.turns)) if side[row, column]]
        for side in (first, second)
    ]


def reasons(left_out):
    return sorted(why for why, _ in left_out if why.startswith("marks"))


ANY = codes_at("any", [SAMSTAG])


def test_the_units_are_the_patients_turns_but_for_backchannels():
    units = laid_out(coded("Ada"), coded("Ben"))
    assert [turn.n for turn in units.turns] == [1, 3, 7, 9, 11]
    assert units.left_out == {("turns_of_backchannel", "1-4")}


def test_every_turn_of_the_patient_is_a_unit_when_no_word_is_a_backchannel():
    assert [turn.n for turn in laid_out(coded("Ada"), coded("Ben"), ()).turns] == [
        1,
        3,
        5,
        7,
        9,
        11,
    ]


def test_only_turns_that_both_covered_are_units():
    units = laid_out(coded("Ada", covers=(20_000, None)), coded("Ben", covers=(None, 80_000)))
    assert [turn.n for turn in units.turns] == [3, 7]
    assert ("turns_not_covered_by_both", "1-0") in units.left_out
    assert ("turns_not_covered_by_both", "1-8") in units.left_out


def test_the_later_start_and_the_earlier_end_bound_what_both_covered():
    pair = pair_of(coded("Ada", covers=(10_000, 90_000)), coded("Ben", covers=(20_000, 100_000)))
    assert (pair.from_ms, pair.to_ms) == (20_000, 90_000)


def test_an_untimed_turn_cannot_be_told_to_lie_in_a_part():
    units = laid_out(coded("Ada", covers=(20_000, None), times=False), coded("Ben", times=False))
    assert units.turns == ()
    assert {why for why, _ in units.left_out} == {"turns_without_time", "turns_of_backchannel"}


def test_untimed_turns_are_units_when_both_covered_the_whole_session():
    assert len(laid_out(coded("Ada", times=False), coded("Ben", times=False)).turns) == 5


def test_a_turn_of_another_version_of_the_transcript_is_left_out():
    other = dataclasses.replace(coded("Ben"), turns=made_turns()[2:])
    units = laid_out(coded("Ada"), other)
    assert [turn.n for turn in units.turns] == [3, 7, 9, 11]
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
    assert codes_at("any", [SMALL]).codes == (None,)


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
    assert codes.why_none(marked("sighs", 25), SMALL) == "marks_undeclared"


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
    first, _, left = presence(units, codes_at("row", [SAMSTAG]))
    assert not first.any()
    assert reasons(left) == ["marks_without_row"]


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
    uncounted = [] if withdrawal or confrontation else ["marks_of_unsure_family"]
    assert reasons(presence(units, families)[2]) == uncounted


def test_a_flag_without_a_marker_counts_as_family_and_any_only():
    units = laid_out(coded("Ada", marked(None, 25)), coded("Ben"))
    assert rows_of(units, codes_at("family", [SAMSTAG]), "withdrawal")[0] == [3]
    assert rows_of(units, ANY, None)[0] == [3]
    for level in ("marker", "row"):
        first, _, left = presence(units, codes_at(level, [SAMSTAG]))
        assert not first.any()
        assert reasons(left) == ["marks_without_marker"]


def test_a_flag_that_was_named_later_counts_as_its_marker():
    units = laid_out(coded("Ada", marked("long-silence", 25, kind=Kind.FLAG)), coded("Ben"))
    assert rows_of(units, codes_at("marker", [SAMSTAG]), "long-silence")[0] == [3]


def test_an_event_is_where_its_anchor_starts_or_else_its_first_turn():
    first = coded(
        "Ada", marked("laughter", 25), marked("laughter", None, 6, 8), marked("laughter", 85, 6)
    )
    found, left = events(pair_of(first, coded("Ben")), first)
    assert [event.at_ms for event in found] == [25_000, 60_000, 85_000]
    assert left == frozenset()


def test_an_event_without_a_place_or_where_not_both_looked_is_left_out():
    first = coded(
        "Ada",
        marked("laughter"),
        marked("laughter", 5),
        marked("laughter", 80),
        marked("laughter", 50),
    )
    second = coded("Ben", covers=(20_000, 80_000))
    found, left = events(pair_of(first, second), first)
    assert [event.at_ms for event in found] == [50_000]
    assert reasons(left) == [
        "marks_not_covered_by_both",
        "marks_not_covered_by_both",
        "marks_without_place",
    ]


def test_an_untimed_event_cannot_be_told_to_lie_in_a_part():
    first = coded("Ada", marked("laughter", None, 2), times=False)
    whole, _ = events(pair_of(first, coded("Ben", times=False)), first)
    assert [(event.at_ms, event.turns) for event in whole] == [(None, ("1-2",))]
    part, left = events(pair_of(first, coded("Ben", times=False, covers=(0, None))), first)
    assert part == ()
    assert reasons(left) == ["marks_without_time"]


def test_one_rater_alone_cannot_agree():
    for codings in ([], [coded("Ada")], [coded("Ada"), coded("Ada", number="2")]):
        with pytest.raises(CoderError) as told:
            pools(codings)
        assert told.value.key == "agreement_one_rater"
        assert say(told.value)


def test_raters_without_a_session_in_common_cannot_agree():
    with pytest.raises(CoderError) as told:
        pools([coded("Ada"), coded("Ben", number="2")])
    assert told.value.key == "agreement_no_common_session"
    assert "Ada, Ben" in say(told.value)


def test_two_codings_of_one_session_by_one_rater_are_too_many():
    with pytest.raises(CoderError) as told:
        pools([coded("Ada"), coded("Ada", scheme=LARAWAY), coded("Ben")])
    assert told.value.key == "agreement_coded_twice"
    assert "4/1" in say(told.value)
