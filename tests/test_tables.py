"""Tables of codings are taken whole, or refused line by line."""

import datetime as dt
import json
from importlib import resources
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder import markers, tables
from coder.coding import (
    Anchor,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Family,
    Kind,
    Outcome,
    RaterId,
)
from coder.errors import CoderError
from coder.session import Role, SessionId, Turn, TurnId
from coder.tables import files, quotes
from coder.transcripts import Options, inspect
from coder.words import say

CODING = Coding(CodingId("c"), SessionId("s"), RaterId("r"), "small", "1")
SCHEME = markers.from_content(
    {
        "id": "small", "version": "1", "title": "Small", "source": "ours",
        "markers": [
            {"id": "denial", "label": "Denial", "column": "content", "family": "withdrawal"},
            {"id": "sighs", "label": "Heavy sighs", "column": "manner"},
            {"id": "linking", "label": "Making links", "column": "repair"},
        ],
    }
)  # fmt: skip
P, T = Role.PATIENT, Role.THERAPIST
TURNS = (
    Turn(TurnId("a"), 1, 1, "T", "How was that week?", 0, 4000, role=T),
    Turn(TurnId("b"), 2, 2, "C", "It’s fine, I suppose.", 4000, 8000, role=P),
    Turn(TurnId("c"), 3, 3, "T", "Mmm", 8000, 9000, role=T),
    Turn(TurnId("d"), 4, 4, "C", "It will come, just not now. Fine.", 9000, 15_000, role=P),
    Turn(TurnId("e"), 5, 5, "C", "Fine", 200_000, 201_000, role=P),
    Turn(TurnId("f"), 6, 6, "T", "It will come?", 202_000, 203_000, role=T),
    Turn(TurnId("g"), 7, 7, "C", "An untimed word, twice twice", role=P),
)


def write(tmp_path: Path, content, name="t.csv", encoding="utf-8") -> Path:
    path = tmp_path / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding=encoding)
    return path


def read(path, **more):
    return tables.read(path, coding=CODING, scheme=SCHEME, turns=TURNS, **more)


def one(tmp_path, row, **more):
    return read(write(tmp_path, [row], "t.json"), **more).marks[0]


