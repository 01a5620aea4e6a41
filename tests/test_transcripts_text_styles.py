"""Text in the styles of the programs people transcribe with: who speaks, and when."""

from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.session import Role, TimeSource
from coder.transcripts import reading as readings
from coder.transcripts.source import Options


def read(text, **options):
    return readings.read(Path("session.txt"), text.encode(), Options(format="text", **options))


def said(text, **options):
    """What was said, by whom, from when to when."""
    turns = read(text, **options).turns
    return [(turn.label, turn.start_ms, turn.end_ms, turn.text) for turn in turns]


def stamps(reading):
    return [(each.turn, each.begin, each.ms) for each in reading.stamps]


def keys(reading):
    return [notice.key for notice in reading.warnings]


def test_descript_stamps_are_lifted_out_of_the_words():
    reading = read(
        "# Talk\n\n**Ann:** [00:00:00] hi all and well.\n\nMore here.\n\n"
        "**Bo:** I am [00:01:00], you know, fine. \n\n[00:01:30] So it was long [00:02:00]\n\n**Ann:** Right.\n"
    )
    assert [(turn.label, turn.start_ms, turn.text) for turn in reading.turns] == [
        ("Ann", 0, "hi all and well. More here."),
        ("Bo", None, "I am, you know, fine. So it was long"),
        ("Ann", None, "Right."),
    ]
    assert stamps(reading) == [(2, 6, 60_000), (2, 22, 90_000), (2, 36, 120_000)]
    assert [ms for _, ms in reading.anchors] == [60_000, 90_000, 120_000]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_f4_ends_a_turn_and_begins_the_next(gap):
    text = gap.join(
        ["I: How is it? #00:00:05-2#", "B: Good.", "Truly. #00:00:09-8#", "I: Fine. #00:00:12-0#"]
    )
    assert said(text) == [
        ("I", None, 5200, "How is it?"), ("B", 5200, 9800, "Good. Truly."), ("I", 9800, 12_000, "Fine."),
    ]  # fmt: skip


def test_f4_may_begin_a_turn():
    assert said("#00:00:05-2# I: How is it?\n#00:00:09-8# Bef: Good.\n") == [
        ("I", 5200, None, "How is it?"), ("Bef", 9800, None, "Good."),
    ]  # fmt: skip


def test_times_at_most_ends_are_ends_in_any_brackets_and_bare():
    assert said("T: One [0:05]\nC: Two [0:09]\nT: Three\n") == [
        ("T", None, 5000, "One"), ("C", 5000, 9000, "Two"), ("T", 9000, None, "Three"),
    ]  # fmt: skip
    assert said("T: One there 0:05\nC: Two 0:09\n") == [
        ("T", None, 5000, "One there"), ("C", 5000, 9000, "Two"),
    ]  # fmt: skip


def test_a_start_of_its_own_and_an_anchor_win_over_the_end_above():
    assert said("[0:01] T: One [0:05]\n[0:06] C: Two [0:09]\n(cough)\n0:11\nT: Three [0:12]\n") == [
        ("T", 1000, 5000, "One"), ("C", 6000, 9000, "Two"), ("T", 11_000, 12_000, "Three"),
    ]  # fmt: skip


def test_paragraphs_that_end_with_times_and_name_nobody_are_turns():
    reading = read("How is it?\nWell? #00:00:05-2#\n\nGood. #00:00:09-8#\n")
    assert [(turn.label, turn.text, turn.end_ms) for turn in reading.turns] == [
        ("", "How is it? Well?", 5200), ("", "Good.", 9800),
    ]  # fmt: skip
    assert "no_speakers" in keys(reading)


def test_maxqda_puts_no_space_between_time_and_name():
    assert said("00:00:01.5Zack: Hello\n\n00:00:03.0Ann: Hi\n") == [
        ("Zack", 1500, None, "Hello"), ("Ann", 3000, None, "Hi"),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["¤", ""])
def test_transana_counts_milliseconds(mark):
    reading = read(f"{mark}<1200> T: Hello {mark}<2500>and so on\n{mark}<5000>C: Hi\n")
    assert [(turn.label, turn.start_ms, turn.text) for turn in reading.turns] == [
        ("T", 1200, "Hello and so on"), ("C", 5000, "Hi"),
    ]  # fmt: skip
    assert stamps(reading) == [(1, 6, 2500)]


INQSCRIBE = "[00:00:01.10] T: Hello\n[00:00:05.20]\n\n[00:00:07.00] C: Hi\n[00:00:09.05]\n"


