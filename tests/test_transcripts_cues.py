"""WebVTT and SRT: every block counted, every word kept or reported, no time mended."""

import pytest

from coder.errors import CoderError
from coder.session import TimeSource
from coder.transcripts import Options, inspect


@pytest.fixture
def read(tmp_path):
    def go(text, name="session.vtt", **options):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return inspect(path, Options(**options))

    return go


def said(reading):
    return [(turn.label, turn.text) for turn in reading.turns]


def keys(reading):
    return [notice.key for notice in reading.warnings]


def cue(start, end, *lines):
    return f"00:00:{start:02}.000 --> 00:00:{end:02}.000\n" + "\n".join(lines) + "\n\n"


HEAD = "WEBVTT\n\n"


def test_a_cue_is_a_turn_with_its_times(read):
    reading = read(HEAD + cue(1, 2, "Hello", "there") + cue(2, 4, "Hi"))
    assert said(reading) == [("", "Hello there"), ("", "Hi")]
    assert [(turn.line, turn.start_ms, turn.end_ms, turn.times) for turn in reading.turns] == [
        (4, 1000, 2000, TimeSource.GIVEN), (8, 2000, 4000, TimeSource.GIVEN),
    ]  # fmt: skip
    assert (reading.format, reading.cues, reading.speakers) == ("webvtt", 2, {"": 2})
    assert (reading.first_ms, reading.last_ms, reading.untimed) == (1000, 4000, 0)
    assert keys(reading) == ["no_speakers"]


def test_voice_tags_name_speakers(read):
    reading = read(
        HEAD
        + cue(1, 2, "<v Anna Berg>Hello", "there</v>")
        + cue(2, 3, "<v.loud B&amp;C>Hi")
        + cue(3, 4, "music")
    )
    assert said(reading) == [("Anna Berg", "Hello there"), ("B&C", "Hi"), ("", "music")]


def test_two_voices_in_one_cue_are_two_turns_with_one_time(read):
    reading = read(HEAD + cue(1, 2, "<v T>Hello", "<v C>Hi</v> (sigh)"))
    assert said(reading) == [("T", "Hello"), ("C", "Hi"), ("", "(sigh)")]
    assert {(turn.start_ms, turn.end_ms) for turn in reading.turns} == {(1000, 2000)}
    assert reading.cues == 1
    assert [(note.turn, note.text) for note in reading.notes] == [(3, "(sigh)")]


def test_names_before_a_colon_are_speakers_and_cues_without_one_go_on_with_the_last(read):
    reading = read(
        HEAD
        + "1\n"
        + cue(1, 2, "Anna Berg: Hello")
        + "2\n"
        + cue(2, 3, "and so on")
        + "3\n"
        + cue(3, 4, "Bob: Hi", "Anna Berg: Well")
        + cue(4, 5, "Bob: Yes")
    )
    assert said(reading) == [
        ("Anna Berg", "Hello"),
        ("Anna Berg", "and so on"),
        ("Bob", "Hi"),
        ("Anna Berg", "Well"),
        ("Bob", "Yes"),
    ]
    assert reading.cues == 4
    assert reading.reported == ()


def test_a_first_cue_without_a_name_has_no_speaker(read):
    reading = read(HEAD + cue(0, 1, "so") + cue(1, 2, "T: Hello") + cue(2, 3, "C: Hi"))
    assert reading.speakers == {"": 1, "T": 1, "C": 1}


@pytest.mark.parametrize(
    "text", ["Note: the prototype", "Gern: ich", "https://example.org", "Denial 1:01:32"]
)
def test_false_labels_in_cues_stay_words(read, text):
    reading = read(HEAD + cue(1, 2, text) + cue(2, 3, "Hello") + cue(3, 4, "Hi"))
    assert said(reading)[0] == ("", text)


def test_lines_with_dashes_in_one_cue_are_a_turn_each(read):
    assert said(read(HEAD + cue(1, 2, "- Hello", "- Hi") + cue(2, 3, "- Well"))) == [
        ("", "- Hello"),
        ("", "- Hi"),
        ("", "- Well"),
    ]


