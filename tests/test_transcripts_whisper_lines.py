"""Whisper's tsv, lrc and txt: one recording gives the same turns whatever it was written as."""

import textwrap
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.session import Role
from coder.transcripts import decoding, whisper_lines
from coder.transcripts import reading as readings
from coder.transcripts.source import Options, Source


def read(text, name, **options):
    return readings.read(Path(name), text.encode(), Options(**options))


def source(text, name):
    return Source(Path(name), b"", text, tuple(decoding.lines(text)), "utf-8", Options())


def timed(reading):
    return [(turn.label, turn.text, turn.start_ms, turn.end_ms) for turn in reading.turns]


def whys(reading):
    return [(each.text, each.why) for each in reading.reported]


def keys(reading):
    return [notice.key for notice in reading.warnings]


def stamp(ms, mark="."):
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}{mark}{ms % 1000:03}"


def as_srt(rows):
    return "".join(
        f"{n}\n00:{stamp(a, ',')} --> 00:{stamp(b, ',')}\n{words}\n\n"
        for n, (a, b, words) in enumerate(rows, 1)
    )


def as_vtt(rows):
    return "WEBVTT\n\n" + "".join(f"{stamp(a)} --> {stamp(b)}\n{words}\n\n" for a, b, words in rows)


def as_tsv(rows):
    return "start\tend\ttext\n" + "".join(f"{a}\t{b}\t{words}\n" for a, b, words in rows)


def as_lrc(rows):
    return "".join(f"[{stamp(a)}]{words}\n[{stamp(b)}]\n\n" for a, b, words in rows)


def as_txt(rows):
    return "".join(f"[{stamp(a)} --> {stamp(b)}]  {words}\n" for a, b, words in rows)


WRITERS = {"a.srt": as_srt, "a.vtt": as_vtt, "a.tsv": as_tsv, "a.lrc": as_lrc, "a.txt": as_txt}
FORMATS = {
    "a.srt": "srt", "a.vtt": "webvtt", "a.tsv": "whisper-tsv", "a.lrc": "lrc", "a.txt": "whisper-txt",
}  # fmt: skip

words = st.lists(st.text("abcdefXYZéß,.?'", min_size=1, max_size=7), min_size=1, max_size=5)
spoken = words.map(" ".join).filter(lambda text: any(char.isalpha() for char in text))
moment = st.integers(0, 3_599_999)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(moment, moment, spoken), min_size=1, max_size=12))
def test_one_recording_gives_the_same_turns_in_every_format(rows):
    expected = [("", words, a, b) for a, b, words in rows]
    for name, write in WRITERS.items():
        reading = read(write(rows), name)
        assert reading.format == FORMATS[name]
        assert timed(reading) == expected
        assert reading.cues == len(rows)


def test_all_but_captions_are_known_by_what_they_hold():
    rows = [(1000 * n, 1000 * n + 500, f"so it went on {n}") for n in range(9)]
    for write, name in ((as_tsv, "whisper-tsv"), (as_lrc, "lrc"), (as_txt, "whisper-txt")):
        assert read(write(rows), "a.md").format == name


TSV = "start\tend\ttext\n1000\t2000\tHello\tthere\n\n2000\t3000\t\nx\t4000\tHi\nloose\n5000\t4000\t T: so\n"


def test_a_tsv_has_whole_milliseconds_and_its_rows_are_cues():
    reading = read(TSV, "a.tsv")
    assert timed(reading) == [
        ("", "Hello there", 1000, 2000), ("", "Hi", None, None), ("", "T: so", 5000, 4000),
    ]  # fmt: skip
    assert reading.cues == 4
    assert whys(reading) == [
        ("start end text", "titles of the columns"),
        ("", "cue without words"),
        ("x 4000", "the times cannot be read"),
        ("loose", "text without a time line"),
    ]
    assert {"times_unread", "times_end_first"} <= set(keys(reading))


def test_a_tsv_of_another_kind_is_not_taken_for_one():
    for text in ("start\tend\ttext\n1.5\t2.5\tHello\n", "start\ttext\n1\tHello\n"):
        assert not whisper_lines.knows_tsv(source(text, "a.tsv"))


def test_a_tsv_without_titles_is_read_when_told():
    assert timed(read("1\t2\tHello\n", "a.tsv", format="whisper-tsv")) == [("", "Hello", 1, 2)]


def test_a_tsv_with_titles_alone_holds_nothing():
    with pytest.raises(CoderError) as caught:
        read("start\tend\ttext\n", "a.tsv")
    assert caught.value.key == "transcript_no_cues"


