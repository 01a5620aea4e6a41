"""Tables of turns: separators, columns, times, sessions, workbooks; nothing of them is lost."""

import contextlib
import csv
import datetime as dt
import io
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.transcripts import cell_times, columns, sheets, spreadsheet
from coder.transcripts.reading import read
from coder.transcripts.source import Options, Source


def seen(text, name="a.csv", **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read(Path(name), data, Options(**options))


def turns(reading):
    return [(turn.label, turn.start_ms, turn.end_ms, turn.text) for turn in reading.turns]


def told(reading):
    return {notice.key for notice in reading.warnings}


def starts(cells, name="a.csv", column="start", **options):
    """The starts of a table with these cells in the column of times."""
    rows = "".join(f"{cell}|A|some words to say here\n" for cell in cells)
    reading = seen(f"{column}|speaker|text\n{rows}", name, **options)
    return [turn.start_ms for turn in reading.turns]


def workbook(*pages, name="a.xlsx", **options):
    return read(Path(name), packed(*pages), Options(**options))


def packed(*pages):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for n, (title, rows) in enumerate(pages):
        page = book.create_sheet(title or f"Sheet{n}")
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ["speaker", "start", "end", "text"]


# Separators, quotation marks, the row of titles


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_the_separator_is_found_out(sign):
    rows = [HEAD, ["T", "0:01", "0:04", "How was it"], ["P", "0:05.5", "0:09", "Well so so"]]
    reading = seen("\n".join(sign.join(row) for row in rows))
    assert turns(reading) == [("T", 1000, 4000, "How was it"), ("P", 5500, 9000, "Well so so")]
    assert reading.format == ("tsv" if sign == "\t" else "csv")
    assert reading.columns == {"text": "text", "speaker": "speaker", "start": "start", "end": "end"}
    assert reading.titles == ("speaker", "start", "end", "text")


def test_cells_may_hold_separators_and_line_breaks_in_quotation_marks():
    text = '\ufeffwho,time,text\r\nT,0:01,"Well, then\r\nwe ""begin"""\r\nP,0:02, "Yes, please"\r\n'
    reading = seen(text.encode())
    assert [turn.text for turn in reading.turns] == ['Well, then we "begin"', "Yes, please"]
    assert [turn.line for turn in reading.turns] == [2, 3]  # rows, as a spreadsheet counts them


def test_quotation_marks_that_are_no_quoting_are_words():
    text = 'start\tspeaker\ttext\n0:01\tT\t"Well" is a word\n0:02\tP\tthe "open one\n'
    assert [turn.text for turn in seen(text, "a.tsv").turns] == [
        '"Well" is a word',
        'the "open one',
    ]


def test_words_with_commas_that_nobody_quoted_are_words_all_the_same():
    text = "start time,end time,speaker,dialog\n0:01,0:03,T,So, then, begin\n0:04,0:05,P,Yes\n"
    assert turns(seen(text))[0] == ("T", 1000, 3000, "So, then, begin")
    beyond = seen("speaker,text,start\nT,So,0:01,more\nP,Yes,0:02\nT,No,0:03\n")
    assert [each.text for each in beyond.reported if "beyond" in each.why] == ["more"]


def test_a_hint_at_the_separator_is_taken_and_told_of():
    reading = seen("sep=;\nwho;time;text\nT;0:01;Hello there\n")
    assert turns(reading) == [("T", 1000, None, "Hello there")]
    assert reading.turns[0].line == 3
    assert ("sep=;", "names the separator") in [(e.text, e.why) for e in reading.reported]


def test_lines_above_the_titles_are_told_of():
    reading = seen("Interview of May,,\n,,\nName,Time,Words\nT,0:01,Hello there\nP,0:03,Hello\n")
    assert len(reading.turns) == 2
    assert (1, "Interview of May") in [(each.line, each.text) for each in reading.reported]


def test_titles_need_not_be_there():
    reading = seen(
        'f1,0.000,1.234,"First of all"\nf2,1.234,5.678,"Then this"\nf3,5.7,7.89,"And that"\n'
    )
    assert [turn[1:3] for turn in turns(reading)] == [(0, 1234), (1234, 5678), (5700, 7890)]
    assert reading.titles == ("A", "B", "C", "D")
    assert reading.columns == {"text": "D", "start": "B", "end": "C"}


def test_a_first_row_of_unknown_titles_is_known_by_the_times_below_it():
    text = (
        "Wanneer;Persoon;Gezegd\n0:01;T;hallo daar\n0:05;P;ja goed\n0:09;T;mooi zo\n0:11;P;ja ja\n"
    )
    reading = seen(text)
    assert turns(reading)[0] == ("T", 1000, None, "hallo daar")
    assert reading.titles == ("Wanneer", "Persoon", "Gezegd")


# Columns


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Speaker Name", "speaker"), ("interlocutor", "speaker"), ("Sprecher/in", "speaker"),
        ("Locuteur", "speaker"), ("Hablante", "speaker"), ("Who", "speaker"),
        ("StartTime (ms)", "start"), ("begin_time", "start"), ("Début", "start"),
        ("Zeitstempel", "start"), ("Begin Time - ss.msec", "start"), ("end_ms", "end"),
        ("Fin", "end"), ("Bis", "end"), ("utterance_text", "text"), ("Äußerung", "text"),
        ("Énoncé", "text"), ("Transcripción", "text"), ("transcript_id", "session"),
        ("Datei", "session"), ("Séance", "session"), ("mi_quality", None), ("", None),
    ],
)  # fmt: skip
def test_titles_in_four_languages_are_known(title, role):
    found = [each for each in columns.ROLES if columns._rank(each, title) is not None]
    assert found == ([role] if role else [])