def refusal(tmp_path, row, **more) -> str:
    with pytest.raises(CoderError) as fault:
        read(write(tmp_path, [row], "t.json"), **more)
    assert fault.value.key == "table_refused"
    return say(fault.value)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_whatever_parts_its_columns(tmp_path, separator):
    lines = [["Marker", "start", "note"], ["Denial", "0:05", "a note; of, sorts"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    (mark,) = read(write(tmp_path, text)).marks
    assert (mark.marker, mark.anchor.start_ms, mark.note) == ("denial", 5000, "a note; of, sorts")
    assert (mark.kind, mark.family, mark.person) == (Kind.MARKER, Family.WITHDRAWAL, "patient")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_in_the_encodings_spreadsheets_write(tmp_path, encoding):
    text = "marker,quote\nDenial,“It’s fine”\n"
    (mark,) = read(write(tmp_path, text, encoding=encoding)).marks
    assert mark.anchor.quote == "It’s fine"


def test_an_xlsx_is_read_with_its_episodes_and_typed_times(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["kind", "marker", "start", "clarity", "episode", None])
    sheet.append([None, "Heavy sighs", dt.time(0, 0, 5, 250_000), 2.0, 2, None])
    sheet.append([None, None, None, None, None, None])
    sheet.append([None, "denial", 9.5, None, None, None])
    more = book.create_sheet("Episodes")
    more.append(
        ["number", "precipitant", "background", "onset", "intensity", "noticed", "outcome_after"]
    )
    more.append([2, "Pressed on", "The task", "0:04", 3, "yes", "partly"])
    book.save(tmp_path / "t.xlsx")
    table = read(tmp_path / "t.xlsx")
    assert [mark.anchor.start_ms for mark in table.marks] == [5250, 9500]
    (episode,) = table.episodes
    assert table.marks[0].episodes == (episode.id,)
    assert table.marks[0].family == Family.UNSURE  # sighs have no default family
    assert (episode.number, episode.precipitant, episode.background) == (
        2,
        "Pressed on",
        "The task; onset 0:04",
    )
    assert (episode.intensity, episode.noticed, episode.outcome_after) == (3, True, Outcome.PARTLY)


def test_a_workbook_of_one_sheet_is_enough(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["marker", "start"])
    book.active.append(["denial", dt.timedelta(hours=56, minutes=52)])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(CoderError) as fault:
        read(tmp_path / "t.xlsx")
    assert "row 2: “2 days, 8:52:00” is not a time" in say(fault.value)


def test_a_lone_episodes_sheet_is_taken(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "episodes"
    book.active.append(["number", "outcome_before"])
    book.active.append([1, "not"])
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx").episodes[0].outcome_before == Outcome.NOT


def test_a_sheet_that_claims_to_be_vast_is_read_at_once(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["marker", "start"])
    book.active.append(["denial", "5"])
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "t.xlsx")
    assert len(read(tmp_path / "t.xlsx").marks) == 1


def test_json_may_say_that_it_was_coded_without_sound(tmp_path):
    content = {
        "marks": [
            {"marker": "denial", "start_ms": 5000, "turns": [2, 4], "clarity": 2.0, "id": "x"}
        ],
        "with_sound": False,
    }
    table = read(write(tmp_path, content, "t.json"))
    assert not table.with_sound
    assert table.marks[0].anchor.turns == ("b", "d")
    assert (
        table.marks[0].anchor.quote == "It’s fine, I suppose. … It will come, just not now. Fine."
    )


@pytest.mark.parametrize(
    ("name", "content", "key", "words"),
    [
        ("t.doc", "", "table_unknown_suffix", ".csv"),
        ("t.csv", "", "table_unreadable", "it is empty"),
        ("t.csv", "marker\n" + "x" * 200_000, "table_unreadable", "field larger"),
        ("t.json", "[" * 100_000, "table_unreadable", "recursion"),
        ("t.json", "{}", "table_unreadable", "neither rows"),
        ("t.json", '{"rows": [], "with_sound": 1}', "table_unreadable", "with_sound"),
        ("t.json", '[{"marker": {"a": 1}}]', "table_unreadable", "whole object"),
        ("t.xlsx", "no zip", "table_unreadable", "zip"),
        ("t.csv", "marker,wehn\ndenial,5", "table_unknown_columns", "wehn"),
        ("t.csv", "marker,start,start\ndenial,5,6", "table_unknown_columns", "?"),
        ("t.csv", "marker\ndenial,5", "table_unknown_columns", "?"),
        ("t.json", '{"episodes": [{"numbr": 1}]}', "table_unknown_columns", "numbr"),
        ("t.csv", "rater,marker,start\nA,denial,5\nB,denial,5", "table_of_several", "more than one rater"),
        ("t.csv", "marker\n" + "denial\n" * 100_001, "table_too_long", "100000"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_by_name(tmp_path, name, content, key, words):
    with pytest.raises(CoderError) as fault:
        read(write(tmp_path, content, name))
    assert fault.value.key == key
    assert words in say(fault.value)
    assert name in say(fault.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CoderError, match="table_unreadable"):
        read(tmp_path / "none.csv")


def test_every_refused_line_is_named_and_nothing_is_taken(tmp_path):
    text = 'marker,start,note\ndenial,5,\nWhining,5,"two\nlines"\ndenial,abc,\n'
    with pytest.raises(CoderError) as fault:
        read(write(tmp_path, text))
    assert fault.value.where["count"] == 2
    first, second = fault.value.where["reasons"].split("\n")
    assert first.startswith("line 3: The scheme small has no marker “Whining”")
    assert second.startswith("line 5: “abc” is not a time")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"kind": "mark"}, "the kinds are marker, flag, precipitant, statement, shift, component, process, session, outcome"),
        ({"start": "5"}, "names no marker"),
        ({"kind": "component", "start": "5"}, "names no marker"),
        ({"marker": "denial"}, "has no place"),
        ({"marker": "denial", "start": "0:99"}, "is not a time"),
        ({"marker": "denial", "start_ms": "x"}, "is no start_ms"),
        ({"marker": "denial", "start": "4:00"}, "4:00 is a time outside the recording, which covers 0:01 to 3:30"),
        ({"marker": "denial", "start": "0"}, "a time outside the recording"),
        ({"marker": "denial", "start": "9", "end": "8"}, "no start before it"),
        ({"marker": "denial", "turn": 7, "end": "8"}, "no start before it"),
        ({"marker": "denial", "turn": 9}, "There is no turn 9"),
        ({"marker": "denial", "turn": "x"}, "is no turn"),
        ({"marker": "denial", "quote": "nowhere said"}, "is not in the transcript"),
        ({"marker": "denial", "quote": "…"}, "is not in the transcript"),
        ({"marker": "denial", "quote": "fine"}, "several times (turns 2, 4, 5)"),
        ({"marker": "denial", "quote": "twice"}, "several times (turns 7)"),
        ({"marker": "denial", "start": "5", "person": "mother"}, "is no person"),
        ({"marker": "denial", "start": "5", "family": "red"}, "is no family"),
        ({"marker": "denial", "start": "5", "clarity": 4}, "is no clarity: write a whole number to 3"),
        ({"marker": "denial", "start": "5", "clarity": "high"}, "is no clarity"),
        ({"marker": "denial", "start": "5", "episode": 0}, "is no episode"),
        ({"marker": "denial", "start": "5", "episode": "1 2"}, "Only a repair"),
        ({"kind": "shift", "start": "5", "family": "both"}, "A shift has no family"),
        ({"kind": "outcome", "marker": "later", "text": "not"}, "“before” or “after”"),
        ({"kind": "outcome", "marker": "after", "text": "mended"}, "is no outcome"),
        ({"kind": "precipitant"}, "has no place"),
    ],
)  # fmt: skip
def test_a_row_is_refused_with_its_reason(tmp_path, row, words):
    assert words in refusal(tmp_path, row, span_ms=(1000, 210_000))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"precipitant": "x"}, "no number"),
        ({"number": "0"}, "is no number"),
        ({"number": 1, "noticed": "maybe"}, "“yes” or “no”"),
        ({"number": 1, "intensity": 6}, "whole number to 5"),
        ({"number": 1, "outcome_after": "so-so"}, "is no outcome"),
    ],
)
def test_an_episode_row_is_refused_with_its_reason(tmp_path, row, words):
    with pytest.raises(CoderError) as fault:
        read(write(tmp_path, {"episodes": [row]}, "t.json"))
    assert words in say(fault.value)


