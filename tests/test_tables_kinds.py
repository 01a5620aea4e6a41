"""Components, processes, session marks, ratings and presences in tables of codings."""

import json

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder import markers, tables
from coder.coding import Coding, CodingId, Episode, EpisodeId, Found, Kind, RaterId
from coder.errors import CoderError
from coder.session import Role, SessionId, Turn, TurnId
from coder.words import say

CODING = Coding(CodingId("c"), SessionId("s"), RaterId("r"), "small", "1")
SCHEME = markers.from_content(
    {
        "id": "small", "version": "1", "title": "Small", "source": "ours",
        "scales": [
            {"id": "impact", "label": "Impact", "low": 1, "high": 5, "each": "marker"},
            {"id": "depth", "label": "Depth", "low": -2, "high": 2, "over": "episode"},
            {"id": "salience", "label": "Salience", "low": 1, "high": 5, "over": "segment"},
        ],
        "markers": [
            {"id": "denial", "label": "Denial", "column": "content", "family": "withdrawal"},
            {"id": "sighs", "label": "Sighs", "column": "manner", "retired": True},
            {"id": "linking", "label": "Making links", "column": "repair", "person": "therapist"},
            {"id": "warms", "label": "Warms", "column": "positive", "kind": "process"},
            {"id": "tired", "label": "Tired", "column": "session", "kind": "session"},
        ],
    }
)  # fmt: skip
TURNS = (
    Turn(TurnId("a"), 1, 1, "T", "How was that week?", 0, 4000, role=Role.THERAPIST),
    Turn(TurnId("b"), 2, 2, "C", "It’s fine.", 4000, 8000, role=Role.PATIENT),
)


def read(tmp_path, content, **more):
    path = tmp_path / "t.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return tables.read(path, coding=CODING, scheme=SCHEME, turns=TURNS, **more)


def one(tmp_path, **row):
    return read(tmp_path, [row]).marks[0]


def refusal(tmp_path, content):
    with pytest.raises(CoderError) as fault:
        read(tmp_path, content)
    assert fault.value.key == "table_refused"
    return say(fault.value)


@pytest.mark.parametrize(
    ("marker", "kind"),
    [("denial", Kind.MARKER), ("Making links", Kind.COMPONENT), ("warms", Kind.PROCESS)],
)
def test_a_row_without_a_kind_is_of_its_markers_kind(tmp_path, marker, kind):
    mark = one(tmp_path, marker=marker, start="0:05")
    assert (mark.kind, mark.anchor.start_ms) == (kind, 5000)
    assert (mark.family is None) == (kind != Kind.MARKER)


@pytest.mark.parametrize("name", ["tired", "late", "Homework not done"])
def test_a_session_mark_needs_no_place_and_may_be_of_any_scheme(tmp_path, name):
    for row in ({}, {"kind": "session"}, {"turn": "session", "turns": ""}):
        mark = one(tmp_path, marker=name, note="again", **row)
        assert (mark.kind, mark.anchor, mark.family) == (Kind.SESSION, None, None)
        assert mark.note == "again"


@pytest.mark.parametrize("place", [{"start": "5"}, {"turn": "2"}, {"quote": "fine"}])
def test_a_session_mark_has_no_place(tmp_path, place):
    told = refusal(tmp_path, [{"marker": "late", **place}])
    assert "has no place in it" in told


@pytest.mark.parametrize(
    ("kind", "marker", "words"),
    [
        ("component", "denial", "“Denial” is of the kind marker, not component"),
        ("process", "linking", "“Making links” is of the kind component, not process"),
        ("session", "warms", "“Warms” is of the kind process, not session"),
        ("marker", "warms", "“Warms” is of the kind process, not marker"),
        ("flag", "linking", "“Making links” is of the kind component, not flag"),
        ("marker", "late", "“Late” is of the kind session, not marker"),
        ("process", "", "names no marker"),
        ("session", "", "names no marker"),
        ("", "nothing", "has no marker “nothing”"),
    ],
)
def test_a_row_of_another_kind_than_its_marker_is_refused(tmp_path, kind, marker, words):
    told = refusal(tmp_path, [{"kind": kind, "marker": marker, "start": "5"}])
    assert words in told


def test_a_flag_may_name_the_rupture_it_is(tmp_path):
    mark = one(tmp_path, kind="flag", marker="denial", start="5")
    assert (mark.kind, mark.marker) == (Kind.FLAG, "denial")


def test_whose_act_it_is_follows_from_the_marker_unless_it_is_said(tmp_path):
    mark = one(tmp_path, marker="linking", start="0:05")
    assert (mark.person, mark.anchor.turns) == ("therapist", ("a",))
    mark = one(tmp_path, marker="linking", start="0:05", person="patient")
    assert (mark.person, mark.anchor.turns) == ("patient", ("b",))


RATINGS = [
    {"scale": "impact:denial", "value": 3},
    {"scale": "Impact: Sighs", "value": "5", "episode": None},
    {"scale": "depth", "value": -2, "episode": 2},
    {"scale": "salience", "value": 1, "segment_start": "0:05:00.000"},
    {"scale": "salience", "value": 2, "segment_ms": 600_000},
]