def test_columns_are_named_as_spreadsheets_name_them():
    assert [columns.letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("title", "unit"),
    [("start_ms", "ms"), ("Start (msec)", "ms"), ("start (s)", "s"), ("Begin Time - ss.msec", "s"),
     ("start", ""), ("time hh:mm", ""), ("", "")],
)  # fmt: skip
def test_titles_give_units(title, unit):
    assert columns.unit(title) == unit


@pytest.mark.parametrize("named", ["said", "C", "c", "3"])
def test_a_person_names_a_column_by_title_letter_or_number(named):
    text = "a,b,Said,d\n1,T,hello there you,yes\n2,P,well well,no\n"
    reading = seen(text, columns={"text": named, "speaker": "b"})
    assert [(t.label, t.text) for t in reading.turns[-2:]] == [
        ("T", "hello there you"),
        ("P", "well well"),
    ]
    assert reading.columns["text"] in {"Said", "C"}


def test_a_person_can_say_that_there_is_no_column():
    text = "speaker,start,text\nT,0:01,hello there\nP,0:02,well well\n"
    reading = seen(text, columns={"speaker": "none", "start": "-"})
    assert turns(reading) == [("", None, None, "hello there"), ("", None, None, "well well")]


@pytest.mark.parametrize(
    ("chosen", "key"),
    [({"text": "nowhere"}, "unknown_column"), ({"words": "text"}, "unknown_column_role"),
     ({"text": ""}, "table_no_columns")],
)  # fmt: skip
def test_a_column_that_is_not_there_is_refused(chosen, key):
    with pytest.raises(CoderError) as told_of:
        seen("speaker,start,text\nT,0:01,hello there\nP,0:02,well\n", columns=chosen)
    assert told_of.value.key == key


def test_from_is_no_time_where_it_holds_names():
    reading = seen(
        "from,timestamp,message\nT,0:01,hello there\nP,0:02,well\nT,0:03,yes\nP,0:04,no\n"
    )
    assert reading.columns == {"text": "message", "start": "timestamp", "speaker": "from"}


def test_classes_are_no_speakers_and_ends_need_starts():
    reading = seen(
        "text,label,start,out\nhello there,env,0:01,0:02\nwell,safe,0:02,0:03\nyes,env,0:03,0:04\nno,safe,0:04,0:05\n"
    )
    assert reading.speakers == {"": 4}
    assert turns(reading)[0][1:3] == (1000, 2000)
    assert "end" not in seen("speaker,to,text\nT,0:01,hello\nP,0:02,well\n").columns


