"""The sample session: its transcripts, its codings and its recording fit one another."""

import csv
import itertools
import re
from collections import defaultdict
from pathlib import Path

import pytest
import yaml

from coder import markers
from coder.coding import Family, Kind, Outcome
from coder.session import Role, parse_clock

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "coder" / "sample"
SCRIPT = ROOT / "packaging" / "sample" / "session.yaml"
CODINGS = ("gold", "ada", "ben")
COLUMNS = [
    "kind",
    "marker",
    "start",
    "end",
    "turn",
    "person",
    "family",
    "clarity",
    "quote",
    "text",
    "note",
    "episode",
]
CUE = re.compile(r"(\d+)\n(\S+) --> (\S+)\n<v (Patient|Therapist)>(.*)</v>")


def cues():
    """The cues in order: start and end in ms, voice, text."""
    text = (SAMPLE / "session.vtt").read_text(encoding="utf-8")
    head, *blocks = text.strip().split("\n\n")
    assert head == "WEBVTT"
    found = [CUE.fullmatch(block).groups() for block in blocks]
    assert [int(n) for n, *_ in found] == list(range(1, len(found) + 1))
    return [
        (parse_clock(start), parse_clock(end), voice, said) for _, start, end, voice, said in found
    ]


def rows(name):
    with (SAMPLE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        assert table.fieldnames == COLUMNS
        return list(table)


def placed(name):
    return [row for row in rows(name) if row["kind"] != "outcome"]


def test_the_sample_is_small():
    files = [path for path in SAMPLE.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 4_000_000
    assert {path.name for path in files} >= {
        "recording.ogg", "session.vtt", "session.docx", "gold.csv", "ada.csv", "ben.csv", "README.txt",
    }  # fmt: skip


def test_the_recording_lasts_as_long_as_its_transcript_says():
    import av

    with av.open(str(SAMPLE / "recording.ogg")) as opened:
        stream = opened.streams.audio[0]
        assert stream.channels == 1
        seconds = sum(frame.samples / frame.sample_rate for frame in opened.decode(stream))
    assert 8 * 60 <= seconds <= 12 * 60
    assert seconds * 1000 == pytest.approx(cues()[-1][1] + 1000, abs=100)


def test_there_are_some_hundred_and_fifty_turns_in_order():
    found = cues()
    assert 130 <= len(found) <= 190
    starts = [start for start, *_ in found]
    assert starts == sorted(starts)
    assert all(end - start > 100 for start, end, *_ in found)


def test_the_patient_and_the_therapist_talk_over_one_another_where_the_transcript_says_so():
    found = cues()
    over = [n for n, cue in enumerate(found) if cue[3].startswith("(talking over)")]
    assert {found[n][2] for n in over} == {"Patient", "Therapist"}
    assert all(found[n - 1][1] - found[n][0] > 500 for n in over)


def test_the_long_silence_is_silent_in_the_recording():
    import av
    import numpy as np

    start, end = next(cue[:2] for cue in cues() if cue[3] == "(long silence)")
    assert 6000 <= end - start <= 8000
    with av.open(str(SAMPLE / "recording.ogg")) as opened:
        frames = [frame.to_ndarray()[0] for frame in opened.decode(audio=0)]
        rate = opened.streams.audio[0].rate
    sound = np.concatenate(frames)
    assert np.abs(sound[start * rate // 1000 : end * rate // 1000]).max() < 0.02
    assert np.abs(sound).max() > 0.5


def test_the_word_file_has_the_same_turns_and_true_times():
    import docx

    found = cues()
    letters = {"Patient": "P", "Therapist": "T"}
    expected = [f"{letters[voice]}: {said}" for _, _, voice, said in found]
    paragraphs = [each.text for each in docx.Document(str(SAMPLE / "session.docx")).paragraphs]
    times = [(at, text) for at, text in enumerate(paragraphs) if re.fullmatch(r"\d+:\d\d", text)]
    assert [text for text in paragraphs if not re.fullmatch(r"\d+:\d\d", text)] == expected
    for passed, (at, text) in enumerate(times):
        assert 0 <= found[at - passed][0] - parse_clock(text) < 1000
    gaps = [parse_clock(b[1]) - parse_clock(a[1]) for a, b in itertools.pairwise(times)]
    assert times[0][1] == "0:00"
    assert all(40_000 < gap < 80_000 for gap in gaps)


def test_the_products_were_made_from_the_script():
    script = yaml.safe_load(SCRIPT.read_text(encoding="utf-8"))
    said = [("Patient", each["P"]) if "P" in each else ("Therapist", each["T"]) for each in script]
    assert [cue[2:] for cue in cues()] == said


@pytest.mark.parametrize("name", CODINGS)
def test_every_row_fits_its_turn(name):
    found = cues()
    for row in placed(name):
        start, end, voice, said = found[int(row["turn"]) - 1]
        assert start <= parse_clock(row["start"]) <= end, row
        assert row["quote"] in said, row
        assert row["person"] == {"Patient": Role.PATIENT, "Therapist": Role.THERAPIST}[voice]
        assert not row["end"] or parse_clock(row["end"]) in {each[1] for each in found}


@pytest.mark.parametrize("name", CODINGS)
def test_every_row_says_what_the_program_can_take(name):
    known = {each.id for each in markers.load("samstag-2003").markers}
    for row in placed(name):
        marked = row["kind"] == "marker"
        assert row["kind"] in set(Kind)
        assert (row["marker"] in known) if marked else not row["marker"]
        assert (row["family"] in set(Family)) if marked else not row["family"]
        assert row["clarity"] in ({"1", "2", "3"} if marked else {""})
        assert row["person"] == (Role.THERAPIST if row["kind"] == "precipitant" else Role.PATIENT)


@pytest.mark.parametrize("name", CODINGS)
def test_both_episodes_have_a_precipitant_and_an_outcome_before_and_after(name):
    outcomes = defaultdict(dict)
    precipitants = defaultdict(set)
    for row in rows(name):
        if row["kind"] == "outcome":
            outcomes[row["episode"]][row["marker"]] = Outcome(row["text"])
        elif row["kind"] == "precipitant":
            precipitants[row["episode"]].add(row["text"])
    assert {number: set(when) for number, when in outcomes.items()} == {
        "1": {"before", "after"}, "2": {"before", "after"},
    }  # fmt: skip
    assert {number: len(texts) for number, texts in precipitants.items()} == {"1": 1, "2": 1}


def test_the_expert_finds_many_kinds_mostly_withdrawal_and_says_why():
    marks = [row for row in placed("gold") if row["kind"] == "marker"]
    families = [row["family"] for row in marks]
    assert 22 <= len(marks) <= 30
    assert len({row["marker"] for row in marks}) >= 15
    assert families.count("withdrawal") >= 0.6 * len(marks)
    assert families.count("confrontation") >= 5
    assert all(row["note"] and row["quote"] for row in marks)


def test_the_first_rupture_is_repaired_and_the_second_is_not():
    ends = {
        (row["episode"], row["marker"]): row["text"]
        for row in rows("gold")
        if row["kind"] == "outcome"
    }
    assert ends == {
        ("1", "before"): "not", ("1", "after"): "repaired", ("2", "before"): "not", ("2", "after"): "not",
    }  # fmt: skip


def test_the_statement_of_understanding_joins_two_turns_across_a_mmm():
    found = cues()
    (row,) = [row for row in placed("gold") if row["kind"] == "statement"]
    n = int(row["turn"])
    assert [cue[2] for cue in found[n - 1 : n + 2]] == ["Patient", "Therapist", "Patient"]
    assert found[n][3] == "Mmm."
    assert row["text"] == f"{found[n - 1][3]} {found[n + 1][3]}"
    assert parse_clock(row["end"]) == found[n + 1][1]


def test_the_repair_comes_after_the_form():
    found = cues()
    feedback = next(end for _, end, _, said in found if "form is filled in" in said)
    repairs = [row for row in placed("gold") if row["kind"] in {"statement", "shift"}]
    assert len([row for row in repairs if row["kind"] == "shift"]) == 3
    assert all(parse_clock(row["start"]) > feedback for row in repairs)


def test_only_ben_takes_the_useful_story_for_storytelling():
    found = cues()
    story = next(n for n, cue in enumerate(found, start=1) if "I had my coat half on" in cue[3])
    assert {
        name: [row["marker"] for row in placed(name) if row["turn"] == str(story)]
        for name in CODINGS
    } == {"gold": [], "ada": [], "ben": ["storytelling"]}


def test_ben_is_late_on_some_and_ada_on_none_that_matter():
    def lags(name):
        gold = {
            row["turn"]: parse_clock(row["start"])
            for row in placed("gold")
            if row["kind"] == "marker"
        }
        mine = [row for row in placed(name) if row["kind"] == "marker" and row["turn"] in gold]
        return [parse_clock(row["start"]) - gold[row["turn"]] for row in mine]

    assert sum(3000 <= lag <= 8000 for lag in lags("ben")) >= 4
    assert max(lags("ada")) < 5000
