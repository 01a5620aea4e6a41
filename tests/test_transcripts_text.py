"""Plain text with labels: what is a turn, a note, a time, a heading, and what is none of them."""

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.session import Role, TimeSource
from coder.transcripts import reading as readings
from coder.transcripts.source import Options


@pytest.fixture
def read():
    def go(text, name="session.txt", **options):
        data = text if isinstance(text, bytes) else text.encode()
        return readings.read(Path(name), data, Options(**options))

    return go


def said(reading):
    return [(turn.label, turn.text) for turn in reading.turns]


TWO = "T: How was the week?\nC: Long.\n"


def test_each_label_begins_a_turn(read):
    reading = read(TWO)
    assert said(reading) == [("T", "How was the week?"), ("C", "Long.")]
    assert [turn.n for turn in reading.turns] == [1, 2]
    assert reading.speakers == {"T": 1, "C": 1}
    assert (reading.format, reading.encoding, reading.cues, reading.untimed) == (
        "text",
        "utf-8",
        None,
        2,
    )
    assert (reading.first_ms, reading.last_ms) == (None, None)
    assert len({turn.id for turn in reading.turns}) == 2


def test_wrapped_lines_are_joined_with_one_space_and_blank_lines_end_no_turn(read):
    reading = read("T: How  was \n\n the week\n\n for you?\n\n\n C: Long.\n")
    assert said(reading) == [("T", "How was the week for you?"), ("C", "Long.")]
    assert [turn.line for turn in reading.turns] == [1, 8]
    assert [(each.line, each.text, each.why) for each in reading.reported] == [
        (2, "", "blank lines: 4")
    ]


def test_a_label_on_its_own_line_begins_a_turn(read):
    assert said(read("Therapist:\nHow was it?\n\nClient:\n12\nor so\n")) == [
        ("Therapist", "How was it?"),
        ("Client", "12 or so"),
    ]


def test_a_label_without_words_is_reported(read):
    reading = read(TWO + "T:\nC: Well.\n")
    assert len(reading.turns) == 3
    assert (3, "T", "no words follow") in [
        (each.line, each.text, each.why) for each in reading.reported
    ]


@pytest.mark.parametrize(
    ("line", "label", "text"),
    [
        ("**Bibi:** Hello", "Bibi", "Hello"),
        ("**Bibi**: Hello", "Bibi", "Hello"),
        ("**Bibi: Hello**", "Bibi", "Hello"),
        ("- Bibi: Hello", "Bibi", "Hello"),
        (" - *Bibi*: *Hello*", "Bibi", "*Hello*"),
        ("“Bibi: Hello”", "Bibi", "“Hello”"),
        ("\uf0b7 Bibi:\tHello", "Bibi", "Hello"),
        ("Bibi\tHello", "Bibi", "Hello"),
        ("Bibi：Hello", "Bibi", "Hello"),
        ("\u200fBibi: Hello", "Bibi", "Hello"),
        ("**Bibi** (smiling): Hello", "Bibi", "(smiling) Hello"),
        ("[Bibi]: Hello", "Bibi", "Hello"),
    ],
)
def test_a_label_may_be_dressed_up(read, line, label, text):
    assert said(read(f"Anna: Hi\n{line}\nAnna: Well\nBibi: Yes\n"))[1] == (label, text)


@pytest.mark.parametrize(
    "label",
    [
        "Željko Çelik",
        "Dr. A. Müller",
        "Ashlee Kupor (SL)",
        "SPEAKER_01",
        "Interviewer 1",
        "Unknown Speaker",
        "S02",
        "spk_0",
    ],
)
def test_labels_hold_digits_spaces_titles_and_any_letters(read, label):
    reading = read(f"{label}: One\nT: Two\n{label}: Three\nT: Four\n")
    assert reading.speakers == {label: 2, "T": 2}


def test_a_full_name_seen_once_among_speakers_is_one(read):
    assert read(TWO * 3 + "Anna Berg: May I come in?\n").speakers == {
        "T": 3,
        "C": 3,
        "Anna Berg": 1,
    }


@pytest.mark.parametrize(
    "line",
    [
        "Note: the prototype", "Honestly: I never", "Gern: ich", "Denial 1:01:32", "https://example.org/x", "Date: 3 May",
        "so I said: no", "See https://example.org/y", "and so //S02: hm //", "one two three four five six: seven", "Denial 10:30 was there",
    ],
)  # fmt: skip
def test_false_labels_do_not_become_speakers(read, line):
    reading = read(TWO + line + "\n" + TWO)
    assert set(reading.speakers) == {"T", "C"}
    assert reading.turns[1].text == f"Long. {line}"


def test_a_person_may_name_a_label_that_is_commonly_none(read):
    reading = read("Note: Hello\nT: Hi\nNote: Well\n", roles={"Note": Role.PATIENT})
    assert reading.speakers == {"Note": 2, "T": 1}
    assert reading.roles == {"Note": Role.PATIENT, "T": Role.THERAPIST}
    assert [turn.role for turn in reading.turns] == [Role.PATIENT, Role.THERAPIST, Role.PATIENT]