LRC = """[ti:A song]
[offset:+500]
[00:00.10]too soon
[00:01.50]Hello <00:01.70>there
[00:02.25]
[00:02.50]
[00:03.000][01:03.5]twice
[01:02:03.50]late
[00:75.00]never
loose
"""


def test_lrc_has_tags_an_offset_and_several_times_a_line():
    reading = read(LRC, "a.lrc")
    assert timed(reading) == [
        ("", "too soon", None, None),
        ("", "Hello there", 1000, 1750),
        ("", "twice", 2500, None),
        ("", "twice", 63_000, None),
        ("", "late", 3_723_000, None),
        ("", "never", None, None),
    ]
    assert reading.cues == 6
    assert whys(reading) == [
        ("[ti:A song]", "header"),
        ("[offset:+500]", "header"),
        ("[00:00.10]", "the times cannot be read"),
        ("[00:02.50]", "a time without words"),
        ("[00:75.00]", "the times cannot be read"),
        ("loose", "text without a time line"),
    ]
    assert ("lrc_offset", {"ms": 500}) in [(each.key, each.where) for each in reading.warnings]


def test_an_lrc_of_tags_alone_holds_nothing():
    with pytest.raises(CoderError) as caught:
        read("[ti:a]\n[ar:b]\n", "a.lrc")
    assert caught.value.key == "transcript_no_cues"


def test_an_lrc_time_without_words_only_ends_the_line_before():
    reading = read("[00:01.00]\n[00:02.00]Hello\n[00:03.00]\n[00:04.00]\n", "a.lrc")
    assert timed(reading) == [("", "Hello", 2000, 3000)]
    assert reading.cues == 1
    assert whys(reading) == [
        ("[00:01.00]", "a time without words"), ("[00:04.00]", "a time without words"),
    ]  # fmt: skip
    assert read("[offset:x]\n[00:02.00]Hello\n", "a.lrc").first_ms == 2000


def test_text_with_times_in_brackets_and_labels_is_no_lrc():
    text = "[00:01] T: Hello\n[00:02] C: Hi\n[00:03] T: so\n[00:04] C: yes\n"
    assert read(text, "a.txt").format == "text"


CONSOLE = """Detecting language: English

[00:00.000 --> 00:02.500]  Hello
[00:00:02.500 --> 01:00:03.000]   there
wrapped

after
[1.50s -> 2.25s] Hi
[0.0 --> 0.5] so
[00:00:75.000 --> 00:01:00.000] never
[00:03.000 --> 00:04.000]
"""


def test_the_console_of_whisper_and_its_kin_is_read():
    reading = read(CONSOLE, "a.txt")
    assert timed(reading) == [
        ("", "Hello", 0, 2500),
        ("", "there wrapped", 2500, 3_603_000),
        ("", "Hi", 1500, 2250),
        ("", "so", 0, 500),
        ("", "never", None, None),
    ]
    assert (reading.format, reading.cues) == ("whisper-txt", 6)
    assert whys(reading) == [
        ("Detecting language: English", "text without a time line"),
        ("after", "text without a time line"),
        ("[00:00:75.000 --> 00:01:00.000]", "the times cannot be read"),
        ("", "cue without words"),
    ]


def test_labels_in_timed_lines_name_speakers():
    text = "[00:00.000 --> 00:02.000]  [SPEAKER_00]: Hello\n[00:02.000 --> 00:03.000]  [SPEAKER_01]: Hi\n"
    assert read(text, "a.txt").speakers == {"SPEAKER_00": 1, "SPEAKER_01": 1}


SEGMENTS = """So how was the week
since we last met?
Well, it was long, I think.
I went to see
my sister on Sunday and we had lunch
and then
we talked about the house.
Yeah.
And how did that feel, to talk
about the house with her?
I don't know.
It felt like
the first time in years that anybody asked me
what I wanted.
"""


def test_lines_broken_in_mid_sentence_are_turns_without_times():
    reading = read(SEGMENTS, "a.txt")
    assert (reading.format, reading.cues, reading.untimed) == ("whisper-txt", 14, 14)
    assert [turn.text for turn in reading.turns] == SEGMENTS.splitlines()
    assert [turn.line for turn in reading.turns] == list(range(1, 15))
    assert (reading.speakers, reading.first_ms, reading.reported) == ({"": 14}, None, ())


