"""Folders and files with several sessions: the plan, the import one by one, and the command."""

import csv
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from coder import batch, cli
from coder.errors import CoderError
from coder.session import Purpose
from coder.study import Study
from coder.transcripts import Options, decoding, reading

TALK = "T: How was the week?\nC: Fine, I suppose.\nT: Mmm\nC: Not much to say.\n"
PROSE = "This is an article about something. It has no labels.\n"
SEVERAL = "session,speaker,start,text\nA1,T,0:01,hello\nA1,C,0:05,hi\nP4_S7,T,0:02,well\nP4_S7,C,0:09,so\nS3/b,T,0:02,yes\n"


def write(folder, **files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def wav(path, seconds=2):
    import wave

    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 8000 * seconds)


def run(capsys, *argv):
    status = cli.main([str(each) for each in argv], None)
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    write(place, **{"P10_S1.txt": TALK, "P2_S1.txt": TALK, "P2_S10.txt": TALK, "P2_S2.txt": TALK,
                    "Anna/2.txt": TALK, "notes.txt": PROSE, "several.csv": SEVERAL})  # fmt: skip
    write(place, **{".hidden.txt": TALK, "~$P2_S1.docx": "x", "P2_S2.png": "x"})
    wav(place / "P2_S2.wav")
    return place


@pytest.fixture(autouse=True)
def in_this_process(request, monkeypatch):
    """Reading in a process of its own is tried by one test; the others need not wait for it."""
    if request.node.name != "test_the_command_imports_a_folder":
        here = lambda path, options=Options(): reading.read(path, decoding.load(path), options)  # noqa: B008, E731 - a stand-in
        monkeypatch.setattr("coder.transcripts.inspect", here)


@pytest.fixture
def study(tmp_path, capsys):
    path = tmp_path / "s.rupture"
    assert run(capsys, "new", path)[0] == 0
    return path


@pytest.fixture
def opened(study):
    with Study.open(study) as kept:
        yield kept


def addresses(study):
    return {session.address for session in study.sessions()}


# Guesses


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("P3_S2.docx", ("P3", "2")),
        ("P03 session 2.txt", ("P03", "2")),
        ("participant 3/session 10.vtt", ("P3", "10")),
        ("Anna/2.docx", ("Anna", "2")),
        ("Anna/Session 02.docx", ("Anna", "2")),
        ("sub-01_ses-02.txt", ("P01", "2")),
        ("VP12_Sitzung3.rtf", ("VP12", "3")),
        ("patient7-4.txt", ("P7", "4")),
        ("P7 2024-05-01.txt", ("P7", "2024-05-01")),
        ("P12b.txt", ("P12b", "1")),
        ("interview.txt", ("interview", "1")),
        ("session 4/P9.txt", ("P9", "4")),
        ("session 4.txt", ("home", "4")),
        ("a/b/Session 3/talk.txt", ("b", "3")),
        ("Bens5.txt", ("Bens5", "5")),
    ],
)
def test_participant_and_session_are_guessed_from_names(path, expected):
    assert batch.guess(Path(path), "home") == expected


def test_a_file_without_a_name_keeps_something():
    assert batch.guess(Path("s1.txt")) == ("s1", "1")


# The plan


def test_a_folder_is_planned_in_the_order_a_person_would_sort_it(folder):
    heard = []
    rows = batch.plan(folder, progress=lambda n, total, path: heard.append((n, total, path.name)))
    assert [(row.file.name, row.address) for row in rows] == [
        ("2.txt", "Anna/2"), ("notes.txt", "notes/1"), ("P2_S1.txt", "P2/1"), ("P2_S2.txt", "P2/2"),
        ("P2_S10.txt", "P2/10"), ("P10_S1.txt", "P10/1"),
        ("several.csv", "several/A1"), ("several.csv", "P4/7"), ("several.csv", "several/3"),
        ("P2_S2.png", "/"),
    ]  # fmt: skip
    assert [row.turns for row in rows] == [4, None, 4, 4, 4, 4, 2, 2, 1, None]
    assert [row.part for row in rows[-4:-1]] == ["A1", "P4_S7", "S3/b"]
    assert [row.file.name for row in rows if row.problem] == ["notes.txt", "P2_S2.png"]
    assert rows[1].problem.startswith("looks like ordinary text")
    assert [row.recording for row in rows if row.recording] == [folder / "P2_S2.wav"]
    assert heard[0] == (0, 7, "2.txt")
    assert len(heard) == 7


def test_what_is_no_transcript_is_a_row_that_says_so(folder):
    for name in ("old.doc", "scan.pdf", "NOTES"):
        (folder / name).write_bytes(b"x")
    wav(folder / "lonely.wav")
    (folder / "Thumbs.db").write_bytes(b"x")
    told = {row.file.name: row.problem for row in batch.plan(folder) if not row.participant}
    assert set(told) == {"P2_S2.png", "old.doc", "scan.pdf", "NOTES", "lonely.wav"}
    assert "of the kind “.doc” is no transcript" in told["old.doc"]
    assert "of the kind “NOTES”" in told["NOTES"]
    assert told["lonely.wav"].startswith("Not read: a recording")


