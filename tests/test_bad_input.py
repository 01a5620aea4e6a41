"""Bad input to every command: one sentence, exit status 2, and nothing half-written."""

import contextlib
import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import av
import numpy as np
import openpyxl
import pytest
from filelock import FileLock

from coder import cli

ROOT = Path(__file__).parents[1]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
LONG = "x" * 10_000
HALF = "half \udcff"
TRANSCRIPT = "0:00\nT: How was the week?\nC: Fine, I suppose.\n0:20\nT: Mmm\nC: Not much to say.\n"
GOOD = "marker,start,episode\nminimal-response,0:15,1\n"
PROSE = "It was a dark night.\nThe wind blew over the moor and nobody spoke for a while.\n" * 9
CHAT = "".join(f"12:0{n}:11\t From Ana P. : hello there\n" for n in range(9))


def no_window(study, sample):
    raise AssertionError(study, sample)


def refused(capsys, *argv):
    """Run a command that must refuse; return what it said."""
    capsys.readouterr()
    try:
        status = cli.main([str(each) for each in argv], no_window)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    assert (status, out) == (2, ""), err
    return err


def listing(folder):
    """Every file below a folder with its digest; the lock files beside studies do not count."""
    return {
        str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest()
        for each in sorted(folder.rglob("*"))
        if each.is_file() and not each.name.endswith(".lock")
    }


def tone(path, seconds=60, rate=8000):
    samples = (3000 * np.sin(np.arange(rate * seconds) * 0.2)).astype(np.int16)
    with av.open(str(path), "w") as out:
        stream = out.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples[None, :], "s16", "mono")
        frame.sample_rate, frame.pts = rate, 0
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


def bomb(path, name):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr(name, b" " * 310_000_000)