def test_inqscribe_frames_need_their_rate():
    reading = read(INQSCRIBE)
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == [(1000, 5000), (7000, 9000)]
    assert [dict(each.where) for each in reading.warnings if each.key == "times_frames_or_not"] == [
        {"count": 4}
    ]
    assert said(INQSCRIBE, frame_rate=25.0) == [
        ("T", 1400, 5800, "Hello"), ("C", 7000, 9200, "Hi"),
    ]  # fmt: skip


def test_two_digits_that_reach_the_rate_are_hundredths():
    text = INQSCRIBE.replace(".10", ".90")
    assert said(text)[0][1:3] == (1900, 5200)
    assert said(text, frame_rate=25.0)[0][1:3] == (1900, 5200)
    assert "times_frames_or_not" not in keys(read(text))


def test_drop_frame_times_are_those_of_the_clock():
    # SMPTE 12M: at 29.97 the first two numbers of each minute but the tenth are left out, so that
    # 00:10:00;00 is frame 17 982, which is 600.0 s; without dropping it is frame 18 000, 600.6 s.
    assert said("[00:10:00;00] T: One\n[00:10:00:00] C: Two\n", frame_rate=29.97) == [
        ("T", 600_000, None, "One"), ("C", 600_601, None, "Two"),
    ]  # fmt: skip


def test_frames_after_a_colon_are_read_to_the_second_without_a_rate():
    reading = read("[01:00:00:12] T: One\n01:00:05:29 C: Two, at 10:00:00:12\n")
    assert [turn.start_ms for turn in reading.turns] == [3_600_000, 3_605_000]
    assert reading.turns[1].text == "Two, at 10:00:00:12"
    assert keys(reading) == ["times_frames"]
    assert said("[00:00:01:29] T: One\nC: Two\n", frame_rate=25.0)[0][1] == 1000


def test_inqscribe_blocks_without_names_end_where_no_words_follow():
    reading = read("[00:00:01]\nHello\n[00:00:05]\n\n[00:00:07]\nHi\n[00:00:09]\n")
    assert [(turn.text, turn.start_ms, turn.end_ms, turn.times) for turn in reading.turns] == [
        ("Hello", 1000, 5000, TimeSource.ANCHOR), ("Hi", 7000, 9000, TimeSource.ANCHOR),
    ]  # fmt: skip


def test_a_lone_time_before_the_start_of_the_block_above_ends_nothing():
    reading = read("[00:00:09] T: One\n[00:00:05]\n[00:00:10] C: Two\n")
    assert reading.anchors == ((2, 5000),)
    assert reading.turns[0].end_ms is None


