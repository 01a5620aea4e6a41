"""Look at transcripts, bring them in, search them, put them right and delete them by command."""

import io
import json

import av
import numpy as np
import pytest
from commanded import asked, run

from coder.study import Study

TRANSCRIPT = "0:00\nT: How was the week?\nC: Fine, I suppose.\n0:20\nT: Mmm\nC: Not much to say.\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def tone(path, seconds=30, rate=8000):
    samples = np.zeros((1, rate * seconds), np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples, "s16", "mono")
        frame.sample_rate, frame.pts = rate, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.fixture
def study(tmp_path, capsys):
    path = tmp_path / "s.rupture"
    (tmp_path / "t.txt").write_text(TRANSCRIPT, encoding="utf-8")
    (tmp_path / "c.csv").write_text("marker,start,note\ndenial,0:15,week away\n", encoding="utf-8")
    asked(capsys, "new", path)
    asked(capsys, "import", path, tmp_path / "t.txt", "--participant", "A", "--session", 1)
    return path


def starts(capsys, study):
    turns = asked(capsys, "transcript", study, "--session", "A/1")["turns"]
    return [turn["start_ms"] for turn in turns]


def test_an_inspection_is_told_to_people(capsys, tmp_path, study):
    assert run(capsys, "inspect", tmp_path / "t.txt")[1].splitlines() == [
        "text, utf-8: 4 turns, 0:00 to 0:20, 2 without a time of their own",
        "  T: 2 turns, taken for therapist",
        "  C: 2 turns, taken for patient",
        "  0 notes, 2 time anchors, 0 places not taken over",
        "  line 2         0:00 T: How was the week?",
        "  line 3              C: Fine, I suppose.",
        "  line 5         0:20 T: Mmm",
        "  line 6              C: Not much to say.",
    ]
    (tmp_path / "u.txt").write_text("T: Hello there.\nC: Hello.\n", encoding="utf-8")
    told = run(capsys, "inspect", tmp_path / "u.txt", "--role", "Q=other")[1]
    assert "no times" in told
    assert "note: No turn has the label “Q”." in told
    told = run(capsys, "import", study, tmp_path / "u.txt", "--participant", "B", "--session", "2")
    assert told[1].startswith("Imported B/2.\n")


def test_the_import_is_logged_for_whoever_acts(capsys, tmp_path, study):
    run(capsys, "code", study, "--session", "A/1", "--rater", "Ada", "--from", tmp_path / "c.csv")
    asked(capsys, "import", study, tmp_path / "t.txt", "--participant", "B", "--session", "1",
          "--as", "Ada")  # fmt: skip
    with Study.open(study, write=False) as opened:
        assert opened.entries()[-1].by == opened.rater("Ada").id


def test_turns_are_printed_with_their_times(capsys, tmp_path, study):
    told = run(capsys, "transcript", study, "--session", "a/1")[1].splitlines()
    assert told[0] == "    1      0:00 T: How was the week?"
    (tmp_path / "u.txt").write_text("T: Hello there.\nC: Hello.\n", encoding="utf-8")
    asked(capsys, "import", study, tmp_path / "u.txt", "--participant", "B", "--session", "1")
    told = run(capsys, "transcript", study, "--session", "B/1")[1].splitlines()
    assert told[0] == "    1           T: Hello there."


def test_neighbours_are_joined_only_when_asked(capsys, tmp_path):
    cues = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v C>One.\n\n00:02.500 --> 00:03.000\n<v C>Two.\n"
    (tmp_path / "t.vtt").write_text(cues, encoding="utf-8")
    assert asked(capsys, "inspect", tmp_path / "t.vtt")["turns"] == 2
    assert asked(capsys, "inspect", tmp_path / "t.vtt", "--merge-gap", "1")["turns"] == 1
    assert asked(capsys, "inspect", tmp_path / "t.vtt", "--merge-gap", "0.2")["turns"] == 2


def test_words_are_searched_in_turns_and_in_marks(capsys, tmp_path, study):
    run(capsys, "code", study, "--session", "A/1", "--rater", "Ada", "--from", tmp_path / "c.csv")
    assert run(capsys, "search", study, "WEEK")[1].splitlines() == [
        "A/1, turn 1: How was the week?",
        "A/1, mark by Ada: Denial · week away",
    ]
    hits = asked(capsys, "search", study, "week")["hits"]
    assert [list(hit) for hit in hits] == [["session", "turn", "rater", "start_ms", "text"]] * 2
    assert run(capsys, "search", study, "weekend")[1] == "Nothing found.\n"