def test_columns_not_read_are_counted_and_their_words_listed():
    text = (
        "speaker,start,text,score,link,translation\n"
        "T,0:01,hello there,0.5,https://e.example/a?sig=1,guten Tag dir\n"
        "P,0:02,well well,0.7,https://e.example/b?sig=2,nun ja doch\n"
        "T,0:04,go on,0.7,,\n"
    )
    reading = seen(text)
    why = [(each.line, each.text, each.why) for each in reading.reported]
    assert (1, "score", "column D is not read: 3 cells, they are not kept") in why
    assert (1, "link", "column E is not read: 2 cells, they are not kept") in why
    assert (3, "nun ja doch", "column F is not read") in why
    assert not any("sig" in each.text for each in reading.reported)


def test_an_empty_speaker_means_as_above_only_where_labels_stand_at_their_change():
    filled = seen("speaker,start,text\nT,0:01,one\n,0:02,two\nP,0:03,three\n,0:04,four\n")
    assert filled.speakers == {"T": 2, "P": 2}
    nobody = seen("speaker,start,text\nT,0:01,one\nT,0:02,two\n,0:03,three\nP,0:04,four\n")
    assert nobody.speakers == {"T": 2, "": 1, "P": 1}
    first = seen(
        "session,speaker,start,text\n1,T,0:01,one\n1,,0:02,two\n2,,0:01,three\n2,P,0:04,four\n"
    )
    assert first.speakers == {"T": 2, "": 1, "P": 1}


def test_labels_are_found_in_the_words_where_no_column_has_them():
    reading = seen("time,text\n0:01,T: hello there\n0:05,C: well well\n0:09,and then\n")
    assert turns(reading) == [
        ("T", 1000, None, "hello there"), ("C", 5000, None, "well well"), ("", 9000, None, "and then")
    ]  # fmt: skip
    inner = seen("no|text\n1|[0:03] T: hello there\n2|[0:04] C: well well\n")
    assert turns(inner)[1] == ("C", 4000, None, "well well")


def test_rows_that_say_the_same_are_kept_and_told_of():
    text = "text,label,timestamp,speaker\nHello to you,a,0.0,1\nHello to you,b,0.0,1\nYes.,a,1.5,2\nYes.,b,1.5,2\n"
    reading = seen(text)
    assert len(reading.turns) == 4
    assert [n.where["count"] for n in reading.warnings if n.key == "table_rows_alike"] == [1]


def test_rows_without_words_are_told_of():
    reading = seen("speaker,start,text\nT,0:01,hello there\nP,0:02,\nT,0:03,yes\n")
    assert len(reading.turns) == 2
    assert (3, "P", "no words follow") in [(e.line, e.text, e.why) for e in reading.reported]


# Times


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["0:07", "61:02", "1:01:03"], [7000, 3_662_000, 3_663_000]),
        (["00:00:43,810", "[00:00:44.5]"], [43_810, 44_500]),
        (["#00:01:02-3#", "#00:01:03-4#"], [62_300, 63_400]),
        (["43.81", "0.5", "1e-05"], [43_810, 500, 0]),
        (["43,81", "44,00"], [43_810, 44_000]),
        (["12.9s", "13.5 s", "800 ms"], [12_900, 13_500, 800]),
        (["0:00 - 0:12", "0:12-->0:20", "[0:20]"], [0, 12_000, 20_000]),
        (["2023-01-01 00:00:59", "2023-01-01 00:01:00.5"], [59_000, 60_500]),
        (["T00:00:06Z", "T00:01:06Z"], [6000, 66_000]),
        (["2023-05-05T14:00:00Z", "2023-05-05T14:00:06Z"], [0, 6000]),
        (["2023-05-05 23:59:59", "2023-05-06 00:00:01", "0:05"], [0, 2000, 5000]),
        (["5/6/2023 2:03:04 PM", "5/6/2023 2:03:09 PM"], [0, 5000]),
        (["5/6/2023 2:03 PM", "6/6/2023 2:03 PM"], [None, None]),
        (["2023-99-99 00:00:01", "2023-01-01 00:00:09"], [None, 9000]),
        (["2023-99-99 00:00:01", "2023-99-99 00:00:09"], [None, None]),
        (["00:00:01:12", "00:00:02;05", "0:03"], [1000, 2000, 3000]),
        (["0:01", "n/a", "soon", "0:04", "-0:05", "0:06"], [1000, None, None, 4000, None, 6000]),
        (["1", "999999999999999", "3"], [1, None, 3]),
    ],
)  # fmt: skip
def test_times_are_read_in_every_form(cells, expected):
    assert starts(cells) == expected