@pytest.mark.parametrize(
    ("row", "anchor"),
    [
        # a moment: the patient's last turn begun at or before it
        ({"start": "8.5"}, Anchor(("b",), 8500, quote="It’s fine, I suppose.")),
        ({"start": "8.5", "person": "therapist"}, Anchor(("c",), 8500, quote="Mmm")),
        ({"start": "1"}, Anchor((), 1000)),
        ({"start": "9", "end": "12"}, Anchor(("d",), 9000, 12_000, quote="It will come, just not now. Fine.")),
        # a turn
        ({"turn": 2}, Anchor(("b",), 4000, quote="It’s fine, I suppose.")),
        ({"turn": 7}, Anchor(("g",), None, quote="An untimed word, twice twice")),
        ({"turn": 2, "start": "5"}, Anchor(("b",), 5000, quote="It’s fine, I suppose.")),
        ({"turn": 4, "quote": "JUST  not now."}, Anchor(("d",), 9000, begin=14, stop=27, quote="just not now.")),
        ({"turn": 7, "quote": "twice", "begin": 23, "stop": 28}, Anchor(("g",), None, begin=23, stop=28, quote="twice")),
        # words
        ({"quote": "it's fine"}, Anchor(("b",), 4000, begin=0, stop=9, quote="It’s fine")),
        ({"quote": "I suppose. It will come"}, Anchor(("b", "d"), 4000, begin=11, stop=12, quote="I suppose. … It will come")),
        ({"quote": "suppose Mmm It will"}, Anchor(("b", "c", "d"), 4000, begin=13, stop=7, quote="suppose. … Mmm … It will")),
        ({"quote": "fine", "start": "3:21"}, Anchor(("e",), 201_000, quote="Fine")),
        ({"quote": "untimed word", "start": "5"}, Anchor(("g",), 5000, begin=3, stop=15, quote="untimed word")),
        ({"quote": "It will come", "person": "therapist"}, Anchor(("f",), 202_000, begin=0, stop=12, quote="It will come")),
        ({"quote": "How was"}, Anchor(("a",), 0, begin=0, stop=7, quote="How was")),
        # the session as a whole
        ({"turn": "session"}, None),
    ],
)  # fmt: skip
def test_any_subset_that_anchors_a_mark_will_do(tmp_path, row, anchor):
    mark = one(tmp_path, {"marker": "denial", **row})
    assert mark.anchor == anchor
    assert mark.text == ""