def test_two_turns_in_one_line_are_cut_where_both_labels_are_known(read):
    text = "T: One C: Two T: Three\nC: Four\nmore T: Five\nT: the plan: this\n"
    assert said(read(text)) == [
        ("T", "One"), ("C", "Two"), ("T", "Three"), ("C", "Four more"), ("T", "Five"), ("T", "the plan: this"),
    ]  # fmt: skip


def test_who_never_begins_a_line_is_found_within_them(read):
    assert said(read("“T: Would it help? C: Yeah, I would”\n“T: Just C: Yeah T: To play”\n")) == [
        ("T", "“Would it help?"), ("C", "Yeah, I would”"), ("T", "“Just"), ("C", "Yeah"), ("T", "To play”"),
    ]  # fmt: skip
    assert read(TWO + "T: It is on the P: drive\n" + TWO).speakers == {"T": 3, "C": 2}


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("[00:01:02] T: Hello", 62_000, None),
        ("T [1:02]: Hello", 62_000, None),
        ("T: [00:01:02] Hello", 62_000, None),
        ("1:02 - T: Hello", 62_000, None),
        ("#00:01:02-3# T: Hello", 62_300, None),
        ("00:01:02.5T: Hello", 62_500, None),
        ("(1:02 - 1:04) T: Hello", 62_000, 64_000),
    ],
)
def test_a_time_beside_the_label_is_the_start(read, line, start, end):
    turn = read(f"{line}\nC: Hi\n").turns[0]
    assert (turn.label, turn.text) == ("T", "Hello")
    assert (turn.start_ms, turn.end_ms, turn.times) == (start, end, TimeSource.GIVEN)


def test_a_second_time_beside_the_label_is_one_within_the_turn(read):
    reading = read("[1:02] T: [1:03] Hello\nC: Hi\n")
    assert (reading.turns[0].text, reading.turns[0].start_ms) == ("Hello", 62_000)
    assert [(each.turn, each.begin, each.ms) for each in reading.stamps] == [(1, 0, 63_000)]


def test_a_bare_time_after_the_colon_is_spoken(read):
    turn = read("T: 10:30 suits me\nC: Hi\n").turns[0]
    assert (turn.text, turn.start_ms) == ("10:30 suits me", None)


def test_a_name_and_a_time_on_one_line_head_a_turn(read):
    text = "Anna Berg  0:03\nHello.\n\nT  0:05\nHi.\n\nAnna Berg 0:09\nWell.\nT  0:12\nYes.\n"
    reading = read(text)
    assert said(reading) == [
        ("Anna Berg", "Hello."),
        ("T", "Hi."),
        ("Anna Berg", "Well."),
        ("T", "Yes."),
    ]
    assert [turn.start_ms for turn in reading.turns] == [3000, 5000, 9000, 12_000]
    assert (reading.first_ms, reading.last_ms) == (3000, 12_000)


@pytest.mark.parametrize(
    ("line", "ms"),
    [
        ("55:00", 3_300_000),
        ("[00:55:00]", 3_300_000),
        ("1:03:30", 3_810_000),
        ("00.40", 40_000),
        ("#00:01:02-3#", 62_300),
    ],
)
def test_a_time_on_its_own_line_anchors_the_next_turn(read, line, ms):
    reading = read(f"{line}\n{TWO}")
    assert reading.anchors == ((1, ms),)
    assert (reading.turns[0].start_ms, reading.turns[0].times) == (ms, TimeSource.ANCHOR)
    assert (reading.turns[1].start_ms, reading.untimed) == (None, 1)
    assert (reading.first_ms, reading.last_ms) == (ms, ms)


@pytest.mark.parametrize("line", ["10:75", "1:75:00", "01:00:00:123", "3.5", "10:30 am"])
def test_what_is_no_time_is_no_anchor(read, line):
    assert read(f"{TWO}{line}\n").anchors == ()


def test_a_time_between_a_label_and_its_words_is_the_turns(read):
    turn = read("T:\n55:00\nHello\nC: Hi\n").turns[0]
    assert (turn.text, turn.line, turn.start_ms, turn.times) == (
        "Hello",
        3,
        3_300_000,
        TimeSource.ANCHOR,
    )


def test_times_at_which_no_turn_begins_are_counted(read):
    reading = read("0:10\n0:20\nT: One\n0:30\ngoes on\n0:40\n[0:41] C: Two\n0:50\n")
    assert len(reading.anchors) == 5
    assert [turn.start_ms for turn in reading.turns] == [20_000, 41_000]
    assert [notice.where for notice in reading.warnings if notice.key == "anchors_unused"] == [
        {"count": 4}
    ]


def test_a_label_with_a_time_of_its_own_keeps_it(read):
    reading = read("[0:05] T:\n0:10\nHello\nC: Hi\n")
    assert reading.turns[0].start_ms == 5000


