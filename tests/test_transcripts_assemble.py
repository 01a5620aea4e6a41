"""From events to turns: times within turns, notes lifted out, lines left out, clocks moved."""

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.session import Note, Role, Stamp, TimeSource, Timing, TimingId, Turn
from coder.transcripts import Options, asked, interpolate, settings_of, timed
from coder.transcripts.events import Event, Kind, assemble
from coder.transcripts.reading import read


def turn_event(line, text, label="T", start=None, end=None):
    return Event(Kind.TURN, line, text, label, start, end)


def stamp(line, ms):
    return Event(Kind.STAMP, line, "", start_ms=ms)


def test_a_time_within_a_turn_stands_before_the_word_that_follows_it():
    made = assemble([
        stamp(1, 5), turn_event(1, "one two"), stamp(1, 1000), Event(Kind.MORE, 2, "three"),
        stamp(2, 2000), turn_event(3, "", "C"), stamp(3, 2500), Event(Kind.MORE, 4, "four"),
        Event(Kind.STAMP, 5, ""),
    ])  # fmt: skip
    assert made.stamps == (Stamp(1, 8, 1000), Stamp(1, 13, 2000), Stamp(2, 0, 2500))
    assert made.anchors == ((1, 5), (1, 1000), (2, 2000), (3, 2500))
    assert made.unused_anchors == 2


def test_times_within_turns_go_along_when_neighbours_are_joined():
    events = [
        turn_event(1, "one", "T", 0, 900),
        turn_event(2, "two", "T", 1000, 2000),
        stamp(2, 1500),
        Event(Kind.MORE, 3, "three"),
    ]
    (made,) = assemble(events, 500).turns
    assert made.text == "one two three"
    assert assemble(events, 500).stamps == (Stamp(1, 8, 1500),)


def test_notes_are_taken_out_of_the_words_and_listed_where_they_stood():
    made = assemble(
        [turn_event(1, "(sighs) I am (laughs) fine (coughs)"), turn_event(2, "(cries)", "C"), turn_event(3, "so", "T"),
         turn_event(4, "no [quietly]", "C"), stamp(4, 9)],
        lift_notes=True,
    )  # fmt: skip
    assert [turn.text for turn in made.turns] == ["I am fine", "(cries)", "so", "no"]
    assert made.notes == (
        Note(1, "(sighs)", 1, 0), Note(1, "(laughs)", 1, 4), Note(1, "(coughs)", 1, 9), Note(2, "(cries)", 2, 0), Note(4, "[quietly]", 4, 2),
    )  # fmt: skip
    assert made.stamps == (Stamp(4, 2, 9),)


def test_lines_that_a_person_names_are_left_out_whatever_the_format():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v T>one</v>\n\n00:03.000 --> 00:04.000\n<v C>two</v>\n"
    reading = read(Path("a.vtt"), data, Options(skip=((4, 4),)))
    assert [turn.text for turn in reading.turns] == ["two"]
    assert [(each.line, each.text, each.why) for each in reading.reported] == [
        (4, "T: one", "left out as asked")
    ]


def test_times_from_a_line_on_count_later_ends_too():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v T>one</v>\n\n00:03.000 --> 00:04.000\n<v C>two</v>\n"
    reading = read(Path("a.vtt"), data, Options(offsets=((7, 60_000),)))
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        (1000, 2000),
        (63_000, 64_000),
    ]
    f4 = b"I: one two #00:00:05-0#\nB: three four #00:00:09-0#\nI: five #00:00:12-0#\n"
    moved = read(Path("a.txt"), f4, Options(offsets=((1, 60_000),)))
    assert [(turn.start_ms, turn.end_ms) for turn in moved.turns] == [
        (None, 65_000),
        (65_000, 69_000),
        (69_000, 72_000),
    ]


