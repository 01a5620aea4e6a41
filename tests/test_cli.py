"""The command line: options, answers, and how errors are shown."""

import argparse
import errno
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from coder import __main__, __version__, arguments, cli, commands

ROOT = Path(__file__).parents[1]


def no_window(study, sample):
    raise AssertionError(study, sample)


def run(capsys, *argv):
    try:
        status = cli.main([str(each) for each in argv], no_window)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    return status, out, err


@pytest.fixture
def study(tmp_path, capsys):
    path = tmp_path / "s.rupture"
    assert run(capsys, "new", path)[0] == 0
    return path


def answering(monkeypatch, act):
    """Let the command “scheme list” do something else."""
    monkeypatch.setattr("coder.commands.schemes.list_", act)


@pytest.mark.parametrize("argv", [["--version"], ["--version", "sessions"]])
def test_the_version_is_told(capsys, argv):
    assert run(capsys, *argv) == (0, f"rupture-coder {__version__}\n", "")


def test_the_version_is_told_as_json(capsys):
    for argv in (["--version", "--json"], ["--json", "--version"]):
        status, out, err = run(capsys, *argv)
        assert (status, json.loads(out), err) == (0, {"version": __version__}, "")


def test_json_may_stand_before_the_command_or_after_it(capsys, study):
    asked = [
        ["--json", "sessions", study],
        ["sessions", "--json", study],
        ["sessions", study, "--json"],
        ["--json", "--as", "lead", "sessions", study],
    ]
    for argv in asked:
        status, out, err = run(capsys, *argv)
        assert (status, json.loads(out), err) == (0, {"sessions": []}, "")
    for argv in (
        ["--json", "scheme", "list"],
        ["scheme", "--json", "list"],
        ["scheme", "list", "--json"],
    ):
        assert len(json.loads(run(capsys, *argv)[1])["schemes"]) >= 2


def test_who_acts_may_stand_before_the_command(capsys, study):
    status, out, err = run(capsys, "--as", "marks", "sessions", study)
    assert (status, out) == (2, "")
    assert "There is no coder “marks”" in err


@pytest.mark.parametrize(
    ("argv", "spread"),
    [
        (["new", "s", "--scheme", "a", "b"], ["new", "s", "--scheme", "a", "--scheme", "b"]),
        (["new", "--scheme", "a", "s.rupture"], ["new", "--scheme", "a", "s.rupture"]),
        (["new", "--scheme", "a", "b", "s.rupture"], ["new", "--scheme", "a", "--scheme", "b", "s.rupture"]),
        (["inspect", "--role", "C=patient", "t.txt"], ["inspect", "--role", "C=patient", "t.txt"]),
        (["inspect", "--role", "C=patient", "T=other", "t.txt"], ["inspect", "--role", "C=patient", "--role", "T=other", "t.txt"]),
        (["import", "--session", "1", "s.rupture", "t.txt"], ["import", "--session", "1", "s.rupture", "t.txt"]),
        (["agreement", "s", "--raters", "A", "B", "--session", "P/1", "P/2", "--json"],
         ["agreement", "s", "--raters", "A", "--raters", "B", "--session", "P/1", "--session", "P/2", "--json"]),
        (["agreement", "--session", "P/1", "s.rupture"], ["agreement", "--session", "P/1", "s.rupture"]),
        (["--version"], ["--version"]),
    ],
)  # fmt: skip
def test_an_option_of_several_values_is_given_once_for_each(argv, spread):
    assert arguments.spread(argv) == spread


def test_every_command_explains_itself(capsys):
    for command in sorted(arguments.COMMANDS):
        status, out, err = run(capsys, command, "--help")
        assert (status, err) == (0, "")
        assert command in out
    status, out, err = run(capsys, "--help")
    assert (status, err) == (0, "")
    assert all(command in out for command in arguments.COMMANDS)


def test_the_commands_of_the_parser_are_those_that_are_known():
    (acts,) = [a for a in arguments.parser()._actions if isinstance(a, argparse._SubParsersAction)]
    assert set(acts.choices) == arguments.COMMANDS


def test_what_the_parser_refuses_is_one_sentence_with_status_2(capsys):
    status, out, err = run(capsys, "agreement", "s.rupture", "--unit", "wo\nrd")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("Argument --unit: invalid choice")
    assert "see “rupture-coder agreement --help”" in err
    assert run(capsys, "check", "s.rupture", "--js")[0] == 2  # no short cuts


def test_stopping_a_command_is_no_fault(capsys, monkeypatch):
    def stop(_args):
        raise KeyboardInterrupt

    answering(monkeypatch, stop)
    assert run(capsys, "scheme", "list") == (2, "", "Stopped.\n")