@pytest.fixture(scope="module")
def master(tmp_path_factory):
    """A folder with one coded study and every kind of bad file."""
    here = tmp_path_factory.mktemp("bad")
    for name, content in {
        "good.txt": TRANSCRIPT,
        "good.csv": GOOD,
        "prose.txt": PROSE,
        "chat.txt": CHAT,
        "blank.txt": " \n\n",
        "data.txt": '{"a": [1, 2]}',
        "timed.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\nT: Quite other words\n",
        "nocues.vtt": "WEBVTT\n",
        "nowords.vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n\n",
        "pass": "correct horse",
        "wrong": "battery staple",
        "blank_pass": "",
        "unknown_marker.csv": "marker,start\nwhining,0:10\n",
        "unknown_column.csv": "marker,when\ndenial,0:10\n",
        "outside.csv": "marker,start\ndenial,59:10\n",
        "impossible.csv": "marker,start\ndenial,0:75\n",
        "no_turn.csv": "marker,turn\ndenial,99\n",
        "newline.json": json.dumps([{"marker": "a\nb\r\u2028c", "start": "0:10"}]),
        "half.json": '[{"marker": "denial", "start": "0:10", "note": "\\ud800"}]',
        "deep.json": "[" * 200_000,
        "list.json": "[1, 2]",
        "number.json": '{"rows": 5}',
        "huge.json": '[{"marker": "denial", "clarity": ' + "9" * 5000 + "}]",
        "two_raters.csv": "rater,marker,start\nA,denial,1\nB,denial,1\n",
        "head.csv": "",
        "bad.yaml": "id: [unclosed\n\n\tx",
        "date.yaml": "id: 2020-13-45",
        "laughs.yaml": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "self.yaml": "&a [*a]",
        "deep.yaml": "[" * 5000,
        "empty.yaml": "",
        "text.rupture": "this is no study",
        "wrong.docx": "this is no zip",
    }.items():  # fmt: skip
        (here / name).write_text(content, encoding="utf-8")
    for name in ("png.txt", "png.docx", "png.csv", "png.xlsx", "png.json", "png.wav",
                 "png.rupture", "png.yaml"):  # fmt: skip
        (here / name).write_bytes(PNG)
    for name in ("empty.txt", "empty.csv", "empty.wav", "empty.rupture", "empty.json"):
        (here / name).write_bytes(b"")
    (here / "a folder.rupture").mkdir()
    (here / "a folder").mkdir()
    bomb(here / "bomb.docx", "word/document.xml")
    bomb(here / "bomb.xlsx", "xl/workbook.xml")
    book = openpyxl.Workbook()
    book.active.append(["marker", "start"])
    book.active.append(["denial", "0:10"])
    book.save(here / "workbook.xlsx")
    (here / "workbook.csv").write_bytes((here / "workbook.xlsx").read_bytes())
    (here / "workbook.docx").write_bytes((here / "workbook.xlsx").read_bytes())
    (here / "table.xlsx").write_text(GOOD, encoding="utf-8")
    (here / "latin.pass").write_bytes(b"\xff\xfe\xfa")
    tone(here / "sound.wav")
    (here / "sound.txt").write_bytes((here / "sound.wav").read_bytes())
    study = here / "study.rupture"
    for argv in (
        ["new", study],
        ["import", study, here / "good.txt", "--participant", "A", "--session", "1",
         "--role", "C=patient", "T=therapist", "--media", here / "sound.wav"],
        ["code", study, "--session", "A/1", "--rater", "Ada", "--from", here / "good.csv"],
        ["code", study, "--session", "A/1", "--rater", "Ben", "--from", here / "good.csv"],
        ["submit", study, "--session", "A/1", "--rater", "Ben"],
        ["new", here / "secret.rupture", "--encrypt", "--passphrase-file", here / "pass"],
        ["backup", study, "--to", here / "kept.rupture"],
    ):  # fmt: skip
        assert cli.main([str(each) for each in argv], no_window) == 0
    data = bytearray(study.read_bytes())
    (here / "cut.rupture").write_bytes(data[: len(data) // 2])
    data[60:64] = (99).to_bytes(4, "big")
    (here / "newer.rupture").write_bytes(data)
    data[60:64] = (1).to_bytes(4, "big")
    data[4096 : len(data) // 2] = b"\xa5" * (len(data) // 2 - 4096)
    (here / "damaged.rupture").write_bytes(data)
    secret = bytearray((here / "secret.rupture").read_bytes())
    secret[len(secret) // 2] ^= 0xFF
    (here / "secret damaged.rupture").write_bytes(secret)
    with contextlib.closing(sqlite3.connect(here / "other.rupture")) as other:
        other.execute("CREATE TABLE t (x)")
    return here


@pytest.fixture
def here(master, monkeypatch):
    """The folder, which must be as it was when the test is done."""
    monkeypatch.chdir(master)
    before = listing(master)
    yield master
    assert listing(master) == before


STUDY = "study.rupture"
IMPORT = ("--participant", "B", "--session", "1")
CODE = ("code", STUDY, "--session", "A/1", "--rater", "Cyd", "--from")
EXPORT = ("export", STUDY, "--form", "marks", "--out")

BAD_STUDIES = [
    ("none.rupture", "There is no study none.rupture"),
    ("none/none.rupture", "There is no study"),
    ("study.rupture/x.rupture", ""),
    ("a folder.rupture", "is a folder"),
    ("empty.rupture", "is an empty file"),
    ("png.rupture", "passphrase"),
    ("text.rupture", "passphrase"),
    ("secret.rupture", "give its passphrase"),
    ("other.rupture", "not a study of Rupture Coder"),
    ("newer.rupture", "newer version"),
    ("damaged.rupture", "damaged"),
    ("cut.rupture", "damaged"),
    (LONG, ""),
    (f"{'x' * 250}.rupture", ""),
    (HALF, "bytes that are no letters"),
    ("", ""),
]
ON_A_STUDY = {
    "sessions": (),
    "transcript": ("--session", "A/1"),
    "search": ("fine",),
    "correct": ("--session", "A/1", "--role", "C=other"),
    "delete": ("--session", "A/1", "--yes"),
    "import": ("good.txt", *IMPORT),
    "code": ("--session", "A/1", "--rater", "Cyd", "--from", "good.csv"),
    "marks": (),
    "submit": ("--session", "A/1", "--rater", "Ada"),
    "agreement": (),
    "export": ("--form", "marks", "--out", "out.csv"),
    "check": (),
    "backup": (),
}


@pytest.mark.parametrize("command", ON_A_STUDY)
@pytest.mark.parametrize(("study", "words"), BAD_STUDIES, ids=[each[0][:20] or "none" for each in BAD_STUDIES])  # fmt: skip
def test_no_command_takes_a_file_that_is_no_study(here, capsys, monkeypatch, command, study, words):
    monkeypatch.setattr("sys.stdin", None)
    told = refused(capsys, command, study, *ON_A_STUDY[command], "--json")
    assert told.count("\n") == 1
    assert words in told
    if study in {"png.rupture", "text.rupture", "newer.rupture", "damaged.rupture"}:
        assert study in told


@pytest.mark.parametrize("command", ON_A_STUDY)
def test_a_wrong_passphrase_cannot_be_told_from_damage(here, capsys, command):
    for study, key in (("secret.rupture", "wrong"), ("png.rupture", "pass")):
        told = refused(capsys, command, study, *ON_A_STUDY[command], "--passphrase-file", key)
        assert told.count("\n") == 1
        assert "the passphrase is wrong, or the file is damaged" in told


@pytest.mark.parametrize("command", ON_A_STUDY)
def test_an_empty_passphrase_opens_nothing(here, capsys, command):
    told = refused(capsys, command, "secret.rupture", *ON_A_STUDY[command],
                   "--passphrase-file", "blank_pass")  # fmt: skip
    assert told.count("\n") == 1
    assert "give its passphrase" in told


@pytest.mark.parametrize("command", ON_A_STUDY)
def test_nobody_acts_whom_the_study_does_not_know(here, capsys, command):
    told = refused(capsys, command, STUDY, *ON_A_STUDY[command], "--as", "Nobody\nat all")
    assert told.count("\n") == 1
    if command != "backup":
        assert "no coder" in told


@pytest.mark.parametrize("command", sorted({"correct", "delete", "import", "code", "submit"}))
def test_what_writes_refuses_a_study_that_is_open_elsewhere(here, capsys, command):
    holder = f"import sys; from filelock import FileLock; l = FileLock({str(here / STUDY) + '.lock'!r}); l.acquire(); print(flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        told = refused(capsys, command, STUDY, *ON_A_STUDY[command])
        process.stdin.close()
    assert told == "study.rupture is open in another window or command; close that first.\n"


@pytest.mark.parametrize("command", ["sessions", "transcript", "search", "marks", "agreement", "check"])  # fmt: skip
def test_what_reads_works_while_the_study_is_open_elsewhere(here, capsys, command):
    with FileLock(f"{here / STUDY}.lock"):
        argv = [command, STUDY, *ON_A_STUDY[command], "--json"]
        assert cli.main(argv, no_window) == 0
    assert json.loads(capsys.readouterr().out)


def test_an_export_and_a_backup_work_while_the_study_is_open_elsewhere(master, tmp_path, capsys):
    study = tmp_path / STUDY
    study.write_bytes((master / STUDY).read_bytes())
    with FileLock(f"{study}.lock"):
        for argv in (
            ["export", study, "--form", "marks", "--out", tmp_path / "o.csv"],
            ["backup", study],
        ):
            assert cli.main([str(each) for each in argv], no_window) == 0


TRANSCRIPTS = [
    ("none.txt", "cannot be opened"),
    ("a folder", "cannot be opened"),
    ("empty.txt", "is empty"),
    ("blank.txt", "is empty"),
    ("png.txt", "looks like a picture (PNG)"),
    ("png.docx", "looks like a picture (PNG)"),
    ("sound.txt", "looks like a recording"),
    ("sound.wav", "looks like a recording"),
    ("study.rupture", "looks like a database"),
    ("secret.rupture", "looks like a file of another program"),
    ("wrong.docx", "cannot be read as a Word document"),
    ("workbook.docx", ""),
    ("bomb.docx", "grows far beyond"),
    ("prose.txt", "looks like ordinary text"),
    ("chat.txt", "looks like a chat log"),
    ("data.txt", "looks like JSON"),
    ("nocues.vtt", "no timed block"),
    ("nowords.vtt", "times but no words"),
    (LONG, "cannot be opened"),
    (HALF, "bytes that are no letters"),
]


@pytest.mark.parametrize(("file", "words"), TRANSCRIPTS, ids=[each[0][:20] for each in TRANSCRIPTS])
def test_what_is_no_transcript_is_refused_by_name(here, capsys, file, words):
    for argv in (("inspect", file), ("import", STUDY, file, *IMPORT)):
        told = refused(capsys, *argv, "--json")
        assert told.count("\n") == 1
        assert words in told
        assert file[:50] in told or file == HALF


READING = [
    (("--role", "C"), "is no role"),
    (("--role", "C=client"), "is no role"),
    (("--format", "pdf"), "There is no format “pdf”"),
    (("--format", "docx"), "cannot be read as a Word document"),
    (("--encoding", "klingon"), "There is no encoding “klingon”"),
    (("--encoding", "utf-16"), ""),
    (("--encoding", "rot13"), ""),
    (("--encoding", "hex"), "There is no encoding “hex”"),
    (("--merge-gap", "soon"), "“soon” is not a time"),
    (("--merge-gap", "nan"), "“nan” is not a time"),
    (("--merge-gap", "9" * 400), "is not a time"),
    (("--tier", "Patient"), "has no tiers"),
    (("--bogus",), "--bogus"),
]


@pytest.mark.parametrize(("options", "words"), READING, ids=[" ".join(each[0])[:30] for each in READING])  # fmt: skip
def test_an_option_of_reading_that_makes_no_sense_is_refused(here, capsys, options, words):
    for argv in (("inspect", "good.txt"), ("import", STUDY, "good.txt", *IMPORT)):
        told = refused(capsys, *argv, *options)
        assert told.count("\n") == 1
        assert words in told


IMPORTS = [
    (("--participant", "A/B", "--session", "1"), "without a slash"),
    (("--participant", "A\nB", "--session", "1"), "on one line"),
    (("--participant", "", "--session", "1"), "needs a participant"),
    (("--participant", "A", "--session", " "), "needs a participant"),
    (("--participant", LONG, "--session", "1"), "at most 100 characters"),
    (("--participant", HALF, "--session", "1"), "bytes that are no letters"),
    (("--participant", "A"), "--session"),
    (("--participant", "A", "--session", "1"), "exists already"),
    (("--participant", "C", "--session", "1", "--new-version"), "There is no session “C/1”"),
    ((*IMPORT, "--media", "none.wav"), "There is no file none.wav"),
    ((*IMPORT, "--media", "empty.wav"), "is empty"),
    ((*IMPORT, "--media", "png.wav"), "png.wav"),
    ((*IMPORT, "--media", "good.txt"), "cannot be read as a recording"),
    ((*IMPORT, "--media", "study.rupture"), "cannot be read as a recording"),
    ((*IMPORT, "--media", "a folder"), "There is no file a folder"),
    ((*IMPORT, "--media", LONG), ""),
    ((*IMPORT, "--clock-start", "55:99"), "“55:99” is not a time"),
    ((*IMPORT, "--clock-start", ""), "is not a time"),
    ((*IMPORT, "--clock-start", "9" * 5000), "is not a time"),
    ((*IMPORT, "--clock-start", "1e9"), "is not a time"),
    ((*IMPORT, "--clock-start", "-1:00"), "--clock-start"),
    ((*IMPORT, "--times", "wall"), "invalid choice"),
    ((*IMPORT, "--times-from", "none.vtt"), "none.vtt cannot be opened"),
    ((*IMPORT, "--times-from", "prose.txt"), "prose.txt looks like ordinary text"),
    ((*IMPORT, "--times-from", "timed.vtt"), "No turn of good.txt stands in the same words"),
]


@pytest.mark.parametrize(("options", "words"), IMPORTS, ids=[" ".join(each[0])[-30:].replace("\n", "_").encode("ascii", "replace").decode() for each in IMPORTS])  # fmt: skip
def test_an_import_that_cannot_be_is_refused_whole(here, capsys, options, words):
    told = refused(capsys, "import", STUDY, "good.txt", *options)
    assert told.count("\n") == 1
    assert words in told


TABLES = [
    ("none.csv", "cannot be read as a table"),
    ("a folder", "is no table that can be read"),
    ("good.txt", "columns that are not known"),
    ("empty.csv", "it is empty"),
    ("empty.json", "cannot be read as a table"),
    ("png.csv", "it is no text"),
    ("png.xlsx", "cannot be read as a table"),
    ("png.json", "it is no text"),
    ("workbook.csv", "it is no text"),
    ("table.xlsx", "cannot be read as a table"),
    ("bomb.xlsx", "grows far beyond"),
    ("study.rupture", "is no table that can be read"),
    ("unknown_column.csv", "columns that are not known (when"),
    ("two_raters.csv", "more than one rater"),
    ("deep.json", "cannot be read as a table"),
    ("list.json", "cannot be read as a table"),
    ("number.json", "cannot be read as a table"),
    ("huge.json", "cannot be read as a table"),
    ("half.json", "cannot be read as a table"),
    (f"{LONG}.csv", "cannot be read as a table"),
]


@pytest.mark.parametrize(("file", "words"), TABLES, ids=[each[0][:20] for each in TABLES])
def test_what_is_no_table_is_refused_by_name(here, capsys, file, words):
    told = refused(capsys, *CODE, file)
    assert told.count("\n") == 1
    assert words in told
    assert file[:50] in told


ROWS = [
    ("unknown_marker.csv", "line 2: The scheme samstag-2003 has no marker “whining”"),
    ("outside.csv", "line 2: 59:10 is a time outside the recording, which covers 0:00 to 1:00"),
    ("impossible.csv", "line 2: “0:75” is not a time"),
    ("no_turn.csv", "line 2: There is no turn 99"),
    ("newline.json", "row 1: The scheme samstag-2003 has no marker “a\\nb\\r\\u2028c”"),
]


@pytest.mark.parametrize(("file", "words"), ROWS, ids=[each[0] for each in ROWS])
def test_refused_rows_are_listed_under_the_sentence(here, capsys, file, words):
    first, second = refused(capsys, *CODE, file).splitlines()
    assert first == f"{file} was not taken: 1 of its rows are refused. Mend these:"
    assert second.startswith(words)


NAMES = [
    (("transcript", STUDY, "--session", "Z/9"), "There is no session “Z/9”; there are: A/1"),
    (("transcript", STUDY, "--session", "A\n/1"), "A\\n/1"),
    (("transcript", STUDY, "--session", LONG), "There is no session"),
    (("transcript", STUDY, "--session", "<b>A</b>/1"), "“<b>A</b>/1”"),
    (("transcript", STUDY), "--session"),
    (("correct", STUDY, "--session", "A/1"), "Say what to put right"),
    (("correct", STUDY, "--session", "Z/9", "--role", "C=other"), "There is no session"),
    (("correct", STUDY, "--session", "A/1", "--role", "Z=other"), "no label “Z”"),
    (("correct", STUDY, "--session", "A/1", "--role", "Z=other", "--clock-start", "1:00"), "no label"),
    (("correct", STUDY, "--session", "A/1", "--clock-start", "soon"), "is not a time"),
    (("correct", STUDY, "--session", "A/1", "--media", "good.txt"), "its bytes differ"),
    (("correct", STUDY, "--session", "A/1", "--media", "none"), "No file with the bytes"),
    (("correct", STUDY, "--session", "A/1", "--media", "a folder"), "No file with the bytes"),
    (("delete", STUDY, "--session", "Z/9", "--yes"), "There is no session"),
    (("code", STUDY, "--session", "Z/9", "--rater", "Cyd", "--from", "good.csv"), "no session"),
    (("code", STUDY, "--session", "A/1", "--rater", "lead", "--from", "good.csv"), "“lead” cannot"),
    (("code", STUDY, "--session", "A/1", "--rater", " ", "--from", "good.csv"), "cannot be a coder"),
    (("code", STUDY, "--session", "A/1", "--rater", LONG, "--from", "good.csv"), "at most 100"),
    (("code", STUDY, "--session", "A/1", "--rater", HALF, "--from", "good.csv"), "no letters"),
    (("code", STUDY, "--session", "A/1", "--rater", "Ben", "--from", "good.csv"), "locked"),
    (("code", STUDY, "--session", "A/1", "--rater", "Cyd", "--scheme", "3rs", "--from", "good.csv"), "does not code with “3rs”"),
    (("marks", STUDY, "--rater", "Zed"), "There is no coder “Zed”"),
    (("marks", STUDY, "--session", "Z/9"), "There is no session"),
    (("submit", STUDY, "--session", "A/1", "--rater", "Zed"), "There is no coder"),
    (("submit", STUDY, "--session", "A/1", "--rater", "Ben"), "submitted already"),
    (("submit", STUDY, "--session", "A/1", "--rater", "Ada", "--scheme", "laraway-2015"), "no coding"),
    (("submit", STUDY, "--session", "A/1", "--rater", "Ada", "--scheme", "x"), "does not code with"),
    (("agreement", STUDY, "--raters", "Ada", "Zed"), "There is no coder “Zed”"),
    (("agreement", STUDY, "--raters", "Ada"), "two coders"),
    (("agreement", STUDY, "--session", "Z/9"), "There is no session"),
    (("agreement", STUDY, "--scheme", "x"), "does not code with"),
    (("agreement", STUDY, "--scheme", "laraway-2015"), "two coders"),
    (("agreement", STUDY, "--tolerance", "nan"), "The tolerance “nan”"),
    (("agreement", STUDY, "--tolerance", "inf"), "The tolerance “inf”"),
    (("agreement", STUDY, "--tolerance", "9" * 400), "The tolerance"),
    (("agreement", STUDY, "--unit", "word"), "invalid choice"),
    (("agreement", STUDY, "--level", "row\nrow"), "invalid choice"),
    (("agreement", STUDY, "--as", "Ada"), "blind"),
    (("export", STUDY, "--form", "poem", "--out", "o.csv"), "There is no form “poem”"),
    (("export", STUDY, "--form", "marks", "--out", "o.pdf"), "end the name in .csv"),
    (("export", STUDY, "--form", "marks", "--out", "o"), "end the name in .csv"),
    (("export", STUDY, "--form", "marks", "--out", ""), "end the name in .csv"),
    (("export", STUDY, "--form", "marks", "--rater", "Zed", "--out", "o.csv"), "There is no coder"),
    (("export", STUDY, "--form", "marks", "--scheme", "laraway-2015", "--out", "o.csv"), "no coding"),
    (("export", STUDY, "--form", "marks", "--session", "Z/9", "--out", "o.csv"), "no session"),
    ((*EXPORT, "none/o.csv"), "its folder does not exist"),
    ((*EXPORT, "study.rupture/o.csv"), "its folder does not exist"),
    ((*EXPORT, f"{'x' * 252}.csv"), "cannot be written"),
    ((*EXPORT, f"{LONG}.csv"), ""),
    ((*EXPORT, HALF), "no letters"),
    (("backup", STUDY, "--to", "kept.rupture"), "exists already"),
    (("backup", STUDY, "--to", "none/b.rupture"), "There is no folder none"),
    (("backup", STUDY, "--to", f"{'x' * 252}"), ""),
    (("backup", STUDY, "--to", LONG), ""),
    (("new", STUDY), "exists already"),
    (("new", "a folder.rupture"), "exists already"),
    (("new", "n.db"), "ends in .rupture"),
    (("new", "n.rupture", "--scheme", "x"), "There is no scheme “x”"),
    (("new", "n.rupture", "--scheme", "samstag-2003", "../x"), "There is no scheme “../x”"),
    (("new", "none/n.rupture"), "There is no folder none"),
    (("new", f"{LONG}.rupture"), ""),
    (("new", f"{'x' * 243}.rupture"), "too long"),
    (("new", "n.rupture", "--encrypt", "--passphrase-file", "none"), "passphrase file none"),
    (("new", "n.rupture", "--encrypt", "--passphrase-file", "a folder"), "passphrase file"),
    (("new", "n.rupture", "--encrypt", "--passphrase-file", "latin.pass"), "read as text"),
    (("new", "n.rupture", "--encrypt", "--passphrase-file", "blank_pass"), "passphrase"),
    (("new", "n.rupture", "--encrypt"), "passphrase"),
    (("restore", "none.rupture", STUDY), "There is no study none.rupture"),
    (("restore", "png.rupture", STUDY), "passphrase"),
    (("restore", "empty.rupture", STUDY), "empty file"),
    (("restore", "damaged.rupture", STUDY), "damaged"),
    (("restore", "cut.rupture", STUDY), "damaged"),
    (("restore", "other.rupture", STUDY), "not a study"),
    (("restore", "a folder", STUDY), "is a folder"),
    (("restore", "secret.rupture", STUDY), "passphrase"),
    (("restore", "secret.rupture", STUDY, "--passphrase-file", "wrong"), "the passphrase is wrong"),
    (("restore", "kept.rupture", "none/s.rupture"), "There is no folder none"),
    (("restore", "kept.rupture", "a folder.rupture"), "is a folder"),
    (("restore", "kept.rupture", "s.txt"), "ends in .rupture"),
    (("restore", LONG, STUDY), ""),
    (("restore", "kept.rupture", f"{LONG}.rupture"), ""),
    (("scheme", "show", "x"), "There is no scheme “x”"),
    (("scheme", "show", "../pyproject"), "There is no scheme"),
    (("scheme", "show", LONG), "There is no scheme"),
    (("scheme", "check", "none.yaml"), "none.yaml"),
    (("scheme", "check", "a folder"), "a folder"),
    (("scheme", "check", "png.yaml"), "png.yaml"),
    (("scheme", "check", "bad.yaml"), "bad.yaml cannot be read as a scheme"),
    (("scheme", "check", "date.yaml"), "date.yaml"),
    (("scheme", "check", "laughs.yaml"), "laughs.yaml"),
    (("scheme", "check", "self.yaml"), "self.yaml"),
    (("scheme", "check", "deep.yaml"), "deep.yaml"),
    (("scheme", "check", "empty.yaml"), "empty.yaml is not a valid scheme"),
    (("scheme", "check", "good.txt"), "good.txt"),
    (("scheme", "dance"), "invalid choice"),
    (("scheme",), "required"),
    (("sample", "good.txt"), "good.txt"),
    (("sample", "good.txt/x"), "good.txt"),
    (("check", STUDY, "--pass", "x"), "--pass"),
    (("transcribe",), "There is no command or study “transcribe”"),
    (("transcribe", "x"), "nrecognized arguments"),
    (("none.rupture",), "There is no study none.rupture"),
    ((LONG,), ""),
    ((HALF,), "no letters"),
]  # fmt: skip


@pytest.mark.parametrize(("argv", "words"), NAMES, ids=[" ".join(each[0])[-40:].replace("\n", "_").encode("ascii", "replace").decode() for each in NAMES])  # fmt: skip
def test_names_and_places_that_are_not_there_are_refused(here, capsys, monkeypatch, argv, words):
    monkeypatch.setattr("sys.stdin", None)
    told = refused(capsys, *argv)
    assert told.count("\n") == 1
    assert words in told
    assert len(told) < 2000


@pytest.mark.parametrize("form", ["marks", "sessions", "laraway-2015", "blank"])
def test_an_output_that_is_a_folder_is_refused(master, tmp_path, capsys, form):
    study = tmp_path / STUDY
    study.write_bytes((master / STUDY).read_bytes())
    out = tmp_path / "out.xlsx"
    if form == "blank":
        out = out.with_suffix(".docx")
    out.mkdir()
    before = listing(tmp_path)
    told = refused(capsys, "export", study, "--form", form, "--out", out)
    assert told.count("\n") == 1
    assert "cannot be written" in told
    assert listing(tmp_path) == before


def test_a_pipe_is_no_file_and_is_not_waited_for(here, tmp_path, capsys):
    if not hasattr(os, "mkfifo"):
        pytest.skip("there are no named pipes here")
    for suffix in ("txt", "csv", "rupture", "wav", "yaml"):
        os.mkfifo(tmp_path / f"pipe.{suffix}")
    for argv in (
        ("inspect", tmp_path / "pipe.txt"),
        ("import", STUDY, "good.txt", *IMPORT, "--media", tmp_path / "pipe.wav"),
        (*CODE, tmp_path / "pipe.csv"),
        ("sessions", tmp_path / "pipe.rupture"),
        ("restore", tmp_path / "pipe.rupture", STUDY),
        ("scheme", "check", tmp_path / "pipe.yaml"),
        ("import", STUDY, "good.txt", *IMPORT, "--times-from", tmp_path / "pipe.txt"),
    ):
        assert refused(capsys, *argv).count("\n") == 1


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(master, tmp_path, capsys):
    for name in ("good.txt", "good.csv", "sound.wav", STUDY):
        (tmp_path / name).write_bytes((master / name).read_bytes())
        (tmp_path / name).chmod(0)
    for argv in (
        ("inspect", tmp_path / "good.txt"),
        ("code", master / STUDY, *ON_A_STUDY["code"][:-1], tmp_path / "good.csv"),
        ("sessions", tmp_path / STUDY),
        ("import", master / STUDY, master / "good.txt", *IMPORT, "--media", tmp_path / "sound.wav"),
    ):
        assert refused(capsys, *argv).count("\n") == 1


def test_html_in_a_name_is_kept_as_plain_text(master, tmp_path, capsys):
    study = tmp_path / STUDY
    study.write_bytes((master / STUDY).read_bytes())
    name = "<b onclick='x()'>Ann & Co</b>"
    argv = ["code", study, "--session", "A/1", "--rater", name, "--from", master / "good.csv"]
    assert cli.main([str(each) for each in argv], no_window) == 0
    assert cli.main(["marks", str(study), "--rater", name, "--json"], no_window) == 0
    out = capsys.readouterr().out
    assert {mark["rater"] for mark in json.loads(out[out.index("{") :])["marks"]} == {name}


DAMAGED_ROWS = [
    "UPDATE mark SET kind = 'riddle'",
    "UPDATE mark SET turns = '['",
    "UPDATE mark SET turns = '[\"nobody\"]'",
    "UPDATE mark SET episodes = '{'",
    "UPDATE mark SET marker = 'whining'",
    "UPDATE mark SET quote = 'other words'",
    "UPDATE coding SET state = 'lost'",
    "UPDATE coding SET rater_id = 'nobody' WHERE rowid = 1",
    "UPDATE coding SET scheme = 'none'",
    "UPDATE scheme SET content = '{'",
    "UPDATE scheme SET content = '{}'",
    "UPDATE session SET participant_id = 'nobody'",
    "UPDATE turn SET times = 'late'",
    "UPDATE turn SET text = CAST(x'ff' AS TEXT)",
    "UPDATE turn SET start_ms = 'soon'",
    "UPDATE transcript SET notes = '7'",
    "UPDATE speaker SET role = 'king'",
    "UPDATE log SET chain = 'x'",
    "UPDATE log_content SET content = 'x'",
    "DELETE FROM log_content WHERE seq = 2; DELETE FROM log WHERE seq = 2",
    "DELETE FROM log_content; DELETE FROM log",
    "DROP TABLE mark",
    "UPDATE recording SET path = x'00ff'",
]


@pytest.mark.parametrize("damage", DAMAGED_ROWS)
def test_a_study_with_a_damaged_row_never_crashes_a_command(master, tmp_path, capsys, damage):
    broken = tmp_path / "broken.rupture"
    broken.write_bytes((master / STUDY).read_bytes())
    connection = sqlite3.connect(broken)
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        connection.execute(f"DROP TRIGGER {name}")
    connection.executescript(damage)
    connection.commit()
    connection.close()
    (tmp_path / "sound.wav").write_bytes((master / "sound.wav").read_bytes())
    whole = broken.read_bytes()
    for command, more in ON_A_STUDY.items():
        more = [str(master / each) if each in {"good.txt", "good.csv"} else each for each in more]
        more = [str(tmp_path / each) if each == "out.csv" else each for each in more]
        broken.write_bytes(whole)
        status = cli.main([command, str(broken), *more], no_window)
        out, err = capsys.readouterr()
        assert status in {0, 2}
        assert err.count("\n") == (0 if status == 0 or command == "check" else 1) or not out, damage
    broken.write_bytes(whole)
    assert cli.main(["check", str(broken), "--json"], no_window) == 2


def test_a_bug_is_told_by_its_place_with_status_1_and_no_words_of_a_patient(master):
    broken = (
        "import sys; from coder import __main__, cli, transcripts\n"
        "def fail(*_): raise RuntimeError('I hate my mother')\n"
        "transcripts.inspect = fail\n"
        f"sys.argv = ['rupture-coder', 'inspect', {str(master / 'good.txt')!r}]\n"
        "sys.exit(__main__.main())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", broken], env=environment, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"fault of the program (RuntimeError)" in done.stderr
    assert b"mother" not in done.stderr