def test_a_recording_that_came_later_is_added(capsys, tmp_path, study):
    tone(tmp_path / "r.wav")
    told = asked(capsys, "correct", study, "--session", "A/1", "--media", tmp_path / "r.wav",
                 "--clock-start", "1:00")  # fmt: skip
    assert told == {"corrected": ["recording", "clock start"]}
    with Study.open(study, write=False) as opened:
        (kept,) = opened.recordings(opened.session("A/1").id)
    assert (kept.offset_ms, kept.path) == (60_000, "r.wav")
    status, out, _ = run(capsys, "correct", study, "--session", "A/1", "--clock-start", "2:00")
    assert (status, out) == (0, "Put right in A/1: clock start.\n")


def test_a_clock_start_without_a_recording_is_refused_before_anything_is_done(capsys, study):
    before = study.read_bytes()
    status, _, err = run(capsys, "correct", study, "--session", "A/1", "--role", "C=other",
                         "--clock-start", "1:00")  # fmt: skip
    assert (status, err) == (2, "Session A/1 has no recording.\n")
    assert study.read_bytes() == before


def test_times_counted_from_the_recording_move_with_it(capsys, tmp_path, study):
    tone(tmp_path / "r.wav")
    asked(capsys, "delete", study, "--session", "A/1", "--yes")
    asked(capsys, "import", study, tmp_path / "t.txt", "--participant", "A", "--session", 1,
          "--media", tmp_path / "r.wav", "--clock-start", "10:00", "--times", "recording")  # fmt: skip
    before = starts(capsys, study)
    assert before[0] == 600_000
    asked(capsys, "correct", study, "--session", "A/1", "--clock-start", "9:00")
    assert starts(capsys, study) == [ms - 60_000 for ms in before]


def test_a_session_is_deleted_only_by_typing_its_name(capsys, monkeypatch, study):
    for typed in ("", "no\n", "A/2\n"):
        monkeypatch.setattr("sys.stdin", Terminal(typed))
        status, out, err = run(capsys, "delete", study, "--session", "A/1", "--json")
        assert (status, out) == (2, "")
        assert "Delete A/1 with 0 codings?" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("A/1\n"))
    assert run(capsys, "delete", study, "--session", "A/1")[0] == 2
    monkeypatch.setattr("sys.stdin", Terminal("A/1\n"))
    status, out, _ = run(capsys, "delete", study, "--session", "A/1", "--json")
    assert (status, json.loads(out)) == (0, {"deleted": "A/1"})
    assert asked(capsys, "sessions", study) == {"sessions": []}


def test_a_new_version_keeps_the_recording_and_takes_new_roles(capsys, tmp_path, study):
    tone(tmp_path / "r.wav")
    again = ["import", study, tmp_path / "t.txt", "--participant", "A", "--session", "1",
             "--new-version"]  # fmt: skip
    with Study.open(study, write=False) as opened:
        session = opened.session("A/1").id
    for more, offset in (
        (["--media", tmp_path / "r.wav"], 0),
        (["--media", tmp_path / "r.wav", "--clock-start", "0:10"], 10_000),
        (["--times", "recording"], 10_000),
        (["--role", "C=other"], 10_000),
    ):
        asked(capsys, *again, *more)
        with Study.open(study, write=False) as opened:
            (kept,) = opened.recordings(session)
            turns = opened.turns(session)
        assert kept.offset_ms == offset
        # What the times count from stays as it was said last.
        assert turns[0].start_ms == (10_000 if more[0] in {"--times", "--role"} else 0)
        # What follows the last anchor is spread up to the end of the recording.
        assert turns[-1].end_ms == kept.offset_ms + 30_000
    assert [turn.role.value for turn in turns] == ["therapist", "other"] * 2
    tone(tmp_path / "second.wav", 20)
    asked(capsys, *again, "--media", tmp_path / "second.wav", "--clock-start", "0:40")
    with Study.open(study, write=False) as opened:
        assert len(opened.recordings(session)) == 2


def test_a_session_s_letters_have_no_case(capsys, tmp_path, study):
    status, _, err = run(
        capsys, "import", study, tmp_path / "t.txt", "--participant", "a", "--session", "1"
    )
    assert (status, "exists already" in err) == (2, True)


def test_a_search_for_nothing_is_refused(capsys, study):
    status, out, err = run(capsys, "search", study, " ")
    assert (status, out) == (2, "")
    assert "words to search for" in err