def test_a_reader_that_went_away_is_no_fault(capsys, monkeypatch):
    def broken(_args):
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    class Unnumbered(io.StringIO):
        def fileno(self):
            raise io.UnsupportedOperation

    answering(monkeypatch, broken)
    monkeypatch.setattr("sys.stdout", Unnumbered())
    assert cli.main(["scheme", "list"], no_window) == 2


def test_what_the_system_refuses_is_told_in_a_sentence(capsys, monkeypatch):
    def full(_args):
        raise OSError(errno.ENOSPC, "No space left on device", "/a/b")

    def nameless(_args):
        raise OSError

    answering(monkeypatch, full)
    status, out, err = run(capsys, "scheme", "list")
    assert (status, out) == (2, "")
    assert err == "/a/b cannot be used (No space left on device): check the name, the disk and its rights.\n"  # fmt: skip
    answering(monkeypatch, nameless)
    assert run(capsys, "scheme", "list")[2].startswith("A file cannot be used (OSError)")


def test_an_answer_keeps_its_status(capsys, monkeypatch):
    answering(monkeypatch, lambda _: commands.Answer({"ok": False}, ["no"], 2))
    assert run(capsys, "scheme", "list") == (2, "no\n", "")


def test_half_characters_are_printed_as_escapes(capsys, monkeypatch):
    answering(monkeypatch, lambda _: commands.Answer({"a": "\udcff"}, ["\udcff"]))
    assert run(capsys, "scheme", "list") == (0, "\\udcff\n", "")
    assert json.loads(run(capsys, "scheme", "list", "--json")[1]) == {"a": "\udcff"}


# The window


def opened(argv, monkeypatch, *, display=True):
    asked = []
    monkeypatch.setattr(cli, "_has_display", lambda: display)

    def window(study, sample):
        asked.append((study, sample))
        return 0

    status = cli.main([str(each) for each in argv], window)
    return status, asked


def test_without_a_command_the_window_is_opened(study, monkeypatch):
    assert opened([], monkeypatch) == (0, [(None, False)])
    assert opened([study], monkeypatch) == (0, [(study, False)])
    assert opened(["--sample"], monkeypatch) == (0, [(None, True)])


def test_a_study_or_command_that_is_not_there_is_named(capsys):
    assert "There is no study a/b" in run(capsys, "a/b")[2]
    assert "There is no study b.rupture" in run(capsys, "b.rupture")[2]
    assert "There is no command or study “markz”" in run(capsys, "markz")[2]


def test_without_a_display_the_sample_is_made_all_the_same(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert opened([], monkeypatch, display=False) == (2, [])
    assert "no display" in capsys.readouterr().err
    assert opened(["--sample", "--json"], monkeypatch, display=False) == (0, [])
    written = json.loads(capsys.readouterr().out)["written"]
    assert len(written) >= 4
    assert all(Path(each).is_file() for each in written)
    assert opened(["--sample"], monkeypatch, display=False) == (0, [])
    out, err = capsys.readouterr()
    assert "made without a window" in err
    assert "agreement.txt" in out


def test_only_linux_can_be_without_a_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    assert not cli._has_display()
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert cli._has_display()
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.delenv("WAYLAND_DISPLAY")
    assert cli._has_display()


# __main__


def test_the_program_runs_a_command(capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["rupture-coder", "--version"])
    monkeypatch.setattr("sys.excepthook", sys.excepthook)
    assert __main__.main() == 0
    assert capsys.readouterr().out == f"rupture-coder {__version__}\n"
    assert sys.excepthook is __main__.report


def test_the_window_is_imported_only_when_it_is_wanted(monkeypatch):
    asked = []
    from coder.ui import app

    monkeypatch.setattr(app, "run", lambda study, *, sample: asked.append((study, sample)) or 0)
    assert __main__.open_window(None, True) == 0
    assert asked == [(None, True)]


def test_a_bug_is_reported_by_its_place_without_its_words(capsys):
    with pytest.raises(ValueError, match="said") as caught:
        raise ValueError("what the patient said")
    __main__.report(ValueError, caught.value, caught.tb)
    err = capsys.readouterr().err
    assert "fault of the program (ValueError)" in err
    assert "test_cli.py:" in err
    assert "patient" not in err


def test_the_commands_need_no_qt(tmp_path):
    script = """
import sys
sys.modules["PySide6"] = None
from coder import cli
folder = sys.argv[1]
def run(*argv):
    status = cli.main(list(argv), None)
    assert status == 0, argv
run("sample", folder)
study = folder + "/Sample study.rupture"
for command in ("sessions", "marks", "agreement", "check", "backup"):
    run(command, study, "--json")
run("transcript", study, "--session", "Sample/1")
run("search", study, "diary")
run("scheme", "list")
run("export", study, "--form", "laraway-2015", "--rater", "Expert", "--out", folder + "/f.docx")
run("export", study, "--form", "blank", "--out", folder + "/b.docx")
assert not any(name.startswith(("PySide6.", "coder.ui", "shiboken6")) for name in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