def test_what_is_not_read_is_refused_in_its_own_words_and_kept_in_the_table(
    opened, folder, tmp_path
):
    wav(folder / "lonely.wav")
    rows = [row for row in batch.plan(folder) if not row.participant]
    batch.write_plan(rows, folder, tmp_path / "plan.csv")
    for each in (rows, batch.read_plan(tmp_path / "plan.csv", folder)):
        keys = [result.problem.key for result in batch.run(opened, each).results]
        assert keys == ["batch_recording", "batch_other_kind"]
    assert addresses(opened) == set()


def test_no_name_without_a_digit_is_taken_where_none_is_wanted(opened, folder):
    (folder / "Talk of Mrs X 2024-03-01.txt").write_text(TALK)
    rows = batch.plan(folder, nameless=True)
    whose = {row.file.name: row.session for row in rows if "whose session" in row.problem}
    assert whose == {"2.txt": "2", "Talk of Mrs X 2024-03-01.txt": "2024-03-01", "several.csv": "3"}
    assert not any(
        row.participant for row in rows if row.file.name in whose and row.part != "P4_S7"
    )
    assert {row.address for row in rows if not row.problem} == {
        "P2/1", "P2/2", "P2/10", "P10/1", "P4/7",
    }  # fmt: skip
    nobody = next(row for row in rows if row.file.name == "2.txt")
    assert batch.run(opened, [nobody]).results[0].problem.key == "batch_whose"


def test_planning_can_be_stopped(folder):
    assert batch.plan(folder, stopped=lambda: True) == ()


def test_one_session_of_a_file_is_planned_where_it_is_named(folder):
    (row,) = batch.plan(folder / "several.csv", Options(part="A1"))
    assert (row.address, row.part, row.turns) == ("several/1", "A1", 2)


def test_a_session_that_is_planned_twice_is_told_of(folder):
    shutil.copy(folder / "P2_S1.txt", folder / "p2 s1.txt")
    problems = [row.problem for row in batch.plan(folder) if row.address.casefold() == "p2/1"]
    assert problems[0] == ""
    assert problems[1].startswith("P2/1 stands above already")


def test_where_there_is_nothing_to_plan_it_is_said(folder, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    for place, key in ((tmp_path / "empty", "batch_nothing"), (tmp_path / "gone", "batch_missing")):
        with pytest.raises(CoderError) as told:
            batch.plan(place)
        assert told.value.key == key
    monkeypatch.setattr(batch, "_MOST_FILES", 3)
    with pytest.raises(CoderError) as told:
        batch.plan(folder)
    assert told.value.key == "batch_too_many"


def test_a_plan_is_a_table_and_comes_back(folder, tmp_path):
    rows = batch.plan(folder)
    batch.write_plan(rows, folder, tmp_path / "plan.csv")
    back = batch.read_plan(tmp_path / "plan.csv", folder)
    assert [(r.file, r.part, r.address, r.recording) for r in back] == [
        (r.file, r.part, r.address, r.recording) for r in rows
    ]
    with (tmp_path / "plan.csv").open(encoding="utf-8-sig") as file:
        lines = list(csv.DictReader(file))
    assert lines[3]["recording"] == "P2_S2.wav"
    assert (lines[3]["clock_start"], lines[3]["turns"]) == ("0:00", "4")


def test_a_plan_may_be_a_workbook_and_name_files_elsewhere(folder, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["File", "participant", "session", "clock_start", "purpose", "mine"])
    book.active.append([str(folder / "P2_S1.txt"), "=1", 3, "55:00", "training", "x"])
    book.active["B2"].data_type = "s"
    book.save(tmp_path / "plan.xlsx")
    (row,) = batch.read_plan(tmp_path / "plan.xlsx", tmp_path)
    assert row == batch.Row(
        folder / "P2_S1.txt", "=1", "3", clock_start_ms=3_300_000, purpose=Purpose.TRAINING
    )
    assert batch.named_from(row.file, tmp_path / "gone" / "x") == str(row.file)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("file,participant\na,b\n", "plan_no_columns"),
        ("", "plan_no_columns"),
        ("file,participant,session\n", "plan_empty"),
        ("file,participant,session\na,,1\n", "plan_no_cell"),
        ("file,participant,session\na,b\n", "plan_no_cell"),
        ("file,participant,session,purpose\na,b,1,fun\n", "plan_purpose"),
        ("file,participant,session,clock_start\na,b,1,noon\n", "not_a_time"),
    ],
)
def test_a_plan_with_a_fault_is_refused(text, key, tmp_path):
    (tmp_path / "plan.csv").write_text(text)
    with pytest.raises(CoderError) as told:
        batch.read_plan(tmp_path / "plan.csv", tmp_path)
    assert told.value.key == key


# The import