PROSE = " ".join(SEGMENTS.split())
REFUSED = {
    "wrapped": "\n".join(textwrap.wrap(PROSE * 3, 60)),
    "narrow": "\n".join(textwrap.wrap(PROSE * 3, 35)),
    "paragraphs": "\n".join([PROSE] * 9),
    "with blank lines": SEGMENTS.replace("\n", "\n\n"),
    "sentences": "\n".join(f"We went to see it on day {n}." for n in range(20)),
    "few": "\n".join(SEGMENTS.splitlines()[:6]),
    "list": "\n".join(f"* {line}" for line in SEGMENTS.splitlines()),
    "word list": "\n".join(dict.fromkeys(PROSE.lower().replace(".", "").split())),
    "code": "\n".join(f"{line} = {{}}" for line in SEGMENTS.splitlines()),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_prose_lists_and_code_are_not_taken_for_segments(text):
    with pytest.raises(CoderError):
        read(text + "\n", "a.txt")
    told = read(text + "\n", "a.txt", format="whisper-txt")
    assert len(told.turns) == told.cues == sum(bool(line) for line in text.splitlines())


SENTENCES = "".join(
    f"{'We went to see my sister on Sunday. ' * (n % 3)}{'Yeah.' if n % 2 else 'And then?'}\n"
    for n in range(24)
)


def test_many_short_lines_of_whole_sentences_are_segments_too():
    reading = read(SENTENCES, "a.txt")
    assert (reading.format, reading.cues, len(reading.turns)) == ("whisper-txt", 24, 24)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(SENTENCES.splitlines()[:19]),
        SENTENCES.replace("\n", "\n\n", 1),
        SENTENCES.replace("Yeah.", "Yeah,").replace("then?", "then"),
        SENTENCES.replace("Yeah.", "Yeah. " * 20).replace("then?", "then? " * 12),
        SENTENCES + "T: One.\nC: Two.\n",
        SENTENCES + "Anna: One.\nBen: Two.\nMax: Three.\n" * 1,
    ],
    ids=["few", "a blank line", "verse", "long", "known labels", "labels"],
)
def test_sentences_that_may_be_prose_are_not(text):
    with pytest.raises(CoderError) as caught:
        read(text, "a.txt")
    assert caught.value.key == "transcript_prose"


def test_segments_in_a_file_of_another_name_are_taken_only_when_told():
    with pytest.raises(CoderError):
        read(SEGMENTS, "a.md")
    assert read(SEGMENTS, "a.md", format="whisper-txt").cues == 14


def test_text_in_which_somebody_is_named_stays_text():
    labelled = SEGMENTS.replace("So how", "T: so how").replace("Well,", "C: well,")
    labelled = labelled.replace("And how", "T: and how").replace("I don't", "C: I don't")
    assert read(labelled, "a.txt").format == "text"
    assert read(SEGMENTS, "a.txt", roles={"T": Role.THERAPIST}).format == "whisper-txt"


def test_a_chat_is_refused_as_a_chat():
    for gap in ("\t From Anna : ", " From Anna : "):
        chat = "".join(f"10:0{n}:11{gap}so we went there\n" for n in range(10))
        with pytest.raises(CoderError) as caught:
            read(chat, "chat.txt")
        assert caught.value.key == "transcript_chat"


def test_lines_said_over_and_over_are_told_of():
    reading = read(SEGMENTS + "Thank you.\n" * 5 + "Thanks for watching!\n", "a.txt")
    counts = {notice.key: notice.where.get("count") for notice in reading.warnings}
    assert (counts["lines_alike"], counts["lines_made_up"]) == (5, 1)


pieces = st.sampled_from(
    [
        "", " ", "[00:01.00]", "[00:01.00]a b", "[00:02.00 --> 00:03.00] c", "[1.00s -> 2.00s]d",
        "start\tend\ttext", "1\t2\te", "1\t2", "f", "[offset:-99]", "[ti:g]", "[99:99.99]h",
        "[00:01.00 --> 99:99.00] i", "9999999999\t1\tj", "k",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.lists(pieces, max_size=20),
    st.sampled_from(["whisper-tsv", "lrc", "whisper-txt"]),
)
def test_no_word_is_lost_and_no_time_is_negative(lines, name):
    text = "\n".join(lines)
    try:
        reading = read(text, "a.txt", format=name)
    except CoderError:
        return
    held = "".join(turn.text for turn in reading.turns)
    held += "".join(each.text for each in reading.reported)
    for letter in "abcdefghijk":
        assert held.count(letter) == text.count(letter)
    assert all(turn.start_ms is None or turn.start_ms >= 0 for turn in reading.turns)
