"""The whole way by commands: from a transcript and a recording to forms and agreement."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import av
import docx
import numpy as np
import openpyxl
import pytest

from coder import cli

SHARED = Path(__file__).parents[1] / ".." / "shared" / "data" / "p3s2"
ROOT = Path(__file__).parents[1]

TRANSCRIPT = """10:00
T: How was the week? Did you manage the diary?
C: Fine, I suppose. There is nothing much to say about it.
T: Mmm
C: No, wait, let me finish first.
T: I wonder whether I pressed you just then.
11:00
C: (sighs) What has that got to do with anything?
T: Mmm
C: I say yes so that nobody minds.
T: Mmm
C: And then I do not do it.
T: Thank you for telling me.
"""
ADA = """kind,marker,start,end,turn,person,family,clarity,quote,text,note,episode
precipitant,,10:05,,1,therapist,,,,Asked for the diary again,,1
marker,minimal-response,10:16,,2,,,2,Fine,,=short,1
marker,Interrupts and talks over therapist,10:40,,4,,,,,,,1
statement,,11:10,11:25,8,,,,,,,1
shift,,11:12,,,,,,,Softer,,1
shift,,11:20,,,,,,,Softer,,1
outcome,before,,,,,,,,not,,1
outcome,after,,,,,,,,repaired,,1
"""
BEN = "marker,start,turn\nminimal-response,10:18,2\nHeavy sighs,11:01,6\n"


def run(capsys, *argv, status=0):
    """Run a command in this process: what it printed, read as JSON."""
    done = cli.main([*map(str, argv), "--json"], no_window)
    out, err = capsys.readouterr()
    assert (done, err) == (status, err if status else "")
    return json.loads(out)


def no_window(study, sample):
    raise AssertionError(study, sample)


def in_a_process(*argv, folder, **more):
    """Run a command in a process of its own, as a script would."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "coder", *map(str, argv)]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, check=False, timeout=60, **more
    )