def test_columns_between_tabs_hold_start_end_speaker_and_words():
    text = (
        "Start\tEnd\tSpeaker\tText\n[00:00:01]\t[00:00:02]\tAnn\tHello\n[00:00:03]\t\t\tHi\tthere\n"
        "[00:00:04]\tmore\n[00:00:05]\tBo:\tWell\n00:00:06\tAnn: Yes\n[00:00:99]\tno time\n"
    )
    assert said(text) == [
        ("Ann", 1000, 2000, "Hello"), ("", 3000, None, "Hi there"), ("", 4000, None, "more"),
        ("Bo", 5000, None, "Well"), ("Ann", 6000, None, "Yes [00:00:99] no time"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second", "times"),
    [
        ("0:05 One thing\n", "0:15 Another\n", [(5000, None), (15_000, None)]),
        ("0:00 - 0:12 One thing\n", "0:12 - 0:20 Another\n", [(0, 12_000), (12_000, 20_000)]),
        ("#00:02:00/00:10:00# One thing\n", "#00:10:00/00:11:00# Another\n", [(120_000, 600_000), (600_000, 660_000)]),
        ("(0:05)\nOne thing\n", "(0:15)\nAnother\n", [(5000, None), (15_000, None)]),
        ("0:00 - 0:12\nOne thing\n", "0:12 - 0:20\nAnother\n", [(0, 12_000), (12_000, 20_000)]),
    ],
)  # fmt: skip
def test_paragraphs_that_begin_with_times_and_name_nobody_are_turns(first, second, times):
    reading = read(f"{first}\n{second}going on\n")
    assert [turn.text for turn in reading.turns] == ["One thing", "Another going on"]
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == times
    assert reading.speakers == {"": 2}
    assert "no_speakers" in keys(reading)


@pytest.mark.parametrize(
    "text",
    [
        "They met at\n10:30\nand spoke of the week.\n" + "It was a long week for both.\n" * 30,
        "3:16 so it says\n2:10 and here\n1:05 and there\n",
    ],
)
def test_times_in_prose_make_no_transcript(text):
    with pytest.raises(CoderError) as caught:
        read(text)
    assert caught.value.key == "transcript_prose"


def test_a_first_and_a_last_time_may_stand_above_a_turn():
    assert said("0:00 - 0:12\nT: One\n0:12 - 0:20\nC: Two\n") == [
        ("T", 0, 12_000, "One"), ("C", 12_000, 20_000, "Two"),
    ]  # fmt: skip


def test_noscribe_overlaps_stay_in_the_words():
    reading = read(
        "Talk with A\n\nTranscribed with noScribe vers. 0.7\nAudio file: ./a.mp3\n\n(12 seconds pause)\n\n"
        "S01: [00:00:12] Hello there. (..) It is. //S02: Nice. // Yes.\n\n"
        "S00: [00:00:36] Yes. [00:01:36] Still.\n\nS01: [00:01:37] But I //S00: natural.//\n"
    )
    assert [(turn.label, turn.start_ms, turn.text) for turn in reading.turns] == [
        ("S01", 12_000, "Hello there. (..) It is. //S02: Nice. // Yes."),
        ("S00", 36_000, "Yes. Still."),
        ("S01", 97_000, "But I //S00: natural.//"),
    ]
    assert stamps(reading) == [(2, 5, 96_000)]
    assert [note.text for note in reading.notes] == ["(12 seconds pause)", "(..)"]


MEETING = """Weekly - 2026/01/21 15:51 GMT - Transcript
Attendees
Ann Berg, Bo Lund
Transcript
This editable transcript was computer generated and might contain errors.
00:00:05
Ann Berg: Hello.
Bo Lund: Hi.

00:05:10
Ann Berg: Well.
Transcription ended after 00:45:10
Note: gone
"""


def test_google_meet_has_anchors_only():
    reading = read(MEETING)
    assert [(turn.label, turn.start_ms, turn.times) for turn in reading.turns] == [
        ("Ann Berg", 5000, TimeSource.ANCHOR),
        ("Bo Lund", None, TimeSource.NONE),
        ("Ann Berg", 310_000, TimeSource.ANCHOR),
    ]
    assert reading.anchors == ((6, 5000), (10, 310_000))
    assert [(each.line, each.why) for each in reading.reported if each.text] == [
        (1, "stands before the transcript"), (2, "stands before the transcript"),
        (3, "stands before the transcript"), (4, "heading"), (5, "not part of the conversation"),
        (12, "stands after the transcript"), (13, "stands after the transcript"),
    ]  # fmt: skip


def test_notes_before_a_meetings_transcript_are_no_speech():
    reading = read(
        "📝 Notes\nInvited Ann Berg\n**Summary:** They met.\n**Summary:** Again.\n\n📖 Transcript\n\n"
        "### 00:00:00\n\n**Ann Berg:** Hello.\n**Bo Lund:** Hi.\n\n### **00:05:00**\n\n**Ann Berg:** Well\n"
    )
    assert reading.speakers == {"Ann Berg": 2, "Bo Lund": 1}
    assert [ms for _, ms in reading.anchors] == [0, 300_000]


PANEL = [
    ("Ann Berg", "0:03", "Hello there."),
    ("Bo Lund", "0:10", "Hi."),
    ("Ann Berg", "0:12", "Well."),
]


@pytest.mark.parametrize(
    "layout",
    [
        "{time}\n{name}\n{words}\n",
        "{name}\n{time}\n{words}\n",
        "{name}   {time}\n{words}\n",
        "{name}  {time}  \n{words}\n\n",
        "[{time}] {name}\n{words}\n\n",
        "{name} ({time}):\n{words}\n\n",
        "{name}: 0{time}\n\n{words}\n\n",
        "{name}: [{time}] {words}\n",
        "[{time}] {name}: {words}\n",
        "**{name}** [{time}]: {words}\n",
        "{time}\n{name}:\n{words}\n",
        "{time} - {time}\n{name}: {words}\n",
    ],
)
def test_name_time_and_words_may_stand_in_any_order(layout):
    text = "".join(layout.format(name=name, time=time, words=words) for name, time, words in PANEL)
    assert [(label, start, words) for label, start, _, words in said(text)] == [
        ("Ann Berg", 3000, "Hello there."), ("Bo Lund", 10_000, "Hi."), ("Ann Berg", 12_000, "Well."),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["T", "Speaker 1", "speaker_01", "Ludwig van Hof", "Dr. A. Berg"])
def test_names_beside_times_have_many_forms(name):
    text = f"0:03\n{name}\nHello\n0:05\nBo Lund\nHi\n0:09\n{name}\nWell\n"
    assert read(text).speakers == {name: 2, "Bo Lund": 1}


@pytest.mark.parametrize("words", ["Yes.", "well then", "Note", "One Two Three Four Five Six"])
def test_words_below_times_are_no_names(words):
    text = f"0:03\n{words}\nHello\n0:05\n{words}\nHi\n0:09\n{words}\nWell\n"
    assert read(text).speakers == {"": 3}


def test_a_bare_time_behind_a_label_above_the_words_is_the_start():
    text = "".join(
        f"{name}: 00:0{n}:00\n\nOne thing.\n\nAnd more of it.\n\n"
        for n, name in enumerate(["Ann Berg", "Bo Lund", "Ann Berg"])
    )
    assert [(label, start) for label, start, *_ in said(text)] == [
        ("Ann Berg", 0), ("Bo Lund", 60_000), ("Ann Berg", 120_000),
    ]  # fmt: skip


def test_names_of_teams_hold_commas_and_brackets():
    reading = read(
        "Berg, Anna (Guest)   0:03\nHello.\nLund, Bo   0:09\nHi.\nBerg, Anna (Guest)   0:12\nFine.\n"
        "Bo Lund stopped transcription\n"
    )
    assert reading.speakers == {"Berg, Anna (Guest)": 2, "Lund, Bo": 1}
    assert [each.text for each in reading.reported] == ["Bo Lund stopped transcription"]


def test_two_spaces_behind_a_name_mark_it_where_there_are_no_times():
    text = "".join(f"{name}  \n{words}\n\n" for name, _, words in PANEL)
    assert said(f"# Talk\n\nThey met.\n\n{text}") == [
        ("Ann Berg", None, None, "Hello there."), ("Bo Lund", None, None, "Hi."), ("Ann Berg", None, None, "Well."),
    ]  # fmt: skip


def test_headers_that_lost_a_space_or_their_time_are_headers():
    text = "Ann Berg  0:03  \nHello.\n\nBo Lund  0:10  \nHi.\n\nAnn Berg 0:12\nWell.\n\nBo Lund  \nYes.\nBo Lund  0:20\nNo.\n"
    assert [(label, start) for label, start, *_ in said(text)] == [
        ("Ann Berg", 3000), ("Bo Lund", 10_000), ("Ann Berg", 12_000), ("Bo Lund", None), ("Bo Lund", 20_000),
    ]  # fmt: skip


def test_names_on_lines_of_their_own_that_come_again_are_speakers():
    text = "\n\n".join(
        f"{name}\n{name.lower()} speaks here." for name in ["Ann", "Bo", "Ann", "Bo"]
    )
    assert [label for label, *_ in said(text)] == ["Ann", "Bo", "Ann", "Bo"]
    assert [label for label, *_ in said(text.replace("\n\n", "\n"))] == ["Ann", "Bo", "Ann", "Bo"]


def test_labels_without_capitals_are_taken_where_words_stand_below_them():
    assert [label for label, *_ in said("Ann:\nOne\n\nbo:\nTwo\n\nAnn:\nThree\n\nbo:\nFour\n")] == [
        "Ann", "bo", "Ann", "bo",
    ]  # fmt: skip
    assert [label for label, *_ in said("t: one\nc: two\nt: three\nc: i\n")] == ["t", "c", "t", "c"]


def test_an_answer_that_is_a_time_is_spoken():
    assert said("T: And when?\nC: 10:30\nT: In the morning?\n")[1] == ("C", None, None, "10:30")


def test_a_time_before_a_label_within_a_line_is_its_start():
    assert said("T: One [0:05] C: Two T: [0:06] Three\nC: Four\nand more [0:09] T: Five\n") == [
        ("T", None, None, "One"), ("C", 5000, None, "Two"), ("T", 6000, None, "Three"),
        ("C", None, None, "Four and more"), ("T", 9000, None, "Five"),
    ]  # fmt: skip


def test_a_time_before_the_first_words_below_a_label_is_the_start():
    reading = read("T:\n[0:05] Hello\nC:\n[0:07]\nHi\n")
    assert [(turn.start_ms, turn.text) for turn in reading.turns] == [(5000, "Hello"), (7000, "Hi")]


def test_times_within_notes_are_no_starts():
    reading = read("T: I [unintelligible 00:01:18] was.\nC: Yes [crosstalk 00:01:20]\n")
    assert (reading.anchors, reading.first_ms, len(reading.notes)) == ((), None, 2)


@pytest.mark.parametrize(
    ("pattern", "line", "start"),
    [
        ("{hh/mm/ss}", "{10/34/27} T: Hello", 38_067_000),
        ("[timestamp: HH:MM:SS]", "[timestamp: 00:01:02] T: Hello", 62_000),
        ("hh mm ss", "00 01 02 T: Hello", 62_000),
        ("<mm.ss>", "<01.02> T: Hello", 62_000),
        ("<hh.mm.ss.ff>", "<00.01.02.05> T: Hello", 62_200),
        ("<mm.ss>", "<01.72> T: Hello", None),
        ("<hh.mm.ss>", "<01.62.02> T: Hello", None),
    ],
)
def test_a_person_may_spell_the_times(pattern, line, start):
    reading = read(f"T: One\nC: Two\n{line}\nC: Three\n", time_pattern=pattern, frame_rate=25.0)
    assert [turn.start_ms for turn in reading.turns if turn.text == "Hello"] == [start]


def test_bare_spelled_times_are_times_only_at_the_ends_of_lines():
    reading = read("T: I had 10 34 27 of them 00 01 02\nC: Hi\n", time_pattern="hh mm ss")
    assert reading.turns[0].text == "I had 10 34 27 of them"
    assert stamps(reading) == [(1, 22, 62_000)]


def test_spelled_frames_without_a_rate_are_read_to_the_second():
    text = "<00.01.02.05> T: Hello\n<00.01.03.05> C: Hi\n"
    reading = read(text, time_pattern="<hh.mm.ss.ff>")
    assert [turn.start_ms for turn in reading.turns] == [62_000, 63_000]
    assert keys(reading) == ["times_frames"]


@pytest.mark.parametrize("pattern", ["hh", "mm:mm:ss", "x"])
def test_a_spelling_that_is_no_time_is_refused(pattern):
    with pytest.raises(CoderError) as caught:
        read("T: a\nC: b\n", time_pattern=pattern)
    assert caught.value.key == "time_pattern_unread"


@pytest.mark.parametrize(
    ("labels", "therapist", "patient"),
    [
        ("COUNSELOR CLIENT", "COUNSELOR", "CLIENT"), ("Therapist Bibi", "Therapist", None),
        ("Psychologist P", "Psychologist", "P"), ("Interviewer Client", "Interviewer", "Client"),
        ("Interviewer Interviewee", None, None), ("I B", None, None), ("C P", None, None),
        ("T Interviewer", "T", None), ("Ann Patient", None, "Patient"),
    ],
)  # fmt: skip
def test_roles_are_guessed_only_where_the_label_says_them(labels, therapist, patient):
    first, second = labels.split()
    roles = read(f"{first}: a\n{second}: b\n" * 2).roles
    assert {Role.THERAPIST: therapist, Role.PATIENT: patient} == {
        role: next((label for label in roles if roles[label] is role), None)
        for role in (Role.THERAPIST, Role.PATIENT)
    }


def test_a_person_who_names_a_label_vouches_for_an_article():
    prose = "They spoke of the week and of the work that had been left.\n" * 60
    text = prose + "Anna: hello\nBob: hi\n"
    reading = read(text, roles={"Anna": Role.PATIENT, "Bob": Role.THERAPIST})
    assert reading.speakers == {"Anna": 1, "Bob": 1}


def test_text_after_the_last_turn_is_warned_of():
    reading = read("T: One\nC: Two\n" * 9 + "They spoke of the week and of the work.\n" * 60)
    assert [dict(each.where) for each in reading.warnings if each.key == "last_turn_long"] == [
        {"line": 18}
    ]


def test_what_is_longer_than_any_session_is_refused():
    with pytest.raises(CoderError) as caught:
        read("T: a\nC: b\n" + "T: a C: b " * 25_001)
    assert caught.value.key == "transcript_too_long"


def test_times_beyond_any_number_within_a_turn_are_reported():
    reading = read("T: a\nC: b\n" + "[0:01] a " * 1005 + "\n")
    assert len(reading.stamps) == 1000
    assert [each.text for each in reading.reported] == ["[0:00:01]"] * 5