@pytest.mark.parametrize(
    ("row", "anchor"),
    [
        # whole turns of one speaker, joined across the other's “Mmm”; the end is exclusive
        ({"turn": 2, "end": "12"}, Anchor(("b", "d"), 4000, 12_000, quote="It’s fine, I suppose. … It will come, just not now. Fine.")),
        ({"turn": 2, "end": "9"}, Anchor(("b",), 4000, 9000, quote="It’s fine, I suppose.")),
        ({"start": "5", "end": "12"}, Anchor(("b", "d"), 5000, 12_000, quote="It’s fine, I suppose. … It will come, just not now. Fine.")),
        ({"turn": 1, "end": "10", "person": "therapist"}, Anchor(("a", "c"), 0, 10_000, quote="How was that week? … Mmm")),
        ({"turn": 4, "start": "8.5", "end": "12"}, Anchor(("d",), 8500, 12_000, quote="It will come, just not now. Fine.")),
        # from where the quote begins
        ({"turn": 2, "end": "12", "quote": "I suppose."}, Anchor(("b", "d"), 4000, 12_000, 11, 33, "I suppose. … It will come, just not now. Fine.")),
        # the quoted words, where they run over the turns themselves
        ({"turn": 2, "end": "12", "quote": "I suppose. It will come"}, Anchor(("b", "d"), 4000, 12_000, 11, 12, "I suppose. … It will come")),
        ({"start": "4", "end": "4:00", "quote": "I suppose. It will come"}, Anchor(("b", "d"), 4000, 240_000, 11, 12, "I suppose. … It will come")),
        # several turns named are all there are, and what was exported says it all
        ({"turn": "2 4", "end": "3:25"}, Anchor(("b", "d"), 4000, 205_000, quote="It’s fine, I suppose. … It will come, just not now. Fine.")),
        ({"turn": 2, "start_ms": 4000, "end": "12", "quote": "It’s fine, I suppose."}, Anchor(("b",), 4000, 12_000, quote="It’s fine, I suppose.")),
    ],
)  # fmt: skip
def test_a_span_over_several_turns_of_a_speaker_holds_them_all(tmp_path, row, anchor):
    mark = one(tmp_path, {"marker": "denial", **row})
    assert mark.anchor == anchor
    assert mark.text == ""


def test_a_span_before_the_first_turn_holds_none(tmp_path):
    assert one(tmp_path, {"marker": "denial", "start": "1", "end": "2"}).anchor == Anchor(
        (), 1000, 2000
    )


def test_an_edited_quote_of_a_span_is_kept_beside_all_its_turns(tmp_path):
    mark = one(tmp_path, {"marker": "denial", "turn": 2, "end": "12", "quote": "fine … I guess"})
    assert mark.anchor.turns == ("b", "d")
    assert mark.text == "fine … I guess"