def test_a_bad_file_stops_no_other_and_each_session_is_an_act(opened, folder):
    rows = batch.plan(folder)
    before = len(opened.entries())
    heard = []
    report = batch.run(opened, rows, progress=lambda n, total, path: heard.append((n, total)))
    assert (report.imported, report.refused, report.not_reached) == (8, 2, ())
    assert [each.problem.key for each in report.results if each.problem] == [
        "transcript_prose",
        "batch_other_kind",
    ]
    assert len(opened.entries()) == before + 8
    assert addresses(opened) == {row.address for row in rows if not row.problem}
    assert [each.turns for each in report.results][-4:] == [2, 2, 1, None]
    assert len(opened.recordings(opened.session("P2/2").id)) == 1
    assert heard[-1] == (9, 10)


def test_a_session_that_is_there_is_refused(opened, folder):
    rows = batch.plan(folder / "P2_S1.txt")
    assert batch.run(opened, rows).imported == 1
    again = batch.run(opened, rows)
    assert [each.problem.key for each in again.results] == ["session_exists"]
    assert again.imported == 0


def test_an_import_can_be_stopped_between_files(opened, folder):
    rows = [row for row in batch.plan(folder) if not row.problem]
    reached = []
    report = batch.run(
        opened,
        rows,
        progress=lambda n, total, path: reached.append(n),
        stopped=lambda: len(reached) > 1,
    )
    assert report.imported == 2
    assert report.not_reached == tuple(rows[2:])
    assert addresses(opened) == {row.address for row in rows[:2]}


def test_a_disk_that_fails_is_told_of_by_row(opened, folder, monkeypatch):
    def fails(*_args):
        raise PermissionError(13, "Permission denied", "/x")

    monkeypatch.setattr("coder.imports.import_session", fails)
    (result,) = batch.run(opened, batch.plan(folder / "P2_S1.txt")).results
    assert (result.problem.key, result.problem.where["path"]) == ("file_refused", "/x")


def test_times_may_count_from_the_recording(opened, folder):
    wav(folder / "P2_S1.wav", 30)
    (folder / "P2_S1.txt").write_text("0:05\n" + TALK)
    (row,) = batch.plan(folder / "P2_S1.txt")
    row = batch.Row(row.file, "A", "1", recording=row.recording, clock_start_ms=60_000)
    assert batch.run(opened, [row], from_recording=True).imported == 1
    assert opened.turns(opened.session("A/1").id)[0].start_ms == 65_000


# The command


def test_the_command_imports_a_folder(capsys, study, folder):
    status, out, err = run(capsys, "import-folder", study, folder, "--json")
    assert (status, err) == (2, "")
    told = json.loads(out)
    assert (told["imported"], told["refused"], len(told["rows"])) == (8, 1, 10)
    assert told["rows"][0] == {"file": "Anna/2.txt", "part": None, "session": "Anna/2", "turns": 4, "problem": None}  # fmt: skip
    assert "looks like ordinary text" in told["rows"][1]["problem"]
    with Study.open(study, write=False) as kept:
        assert len(kept.sessions()) == 8
    status, out, _ = run(capsys, "import-folder", study, folder)
    assert status == 2
    assert out.splitlines()[-1] == "Imported: 0; refused: 9."
    assert "exists already" in out


def test_the_command_can_only_show_what_it_would_do(capsys, study, folder, tmp_path):
    run(capsys, "import", study, folder / "P2_S1.txt", "--participant", "P2", "--session", "1")
    before = study.read_bytes()
    status, out, _ = run(capsys, "import-folder", study, folder, "--dry-run")
    assert status == 2
    assert "several.csv [A1]: several/A1, 2 turns" in out
    assert out.splitlines()[-1] == "Nothing is imported. It would be: 7; refused: 2."
    plan = tmp_path / "plan.csv"
    status, out, _ = run(capsys, "import-folder", study, folder, "--write-plan", plan, "--json")
    assert (status, json.loads(out)["written"]) == (2, str(plan))
    assert study.read_bytes() == before


def test_the_command_takes_a_plan_and_roles(capsys, study, folder, tmp_path):
    plan = tmp_path / "plan.csv"
    plan.write_text("file,participant,session\nP2_S1.txt,X,1\ngone.txt,X,2\n")
    status, out, _ = run(capsys, "import-folder", study, folder, "--plan", plan, "--dry-run")
    assert "There is no file or folder" in out
    status, out, _ = run(
        capsys, "import-folder", study, folder, "--plan", plan, "--role", "C=other", "T=therapist"
    )
    assert status == 2
    assert out.splitlines()[0] == "P2_S1.txt: X/1, 4 turns"
    with Study.open(study, write=False) as kept:
        roles = {s.label: s.role.value for s in kept.speakers(kept.session("X/1").id)}
    assert roles == {"T": "therapist", "C": "other"}


def test_the_command_says_how_far_it_is_at_a_terminal(capsys, study, folder, monkeypatch):
    monkeypatch.setattr("coder.commands.batches.asked_at_a_terminal", lambda: True)
    _, _, err = run(capsys, "import-folder", study, folder / "P2_S1.txt")
    assert err.splitlines() == ["1 of 1: P2_S1.txt", "1 of 1: P2_S1.txt"]
