"""The real files beside the checkout: counts made by hand and by other programs."""

import json
import re
from pathlib import Path

import pytest

from coder.session import TimeSource
from coder.transcripts import inspect, to_json

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
SESSION, SAMPLES = SHARED / "p3s2", SHARED / "transcripts"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is missing"),
]


@pytest.fixture(scope="module")
def text():
    return inspect(SESSION / "transcript-as-extracted.txt")


@pytest.fixture(scope="module")
def document():
    return inspect(SESSION / "transcript.docx")


def test_the_thesis_session_has_its_turns(text):
    first = [turn.label for turn in text.turns if turn.line < 536]
    second = [turn.label for turn in text.turns if turn.line > 536]
    assert (first.count("T"), first.count("C"), second.count("T"), second.count("C")) == (
        126,
        127,
        155,
        153,
    )
    assert len(text.turns) == 561


def test_its_times_are_anchors(text):
    assert [ms for _, ms in text.anchors] == [3_300_000, 3_810_000]
    timed = [
        (turn.n, turn.start_ms, turn.times) for turn in text.turns if turn.start_ms is not None
    ]
    assert timed == [(1, 3_300_000, TimeSource.ANCHOR), (254, 3_810_000, TimeSource.ANCHOR)]
    assert text.untimed == 559


def test_its_noise_is_reported_and_its_notes_listed(text):
    why = {}
    for each in text.reported:
        why.setdefault(each.why.split(":")[0], []).append(each.text)
    assert why["page number"] == ["181", "187"]
    assert len(why["heading"]) == 2
    assert set(why) == {"page number", "heading", "blank lines"}
    assert [note.line for note in text.notes if note.turn is None] == [335, 572]
    inside = [note for note in text.notes if note.turn is not None]
    assert all(
        text.turns[note.turn - 1].text[note.begin :].startswith(note.text) for note in inside
    )
    assert len(inside) == 23


def test_none_of_its_words_is_lost(text):
    source = (SESSION / "transcript-as-extracted.txt").read_text(encoding="utf-8")
    source = re.sub(r"(?m)^[^\S\n]*[CT]:[^\S\n]", "", source)
    taken = [(turn.line, turn.text) for turn in text.turns]
    taken += [(note.line, note.text) for note in text.notes if note.turn is None]
    taken += [(each.line, each.text) for each in text.reported]
    lines = source.split("\n")
    taken += [(line, lines[line - 1]) for line, _ in text.anchors]
    joined = "".join(words for _, words in sorted(taken))
    assert sorted(re.sub(r"\s", "", joined)) == sorted(re.sub(r"\s", "", source))


def test_the_document_gives_the_same_turns(text, document):
    assert [(turn.label, turn.text) for turn in document.turns] == [
        (turn.label, turn.text) for turn in text.turns
    ]
    assert [note.text for note in document.notes] == [note.text for note in text.notes]
    assert [ms for _, ms in document.anchors] == [ms for _, ms in text.anchors]


def test_the_published_list_of_turns_agrees(text):
    import csv

    with (SESSION / "turn-times.csv").open(encoding="utf-8", newline="") as rows:
        published = [
            (row["speaker"], row["text"]) for row in csv.DictReader(rows) if row["speaker"]
        ]
    assert [(turn.label, turn.text) for turn in text.turns] == published


def _ms(written):
    hours, minutes, seconds = written.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def _samples():
    if not SAMPLES.is_dir():
        return []
    entries = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    return [
        pytest.param(e["files"][0], e["expected"], id=e["id"])
        for e in entries
        if e["files"][0].endswith((".vtt", ".srt", ".tsv"))
    ]


@pytest.mark.parametrize(("name", "expected"), _samples())
def test_sample_cues_are_as_expected(name, expected):
    reading = inspect(SAMPLES / name)
    report = to_json(reading)
    assert report["cues"] == expected["n_cues"]
    assert report["first_ms"] == _ms(expected["first_start"])
    assert report["last_ms"] == _ms(expected["last_end"])
    assert report["speakers"] == expected.get("speakers", {})
    whys = [each.why for each in reading.reported]
    assert whys.count("cue without words") == expected.get("empty_text", 0)
    counts = {notice.key: notice.where.get("count") for notice in reading.warnings}
    assert counts.get("times_overlap", 0) == expected.get("overlaps_with_next", 0)
    assert counts.get("times_end_first", 0) == expected.get("end_before_start", 0)


def _written(ms):
    return f"{ms // 60_000:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def test_one_recording_imports_equal_from_every_format_of_whisper(tmp_path):
    """The published lrc, txt and text of this recording have these layouts; all but the shared."""
    tsv = inspect(SAMPLES / "whisper-goodboy-tsv.tsv")
    expected = [(t.text, t.start_ms, t.end_ms) for t in tsv.turns]
    rows = [(_written(a), _written(b), text) for text, a, b in expected]
    made = {
        "a.lrc": "".join(f"[{a}]{text}\n[{b}]\n\n" for a, b, text in rows),
        "a.txt": "".join(f"[{a} --> {b}]  {text}\n" for a, b, text in rows),
        "plain.txt": "".join(f"{text}\n" for _, _, text in rows),
    }
    for name, text in made.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [SAMPLES / "whisper-goodboy-vtt.vtt", SAMPLES / "whisper-goodboy-srt.srt"]
    for path in [*paths, tmp_path / "a.lrc", tmp_path / "a.txt"]:
        reading = inspect(path)
        assert [(t.text, t.start_ms, t.end_ms) for t in reading.turns] == expected
        assert reading.cues == len(rows)
    plain = inspect(tmp_path / "plain.txt")
    assert (plain.format, plain.cues, plain.untimed) == ("whisper-txt", 753, 753)
    assert [turn.text for turn in plain.turns] == [text for text, _, _ in expected]