def test_times_that_cannot_be_read_are_listed():
    reading = seen(
        "start;end;speaker;text\n0:01;soon;A;one two\n0:02;0:03;B;two\nlater;0:09;A;three\n"
    )
    assert turns(reading)[0] == ("A", 1000, None, "one two")
    assert turns(reading)[2] == ("A", None, None, "three")
    why = [(e.line, e.text) for e in reading.reported if e.why == "cannot be read as a time"]
    assert why == [(2, "soon"), (4, "later"), (4, "0:09")]
    assert "times_unread" in told(reading)


def test_both_times_in_one_cell():
    reading = seen(
        "Timespan\tContent\tSpeaker\n0:00 - 0:12\thello you\tT\nlate\tyes\tP\n0:20/0:30\tgood\tT\n",
        "a.txt",
    )
    assert turns(reading) == [("T", 0, 12_000, "hello you"), ("P", None, None, "yes"), ("T", 20_000, 30_000, "good")]  # fmt: skip
    both = {"start": "A", "end": "A"}
    assert turns(seen("Timespan,Text\n0:00 - 0:12,hello\n0:12 - 0:14,you\n", columns=both))[0][
        1:3
    ] == (0, 12_000)
    other = seen("Timespan,end,Text\n0:00 - 0:12,0:13,hello\n0:12 - 0:14,0:14,you\n")
    assert "0:13" in [each.text for each in other.reported]


def test_frames_count_by_the_rate_a_person_gives():
    assert starts(["00:00:01:12", "00:00:02;05", "00:00:03:99"], frame_rate=25.0) == [
        1480,
        2200,
        None,
    ]
    assert starts(["00:00:01.12", "00:00:02.05"], frame_rate=25.0) == [1480, 2200]
    assert starts(["00:00:01.12", "00:00:02.55"], frame_rate=25.0) == [1120, 2550]
    assert "table_times_frames" in told(seen("start;text\n00:00:01:12;one two\n00:00:02:10;two\n"))


@pytest.mark.parametrize(
    ("title", "cells", "first", "key"),
    [
        ("start", ["430", "48350"], 430, "table_times_ms"),
        ("start", ["43", "48"], 43_000, "table_times_seconds"),
        ("start_ms", ["43", "48"], 43, None),
        ("start (s)", ["43000", "48000"], 43_000_000, None),
        ("start", ["43.0", "48.5"], 43_000, None),
    ],
)
def test_whole_numbers_are_seconds_or_milliseconds_by_title_or_pace(title, cells, first, key):
    rows = "".join(f"{cell};A;some words to say here\n" for cell in cells)
    reading = seen(f"{title};speaker;text\n{rows}")
    assert reading.turns[0].start_ms == first
    assert told(reading) - {"times_unread"} == ({key} if key else set())


def test_a_single_number_is_milliseconds_when_it_would_be_ten_hours():
    assert (starts(["36000"]), starts(["35999"])) == ([36_000], [35_999_000])


def test_shorthand_is_read_in_a_column_that_a_person_maps():
    cells = ["75", "1:6", "9203", "14532", "2:5:3"]
    expected = [75_000, 66_000, 5_523_000, 6_332_000, 7_503_000]
    assert starts(cells, columns={"start": "start"}) == expected
    assert starts(["75", "1230"], columns={"start": "start"}) == [75_000, 750_000]
    # Not where it might be plain seconds, nor where a field is none of a clock.
    assert starts(["75", "80"], columns={"start": "start"}) == [75_000, 80_000]
    assert starts(["175", "1280"], columns={"start": "start"}) == [175, 1280]
    assert starts(["1:05", "1:06"], columns={"start": "start"}) == [65_000, 66_000]
    assert starts(["0:05", "x"], columns={"start": "start"}) == [5000, None]
    assert starts(["19203"], columns={"start": "start"}) == [19_203_000]