def test_the_sample_s_statement_is_joined_across_the_therapist_s_mmm():
    folder = resources.files("coder.sample")
    with resources.as_file(folder / "session.vtt") as source:
        turns = inspect(source, Options(roles={"Patient": P, "Therapist": T})).turns
    with resources.as_file(folder / "gold.csv") as source:
        table = tables.read(source, coding=CODING, scheme=markers.load("samstag-2003"), turns=turns)
    numbers = {turn.id: turn.n for turn in turns}
    (said,) = [mark for mark in table.marks if mark.kind == Kind.STATEMENT]
    assert [numbers[each] for each in said.anchor.turns] == [122, 124]
    assert said.anchor.quote.startswith(
        "I say yes, so that nobody will be cross with me. … And then"
    )


@pytest.mark.parametrize(
    "range_", [{"begin": 500, "stop": 501}, {"begin": 0, "stop": 999}, {"begin": 500}]
)
def test_a_range_beyond_the_words_is_not_believed(tmp_path, range_):
    row = {"marker": "denial", "turn": 2, "quote": "It’s fine, I suppose.", **range_}
    assert one(tmp_path, row).anchor == Anchor(("b",), 4000, quote="It’s fine, I suppose.")


def test_every_episode_of_a_repair_is_read_from_what_marks_tells(tmp_path):
    row = {"kind": "shift", "start": "9", "episode": 1, "episodes": [1, 2]}
    table = read(write(tmp_path, [row], "t.json"))
    assert len(table.marks[0].episodes) == 2


@pytest.mark.parametrize("row", [{"start": "5", "quote": "fine … I guess"}, {"turn": 2, "quote": "fine … I guess"},
                                 {"start": "5", "quote": "will come"}, {"start": "5", "quote": "twice"}])  # fmt: skip
def test_an_edited_quote_is_kept_as_text_and_the_anchor_holds_the_turn(tmp_path, row):
    if row["quote"] == "will come":
        row = {**row, "start": "2:00", "quote": "suppose it will come"}
    mark = one(tmp_path, {"marker": "denial", **row})
    assert mark.text == row["quote"]
    assert mark.anchor.quote in {turn.text for turn in TURNS}


def test_an_edited_quote_beside_a_text_goes_to_the_note(tmp_path):
    row = {"kind": "statement", "text": "Short", "quote": "not so said", "turn": 2, "note": "N"}
    mark = one(tmp_path, row)
    assert (mark.text, mark.note) == ("Short", "N “not so said”")


def test_a_statement_says_its_text_or_its_quote(tmp_path):
    rows = [
        {"kind": "statement", "quote": "it's fine"},
        {"kind": "statement", "quote": "it's fine", "text": "Fine."},
    ]
    one_, other = read(write(tmp_path, rows, "t.json")).marks
    assert (one_.text, other.text) == ("it's fine", "Fine.")


def test_a_family_is_given_or_the_marker_s_or_unsure_for_a_flag(tmp_path):
    rows = [
        {"marker": "denial", "family": "Control"},
        {"kind": "flag"},
        {"kind": "component", "marker": "making links"},
    ]
    marks = read(write(tmp_path, [{"start": "5", **row} for row in rows], "t.json")).marks
    assert [mark.family for mark in marks] == [Family.CONFRONTATION, Family.UNSURE, None]


def test_a_precipitant_s_rows_make_its_episode(tmp_path):
    rows = [
        {"kind": "precipitant", "text": "Pressed on"},
        {"kind": "precipitant", "text": "Pressed on ", "start": "8.5"},
        {"kind": "precipitant", "text": "Other", "start": "9", "episode": 2, "person": "therapist"},
        {"kind": "precipitant", "text": "Again", "turn": 1, "episode": 2},
        {"kind": "precipitant", "quote": "How was that", "start": "1", "episode": 2},
    ]
    table = read(write(tmp_path, rows, "t.json"))
    assert [(e.number, e.precipitant) for e in table.episodes] == [
        (1, "Pressed on"),
        (2, "Other\nAgain"),
    ]
    assert [mark.text for mark in table.marks] == ["", "Other", "Again", ""]
    # It stands in whoever's turn it is, unless a person is named.
    assert [mark.anchor.turns for mark in table.marks] == [("c",), ("c",), ("a",), ("a",)]


