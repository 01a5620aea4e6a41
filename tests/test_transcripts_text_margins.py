"""What printing puts around the words: line numbers, running heads, footnotes, broken notes."""

from pathlib import Path

import pytest

from coder.transcripts import reading as readings
from coder.transcripts.source import Options


def read(text, **options):
    return readings.read(Path("session.txt"), text.encode(), Options(format="text", **options))


def said(reading):
    return [(turn.line, turn.label, turn.text) for turn in reading.turns]


def reported(reading):
    return [(each.line, each.text, each.why) for each in reading.reported if each.text]


SPOKEN = ["T: How are you", "this week", "C: Fine", "", "T: Good", "C: Yes", "and so", "(sigh)"]


@pytest.mark.parametrize("form", ["{n:>3} {line}", "{n}\t{line}", "{n}. {line}", "{n:04}   {line}"])
def test_printed_line_numbers_are_the_lines_numbers(form):
    text = "\n".join(form.format(n=n, line=line) for n, line in enumerate(SPOKEN, 341))
    reading = read(f"A session\n\n{text}\n\n")
    assert said(reading) == [
        (341, "T", "How are you this week"), (343, "C", "Fine"), (345, "T", "Good"), (346, "C", "Yes and so"),
    ]  # fmt: skip
    assert [(note.line, note.text) for note in reading.notes] == [(348, "(sigh)")]
    assert [(each.key, dict(each.where)) for each in reading.warnings] == [
        ("margin_numbers", {"count": 8})
    ]


def test_printed_numbers_that_begin_anew_name_no_line():
    text = "\n".join(f"{n % 24 + 1} T: One\n{n % 24 + 2} C: Two" for n in range(0, 60, 2))
    reading = read(text)
    assert [turn.line for turn in reading.turns] == list(range(1, 61))
    assert [each.key for each in reading.warnings] == ["margin_restarts"]


@pytest.mark.parametrize(
    "text",
    [
        "T: I was\n12 then\nC: Yes\n13 or so\nT: And\n14 is more\nC: 15 then\n",
        "T: I\n3 a\n9 b\n4 c\n80 d\n2 e\n7 f\nC: Yes\n",
    ],
)
def test_other_numbers_are_words(text):
    reading = read(text)
    spoken = "".join(turn.text for turn in reading.turns) + "".join(
        each.text for each in reading.reported
    )
    assert sorted(c for c in spoken if c.isdigit()) == sorted(c for c in text if c.isdigit())


def test_lines_to_skip_are_those_printed():
    text = "\n".join(f"{n} {line}" for n, line in enumerate(SPOKEN, 101))
    assert said(read(text, skip=((101, 102),)))[0] == (103, "C", "Fine")


def test_a_footnote_between_the_halves_of_a_sentence_is_lifted_out():
    reading = read(
        "T: You said that\n\n1 The words of this case were changed. See the\nnote at the end.\n\n"
        "it was long.\nC: Yes, and\n* Names are invented.\nso it was.\n"
    )
    assert said(reading)[0] == (1, "T", "You said that it was long.")
    assert [(line, why) for line, _, why in reported(reading)] == [(3, "footnote"), (4, "footnote")]
    assert reading.turns[1].text == "Yes, and * Names are invented. so it was."


@pytest.mark.parametrize("mark", ["¹", "<sup>1</sup>", "[1] ", "[^1]: ", "(1) ", "*", "†", "12. "])
def test_footnotes_have_many_marks(mark):
    reading = read(f"T: You said that\n{mark}Names are invented.\nit was long.\nC: Yes.\n")
    assert said(reading)[0][2] == "You said that it was long."
    assert reported(reading) == [(2, f"{mark}Names are invented.", "footnote")]


@pytest.mark.parametrize(
    "middle",
    [
        "1 The end.\nIt was long.", "The end.\nit was long.", "1 The end\nC: Yes.",
        "1 The\n" + "word\n" * 9 + "end.\nit was.",
    ],
)  # fmt: skip
def test_other_lines_are_no_footnote(middle):
    reading = read(f"T: You said that\n{middle}\nC: Yes.\nT: x\n")
    assert "footnote" not in [each.why for each in reading.reported]


def test_a_line_after_a_whole_sentence_is_no_footnote():
    reading = read("T: You said that.\n1 The end.\nit was long.\nC: Yes.\n")
    assert reading.turns[0].text == "You said that. 1 The end. it was long."


def test_running_heads_are_noise():
    reading = read(
        "T: You said that\n\n182 A JOURNAL OF WORK\n\nit was long.\nC: Yes.\n183 A JOURNAL OF WORK\n"
        "T: Well\n\n184 A JOURNAL OF WORK\n\nC: Go.\n"
    )
    assert [words for *_, words in said(reading)] == [
        "You said that it was long.",
        "Yes.",
        "Well",
        "Go.",
    ]
    assert {why for *_, why in reported(reading)} == {"running head"}


@pytest.mark.parametrize("page", ["181", "- 181 -", "Page 181"])
def test_running_heads_stand_by_page_numbers(page):
    reading = read(
        f"T: You said\nAlliance at work\n{page}\nit was long.\nC: Yes and\n"
        "Alliance at work\n182\nso on.\n\x0cAlliance at work\nT: Well.\n"
    )
    assert [words for *_, words in said(reading)] == [
        "You said it was long.",
        "Yes and so on.",
        "Well.",
    ]


def test_words_said_twice_are_no_running_head():
    reading = read("T: You said\nso it goes\nC: Yes and\nso it goes\nT: Well.\n")
    assert [words for *_, words in said(reading)] == [
        "You said so it goes",
        "Yes and so it goes",
        "Well.",
    ]