def test_marks_for_nothing_are_no_times():
    assert cell_times.form_of(["", "n/a", "NaN"]) is None
    assert cell_times.numbers(["1", "x", "2,5"]) == [1.0, 2.5]


# What a table is, and what it is not


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.txt", "T:\thello there\nC:\tyes\nT:\tgood\nC:\tfine\n", "text"),
        ("a.csv", "T: Hello, you\nC: Yes, me\nT: Well, fine\nC: So, so\n", "text"),
        ("a.txt", "0:01\tT: hello there\n0:02\tC: yes\n0:03\tT: good\n0:04\tC: fine\n", "text"),
        ("a.tsv", "start\tend\ttext\n0\t100\thello\n", "whisper-tsv"),
        ("a.txt", "[00:00:00.00]\t[00:00:04.10]\tT\tone two\n[0:05]\t[0:06]\tC\ttwo\n", "tsv"),
        ("a.txt", "00:00:00\tThe first line.\n00:05:00\tThe second line.\n", "tsv"),
        ("a.txt", "0.0\t1.234\thello there\n1.3\t2.5\tyes you\n", "tsv"),
        ("a.txt", "00:01\tT\thello there\n00:02\tC\tyes you\n00:03\tT\tgo\n00:04\tC\tno\n", "tsv"),
        ("a.txt", "Timespan,Content,Speaker\n0:00,hello,T\n0:12,yes,P\n", "csv"),
    ],
)
def test_a_table_is_told_from_text_with_labels(name, text, expected):
    assert seen(text, name).format == expected


@pytest.mark.parametrize(
    ("name", "text", "key"),
    [
        (
            "a.txt",
            "14:05:33\tAnna:\tHello there\n14:06:33\tBob:\tYes\n14:07:00\tAnna:\tok\n",
            "transcript_chat",
        ),
        ("a.csv", "a,b\n1,2\n3,4\n", "table_no_columns"),
        ("a.csv", "Nothing but prose here\nand more of it below\n", "transcript_prose"),
        ("a.txt", "Speaker,Colour\nred,blue\n", "transcript_prose"),
        ("a.txt", "one, two\nthree, four\n", "transcript_prose"),
        ("a.txt", "one, two\nthree, four\nfive\nsix, seven, eight\n", "transcript_prose"),
    ],
)
def test_what_is_no_table_of_turns_is_refused(name, text, key):
    with pytest.raises(CoderError) as told_of:
        seen(text, name)
    assert told_of.value.key == key


def test_a_whisper_tsv_is_left_to_its_own_reader():
    def known(text):
        made = Source(Path("a.tsv"), b"", text, (), "utf-8", Options())
        return spreadsheet.knows(made)

    assert not known("start\tend\ttext\n0\t100\thello\n")
    assert known("start\tend\ttext\n0:00\t0:01\thello\n0:01\t0:04\tyes\n")


def test_numbers_in_a_workbook_are_written_as_short_as_they_can_be():
    assert [sheets._cell(value) for value in (5.0, 5.25, 1e300, 7, None)] == [
        "5",
        "5.25",
        "1e+300",
        "7",
        "",
    ]


def test_cells_beyond_all_measure_are_no_table():
    huge = "speaker,text\nT," + "word " * 40_000 + "\n"
    with pytest.raises(CoderError) as told_of:
        seen(huge, format="csv")
    assert told_of.value.key == "transcript_damaged"
    with pytest.raises(CoderError):
        seen(huge)
    with pytest.raises(CoderError) as told_of:
        seen("," * 5000 + "\n" + "," * 5000 + "x\n", format="csv")
    assert told_of.value.key == "table_no_columns"


def test_a_long_table_is_known_by_its_beginning():
    rows = "".join(f'T,{n // 60}:{n % 60:02},"word\nand more"\n' for n in range(6000))
    assert len(seen("speaker,start,text\n" + rows).turns) == 6000
    assert len(seen("speaker|start|text\n" + rows.replace(",", "|")).turns) == 6000