def test_ratings_come_with_what_they_are_of(tmp_path):
    old = Episode(EpisodeId("e"), CODING.id, 2)
    table = read(tmp_path, {"ratings": RATINGS}, episodes=[old])
    told = [(e.scale, e.value, e.episode_id, e.segment_ms) for e in table.settled]
    assert told == [
        ("impact:denial", 3, None, None),
        ("impact:sighs", 5, None, None),
        ("depth", -2, "e", None),
        ("salience", 1, None, 300_000),
        ("salience", 2, None, 600_000),
    ]
    assert table.marks == table.episodes == ()


def test_an_episode_that_is_rated_first_is_made(tmp_path):
    table = read(tmp_path, {"ratings": [{"scale": "depth", "value": 0, "episode": 1}]})
    assert table.settled[0].episode_id == table.episodes[0].id


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"scale": "wide", "value": 1}, "no scale “wide”; it has: impact:denial, impact:sighs"),
        ({"value": 1}, "no scale “”"),
        ({"scale": "impact:denial", "value": 6}, "“6” is off the scale “Impact: Denial”"),
        ({"scale": "impact:denial", "value": "0"}, "whole number from 1 to 5"),
        ({"scale": "impact:denial", "value": "3.5"}, "“3.5” is off the scale"),
        ({"scale": "impact:denial", "value": "³"}, "off the scale"),
        ({"scale": "impact:denial"}, "“” is off the scale"),
        ({"scale": "impact:denial", "value": 1, "episode": 1}, "leave episode empty"),
        ({"scale": "depth", "value": 1}, "is asked of each episode: fill in episode"),
        ({"scale": "salience", "value": 1}, "is asked of each segment: fill in segment_start"),
        ({"scale": "salience", "value": 1, "segment_start": "x"}, "“x” is not a time"),
        ({"scale": "depth", "value": 1, "episode": "x"}, "“x” is no episode"),
    ],
)
def test_a_rating_that_cannot_be_is_refused_with_its_reason(tmp_path, row, words):
    told = refusal(tmp_path, {"ratings": [{"scale": "impact:denial", "value": 3}, row]})
    assert "row 2: " in told
    assert words in told


def test_presences_come_with_their_component(tmp_path):
    rows = [
        {"component": "Making links", "found": "present"},
        {"component": "linking", "found": "not-present", "episode": 1},
        {"component": "linking", "found": "NA", "episode": 2},
    ]
    table = read(tmp_path, {"presences": rows})
    numbers = {each.id: each.number for each in table.episodes}
    told = [(e.component, e.found, numbers.get(e.episode_id)) for e in table.settled]
    assert told == [
        ("linking", Found.PRESENT, None),
        ("linking", Found.NOT_PRESENT, 1),
        ("linking", Found.NOT_ANALYSED, 2),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"component": "nothing", "found": "present"}, "no marker “nothing”"),
        ({"component": "denial", "found": "present"}, "“Denial” is no component of repair"),
        ({"component": "linking", "found": "perhaps"}, "perhaps"),
        ({"component": "linking"}, "Write as found"),
    ],
)
def test_a_presence_that_cannot_be_is_refused_with_its_reason(tmp_path, row, words):
    assert words in refusal(tmp_path, {"presences": [row]})


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("ratings", {"scale": "depth", "value": 1}, {"scale": "depth", "value": 2}),
        (
            "presences",
            {"component": "linking", "found": "present"},
            {"component": "linking", "found": "not-present"},
        ),
    ],
)
def test_what_is_said_twice_must_be_the_same(tmp_path, name, first, second):
    rows = [{**each, "episode": 1} for each in (first, first)]
    assert len(read(tmp_path, {name: rows}).settled) == 1
    told = refusal(tmp_path, {name: [*rows, {**second, "episode": 1}]})
    assert "row 3: The same is said further up" in told


def test_a_workbook_carries_ratings_and_presences_on_sheets(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "marks"
    book.active.append(["marker", "start"])
    for name, rows in (
        ("Ratings", [["scale", "label", "value"], ["impact:denial", "Impact: Denial", 4]]),
        ("Presences", [["component", "found"], ["linking", "present"]]),
    ):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    path = tmp_path / "t.xlsx"
    table = tables.read(path, coding=CODING, scheme=SCHEME, turns=TURNS)
    rating, presence = table.settled
    assert (rating.value, presence.found) == (4, Found.PRESENT)


@pytest.mark.parametrize("name", ["ratings", "presences"])
def test_unknown_columns_beside_the_marks_are_refused(tmp_path, name):
    with pytest.raises(CoderError) as fault:
        read(tmp_path, {name: [{"colour": "red"}]})
    assert fault.value.key == "table_unknown_columns"


_CELLS = st.one_of(st.none(), st.integers(-9, 9), st.text(max_size=8), st.sampled_from([
    "late", "linking", "warms", "denial", "tired", "session", "component", "process", "flag",
    "present", "impact:denial", "salience", "depth", "0:05",
]))  # fmt: skip


@given(
    st.sampled_from(["rows", "ratings", "presences"]),
    st.lists(
        st.dictionaries(
            st.sampled_from([
                "kind", "marker", "start", "turn", "person", "scale", "value", "episode",
                "segment_start", "component", "found",
            ]),
            _CELLS,
            max_size=6,
        ),
        max_size=4,
    ),
)  # fmt: skip
def test_whatever_stands_in_the_rows_is_taken_or_refused_in_words(tmp_path_factory, name, rows):
    try:
        table = read(tmp_path_factory.mktemp("t"), {name: rows})
    except CoderError as fault:
        told, taken = say(fault), 0
    else:
        told, taken = "taken", len(table.marks) + len(table.settled)
    assert told
    assert taken <= len(rows)