@pytest.mark.parametrize(
    ("note", "whole"),
    [
        ("(Both write\nfor a while)", "(Both write for a while)"),
        ("[both laugh\n\nand look away]", "[both laugh and look away]"),
    ],
)
def test_a_note_broken_over_two_lines_is_one(note, whole):
    reading = read(f"T: One.\n{note}\nC: Two.\n")
    assert [each.text for each in reading.notes] == [whole]
    assert [words for *_, words in said(reading)] == ["One.", "Two."]


def test_a_bracket_that_the_next_line_does_not_close_is_words():
    reading = read("T: One.\n(and then\nC: we) went\n(so\nit went) on\nT: Two\n")
    assert [words for *_, words in said(reading)] == [
        "One. (and then",
        "we) went (so it went) on",
        "Two",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Bibi does not respond.", "The therapist nods slowly.", "*Both laugh.*", "Long silence.",
        "A brief pause", "Silence for two minutes.", "No response.", "(.)", "((laughter))",
    ],
)  # fmt: skip
def test_narration_is_an_event(line):
    reading = read(f"Bibi: Well.\nTherapist: And how is it?\n{line}\nBibi: Hm.\nTherapist: Yes.\n")
    assert [(each.line, each.text) for each in reading.notes] == [(3, line)]
    assert reading.turns[1].text == "And how is it?"


@pytest.mark.parametrize(
    "line", ["Bibi is the one I meant.", "Nobody nods.", "Bibi nods, I said: no."]
)
def test_other_sentences_with_a_name_are_words(line):
    reading = read(f"Bibi: Well.\nTherapist: And how is it?\n{line}\nBibi: Hm.\nTherapist: Yes.\n")
    assert reading.turns[1].text == f"And how is it? {line}"


def test_a_wrapped_line_that_sounds_like_narration_is_words():
    reading = read("Bibi: Well.\nTherapist: When I speak of it\nBibi looks away.\nBibi: Hm.\n")
    assert reading.turns[1].text == "When I speak of it Bibi looks away."


def test_marks_that_are_not_seen_do_not_hide_a_label():
    assert [label for _, label, _ in said(read("\u200fAnna\u200f: a\n\u2067Bo\u2069: b\n" * 2))] == [
        "Anna", "Bo", "Anna", "Bo",
    ]  # fmt: skip


def test_the_end_of_a_transcript_may_be_told():
    reading = read(
        "T: One.\nEnd of transcript.\nC: It was the\nend of story, I said.\nEnd of the session\n"
    )
    assert [line for line, *_ in reported(reading)] == [2, 5]


WORDS = ["T: How are you", "this week?", "C: Fine, it", "was long.", "T: Good."] * 6


@pytest.mark.parametrize("form", ["{n:>3}  {line}", "{line}   {n}", "{line}\t{n}"])
def test_every_fifth_line_may_have_its_number_printed(form):
    text = "\n".join(
        form.format(n=n, line=line) if n % 5 == 0 else f"     {line}" if form[1] == "n" else line
        for n, line in enumerate(WORDS, 1)
    )
    reading = read(text)
    assert {words for *_, words in said(reading)} == {
        "How are you this week?",
        "Fine, it was long.",
        "Good.",
    }
    assert [(each.key, dict(each.where)) for each in reading.warnings] == [
        ("margin_fifth", {"count": 6})
    ]


def test_numbers_at_the_right_margin_are_the_lines_numbers():
    reading = read("\n".join(f"{line}   {n}" for n, line in enumerate(WORDS, 301)))
    assert said(reading)[:2] == [
        (301, "T", "How are you this week?"),
        (303, "C", "Fine, it was long."),
    ]


def test_the_head_of_the_first_page_and_one_with_a_colon_are_heads():
    for head in ("Alliance at work", "Appendix B: A session", "182 Moore et al."):
        text = f"{head}\nT: You said\n181\n\f\n{head}\nit was long.\nC: Yes.\n182\n\f\n{head}\nT: Well.\nC: So.\n"
        reading = read(text)
        assert [words for *_, words in said(reading)] == [
            "You said it was long.",
            "Yes.",
            "Well.",
            "So.",
        ]
        assert [why for _, words, why in reported(reading) if words == head] == ["running head"] * 3


@pytest.mark.parametrize(
    "lines",
    [
        ["it was about a 7", "it was about a 6", "it was about a 4"],
        ["maybe a 3 now", "maybe a 4 now", "maybe a 5 now"],
        ["maybe a 3", "maybe a 4", "maybe a 5"],
        ["3 of them came", "4 of them came", "5 of them came"],
        ["[0:05] yeah I know", "[0:15] yeah I know", "[0:25] yeah I know"],
    ],
)
def test_like_words_with_numbers_are_no_heads(lines):
    reading = read("T: How?\nC: Well.\n" + "\n\n".join(lines) + "\nT: Good.\nC: Yes.\n")
    assert "running head" not in [why for *_, why in reported(reading)]


def test_labels_by_page_numbers_are_labels():
    text = "T: How?\n12\nAnn: Yes and\nso on.\n13\nAnn: Yes and\nT: Mm.\nAnn: No.\n"
    assert read(text).speakers == {"T": 2, "Ann": 3}
    panel = "Ann Berg\n0 minutes 4 seconds\n0:04\nHi.\nBo Lund\n0 minutes 9 seconds\n0:09\nYes.\n"
    reading = read(panel)
    assert [label for _, label, _ in said(reading)] == ["Ann Berg", "Bo Lund"]
    assert [why for *_, why in reported(reading)] == ["time in words"] * 2


def test_heads_with_a_page_number_are_pages_apart():
    page = "T: One more thing.\nC: Yes, so it was.\n" * 8
    text = "".join(f"A study of talk {n}\n{page}" for n in (11, 12, 13))
    assert [why for *_, why in reported(read(text))] == ["running head"] * 3