# Several sessions in one file


MANY = (
    "mi_quality,transcript_id,video_url,utterance_id,interlocutor,timestamp,utterance_text,annotator_id\n"
    "high,0,https://e.example/1,0,therapist,00:00:13,What brings you here?,3\n"
    "high,0,https://e.example/1,0,therapist,00:00:13,What brings you here?,4\n"
    "high,0,https://e.example/1,1,client,00:00:24,The same.,3\n"
    "high,0,https://e.example/1,1,client,00:00:24,The same.,4\n"
    "low,7,https://e.example/2,0,therapist,00:25:24,Hello again.,3\n"
    "low,7,https://e.example/2,1,client,00:25:30,Hello.,3\n"
    "low,7,https://e.example/2,2,client,00:25:30,Hello.,3\n"
)


def test_a_file_of_several_sessions_is_read_whole_or_one_of_them():
    whole = seen(MANY)
    assert whole.parts == (("0", 2), ("7", 3))
    assert (len(whole.turns), whole.speakers) == (5, {"therapist": 2, "client": 3})
    assert {"table_several_sessions", "table_rows_repeated"} <= told(whole)
    assert "rows that repeat an utterance: 2" in [each.why for each in whole.reported]
    one = seen(MANY, part="7")
    assert (len(one.turns), one.first_ms) == (3, 1_524_000)
    assert "rows of other sessions: 4" in [each.why for each in one.reported]
    assert "table_several_sessions" not in told(one)
    assert not any("e.example" in each.text for each in (*whole.reported, *one.reported))


def test_a_session_that_is_not_in_the_file_is_refused_with_those_that_are():
    with pytest.raises(CoderError) as told_of:
        seen(MANY, part="8")
    assert (told_of.value.key, told_of.value.where["known"]) == ("unknown_part", "0, 7")
    rows = "".join(f"{n},T,0:01,hello there\n" for n in range(11))
    with pytest.raises(CoderError) as told_of:
        seen("session,speaker,start,text\n" + rows, part="x")
    assert told_of.value.where["known"] == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …"
    with pytest.raises(CoderError) as told_of:
        seen("speaker,start,text\nT,0:01,hello there\nP,0:02,yes\n", part="1")
    assert told_of.value.where["known"] == "none"


# Workbooks


def test_a_workbook_is_read_with_its_times_and_numbers():
    rows = [
        ["Speaker", "Start", "End", "Text"],
        ["T", dt.time(0, 55, 1), dt.timedelta(minutes=55, seconds=2.5), "How was it"],
        ["P", dt.timedelta(hours=25), dt.datetime(1900, 1, 1, 2, 0, 0), "Well"],  # noqa: DTZ001 - as Excel keeps it
        ["T", "1:02:03", None, 12],
        [None, None, None, None],
        ["P", dt.timedelta(seconds=-5), True, 0.5],
    ]
    reading = workbook(("a", rows))
    assert reading.format == "xlsx"
    assert turns(reading) == [
        ("T", 3_301_000, 3_302_500, "How was it"), ("P", 90_000_000, 93_600_000, "Well"),
        ("T", 3_723_000, None, "12"), ("P", None, None, "0.5"),
    ]  # fmt: skip
    assert [turn.line for turn in reading.turns] == [2, 3, 4, 6]
    assert {"-0:00:05", "True"} <= {each.text for each in reading.reported}


def test_parts_of_a_day_and_dates_in_a_workbook():
    rows = [["Speaker", "Start", "Text"], ["T", 0.000694444, "one two"], ["P", 0.04, "three four"]]
    reading = workbook(("a", rows))
    assert [turn.start_ms for turn in reading.turns] == [60_000, 3_456_000]
    assert "table_times_days" in told(reading)
    at = dt.datetime(2026, 5, 1, 0, 0, 59)  # noqa: DTZ001 - a spreadsheet's dates have no zone
    reading = workbook(
        ("a", [["Speaker", "Start", "Text"], ["T", at, "one two"], ["P", at, "three"]])
    )
    assert [turn.start_ms for turn in reading.turns] == [59_000, 59_000]