def synthesise(path: Path, seconds: int, rate: int = 8000) -> Path:
    samples = (3000 * np.sin(np.arange(rate * seconds) * 0.2)).astype(np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=rate, layout="mono")
        for at in range(0, len(samples), 8192):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + 8192], "s16", "mono")
            frame.sample_rate, frame.pts = rate, at
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder whose name, like those of the files in it, has spaces and accents."""
    here = tmp_path_factory.mktemp("Étude à lire ☂")
    (here / "tran script é.txt").write_text(TRANSCRIPT, encoding="utf-8")
    (here / "Ada’s.csv").write_text(ADA, encoding="utf-8")
    (here / "ben.csv").write_text(BEN, encoding="utf-8")
    synthesise(here / "rec ö.wav", 90)
    return here


@pytest.fixture
def study(folder, capsys):
    """A study with the session imported, made anew."""
    path = folder / "stu dy é.rupture"
    path.unlink(missing_ok=True)
    run(capsys, "new", path, "--scheme", "samstag-2003", "laraway-2015")
    bring(capsys, path, folder)
    return path


def bring(capsys, path, folder, *more):
    return run(
        capsys, "import", path, folder / "tran script é.txt", "--participant", "Ä", "--session", 1,
        "--role", "C=patient", "T=therapist", "--media", folder / "rec ö.wav",
        "--clock-start", "10:00", *more,
    )  # fmt: skip


def code(capsys, study, folder):
    for name, file in (("Ada", "Ada’s.csv"), ("Ben", "ben.csv")):
        run(capsys, "code", study, "--session", "Ä/1", "--rater", name,
            "--scheme", "samstag-2003", "--from", folder / file)  # fmt: skip


def test_an_import_says_what_inspecting_said(folder, capsys, study):
    study.unlink()
    run(capsys, "new", study)
    seen = run(capsys, "inspect", folder / "tran script é.txt")
    taken = bring(capsys, study, folder)
    assert taken.pop("session") == "Ä/1"
    assert seen == taken
    assert seen == {
        "format": "text",
        "encoding": "utf-8",
        "turns": 11,
        "cues": None,
        "speakers": {"T": 6, "C": 5},
        "roles": {"T": "therapist", "C": "patient"},
        "first_ms": 600_000,
        "last_ms": 660_000,
        "untimed": 9,
        "notes": [{"line": 8, "text": "(sighs)"}],
        "anchors": [{"line": 1, "ms": 600_000}, {"line": 7, "ms": 660_000}],
        "reported": seen["reported"],
        "warnings": [],
    }
    assert {key for each in seen["reported"] for key in each} <= {"line", "text", "why"}


def test_turns_have_the_contract_s_keys_and_times_between_the_anchors(capsys, study):
    turns = run(capsys, "transcript", study, "--session", "Ä/1")["turns"]
    keys = ["id", "n", "line", "label", "role", "start_ms", "end_ms", "times", "text"]
    assert all(list(turn) == keys for turn in turns)
    assert [turn["n"] for turn in turns] == list(range(1, 12))
    sources = ["anchor", *["interpolated"] * 4, "anchor", *["estimated"] * 5]
    assert [turn["times"] for turn in turns] == sources
    assert (turns[0]["start_ms"], turns[5]["start_ms"], turns[-1]["end_ms"]) == (
        600_000, 660_000, 690_000,
    )  # fmt: skip
    assert turns[1]["role"] == "patient"
    assert turns[5]["line"] == 8


def test_two_raters_code_submit_and_are_compared(folder, capsys, study):
    code(capsys, study, folder)
    sessions = run(capsys, "sessions", study)["sessions"]
    ada, ben = (
        {"rater": name, "scheme": "samstag-2003", "state": "in progress", "marks": n}
        for name, n in (("Ada", 6), ("Ben", 2))
    )
    assert sessions == [
        {
            "session": "Ä/1",
            "participant": "Ä",
            "number": "1",
            "turns": 11,
            "duration_ms": 90_000,
            "codings": [ada, ben],
        }
    ]
    # Blind: a rater sees their own marks alone, and no agreement.
    assert {m["rater"] for m in run(capsys, "marks", study, "--as", "Ben")["marks"]} == {"Ben"}
    assert run(capsys, "marks", study, "--as", "Ben", "--rater", "Ada")["marks"] == []
    assert cli.main(["agreement", str(study), "--as", "Ben"], no_window) == 2
    assert "blind" in capsys.readouterr().err
    for name in ("Ada", "Ben"):
        told = run(capsys, "submit", study, "--session", "Ä/1", "--rater", name)
        assert told["state"] == "submitted"
    found = run(capsys, "agreement", study, "--raters", "Ada", "Ben", "--session", "Ä/1")
    assert list(found) == ["unit", "n_units", "raters", "settings", "results"]
    # The patient's five turns: none is a backchannel. Both mark turn 2; Ada turn 4; Ben turn 6.
    assert found["n_units"] == 5
    assert found["raters"] == ["Ada", "Ben"]
    assert found["settings"]["codings"] == "submitted"
    table = {(r["statistic"], r["level"], r["code"]): r for r in found["results"]}
    percent = table["percent", "family", "confrontation"]
    assert {"statistic", "level", "code", "raters", "direction", "estimate", "se", "low", "high",
            "n", "reason"} <= set(percent)  # fmt: skip
    assert (percent["estimate"], percent["n"], percent["raters"]) == (0.8, 5, None)
    any_ = table["cohen_kappa", "any", None]
    # both 1, only Ada 1, only Ben 1, neither 2: (0.6 - 0.52) / (1 - 0.52)
    assert any_["estimate"] == pytest.approx(0.08 / 0.48)
    events = run(
        capsys, "agreement", study, "--unit", "event", "--level", "any", "--tolerance", "2"
    )
    any_rupture = [r for r in events["results"] if r["code"] is None]
    table = {(r["statistic"], r["direction"]): r["estimate"] for r in any_rupture}
    assert table["event_f1", None] == 0.5
    assert table["event_recall", "Ada>Ben"] == 0.5
    assert table["event_precision", "Ada>Ben"] == 0.5


def test_marks_and_episodes_have_the_contract_s_keys(folder, capsys, study):
    code(capsys, study, folder)
    found = run(capsys, "marks", study, "--session", "Ä/1", "--rater", "Ada")
    keys = {"id", "rater", "kind", "marker", "column", "family", "clarity", "person", "start_ms",
            "end_ms", "turns", "quote", "text", "note", "episode"}  # fmt: skip
    assert all(keys <= set(mark) for mark in found["marks"])
    (episode,) = found["episodes"]
    assert {
        "number": 1,
        "precipitant": "Asked for the diary again",
        "start_ms": 605_000,
        "outcome_before": "not",
        "outcome_after": "repaired",
    }.items() <= episode.items()
    short = found["marks"][1]
    assert (short["marker"], short["column"], short["family"], short["clarity"]) == (
        "minimal-response", "manner", "withdrawal", 2,
    )  # fmt: skip
    assert (short["turns"], short["quote"], short["note"]) == ([2], "Fine", "=short")


def test_a_span_holds_every_turn_its_speaker_begins_in_it(folder, capsys, study):
    code(capsys, study, folder)
    marks = run(capsys, "marks", study, "--rater", "Ada")["marks"]
    (said,) = [mark for mark in marks if mark["kind"] == "statement"]
    assert said["turns"] == [8, 10]
    assert said["quote"] == "I say yes so that nobody minds. … And then I do not do it."
    assert run(capsys, "check", study)["ok"]


def test_the_form_is_written_and_marks_read_back_the_same(folder, capsys, study):
    code(capsys, study, folder)
    out = folder / "form é.docx"
    assert run(
        capsys, "export", study, "--form", "laraway-2015", "--rater", "Ada", "--out", out
    ) == {"written": [str(out)]}
    grid, repair = docx.Document(str(out)).tables
    cells = [tuple(cell.text for cell in row.cells) for row in grid.rows]
    assert ("Interrupts and talks over therapist", "10:40") in [row[:2] for row in cells]
    merged = "Long silence/minimal response/refusal to respond"
    assert (merged, "10:16") in [row[:2] for row in cells]
    said = "I say yes so that nobody minds. … And then I do not do it."
    assert [cell.text for cell in repair.rows[1].cells] == [
        said, "11:10–11:25", "Softer", "11:12/11:20",
    ]  # fmt: skip
    for suffix in ("csv", "xlsx", "json"):
        table = folder / f"marks.{suffix}"
        run(capsys, "export", study, "--form", "marks", "--rater", "Ada", "--out", table)
        name = f"Again {suffix}"
        run(capsys, "code", study, "--session", "Ä/1", "--rater", name, "--from", table)
        own = [run(capsys, "marks", study, "--rater", each)["marks"] for each in ("Ada", name)]
        for mark in (*own[0], *own[1]):
            del mark["id"], mark["rater"]
        assert own[0] == own[1]
    with (folder / "marks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[1]["note"] == "'=short"
    assert len(openpyxl.load_workbook(folder / "marks.xlsx")["marks"]["A"]) == 7
    told = run(capsys, "marks", study, "--rater", "Ada")
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    again = run(capsys, "code", study, "--session", "Ä/1", "--rater", "D", "--from",
                folder / "told.json")  # fmt: skip
    assert again["added"] == 6


def test_a_moved_recording_a_wrong_role_and_a_wrong_clock_are_put_right(folder, capsys, study):
    away = folder / "away"
    away.mkdir(exist_ok=True)
    (folder / "rec ö.wav").rename(away / "other name.wav")
    try:
        run(capsys, "correct", study, "--session", "Ä/1", "--media", away, "--role", "C=other",
            "T=patient", "--clock-start", "9:00")  # fmt: skip
        assert run(capsys, "check", study) == run(capsys, "check", study) | {"ok": True}
    finally:
        (away / "other name.wav").rename(folder / "rec ö.wav")
    turns = run(capsys, "transcript", study, "--session", "Ä/1")["turns"]
    assert [turn["role"] for turn in turns[:2]] == ["patient", "other"]


def test_a_session_is_searched_and_deleted(folder, capsys, study):
    hits = run(capsys, "search", study, "NOBODY minds")["hits"]
    assert [hit["turn"] for hit in hits] == [8]
    assert run(capsys, "delete", study, "--session", "ä/1", "--yes") == {"deleted": "Ä/1"}
    assert run(capsys, "sessions", study) == {"sessions": []}


def test_times_are_taken_from_another_transcript(folder, capsys, study):
    vtt = folder / "timed.vtt"
    said = [
        "How was the week — did you manage the diary?",
        "Fine I suppose; there is nothing much to say about it",
    ]
    cues = [f"0:{n}1.000 --> 0:{n}9.000\n<v {who}>{text}\n" for n, (who, text) in
            enumerate(zip("TC", said, strict=True))]  # fmt: skip
    vtt.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    (folder / "untimed.txt").write_text(
        TRANSCRIPT.replace("10:00\n", "").replace("11:00\n", ""), encoding="utf-8"
    )
    taken = run(
        capsys, "import", study, folder / "untimed.txt", "--participant", "Ä", "--session", "2",
        "--role", "C=patient", "T=therapist", "--times-from", vtt, "--times", "recording",
        "--media", folder / "rec ö.wav", "--clock-start", "10:00",
    )  # fmt: skip
    assert (taken["untimed"], taken["first_ms"], taken["last_ms"]) == (9, 601_000, 619_000)
    assert "2 of 11" in taken["warnings"][-1]
    turns = run(capsys, "transcript", study, "--session", "Ä/2")["turns"]
    assert [(t["start_ms"], t["end_ms"], t["times"]) for t in turns[:2]] == [
        (601_000, 609_000, "given"),
        (611_000, 619_000, "given"),
    ]
    assert {turn["times"] for turn in turns[2:]} == {"estimated"}


def test_a_wrong_clock_start_is_noticed(folder, capsys, study):
    told = run(
        capsys, "import", study, folder / "tran script é.txt", "--participant", "Ä", "--session",
        "3", "--media", folder / "rec ö.wav",
    )["warnings"]  # fmt: skip
    # Both anchors and the four turns between them lie beyond 1:30; what follows has no time.
    assert told == [
        "Turns that begin outside the recording, which covers 0:00 to 1:30: 6. "
        "Is --clock-start (or --times) right?"
    ]


def test_backup_and_restore_bring_a_study_back(folder, capsys, study):
    kept = folder / "kept é.rupture"
    kept.unlink(missing_ok=True)
    assert run(capsys, "backup", study, "--to", kept) == {"written": [str(kept)]}
    run(capsys, "delete", study, "--session", "Ä/1", "--yes")
    aside = run(capsys, "restore", kept, study)["kept"]
    assert Path(aside).is_file()
    assert len(run(capsys, "sessions", study)["sessions"]) == 1


def test_the_commands_answer_alike_in_a_process_of_their_own(folder, capsys, study):
    code(capsys, study, folder)
    name = study.name
    done = in_a_process("--json", "marks", name, "--session", "Ä/1", folder=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == run(capsys, "marks", study, "--session", "Ä/1")
    plain = in_a_process("transcript", name, "--session", "Ä/1", folder=folder)
    assert "(sighs)" in plain.stdout.decode("utf-8")
    wrong = in_a_process("transcript", name, "--session", "Ö/9", folder=folder)
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr.decode("utf-8") == "There is no session “Ö/9”; there are: Ä/1.\n"


def test_a_reader_who_has_read_enough_is_no_fault(folder, study):
    whole = [sys.executable, "-m", "coder", "scheme", "show", "samstag-2003"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, cwd=folder
    ) as process:
        process.stdout.close()
        told = process.stderr.read()
        process.wait(timeout=60)
    assert told == b""


def test_a_closed_input_and_a_full_disk_are_told_in_a_sentence(folder, study):
    shell = f'"{sys.executable}" -m coder delete "{study.name}" --session Ä/1 <&-'
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["bash", "-c", shell], cwd=folder, env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)
    assert "Nothing was deleted" in done.stderr.decode()
    if Path("/dev/full").exists():
        shell = f'"{sys.executable}" -m coder transcript "{study.name}" --session Ä/1 >/dev/full'
        done = subprocess.run(
            ["bash", "-c", shell], cwd=folder, env=environment, capture_output=True, check=False
        )
        assert (done.returncode, done.stderr.count(b"\n")) == (2, 1)


# The thesis's own session, where it lies beside the checkout.


@pytest.fixture(scope="module")
def forms():
    return json.loads((SHARED / "forms.json").read_text(encoding="utf-8"))


def rows_of(forms):
    """The two filled forms as rows of “Tables of codings”."""
    page, repair = forms["rupture_form"], forms["repair_form"]
    yield {"kind": "precipitant", "text": page["precipitant"], "episode": 1}
    for entry in page["markers"]:
        for time in entry["times"]:
            yield {"marker": entry["marker"], "start": time, "episode": 1}
    for entry in repair["statements_of_understanding"]:
        yield {"kind": "statement", "text": entry["quote"], "quote": entry["quote"],
               "start": entry["time"], "episode": 1}  # fmt: skip
    for time in repair["affective_shift"]["times"]:
        text = repair["affective_shift"]["text"]
        yield {"kind": "shift", "text": text, "start": time, "episode": 1}


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/p3s2 is missing")
@pytest.mark.parametrize("name", ["transcript-as-extracted.txt", "transcript.docx"])
def test_the_thesis_s_session_gives_the_thesis_s_forms(name, forms, tmp_path, capsys):
    study = tmp_path / "p3.rupture"
    run(capsys, "new", study)
    taken = run(
        capsys, "import", study, SHARED / name, "--participant", 3, "--session", 2,
        "--role", "C=patient", "T=therapist", "--media", SHARED / "recording.m4a",
        "--clock-start", "55:00",
    )  # fmt: skip
    assert taken["speakers"] == {"C": 280, "T": 281}
    assert [anchor["ms"] for anchor in taken["anchors"]] == [3_300_000, 3_810_000]
    table = tmp_path / "forms.json"
    table.write_text(json.dumps({"rows": list(rows_of(forms))}), encoding="utf-8")
    second = tmp_path / "second.csv"
    second.write_text("marker,start\nInterrupts and talks over therapist,56:50\n"
                      "Heavy sighs,1:00:24\nDenial,1:05:00\n", encoding="utf-8")  # fmt: skip
    for rater, file in (("Author", table), ("Second", second)):
        run(capsys, "code", study, "--session", "3/2", "--rater", rater,
            "--scheme", "laraway-2015", "--from", file)  # fmt: skip
        run(capsys, "submit", study, "--session", "3/2", "--rater", rater)
    out = tmp_path / "forms.docx"
    run(capsys, "export", study, "--form", "laraway-2015", "--rater", "Author", "--out", out)
    document = docx.Document(str(out))
    grid, repair = document.tables
    assert forms["rupture_form"]["precipitant"] in "\n".join(p.text for p in document.paragraphs)
    filled = {}
    for row in grid.rows[1:]:
        left, times, right, others = (cell.text for cell in row.cells)
        filled |= {left: times, right: others}
    expected = {
        entry["marker"]: "/".join(entry["times"]) for entry in forms["rupture_form"]["markers"]
    }
    assert {label: times.replace("\n", "") for label, times in filled.items() if times} == expected
    lines = [tuple(cell.text for cell in row.cells) for row in repair.rows[1:]]
    said = forms["repair_form"]["statements_of_understanding"]
    assert [line[:2] for line in lines if line[0]] == [(e["quote"], e["time"]) for e in said]
    shift = forms["repair_form"]["affective_shift"]
    assert lines[0][2:] == (shift["text"], "/".join(shift["times"]))
    found = run(capsys, "agreement", study, "--unit", "event", "--level", "any")
    f1 = next(r for r in found["results"] if r["statistic"] == "event_f1")
    # 56:50 and 1:00:24 lie within ten seconds of the author's; 8 marks of one, 3 of the other.
    assert f1["estimate"] == pytest.approx(2 * 2 / (8 + 3))
    turns = run(capsys, "agreement", study, "--unit", "turn", "--level", "family")
    assert {r["n"] for r in turns["results"] if r["statistic"] == "cohen_kappa"} == {
        turns["n_units"]
    }
    assert run(capsys, "check", study)["ok"]