def test_what_a_file_does_not_have_cannot_be_chosen():
    for options, key in ((Options(tiers=("A",)), "no_tiers"), (Options(part="2"), "no_parts")):
        with pytest.raises(CoderError) as told:
            read(Path("a.txt"), b"T: one\nC: two\n", options)
        assert told.value.key == key


def test_only_what_a_person_chose_is_on_record_and_no_name():
    chosen = Options(
        frame_rate=25.0,
        lift_notes=True,
        skip=((1, 2),),
        columns={"start": "B"},
        names=(("Anna", "X"),),
    )
    assert settings_of(chosen) == (
        "columns: {'start': 'B'}", "frame_rate: 25.0", "lift_notes: True", "skip: ((1, 2),)",
    )  # fmt: skip
    assert settings_of(Options()) == ()


def test_options_are_read_as_a_person_writes_them():
    assert asked.ranges("1-12, 40, 3 – 5") == ((1, 12), (40, 40), (3, 5))
    assert asked.offsets("124=39:15, 200=1:00:00") == ((124, 2_355_000), (200, 3_600_000))
    assert asked.frame_rate("29,97") == 29.97
    assert asked.column("start= B ") == ("start", "B")
    for read_it, text in (
        (asked.ranges, "x"),
        (asked.offsets, "39:15"),
        (asked.frame_rate, "fast"),
        (asked.column, "B"),
    ):
        with pytest.raises(CoderError):
            read_it(text)


def words(n, count, start=None, times=TimeSource.NONE):
    return Turn(str(n), n, n, "T", " ".join("w" * count), start, None, times)


def starts(turns):
    return [turn.start_ms for turn in turns]


def test_times_within_turns_are_known_times_for_those_around_them():
    turns = [words(1, 2), words(2, 4), words(3, 2), words(4, 2)]
    stamps = [Stamp(2, 2, 3000), Stamp(3, 2, 7000)]  # after three and seven words
    made = interpolate(turns, 9000, stamps)
    assert starts(made) == [None, None, 6000, 7666]
    assert [turn.times for turn in made] == ["none", "none", "interpolated", "estimated"]
    assert starts(interpolate(turns, None, stamps)) == [None, None, 6000, None]


def test_a_time_within_a_turn_that_runs_backwards_is_not_used():
    turns = [
        words(1, 2, 1000, TimeSource.ANCHOR),
        words(2, 2),
        words(3, 2, 7000, TimeSource.ANCHOR),
    ]
    assert starts(interpolate(turns, None, [Stamp(1, 2, 500)])) == [1000, 4000, 7000]
    assert starts(interpolate(turns, None, [Stamp(1, 2, 2000)])) == [1000, 3666, 7000]


def test_without_times_found_later_the_turns_are_as_they_were():
    turns = (words(1, 2, 1000, TimeSource.ANCHOR), words(2, 2))
    assert timed(turns, ()) == turns
    later = Timing(TimingId("t"), "s", "2", 400, TimeSource.ESTIMATED)
    assert starts(timed(turns, [later])) == [1000, None]


def test_turns_that_nobody_is_named_for_may_be_given_a_role():
    data = b"WEBVTT\n\n00:01.000 --> 00:02.000\none\n"
    made = read(Path("a.vtt"), data, Options(roles={"": Role.PATIENT}))
    assert made.roles == {"": Role.PATIENT}
    assert made.turns[0].role is Role.PATIENT


def test_an_option_that_changes_nothing_is_named():
    options = Options(skip=((99, 99),), offsets=((99, 1000),), columns={"start": "B"})
    told = [
        n.where["option"]
        for n in read(Path("a.txt"), b"T: [0:01] one\nC: [0:02] two\n", options).warnings
        if n.key == "option_idle"
    ]
    assert told == ["--skip", "--offset", "--column"]


def test_a_word_between_a_label_and_its_words_that_is_blank_adds_nothing():
    made = assemble([turn_event(1, "one"), Event(Kind.MORE, 2, "  "), Event(Kind.MORE, 3, "two")])
    assert made.turns[0].text == "one two"