def test_hours_and_minutes_in_a_workbook_may_be_minutes_and_seconds():
    rows = [
        ["Speaker", "Start", "Text"],
        ["T", dt.time(0, 5), "one two"],
        ["P", dt.time(5, 30), "three"],
    ]
    reading = workbook(("a", rows))
    assert reading.turns[1].start_ms == 19_800_000
    assert "table_times_minutes" in told(reading)


def hours(*parts):
    return dt.timedelta(hours=parts[0], minutes=parts[1], seconds=sum(parts[2:]))


@pytest.mark.parametrize(
    ("cells", "seconds"),
    [
        # What Excel keeps of 54:10, 55:00, 59:40, 1:00:05, 1:03:30 as people type them.
        ([(54, 10), (55, 0), (59, 40), (1, 0, 5), (1, 3, 30)], [3250, 3300, 3580, 3605, 3810]),
        ([(0, 12), (5, 40), (5, 39), (23, 5)], None),
        ([(0, 12), (23, 5), (59, 40), (1, 0), (1, 5)], [12, 1385, 3580, 3600, 3900]),
        ([(1, 10), (20, 5), (1, 3, 30)], [70, 1205, 3810]),
        ([(1, 0), (0, 20, 30), (1, 3, 30)], [3600, 1230, 3810]),
        ([(55, 0), (55, 20)], [3300, 3320]),
        ([(0, 20), (1, 0, 5)], [1200, 3605]),
    ],
)
def test_minutes_and_seconds_that_a_workbook_took_for_hours_are_read_as_typed(cells, seconds):
    rows = [["T", hours(*parts), "one two"] for parts in cells]
    reading = workbook(("a", [["Speaker", "Start", "Text"], *rows]))
    if seconds is None:
        assert "table_times_typed" not in told(reading)
        assert "table_times_minutes" in told(reading)
        return
    assert [turn.start_ms for turn in reading.turns] == [each * 1000 for each in seconds]
    changed = sum(
        3600 * parts[0] + 60 * parts[1] + sum(parts[2:]) != each
        for parts, each in zip(cells, seconds, strict=True)
    )
    counts = [each.where["count"] for each in reading.warnings if each.key == "table_times_typed"]
    assert counts == ([changed] if changed else [])


@pytest.mark.parametrize(
    ("titles", "cells", "end"),
    [
        ("Start,Duration", "0:10,0:05", 15_000),
        ("Start Time,Length", "1.2,2.4", 3600),
        ("start_ms,duration_ms", "1200,2400", 3600),
        ("start_ms,duration", "1200,2.4", None),
        ("Start,Duration", "0:10,5.5", None),
        ("Start,Duration", "0:10,", None),
        ("Text 2,Duration", "a,5.5", None),
    ],
)
def test_a_length_gives_the_end_where_it_is_written_as_the_start_is(titles, cells, end):
    table = f"Speaker,{titles},Text\nT,{cells},one two\nP,{cells},three four\n"
    assert {turn.end_ms for turn in seen(table).turns} == {end}
    both = "Speaker,Start,End,Duration,Text\nT,0:10,0:20,0:05,one\nP,0:10,0:20,0:05,two\n"
    assert seen(both).turns[0].end_ms == 20_000


def test_sheets_of_turns_are_sessions_and_other_sheets_are_told_of():
    one = [HEAD, ["T", "0:01", "0:02", "hello there"], ["P", "0:03", "0:04", "yes"]]
    two = [["notes"], ["seen at https://e.example/x twice"]]
    reading = workbook(("S1", one), ("S2", one), ("Notes", two))
    assert reading.parts == (("S1", 2), ("S2", 2))
    assert len(reading.turns) == 4
    assert "seen at twice" in [
        e.text for e in reading.reported if e.why == "stands on another sheet"
    ]
    chosen = workbook(("S1", one), ("S2", one), part="S2")
    assert len(chosen.turns) == 2
    assert "T; 0:01; 0:02; hello there" in [each.text for each in chosen.reported]
    mapped = workbook(("S1", one), ("N", two), columns={"speaker": "D", "text": "A"})
    assert mapped.speakers == {"hello there": 1, "yes": 1}