def test_tags_go_and_entities_become_characters(read):
    reading = read(
        HEAD + cue(1, 2, "<i>Don&#39;t</i><00:00:01.500><c.red> go</c> &lt;3 &amp;c R&D <laughs>")
    )
    assert said(reading) == [("", "Don't go <3 &c R&D <laughs>")]


def test_headers_comments_styles_and_names_are_reported(read):
    text = "WEBVTT - A title\nKind: captions\n\nNOTE\na comment\nof two lines\n\nSTYLE\n::cue {}\n\nREGION\nid:x\n\nloose\n\nchapter one\n"
    reading = read(
        text
        + cue(1, 2, "Hello")
        + "NOTE more\n\nlost words\n\n8b3f0c9e-0b1a-4c2d-9e3f-0123456789ab/7-0\n"
        + cue(3, 4, "Hi")
    )
    assert [(each.line, each.why) for each in reading.reported] == [
        (1, "header"), (2, "header"), (4, "comment"), (5, "comment"), (6, "comment"), (8, "style"), (9, "style"),
        (11, "style"), (12, "style"), (14, "text without a time line"), (16, "name of a cue"), (20, "comment"),
        (22, "text without a time line"),
    ]  # fmt: skip
    assert said(reading) == [("", "Hello"), ("", "Hi")]


def test_a_cue_without_words_is_counted_and_reported(read):
    reading = read(
        HEAD
        + cue(1, 2, "Hello")
        + cue(2, 3)
        + cue(3, 4, "<v T></v>")
        + "00:00:04.000 --> 00:00:05.000"
    )
    assert (reading.cues, len(reading.turns)) == (4, 1)
    assert [(each.line, each.why) for each in reading.reported] == [
        (6, "cue without words"),
        (9, "cue without words"),
        (12, "cue without words"),
    ]
    assert reading.last_ms == 5000


def test_unpadded_times_have_whole_milliseconds(read):
    reading = read("WEBVTT\n\n0:1:5.2 --> 0:1:6.57\nHello\n\n0:1:7.1234 --> 0:1:8.0\nHi\n")
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        (65_002, 66_057),
        (67_123, 68_000),
    ]
    assert "times_unpadded" in keys(reading)


def test_padded_fractions_are_decimals_and_hours_may_be_missing(read):
    reading = read(
        "WEBVTT\n\n01:05.2 --> 01:06,570 align:start\nHello\n\n100:00:00.000 --> 100:00:01.000\nHi\n"
    )
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        (65_200, 66_570),
        (360_000_000, 360_001_000),
    ]
    assert "times_unpadded" not in keys(reading)


@pytest.mark.parametrize(
    "times",
    [
        "00:00:61.000 --> 00:00:62.000",
        "00:61:00.000 --> 01:00:00.000",
        "00:00:01.000 --> 00:00:99.000",
        "12345678901:00:00 --> 1s",
    ],
)
def test_a_cue_with_times_that_cannot_be_read_keeps_its_words(read, times):
    reading = read(HEAD + cue(1, 2, "Hello") + times + "\nHi\n")
    assert (reading.cues, reading.untimed) == (2, 1)
    assert said(reading)[1] == ("", "Hi")
    assert reading.turns[1].times is TimeSource.NONE
    assert [(each.line, each.text, each.why) for each in reading.reported] == [
        (6, times, "the times cannot be read")
    ]
    assert "times_unread" in keys(reading)


def test_odd_times_are_warned_of_and_never_mended(read):
    reading = read(HEAD + cue(5, 4, "a") + cue(1, 3, "b") + cue(2, 6, "c"))
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        (5000, 4000),
        (1000, 3000),
        (2000, 6000),
    ]
    assert keys(reading)[:3] == ["times_end_first", "times_backward", "times_overlap"]
    assert (reading.first_ms, reading.last_ms) == (1000, 6000)


