"""Make, list, check, back up and restore a study by command."""

import io
import json
import stat

import pytest
from commanded import asked, run

from coder import cli, commands

TRANSCRIPT = "0:00\nT: How was the week?\nC: Fine, I suppose.\n0:20\nT: Mmm\nC: Not much to say.\n"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typed(monkeypatch):
    """Answer the prompts for a passphrase."""
    answers = []
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("getpass.getpass", lambda _prompt: answers.pop(0))
    return answers


def session(capsys, study, tmp_path):
    path = tmp_path / "t.txt"
    path.write_text(TRANSCRIPT, encoding="utf-8")
    return asked(capsys, "import", study, path, "--participant", "A", "--session", 1)


def test_a_new_study_says_whether_it_is_encrypted(tmp_path, capsys):
    plain, secret = tmp_path / "p.rupture", tmp_path / "s.rupture"
    key = tmp_path / "key"
    key.write_text("\ufeffpäss phrase\r\n", encoding="utf-8")
    status, out, _ = run(capsys, "new", plain)
    assert (status, "is not encrypted" in out) == (0, True)
    status, out, _ = run(capsys, "new", secret, "--encrypt", "--passphrase-file", key)
    assert (status, "Recordings are not covered" in out) == (0, True)
    assert plain.read_bytes().startswith(b"SQLite format 3")
    assert not secret.read_bytes().startswith(b"SQLite format 3")
    bare = tmp_path / "bare"
    bare.write_text("päss phrase", encoding="utf-8")
    assert asked(capsys, "--passphrase-file", bare, "sessions", secret) == {"sessions": []}


def test_a_study_codes_with_the_schemes_named_each_once(tmp_path, capsys):
    study = tmp_path / "s.rupture"
    told = asked(capsys, "new", study, "--scheme", "laraway-2015", "laraway-2015")
    assert told == {"study": str(study), "schemes": ["laraway-2015"], "encrypted": False}


def test_a_passphrase_is_asked_for_twice_and_then_once(tmp_path, capsys, typed):
    study = tmp_path / "s.rupture"
    typed[:] = ["one", "other"]
    status, out, err = run(capsys, "new", study, "--encrypt")
    assert (status, out) == (2, "")
    assert "differ" in err
    assert not study.exists()
    typed[:] = ["one", "one", "one", "one"]
    assert run(capsys, "new", study, "--encrypt")[0] == 0
    assert asked(capsys, "sessions", study) == {"sessions": []}
    assert asked(capsys, "backup", study, "--to", tmp_path / "b.rupture")
    typed[:] = ["one"]
    assert asked(capsys, "restore", tmp_path / "b.rupture", study)["kept"]


def test_nobody_to_ask_is_told(tmp_path, capsys, monkeypatch):
    for closed in (None, io.StringIO()):
        monkeypatch.setattr("sys.stdin", closed)
        assert not commands.asked_at_a_terminal()
        status, _, err = run(capsys, "new", tmp_path / "s.rupture", "--encrypt")
        assert (status, "--passphrase-file" in err) == (2, True)


def test_sessions_are_listed_for_people(tmp_path, capsys):
    study = tmp_path / "s.rupture"
    run(capsys, "new", study)
    assert run(capsys, "sessions", study)[1] == "No sessions yet.\n"
    session(capsys, study, tmp_path)
    (tmp_path / "c.csv").write_text("marker,start\ndenial,0:15\n", encoding="utf-8")
    run(capsys, "code", study, "--session", "A/1", "--rater", "Ada", "--from", tmp_path / "c.csv")
    assert run(capsys, "sessions", study)[1] == (
        "A/1: 4 turns\n  Ada, samstag-2003: 1 marks, in progress\n"
    )
    assert asked(capsys, "sessions", study)["sessions"][0]["duration_ms"] is None
    # While the study is blind, a coder sees no coding but their own.
    run(capsys, "code", study, "--session", "A/1", "--rater", "Ben", "--from", tmp_path / "c.csv")
    (row,) = asked(capsys, "sessions", study, "--as", "ben")["sessions"]
    assert [each["rater"] for each in row["codings"]] == ["Ben"]


def test_a_check_lists_what_is_wrong_and_has_status_2(tmp_path, capsys):
    study = tmp_path / "s.rupture"
    run(capsys, "new", study)
    told = asked(capsys, "check", study)
    assert (told["ok"], told["problems"], told["log_entries"]) == (True, [], 1)
    status, out, _ = run(capsys, "check", study)
    assert (status, out.splitlines()[0]) == (0, "The study is whole.")
    import sqlite3

    with sqlite3.connect(study) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE log_content SET content = 'other'")
    connection.close()
    status, out, err = run(capsys, "check", study, "--json")
    told = json.loads(out)
    assert (status, told["ok"], err) == (2, False, "")
    assert "Entry 1 of the log does not verify" in told["problems"][0]
    status, out, _ = run(capsys, "check", study)
    assert (status, "does not verify" in out) == (2, True)


def test_a_backup_into_a_folder_gets_a_name_of_its_own(tmp_path, capsys):
    study = tmp_path / "s.rupture"
    run(capsys, "new", study)
    (away,) = asked(capsys, "backup", study, "--to", tmp_path)["written"]
    assert away.startswith(str(tmp_path / "s-"))
    (beside,) = asked(capsys, "backup", study)["written"]
    assert "s.backups" in beside


def test_a_restored_study_says_where_the_other_went(tmp_path, capsys):
    study, kept = tmp_path / "s.rupture", tmp_path / "k.rupture"
    run(capsys, "new", study)
    run(capsys, "backup", study, "--to", kept)
    status, out, _ = run(capsys, "restore", kept, tmp_path / "fresh.rupture")
    assert (status, len(out.splitlines())) == (0, 1)
    status, out, _ = run(capsys, "restore", kept, study)
    assert (status, "kept as" in out) == (0, True)
    assert (tmp_path / "s-replaced.rupture").is_file()


def test_the_sample_is_made_coded_and_written(tmp_path, capsys):
    told = asked(capsys, "sample", tmp_path / "a folder é")
    assert [name.rpartition("/")[2] for name in told["written"]] == [
        "Sample study.rupture", "coding-forms.docx", "coding-forms.xlsx", "marks.csv",
        "marks-columns.csv", "agreement.txt",
    ]  # fmt: skip
    assert asked(capsys, "sample", tmp_path / "a folder é") == told
    assert stat.S_ISREG((tmp_path / "a folder é" / "results" / "marks.csv").stat().st_mode)


def test_a_passphrase_without_encrypt_makes_no_study(tmp_path, capsys):
    (tmp_path / "pass.txt").write_text("four words of ours", encoding="utf-8")
    status = cli.main(
        ["new", str(tmp_path / "s.rupture"), "--passphrase-file", str(tmp_path / "pass.txt")], None
    )
    assert status == 2
    assert "--encrypt" in capsys.readouterr().err
    assert not (tmp_path / "s.rupture").exists()
