"""WebVTT, SRT and SBV: every block counted, every word kept or reported, no time mended."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError, Notice
from coder.session import Role, TimeSource
from coder.transcripts import reading as readings
from coder.transcripts.source import Options


def reading_of(text, name="session.vtt", **options):
    return readings.read(Path(name), text.encode(), Options(**options))


@pytest.fixture
def read():
    return reading_of


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


def test_turns_without_both_times_are_never_joined(read):
    text = "[0:01] T: a\n[0:02] T: b\n[0:03 - 0:04] T: c\nT: d\n(pause)\n[0:05 - 0:06] C: e\n(pause)\n[0:06] C: f\n"
    assert len(read(text, "a.txt", merge_gap_ms=5000).turns) == 6


def labels(reading):
    return [turn.label for turn in reading.turns]


def test_meetings_write_names_as_people_do(read):
    names = ["Berg, Anna (she/her)", "Marc's iPhone", "krithika S", "Dr. A. Müller", "O. van Dam"]
    names += ["Işık Barış", "Ashlee Kupor (SL)", "王芳"]  # noqa: RUF001 - Turkish
    text = HEAD + "".join(cue(n, n + 1, f"{name}: so") for n, name in enumerate(names * 3))
    assert labels(read(text)) == names * 3


def test_in_a_short_meeting_a_name_may_stand_once(read):
    reading = read(HEAD + cue(1, 2, "Anna: Hello") + cue(2, 3, "so,") + cue(3, 4, "Bob Ross: Hi"))
    assert said(reading) == [("Anna", "Hello"), ("Anna", "so,"), ("Bob Ross", "Hi")]


def test_in_a_long_meeting_a_single_word_before_a_colon_is_no_name(read):
    said_by = ["Anna Berg: so"] * 25 + ["and then"] * 10 + ["Bread: two", "Max Mott: yes"]
    reading = read(HEAD + "".join(cue(n, n, line) for n, line in enumerate(said_by)))
    assert reading.speakers == {"Anna Berg": 36, "Max Mott": 1}
    assert said(reading)[35] == ("Anna Berg", "Bread: two")


def test_a_label_after_the_end_of_a_sentence_begins_a_turn(read):
    reading = read(
        HEAD
        + cue(1, 2, "T: Well. C: Yes", "and so on. T: Good")
        + cue(2, 3, "no! C: I told T: go")
        + cue(3, 4, "C: I")
    )
    assert said(reading) == [
        ("T", "Well."), ("C", "Yes and so on."), ("T", "Good"), ("T", "no!"), ("C", "I told T: go"),
        ("C", "I"),
    ]  # fmt: skip


def test_labels_a_person_vouches_for_are_speakers(read):
    text = HEAD + cue(1, 2, "so") + cue(2, 3, "anna: Hello") + cue(3, 4, "b") + cue(4, 5, "c")
    assert read(text).speakers == {"": 4}
    assert read(text, roles={"anna": Role.PATIENT}).speakers == {"": 1, "anna": 3}


def test_names_in_brackets_are_speakers_where_many_cues_have_one(read):
    text = HEAD + cue(1, 2, "[Anna] Hello") + cue(2, 3, "[Laughter] so") + cue(3, 4, "[Bob] Hi")
    assert said(read(text)) == [("Anna", "Hello"), ("Anna", "[Laughter] so"), ("Bob", "Hi")]
    few = text + "".join(cue(n, n + 1, "and") for n in range(10, 40))
    assert read(few).speakers == {"": 33}


def test_whisper_cpp_writes_speakers_in_round_brackets(read):
    text = "1\n00:00:01,000 --> 00:00:02,000\n(speaker 0) Hello\n\n2\n00:00:02,000 --> 00:00:03,000\n(speaker 1) Hi\n"
    assert said(read(text, "a.srt")) == [("speaker 0", "Hello"), ("speaker 1", "Hi")]


def test_behind_chevrons_nobody_knows_who_speaks(read):
    reading = read(
        HEAD
        + cue(1, 2, "&gt;&gt; ANNA: Hello")
        + cue(2, 3, "&gt;&gt; ANNA: so", "&gt;&gt; Hi")
        + cue(3, 4, "there")
        + cue(4, 5, "BOB: Hi")
        + cue(5, 6, "BOB: ho")
    )
    assert said(reading) == [
        ("ANNA", "Hello"), ("ANNA", "so"), ("", ">> Hi"), ("", "there"), ("BOB", "Hi"), ("BOB", "ho")
    ]  # fmt: skip


def test_two_dashes_are_two_turns_even_when_one_goes_on_a_line(read):
    reading = read(HEAD + cue(1, 2, "- Hello", "again", "- Hi") + cue(2, 3, "-", "--- a"))
    assert said(reading) == [("", "- Hello again"), ("", "- Hi"), ("", "- --- a")]


def test_a_label_may_stand_on_a_line_of_its_own(read):
    reading = read(HEAD + cue(1, 2, "MAN:", "Hello") + cue(2, 3, "MAN 2:", "Hi", "there"))
    assert said(reading) == [("MAN", "Hello"), ("MAN 2", "Hi there")]


@pytest.mark.parametrize(
    "name",
    [
        "15551234567", "+1 555-***-4567", "(555) 123-4567", "anna.berg@x.org", "🌸 Anna", "_anna_",
        "3rd floor room", "2", "Anna Berg (she/her)", "Therapist (Dr. Lee)", "Patient (P3)",
        "Kaiser Permanente Behavioral Health Room 4 North Wing",
    ],
)  # fmt: skip
def test_a_name_in_a_meeting_may_be_of_any_form(read, name):
    said_by = ["Dr. Lee", name, "Dr. Lee", name, name]
    text = HEAD + "".join(cue(n, n + 1, f"{each}: so") for n, each in enumerate(said_by))
    assert labels(read(text)) == said_by
    assert {turn.text for turn in read(text).turns} == {"so"}


def test_names_that_are_numbers_are_speakers_and_a_lone_one_is_not(read):
    text = (
        HEAD + cue(1, 2, "1: Hello") + cue(2, 3, "2: Hi") + cue(3, 4, "1: so") + cue(4, 5, "2: I")
    )
    assert read(text).speakers == {"1": 2, "2": 2}
    things = HEAD + cue(1, 2, "3 things: a") + cue(2, 3, "3 things: b") + cue(3, 4, "so")
    assert read(things).speakers == {"": 3}


def test_a_caller_may_stand_once_and_no_other_words_go_to_the_speaker_before(read):
    one = HEAD + cue(1, 2, "Dr. Lee: Hello") + cue(2, 3, "+15551234567: Hi") + cue(3, 4, "so")
    assert labels(read(one + cue(4, 5, "Dr. Lee: I"))) == [
        "Dr. Lee", "+15551234567", "+15551234567", "Dr. Lee",
    ]  # fmt: skip
    text = (
        HEAD
        + cue(1, 2, "T: Hello")
        + cue(2, 3, "C: a")
        + cue(3, 4, "7 rooms: Hi")
        + cue(4, 5, "so")
    )
    reading = read(text)
    assert said(reading)[2:] == [("", "7 rooms: Hi"), ("", "so")]
    assert [(each.key, each.where) for each in reading.warnings] == [
        ("label_not_taken", {"label": "7 rooms", "line": 10})
    ]
    assert read(text, roles={"7 rooms": Role.OTHER}).speakers == {"T": 1, "C": 1, "7 rooms": 2}


def test_labels_at_their_change_alone_may_be_of_any_form_too(read):
    names = {0: "Dr. Lee", 10: "555 (room)", 20: "Dr. Lee", 30: "555 (room)", 40: "Max", 50: "Max"}
    lines = [f"{names[n]}: so {n}" if n in names else f"and {n}" for n in range(59)]
    reading = read(HEAD + "".join(cue(n, n, line) for n, line in enumerate(lines)))
    assert reading.speakers == {"Dr. Lee": 20, "555 (room)": 20, "Max": 19}


def test_a_bracket_belongs_to_its_label_where_it_mostly_stands_with_it(read):
    once = (
        HEAD + cue(1, 2, "Anna (she/her): Hi") + cue(2, 3, "Ben (Guest): so") + cue(3, 4, "Ann: I")
    )
    assert labels(read(once)) == ["Anna (she/her)", "Ben (Guest)", "Ann"]
    voice = read(HEAD + cue(1, 2, "<v Anna (she/her)>Hi</v>"))
    assert labels(voice) == ["Anna (she/her)"]
    noted = HEAD + cue(1, 2, "T (leans in): Hi") + cue(2, 3, "C: so") + cue(3, 4, "T: I")
    assert said(read(noted))[0] == ("T", "(leans in) Hi")
    laughs = HEAD + cue(1, 2, "T (laughs): Hi") * 2 + cue(2, 3, "C (crying): so")
    assert said(read(laughs)) == [("T", "(laughs) Hi")] * 2 + [("C", "(crying) so")]


def test_names_in_round_brackets_are_speakers_where_they_stand_before_most_cues(read):
    names = ["(Lee)", "(Anna)", "(Sighs)", "(Lee)", "(Anna)"]
    text = HEAD + "".join(cue(n, n + 1, f"{name} so") for n, name in enumerate(names))
    assert said(read(text)) == [
        ("Lee", "so"), ("Anna", "so"), ("Anna", "(Sighs) so"), ("Lee", "so"), ("Anna", "so")
    ]  # fmt: skip
    above = HEAD + "".join(cue(n, n + 1, name, "so") for n, name in enumerate(names))
    assert said(read(above)) == said(read(text))
    few = text + "".join(cue(n, n + 1, "and") for n in range(10, 20))
    assert read(few).speakers == {"": 15}


def test_webex_names_speakers_in_the_names_of_its_cues(read):
    reading = read(
        HEAD
        + '1 "Lee, Anna" (345)\n'
        + cue(1, 2, "Hello")
        + '2 "Bob" (678)\n'
        + cue(2, 3, "Hi")
        + cue(3, 4, "so")
        + '4 "Max" (9)\n'
        + cue(4, 5)
    )
    assert said(reading) == [("Lee, Anna", "Hello"), ("Bob", "Hi"), ("", "so")]
    assert [(each.text, each.why) for each in reading.reported] == [("Max", "cue without words")]


def test_captions_that_underline_word_after_word_say_each_line_once(read):
    lines = ["<u>so</u> it is", "so it is", "so <u>it</u> is", "so it <u>is</u>"]
    lines += ["<u>so</u> it is", "so <u>it</u> is", "so it <u>is</u>", "<u>yes</u>", "<u>yes</u>"]
    cues = [cue(n, n + 1, line) for n, line in enumerate(lines)]
    reading = read(HEAD + "".join([*cues[:2], "loose words\n\n", *cues[2:]]))
    assert [(turn.text, turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        ("so it is", 0, 4000), ("so it is", 4000, 7000), ("yes", 7000, 8000), ("yes", 8000, 9000)
    ]  # fmt: skip
    assert reading.cues == 9
    assert reading.warnings[0] == Notice("cues_repeat", {"count": 5})
    assert [each.why for each in reading.reported].count("repeated from the cue before") == 5
    few = HEAD + cue(1, 2, "<u>so</u> it") + cue(2, 3, "so it") + cue(3, 4, "so it")
    assert len(read(few).turns) == 3


@pytest.mark.parametrize(("other", "ms"), [("500", 2000), ("5000", 1100)])
def test_a_fraction_of_1000_is_a_second_where_fractions_have_three_digits(read, other, ms):
    text = f"1\n00:00:01,1000 --> 00:00:03,{other}\nHello\n"
    assert read(text, "a.srt").first_ms == ms


def test_noscribe_marks_overlap_in_its_voices_and_both_are_kept(read):
    reading = read(HEAD + cue(1, 2, "<v S01>So. //S02: Yes. // Well.") + cue(2, 3, "<v //S02>Yes"))
    assert said(reading) == [("S01", "So. //S02: Yes. // Well."), ("//S02", "Yes")]


def test_teams_may_give_no_names_and_break_a_voice_over_a_blank_line(read):
    text = HEAD + cue(1, 2, "<v >Hello</v>") + cue(2, 3, "<v Anna>so", "", "on</v>") + "loose\n"
    reading = read(text)
    assert said(reading) == [("", "Hello"), ("Anna", "so on")]
    assert [each.text for each in reading.reported] == ["loose"]


ROLLING = """WEBVTT
Kind: captions