def test_a_missing_header_is_said_and_passed_over(read):
    reading = read(cue(1, 2, "Hello"))
    assert (reading.cues, reading.format) == (1, "webvtt")
    assert "vtt_no_header" in keys(reading)


def test_cues_need_no_blank_line_between_them(read):
    text = "WEBVTT\n00:01.000 --> 00:02.000\nIn\n2022\n00:02.000 --> 00:03.000\nHello\n00:03.000 --> 00:04.000\n"
    assert said(read(text)) == [("", "In 2022"), ("", "Hello")]


def test_a_webvtt_file_without_cues_is_refused(read):
    for text, key in (
        ("WEBVTT\n", "transcript_no_cues"),
        (HEAD + cue(1, 2), "transcript_no_words"),
    ):
        with pytest.raises(CoderError) as caught:
            read(text)
        assert caught.value.key == key


SRT = "1\n00:00:01,000 --> 00:00:02,000\nT: Hello\n\n2\n00:00:02,000 --> 00:00:03,500\n{\\an8}<font color=red>C: Hi</font>\n\n"


def test_srt_has_numbers_commas_and_tags(read):
    reading = read(SRT, "session.srt")
    assert said(reading) == [("T", "Hello"), ("C", "Hi")]
    assert (reading.format, reading.cues, reading.last_ms) == ("srt", 2, 3500)
    assert reading.reported == ()
    assert keys(reading) == []


def test_srt_is_known_by_its_commas(read):
    assert read(SRT, "session.txt").format == "srt"
    assert read(SRT.replace(",", "."), "session.txt").format == "webvtt"
    assert read(SRT.replace(",", "."), "session.srt").format == "srt"


def test_srt_may_lack_numbers_and_blank_lines_between_cues(read):
    text = "00:00:01,000 --> 00:00:02,000\nHello\n\nthere\n1\n00:00:02,000 --> 00:00:03,000\nHi\n5\n00:00:03,000 --> 00:00:03,000\nBye\n"
    assert said(read(text, "session.srt")) == [("", "Hello there 1"), ("", "Hi 5"), ("", "Bye")]
    numbered = "1\n00:00:01,000 --> 00:00:02,000\nHello\n2\n00:00:02,000 --> 00:00:03,000\nHi\n"
    assert said(read(numbered, "session.srt")) == [("", "Hello"), ("", "Hi")]


def test_brackets_hold_a_label_or_a_note(read):
    text = (
        HEAD
        + cue(1, 2, "[SPEAKER_00] Hello")
        + cue(2, 3, "[laughs] Hi")
        + cue(3, 4, "[SPEAKER_01]: Well")
    )
    assert said(read(text)) == [
        ("SPEAKER_00", "Hello"),
        ("SPEAKER_00", "[laughs] Hi"),
        ("SPEAKER_01", "Well"),
    ]


def test_neighbours_of_one_speaker_are_joined_only_when_asked(read):
    text = (
        HEAD
        + cue(1, 2, "<v T>a")
        + cue(3, 4, "<v T>b")
        + cue(7, 8, "<v T>c")
        + cue(8, 9, "<v T>(sigh)")
        + cue(9, 10, "<v T>d")
        + cue(10, 11, "<v C>e")
        + cue(5, 6, "<v C>f")
    )
    assert len(read(text).turns) == 7
    reading = read(text, merge_gap_ms=1500)
    assert said(reading) == [
        ("T", "a b"),
        ("T", "c"),
        ("T", "(sigh)"),
        ("T", "d"),
        ("C", "e"),
        ("C", "f"),
    ]
    assert (reading.turns[0].start_ms, reading.turns[0].end_ms, reading.cues) == (1000, 4000, 7)
    assert [turn.n for turn in reading.turns] == [1, 2, 3, 4, 5, 6]


def test_turns_without_both_times_are_never_joined(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(
        "[0:01] T: a\n[0:02] T: b\n[0:03 - 0:04] T: c\nT: d\n(pause)\n[0:05 - 0:06] C: e\n(pause)\n[0:06] C: f\n"
    )
    assert len(inspect(path, Options(merge_gap_ms=5000)).turns) == 6