def test_episodes_that_are_there_are_extended_and_others_left_alone(tmp_path):
    kept = Episode(EpisodeId("e"), CODING.id, 1, "As it was", outcome_before=Outcome.NOT)
    idle = Episode(EpisodeId("f"), CODING.id, 2)
    rows = [
        {"kind": "outcome", "marker": "after", "text": "repaired", "episode": "1"},
        {"kind": "outcome", "marker": "before", "text": "cannot-tell", "episode": "3"},
        {"kind": "shift", "text": "Softer", "start": "9", "episode": "1, 2"},
        {"kind": "precipitant", "text": "More"},
    ]
    table = read(write(tmp_path, rows, "t.json"), episodes=(kept, idle))
    one_, three = table.episodes
    assert (one_.id, one_.precipitant, one_.outcome_after) == (
        "e",
        "As it was\nMore",
        Outcome.REPAIRED,
    )
    assert (one_.outcome_before, three.number, three.outcome_before) == (
        Outcome.NOT,
        3,
        Outcome.CANNOT_TELL,
    )
    assert table.marks[0].episodes == ("e", "f")


def test_two_outcomes_of_one_episode_are_refused(tmp_path):
    rows = [
        {"kind": "outcome", "marker": "after", "text": text} for text in ("not", "not", "partly")
    ]
    with pytest.raises(CoderError) as fault:
        read(write(tmp_path, rows, "t.json"))
    assert "row 3: Episode 1 is given another outcome" in say(fault.value)


def test_turns_out_of_order_in_time_are_held_by_the_later(tmp_path):
    turns = (TURNS[3], TURNS[1])
    table = tables.read(
        write(tmp_path, [{"marker": "denial", "start": "10"}], "t.json"),
        coding=CODING,
        scheme=SCHEME,
        turns=turns,
    )
    assert table.marks[0].anchor.turns == ("d",)


def test_a_header_alone_is_a_coding_without_marks(tmp_path):
    assert read(write(tmp_path, "marker,start\n")).marks == ()


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_guarded_cell_is_never_a_formula_and_comes_back(cell):
    guarded = tables.guard(cell)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert files.unguard(guarded) == cell


@given(st.data())
def test_words_taken_from_turns_are_found_where_they_stand(data):
    patient = [turn for turn in TURNS if turn.role == P]
    n = data.draw(st.integers(0, len(patient) - 1))
    said = patient[n].text.split()
    first = data.draw(st.integers(0, len(said) - 1))
    last = data.draw(st.integers(first, len(said) - 1))
    quote = " ".join(said[first : last + 1])
    found = quotes.find(quotes.words_of(patient), quote.upper())
    assert any(
        each.turns[0] == patient[n] and patient[n].text[each.begin : each.stop] == quote
        for each in found
    )


def test_a_time_in_whole_seconds_means_that_second(tmp_path):
    """Forms round down: 0:04 may be the turn that begins at 4.3 s; 0:04.0 written out is that too."""
    turns = (
        Turn(TurnId("a"), 1, 1, "C", "Before.", 1000, 3900, role=P),
        Turn(TurnId("b"), 2, 2, "C", "Meant.", 4300, 8000, role=P),
    )
    for start, meant in (("0:04", "Meant."), ("0:04.2", "Before."), ("0:03", "Before.")):
        path = write(tmp_path, [{"marker": "denial", "start": start}], "t.json")
        (mark,) = tables.read(path, coding=CODING, scheme=SCHEME, turns=turns).marks
        assert mark.anchor.quote == meant
        assert mark.anchor.start_ms == round(float(start[2:]) * 1000)