@pytest.mark.parametrize(
    "line",
    [
        "Silence….",
        "(Both write for a while)",
        "[crosstalk]",
        "((laughter))",
        "(12 seconds pause)",
    ],
)
def test_a_note_on_its_own_line_is_no_turn_and_no_words_of_one(read, line):
    reading = read(f"T: One\n{line}\nC: Two\n")
    assert said(reading) == [("T", "One"), ("C", "Two")]
    assert [(note.line, note.text, note.turn) for note in reading.notes] == [(2, line, None)]


def test_a_note_within_a_turn_stays_in_its_text_and_is_listed(read):
    reading = read("T: One\nC: Well (sigh) I (very\nquietly) do [laughs]\n")
    assert reading.turns[1].text == "Well (sigh) I (very quietly) do [laughs]"
    assert [(note.line, note.text, note.turn, note.begin) for note in reading.notes] == [
        (2, "(sigh)", 2, 5),
        (2, "(very quietly)", 2, 14),
        (3, "[laughs]", 2, 32),
    ]


def test_page_numbers_are_noise_and_other_numbers_are_words(read):
    reading = read(
        "T: One\n181\nC: Two\n187\nT: I was born in\n1987\nC: Page\nPage 188 of 200\n- 189 -\n"
    )
    assert [(each.line, each.text) for each in reading.reported if each.why == "page number"] == [
        (2, "181"), (4, "187"), (8, "Page 188 of 200"), (9, "- 189 -"),
    ]  # fmt: skip
    assert reading.turns[2].text == "I was born in 1987"


def test_headings_rules_and_footers_are_reported(read):
    text = "Participant 9 – Session 2 – Start\n\nT: One\n----\n Participant 9 – Session 2 – End\n## Part two\n-- TIMER RESET --\nSession 3\nC: Two\nTranscribed by https://example.org\n"
    reading = read(text)
    assert [(each.line, each.why) for each in reading.reported if each.text] == [
        (1, "heading"), (4, "rule"), (5, "heading"), (6, "heading"), (7, "heading"), (8, "heading"),
        (10, "not part of the conversation"),
    ]  # fmt: skip
    assert said(reading) == [("T", "One"), ("C", "Two")]


def test_a_long_line_is_no_heading(read):
    long = "## " + "word " * 30
    assert read(TWO + long).turns[1].text.startswith("Long. ## word")


def test_what_stands_before_the_first_speaker_is_reported(read):
    reading = read("They met in spring.\nMorning talk\n" + TWO)
    assert [(each.line, each.why) for each in reading.reported] == [
        (1, "stands before the first speaker"), (2, "heading"),
    ]  # fmt: skip


def test_line_numbers_are_those_of_an_editor(read):
    reading = read("T: One\x0bmore\r\nC: Two\rT: Three\n\x0c C: Four\u2028more\n")
    assert [(turn.line, turn.text) for turn in reading.turns] == [
        (1, "One more"),
        (2, "Two"),
        (3, "Three"),
        (4, "Four more"),
    ]


def test_the_client_is_guessed_only_beside_a_therapist(read):
    assert read("T: a\nC: b\n").roles == {"T": Role.THERAPIST, "C": Role.PATIENT}
    assert read("C: a\nR: b\nC: c\nR: d\n").roles == {"C": Role.OTHER, "R": Role.OTHER}
    assert read("Therapist: a\nPt: b\nX: c\nX: d").roles == {
        "Therapist": Role.THERAPIST,
        "Pt": Role.PATIENT,
        "X": Role.OTHER,
    }


def test_a_role_for_a_label_nobody_has_is_warned_of(read):
    reading = read(TWO, roles={"X": Role.OTHER})
    assert [(notice.key, dict(notice.where)) for notice in reading.warnings] == [
        ("role_of_nobody", {"label": "X"})
    ]


def test_a_short_file_may_name_each_speaker_once(read):
    assert read("Anna: Hello\nBob: Hi\n").speakers == {"Anna": 1, "Bob": 1}


PROSE = "They spoke of the week and of the work that had been left.\n" * 60


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        PROSE + "Anna: hello\nBob: hi\n" + PROSE,
        "C: drive\n" + PROSE,
        PROSE + "T: One\nC: Two\nT: Three\nC: Four\n" + "T: x\nC: y\n" * 5,
        "".join(f"Word{chr(97 + n)}: means something\n" for n in range(12)),
        "Anna: one\nAnna: two\n" + "and then it went on\n" * 4,
        "word: one\nword: two\nother: one\nother: two\n",
    ],
)
def test_text_without_speakers_is_refused_as_ordinary_text(read, text):
    with pytest.raises(CoderError) as caught:
        read(text)
    assert caught.value.key == "transcript_prose"


def test_a_label_that_is_not_taken_is_told(read):
    reading = read(
        "THERAPIST: Hi.\nPATIENT: hello there, long day.\nANNA: and me\n"
        "THERAPIST: Both of you, then.\nPATIENT: Yes.\nTHERAPIST: Well.\n"
    )
    (warning,) = [each for each in reading.warnings if each.key == "label_not_taken"]
    assert warning.where == {"label": "ANNA", "line": 3}
    assert said(reading)[1] == ("PATIENT", "hello there, long day. ANNA: and me")