00:00:00.320 --> 00:00:02.790 align:start position:0%
 
so<00:00:00.560><c> how</c><00:00:00.880><c> was</c>

00:00:02.790 --> 00:00:02.800 align:start position:0%
so how was
 

00:00:02.800 --> 00:00:05.110 align:start position:0%
so how was
the<00:00:03.040><c> week</c>

00:00:05.110 --> 00:00:05.120 align:start position:0%
the week
 
00:00:05.120 --> 00:00:07.500 align:start position:0%
the week
[Music]
 
NOTE end
"""  # noqa: W293 - YouTube writes lines of one space


def test_captions_that_roll_say_each_line_once(read):
    reading = read(ROLLING)
    assert [(turn.text, turn.start_ms) for turn in reading.turns] == [
        ("so how was", 320), ("the week", 2800), ("[Music]", 5120),
    ]  # fmt: skip
    assert (reading.cues, reading.last_ms) == (5, 7500)
    whys = [each.why for each in reading.reported]
    assert whys.count("repeated from the cue before") == 4
    assert whys.count("cue without words") == 0
    assert whys[-1] == "comment"
    assert ("cues_repeat", {"count": 4}) in [(each.key, each.where) for each in reading.warnings]


def test_srt_made_of_rolling_captions_rolls_too(read):
    lines = ["one", "two", "three", "four", "five"]
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{a}\n{b}\n\n"
        for n, (a, b) in enumerate(itertools.pairwise(lines), 1)
    )
    assert said(read(text, "a.srt")) == [
        ("", "one two"), ("", "three"), ("", "four"), ("", "five")
    ]  # fmt: skip


def test_people_who_repeat_themselves_are_not_cut(read):
    text = HEAD + cue(1, 2, "no") + cue(2, 3, "no") + cue(3, 4, "no", "never") + cue(4, 5, "no")
    assert [turn.text for turn in read(text).turns] == ["no", "no", "no never", "no"]


def test_what_a_recogniser_may_have_made_up_is_kept_and_told_of(read):
    text = HEAD + "".join(cue(n, n + 1, "Okay.") for n in range(4)) + cue(5, 6, "so")
    text += cue(6, 7, "Thank you for watching!") + cue(7, 8, "Thank you for coming")
    reading = read(text)
    assert len(reading.turns) == 7
    counts = {notice.key: notice.where.get("count") for notice in reading.warnings}
    assert (counts["lines_alike"], counts["lines_made_up"]) == (4, 1)
    assert "lines_alike" not in keys(read(HEAD + cue(1, 2, "a") * 3 + cue(2, 3, "b")))


def test_cues_may_be_pasted_into_other_text_and_start_anew(read):
    one = "".join(f"00:0{n}.000 --> 00:0{n}.900\nwords {n}\n\n" for n in range(1, 9))
    late = "05:00.000 --> 05:09.000\nlast words\n\n"
    reading = read("# A talk\n\nSome prose.\n\n" + one + late + "## Second part\n\n" + one, "a.md")
    assert (reading.format, reading.cues, reading.first_ms, reading.last_ms) == (
        "webvtt", 17, 1000, 8900,
    )  # fmt: skip
    assert [each.text for each in reading.reported] == ["# A talk", "Some prose.", "## Second part"]
    assert "times_reset" in keys(reading)


def test_prose_that_quotes_one_time_line_is_no_captions(read):
    prose = "A file of captions has lines such as this one\n00:01.000 --> 00:02.000\n"
    with pytest.raises(CoderError):
        read(prose + "and it is easy to tell them from the rest of what it holds\n" * 30, "a.txt")


def test_a_header_may_stand_below_blank_lines(read):
    reading = read("\n\nWEBVTT title\nKind: captions\n00:01.000 --> 00:02.000\nHello\n")
    assert said(reading) == [("", "Hello")]
    assert "vtt_no_header" not in keys(reading)
    assert [each.text for each in reading.reported] == ["title", "Kind: captions"]


def test_in_srt_a_numbered_block_without_times_is_told_of(read):
    text = "1\n00:00:01,000 --> 00:00:02,000\nHello\n\n2\nlost words\n\n3\n00:00:03,000 --> 00:00:04,000\nHi\n\n4"
    reading = read(text, "a.srt")
    assert said(reading) == [("", "Hello"), ("", "Hi 4")]
    assert [(each.text, each.why) for each in reading.reported] == [
        ("2", "text without a time line"), ("lost words", "text without a time line"),
    ]  # fmt: skip


def test_in_srt_numbers_may_be_repeated_and_breaks_are_spaces(read):
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nHello<br>there\n\n1\n00:00:05,000 --> 00:00:04,000\nHi\n"
    )
    reading = read(text, "a.srt")
    assert said(reading) == [("", "Hello there"), ("", "Hi")]
    assert "times_end_first" in keys(reading)


SBV = "0:00:00.378,0:00:11.378\nHello\nthere\n\n0:00:11.378,0:00:12.305\n\n0:00:17.484,0:00:16.543\nHi\n\nlost\n\n0:00:1x.000,0:00:19.000\nBye\n"


def test_sbv_has_two_times_with_a_comma_between_them(read):
    reading = read(SBV, "a.sbv")
    assert (reading.format, reading.cues) == ("sbv", 4)
    assert [(turn.text, turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        ("Hello there", 378, 11378), ("Hi", 17484, 16543), ("Bye", None, None),
    ]  # fmt: skip
    assert [each.why for each in reading.reported] == [
        "cue without words", "text without a time line", "the times cannot be read",
    ]  # fmt: skip
    assert read(SBV, "a.txt").format == "sbv"


def test_a_file_named_like_captions_without_times_is_refused(read):
    for name in ("a.vtt", "a.srt", "a.sbv"):
        with pytest.raises(CoderError):
            read("some text\n", name)


clean_word = st.text("abcdefghijXYZéß", min_size=1, max_size=8)
clean_line = st.lists(clean_word, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(clean_line, st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=9),
    st.sampled_from(["vtt", "srt"]),
)
def test_other_programs_read_the_same_cues(rows, kind):
    webvtt = pytest.importorskip("webvtt")
    subtitles = pytest.importorskip("srt")
    mark = "." if kind == "vtt" else ","
    text = "".join(
        f"{n}\n00:00:0{a}{mark}000 --> 00:00:0{b}{mark}500\n{words}\n\n"
        for n, (words, a, b) in enumerate(rows, 1)
    )
    ours = [(turn.text, turn.start_ms) for turn in reading_of(text, f"a.{kind}").turns]
    if kind == "vtt":
        ours = [(turn.text, turn.start_ms) for turn in reading_of("WEBVTT\n\n" + text).turns]
        theirs = [
            (each.text, each.start_in_seconds * 1000)
            for each in webvtt.from_string("WEBVTT\n\n" + text)
        ]
    else:
        theirs = [
            (each.content, each.start.total_seconds() * 1000) for each in subtitles.parse(text)
        ]
    assert ours == theirs


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "WEBVTT", "", " ", "1", "2", "00:01.000 --> 00:02.000", "00:61.000 --> 1",
                "0:00:01.000,0:00:02.000", "NOTE a", "STYLE", "T: so", "C: yes. T: no", "<v T>a",
                "b</v>", "2: a", "2: b", "(Bob) a", "T (x): b", '1 "Bo" (3)', "<u>k</u> c", "- c", "- d", ">> e", "[Anna] f", "{\\an8}g", "&lt;h", "i<br>j", "<i>", "k",
            ]
        ),
        max_size=25,
    ),
    st.sampled_from(["a.vtt", "a.srt", "a.sbv"]),
)  # fmt: skip
def test_whatever_stands_in_captions_no_letter_is_lost(lines, name):
    letters = sorted(char for line in lines for char in line if char in "abcdefghijkosy")
    try:
        reading = reading_of("\n".join(lines), name)
    except CoderError:
        return
    if reading.cues is None:
        return
    held = "".join(turn.text for turn in reading.turns)
    held += "".join(each.text for each in reading.reported)
    named = "".join(turn.label for turn in reading.turns)
    counts = {char: held.count(char) for char in "abcdefghijkosy"}
    gone = {char: letters.count(char) - n for char, n in counts.items() if letters.count(char) > n}
    markup = "".join(lines).count("an8") * "an" + "".join(lines).count("<br>") * "b"
    markup += "".join(lines).count("<i>") * "i" + "".join(lines).count("[Anna]") * "a"
    assert all(n <= (markup + named).count(char) for char, n in gone.items())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.sampled_from(["a.vtt", "a.srt", "a.sbv", "a.lrc", "a.tsv"]))
def test_any_bytes_give_a_reading_or_an_error_that_is_ours(data, name):
    refused = None
    try:
        assert readings.read(Path(name), data).turns
    except CoderError as fault:
        refused = fault.where["path"]
    assert refused in {None, name}