def test_a_workbook_without_turns_is_refused():
    with pytest.raises(CoderError) as told_of:
        workbook(("a", [[1, 2], [3, 4]]))
    assert told_of.value.key == "table_no_columns"
    with pytest.raises(CoderError) as told_of:
        workbook(("a", [HEAD, ["T", "0:01", "", "hi"]]), columns={"text": "nowhere"})
    assert told_of.value.key == "unknown_column"


def test_a_workbook_of_too_many_cells_is_refused(monkeypatch):
    monkeypatch.setattr(sheets, "MOST_CELLS", 5)
    with pytest.raises(CoderError) as told_of:
        workbook(("a", [HEAD, ["T", "0:01", "0:02", "hello"]]))
    assert told_of.value.key == "workbook_too_big"


@pytest.mark.parametrize(
    "change", [lambda x: x[: len(x) // 2], lambda x: x.replace(b"<", b"&"), lambda x: b"<a>"]
)
def test_a_damaged_workbook_is_refused(change):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed(("a", [HEAD])))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == "xl/workbook.xml" else content)
    with pytest.raises(CoderError) as told_of:
        read(Path("a.xlsx"), out.getvalue())
    assert told_of.value.key in {"transcript_not_packed", "transcript_unsafe"}


# Whatever comes


words = st.text("abc é\"',;|\t-:1", max_size=12)


@given(
    st.lists(st.tuples(st.sampled_from("TP"), st.integers(0, 3599), words), min_size=1, max_size=8),
    st.sampled_from(",;|\t"),
)
def test_no_word_of_a_table_is_lost(rows, sign):
    out = io.StringIO(newline="")
    table = csv.writer(out, delimiter=sign)
    table.writerow(["speaker", "start", "text"])
    table.writerows([who, f"{s // 60}:{s % 60:02}", text] for who, s, text in rows)
    said = [" ".join(text.split()) for _, _, text in rows]
    if not any(said):
        return
    reading = seen(out.getvalue(), format="csv")
    assert [turn.text for turn in reading.turns] == [text for text in said if text]
    assert len(reading.turns) + sum(e.why == "no words follow" for e in reading.reported) == len(
        rows
    )


@given(st.text(max_size=200), st.sampled_from(["a.csv", "a.tsv", "a.txt"]))
@example("speaker,start,text\nT,1e999,x y\nP,-5,y\n", "a.csv")
@example("start,end,text\n0:01,NaN,x\n9999999999999999999,1,y\n", "a.csv")
@example("sep=,\n", "a.csv")
def test_any_text_is_a_reading_or_an_error(text, name):
    for chosen in ({}, {"columns": {"start": "1", "text": "2"}}, {"format": "csv"}):
        try:
            reading = seen(text, name, **chosen)
        except CoderError:
            continue
        assert all(turn.start_ms is None or turn.start_ms >= 0 for turn in reading.turns)


@given(st.integers(0, 6000), st.binary(max_size=6))
def test_any_workbook_is_a_reading_or_an_error(at, put):
    data = bytearray(packed(("a", [HEAD, ["T", "0:01", "0:02", "hello there"]])))
    data[at % len(data) : at % len(data) + len(put)] = put
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with contextlib.suppress(CoderError):
            read(Path("a.xlsx"), bytes(data))


def test_a_row_that_names_no_session_is_told_of_in_each():
    data = b"session,speaker,text\nA,T,one two\nA,C,three four\n,T,lost words\nB,T,five\nB,C,six\n"
    for part in ("A", "B"):
        made = read(Path("a.csv"), data, Options(part=part))
        told = {each.why: (each.line, each.text) for each in made.reported}
        assert told["names no session"] == (4, "T | lost words")
        assert "rows of other sessions: 2" in told


def test_a_sheet_named_as_its_one_session_has_no_rows_of_others():
    head = ["session", "speaker", "text"]
    of_a, of_b = [head, ["A", "T", "one two"]], [head, ["B", "T", "three"]]
    made = read(Path("a.xlsx"), packed(("A", of_a), ("B", of_b)), Options(part="A"))
    assert [turn.text for turn in made.turns] == ["one two"]
    assert not [each for each in made.reported if each.why.startswith("rows of")]
