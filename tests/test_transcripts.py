"""Detection, encodings, refusals and the report, whatever the format."""

import codecs
import os
from pathlib import Path

import pytest

from coder import words
from coder.errors import CoderError
from coder.transcripts import FORMATS, Options, decoding, inspect, timed_by, to_json
from coder.transcripts.reading import read

TWO = "T: “How was the week?”\nC: Très long…\n"


@pytest.fixture
def file(tmp_path):
    def go(data, name="session.txt"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return go


@pytest.mark.parametrize(
    ("data", "name", "guessed"),
    [
        (TWO.encode(), "utf-8", False),
        (codecs.BOM_UTF8 + TWO.encode(), "utf-8", False),
        (TWO.encode("utf-16-le"), "utf-16-le", True),
        (TWO.encode("utf-16-be"), "utf-16-be", True),
        (codecs.BOM_UTF16_LE + TWO.encode("utf-16-le"), "utf-16-le", False),
        (codecs.BOM_UTF16_BE + TWO.encode("utf-16-be"), "utf-16-be", False),
        (TWO.replace("è", "e").encode("cp1252"), "cp1252", True),
    ],
)
def test_the_encoding_is_found(file, data, name, guessed):
    reading = inspect(file(data))
    assert reading.encoding == name
    assert [turn.text for turn in reading.turns] in (
        ["“How was the week?”", "Très long…"],
        ["“How was the week?”", "Tres long…"],
    )
    assert ("encoding_guessed" in [notice.key for notice in reading.warnings]) is guessed


def test_other_encodings_are_guessed_and_may_be_given(file):
    russian = "Р: Как прошла ваша неделя, расскажите мне\nП: Очень долго и очень тяжело было\n" * 4  # noqa: RUF001 - Russian
    path = file(russian.encode("cp1251"))
    assert inspect(path).turns[0].text == "Как прошла ваша неделя, расскажите мне"
    assert inspect(path, Options(encoding="cp1251")).encoding == "cp1251"


def test_what_no_guess_explains_is_read_as_cp1252(monkeypatch):
    class Nothing:
        def best(self):
            return None

    monkeypatch.setattr("charset_normalizer.from_bytes", lambda _: Nothing())
    assert read(Path("a.txt"), "T: é\nC: ü\n".encode("cp1252")).turns[0].text == "é"
    with pytest.raises(CoderError) as caught:
        read(Path("a.txt"), b"T: \xe9\x81\x8d\nC: \x90\n")
    assert caught.value.key == "transcript_binary"


@pytest.mark.parametrize(
    ("encoding", "key"),
    [("utf-8", "encoding_wrong"), ("klingon", "unknown_encoding"), ("rot13", "unknown_encoding")],
)
def test_a_wrong_encoding_is_refused(file, encoding, key):
    with pytest.raises(CoderError) as caught:
        inspect(file("T: é\nC: b\n".encode("cp1252")), Options(encoding=encoding))
    assert caught.value.key == key


def test_an_encoding_that_makes_half_characters_is_refused(file):
    with pytest.raises(CoderError) as caught:
        inspect(file(b"T: \\ud800\nC: b\n"), Options(encoding="unicode_escape"))
    assert caught.value.key == "encoding_wrong"


@pytest.mark.parametrize(
    ("data", "name", "key", "looks"),
    [
        (b"", "a.txt", "transcript_empty", ""),
        (b" \n\t\n", "a.txt", "transcript_empty", ""),
        (codecs.BOM_UTF8, "a.txt", "transcript_empty", ""),
        (b"\x89PNG\r\n\x1a\n\0\0", "a.txt", "transcript_binary", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a.txt", "transcript_binary", "JPEG"),
        (b"%PDF-1.7\n", "a.txt", "transcript_binary", "PDF"),
        (b"PK\x03\x04 other", "a.txt", "transcript_binary", "archive"),
        (b"\0\0\0\x20ftypM4A ", "a.txt", "transcript_binary", "MP4"),
        (b"\0\x01\x02\x03" * 50, "a.txt", "transcript_binary", "another program"),
        (b"\x01\x02\x03\x04" * 50, "a.txt", "transcript_binary", "another program"),
        (b"\0\0\x01\x01" * 50, "a.txt", "transcript_binary", "another program"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "a.doc", "transcript_old_word", ""),
        (b"T: one\nC: two\n", "a.docx", "transcript_not_docx", ""),
        (b'{"utterances": []}', "a.json", "transcript_other_format", "JSON"),
        (b"<?xml version='1.0'?><x/>", "a.eaf", "transcript_other_format", "XML"),
        (b"14:05:33\tFrom Anna :\thello\n14:05:40\tBob:\thi\n", "chat.txt", "transcript_chat", ""),
        (b"14:05:33 From Anna to Everyone: hello\n14:05:40 From Bob to Everyone: hi\n", "chat.txt", "transcript_chat", ""),
        (b"12/03/2021, 14:05 - Anna: hello\n[12.03.21, 14:06:01] Bob: hi\n", "chat.txt", "transcript_chat", ""),
    ],
)  # fmt: skip
def test_what_is_no_transcript_is_refused_with_a_sentence(file, data, name, key, looks):
    path = file(data, name)
    with pytest.raises(CoderError) as caught:
        inspect(path)
    assert caught.value.key == key
    sentence = words.say(caught.value)
    assert str(path) in sentence
    assert looks in sentence


def test_a_tabbed_transcript_with_known_labels_is_no_chat(file):
    assert inspect(file(b"0:01:02\tT:\thello\n0:01:05\tC:\thi\n")).speakers == {"T": 1, "C": 1}


def test_a_missing_file_a_folder_and_a_huge_one_are_refused(tmp_path, monkeypatch):
    with pytest.raises(CoderError) as caught:
        inspect(tmp_path / "none.txt")
    assert caught.value.key == "transcript_not_opened"
    with pytest.raises(CoderError):
        inspect(tmp_path)
    path = tmp_path / "huge.txt"
    path.touch()
    os.truncate(path, decoding.MOST_BYTES + 1)
    with pytest.raises(CoderError) as caught:
        inspect(path)
    assert caught.value.key == "transcript_too_big"


def test_the_format_may_be_given(file):
    path = file(b"WEBVTT\n\n00:01.000 --> 00:02.000\nT: one\nC: two\n")
    assert inspect(path).format == "webvtt"
    assert inspect(path, Options(format="vtt")).format == "webvtt"
    assert inspect(path, Options(format="text")).format == "text"
    assert {each.name for each in FORMATS} >= {"text", "docx", "webvtt", "srt"}
    for name, key in (("docx", "transcript_not_docx"), ("mp3", "unknown_format")):
        with pytest.raises(CoderError) as caught:
            inspect(path, Options(format=name))
        assert caught.value.key == key


def test_the_report_has_the_keys_of_the_command_line(file):
    reading = inspect(file(b"Heading\n0:05\nT: one (sigh)\nC: two\n"))
    report = to_json(reading)
    assert report == {
        "format": "text", "encoding": "utf-8", "turns": 2, "cues": None, "speakers": {"T": 1, "C": 1},
        "roles": {"T": "therapist", "C": "patient"}, "first_ms": 5000, "last_ms": 5000, "untimed": 1,
        "notes": [{"line": 3, "text": "(sigh)"}], "anchors": [{"line": 2, "ms": 5000}],
        "reported": [{"line": 1, "text": "Heading", "why": "heading"}],
        "warnings": [],
    }  # fmt: skip
    assert len(reading.sha256) == 64


def test_a_file_that_names_nobody_has_no_speakers_and_says_so(file):
    report = to_json(inspect(file(b"WEBVTT\n\n00:01.000 --> 00:02.000\none\n")))
    assert report["speakers"] == {}
    assert report["warnings"] == ["The file names no speakers."]


def test_another_transcript_gives_its_times_and_the_report_says_to_how_many(tmp_path):
    plain, timed, bare, other = (tmp_path / name for name in ("a.txt", "b.vtt", "c.txt", "d.vtt"))
    plain.write_text("T: Hello there.\nC: Hello.\nT: So.\n", encoding="utf-8")
    timed.write_text(
        "WEBVTT\n\n00:01.000 --> 00:02.000\nT: Hello there\n\n00:03.000 --> 00:04.000\nC: Hello\n",
        encoding="utf-8",
    )
    bare.write_text("T: Hello there.\nC: Hello.\n", encoding="utf-8")
    other.write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nT: Elsewhere\n", encoding="utf-8")
    reading = inspect(plain)
    taken = timed_by(reading, inspect(timed))
    assert (taken.first_ms, taken.last_ms, taken.untimed) == (1000, 4000, 1)
    assert to_json(taken)["warnings"] == ["The times of 2 of 3 turns were taken from b.vtt."]
    for file, key in ((bare, "times_from_untimed"), (other, "times_from_nothing")):
        with pytest.raises(CoderError) as caught:
            timed_by(reading, inspect(file))
        assert caught.value.key == key


def test_a_format_without_tiers_refuses_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("T: Hello there.\nC: Hello.\n", encoding="utf-8")
    with pytest.raises(CoderError) as caught:
        inspect(path, Options(tiers=("Patient",)))
    assert caught.value.key == "no_tiers"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "transcript_old_word"),
        (b"  {\\rtf1 T: a}", "transcript_rtf"),
        (b"%PDF-1.7", "transcript_binary"),
        (b"\0\0\0\x20ftypM4A ", "transcript_binary"),
    ],
)
def test_what_is_plainly_no_text_is_told_by_its_first_bytes(data, key):
    with pytest.raises(CoderError) as told:
        decoding.refuse_other_kinds(Path("a"), data)
    assert told.value.key == key


def test_very_many_lines_with_hardly_a_word_are_refused():
    with pytest.raises(CoderError) as told:
        read(Path("a.txt"), b"T: a\nC: b\n" * 30_000)
    assert told.value.key == "transcript_too_many"
