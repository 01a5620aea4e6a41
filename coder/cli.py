"""The command line: what may be asked, and how answers and errors are shown."""

import argparse
import importlib
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from coder.errors import CoderError
from coder.words import say

USER_FAULT = 2
BUG = 1

COMMANDS = frozenset({
    "new", "scheme", "inspect", "import", "sessions", "transcript", "search", "correct", "delete",
    "code", "marks", "submit", "agreement", "export", "check", "backup", "restore", "sample",
})  # fmt: skip


Window = Callable[[Path | None, bool], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence with exit status 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(USER_FAULT, f"{message[:1].upper()}{message[1:]}; see “{self.prog} --help”.\n")


def main(argv: Sequence[str], window: Window) -> int:
    """Run a command, or open the window; return the exit status.

    ``window`` opens it on a study, the sample study or neither: this module knows no Qt.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    wanted = next((each for each in argv if not each.startswith("-")), None)
    if wanted not in COMMANDS and "--help" not in argv and "-h" not in argv:
        return _window(argv, window)
    args = parser().parse_args(argv)
    try:
        answer = args.run(args)
    except CoderError as told:
        print(say(told), file=sys.stderr)
        return USER_FAULT
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return USER_FAULT
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return USER_FAULT
    if args.json:
        print(json.dumps(answer.data, ensure_ascii=False, indent=1))
    else:
        print("\n".join(answer.lines))
    status: int = answer.status
    return status


def _window(argv: Sequence[str], window: Window) -> int:
    """``rupture-coder [STUDY] [--sample] [--version]``."""
    top = _Parser(prog="rupture-coder")
    top.add_argument("study", nargs="?", type=Path)
    top.add_argument("--sample", action="store_true")
    top.add_argument("--version", action="store_true")
    top.add_argument("--json", action="store_true")
    args = top.parse_args(argv)
    if args.version:
        from coder import __version__

        told = json.dumps({"version": __version__}) if args.json else f"rupture-coder {__version__}"
        print(told)
        return 0
    if args.study is not None and not args.study.exists():
        missing = CoderError("study_missing", path=args.study)
        print(say(missing), file=sys.stderr)
        return USER_FAULT
    if not _has_display():
        if args.sample:
            return main(["sample", *(["--json"] if args.json else [])], window)
        print(say(CoderError("no_display")), file=sys.stderr)
        return USER_FAULT
    return window(args.study, args.sample)


def _has_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform.system() != "Linux" or any(os.environ.get(name) for name in names)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = _Parser(prog="rupture-coder", description=_ABOUT)
    top.add_argument("--version", action="store_true", help="say which version this is")
    commands = top.add_subparsers(dest="command", required=True, parser_class=_Parser)
    add = _adder(commands)
    _add_studies(add)
    _add_transcripts(add)
    _add_codings(add)
    schemes = commands.add_parser("scheme", help="the schemes that ship").add_subparsers(
        dest="act", required=True, parser_class=_Parser
    )
    _add_schemes(_adder(schemes))
    return top


_ABOUT = "Without a command: open the window on STUDY, or on the sample study with --sample."
Adder = Callable[..., argparse.ArgumentParser]


def _adder(commands: Any) -> Adder:
    def add(name: str, function: str, about: str, *, study: bool = True) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=lambda args: _call(function, args))
        made.add_argument("--json", action="store_true", help="print one JSON object")
        if study:
            made.add_argument("study", type=Path, metavar="STUDY")
            made.add_argument("--as", dest="as_name", metavar="NAME", help="who acts (the lead)")
        made.add_argument("--passphrase-file", type=Path, metavar="FILE")
        return made

    return add


def _call(function: str, args: argparse.Namespace) -> Any:
    module, _, name = function.partition(".")
    # Asking for help needs no database.
    return getattr(importlib.import_module(f"coder.commands.{module}"), name)(args)


def _add_schemes(add: Adder) -> None:
    add("list", "schemes.list_", "list the schemes that ship", study=False)
    show = add("show", "schemes.show", "show a scheme", study=False)
    show.add_argument("id")
    check = add("check", "schemes.check", "check a scheme file", study=False)
    check.add_argument("file", type=Path)


def _add_studies(add: Adder) -> None:
    new = add("new", "studies.new", "make a study")
    new.add_argument("--scheme", action="append", metavar="ID", help="may be repeated")
    new.add_argument("--encrypt", action="store_true", help="the study file, not recordings")
    add("sessions", "studies.sessions", "list participants, sessions, coders and states")
    add("check", "studies.check", "check the file, the log, every anchor and every recording")
    backup = add("backup", "studies.backup", "write a verified backup")
    backup.add_argument("--to", type=Path, metavar="PATH")
    restore = add("restore", "studies.restore", "put a backup in a study's place", study=False)
    restore.add_argument("backup", type=Path)
    restore.add_argument("study", type=Path)
    sample = add("sample", "studies.sample", "make, code and export the sample study", study=False)
    sample.add_argument("folder", nargs="?", type=Path, help="where to (./rupture-coder-sample)")


def _add_transcripts(add: Adder) -> None:
    inspect = add("inspect", "transcripts.inspect", "show what an import would make", study=False)
    inspect.add_argument("transcript", type=Path)
    _add_reading(inspect)
    bring = add("import", "transcripts.import_", "import a transcript and its recording")
    bring.add_argument("transcript", type=Path)
    bring.add_argument("--participant", required=True, metavar="P")
    bring.add_argument("--session", required=True, metavar="N")
    bring.add_argument("--media", type=Path, metavar="FILE")
    bring.add_argument("--clock-start", default="0:00", metavar="TIME")
    bring.add_argument("--times", choices=("session", "recording"), default="session")
    bring.add_argument("--new-version", action="store_true")
    _add_reading(bring)
    turns = add("transcript", "transcripts.transcript", "print a session's turns")
    turns.add_argument("--session", required=True, metavar="P/N")
    search = add("search", "transcripts.search", "search turns and marks over the whole study")
    search.add_argument("text")
    correct = add("correct", "transcripts.correct", "put right what was wrong at import")
    correct.add_argument("--session", required=True, metavar="P/N")
    correct.add_argument("--role", action="append", default=[], metavar="LABEL=ROLE")
    correct.add_argument("--clock-start", metavar="TIME")
    correct.add_argument("--media", type=Path, metavar="FILE", help="where the recording is now")
    delete = add("delete", "transcripts.delete", "delete a session with its codings")
    delete.add_argument("--session", required=True, metavar="P/N")
    delete.add_argument("--yes", action="store_true", help="do not ask")


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", action="append", default=[], metavar="LABEL=ROLE")
    command.add_argument("--format", metavar="NAME")
    command.add_argument("--encoding", metavar="NAME")
    command.add_argument("--merge-gap", metavar="SECONDS")


def _add_codings(add: Adder) -> None:
    code = add("code", "codings.code", "take in a coding made elsewhere")
    code.add_argument("--session", required=True, metavar="P/N")
    code.add_argument("--rater", required=True, metavar="NAME")
    code.add_argument("--scheme", metavar="ID")
    code.add_argument("--from", dest="file", required=True, type=Path, metavar="FILE")
    marks = add("marks", "codings.marks", "list marks and episodes")
    marks.add_argument("--session", metavar="P/N")
    marks.add_argument("--rater", metavar="NAME")
    submit = add("submit", "codings.submit_", "lock a rater's coding")
    submit.add_argument("--session", required=True, metavar="P/N")
    submit.add_argument("--rater", required=True, metavar="NAME")
    submit.add_argument("--scheme", metavar="ID")
    agree = add("agreement", "codings.agree", "compute agreement between coders")
    agree.add_argument("--session", nargs="+", default=[], metavar="P/N")
    agree.add_argument("--raters", nargs="+", metavar="NAME")
    agree.add_argument("--scheme", metavar="ID")
    agree.add_argument("--unit", choices=("turn", "event"), default="turn")
    agree.add_argument("--tolerance", type=float, default=10.0, metavar="SECONDS")
    agree.add_argument("--level", choices=("marker", "row", "family", "any"))
    export = add("export", "codings.export_", "write a form or a table")
    export.add_argument("--form", required=True, metavar="NAME")
    export.add_argument("--session", nargs="+", default=[], metavar="P/N")
    export.add_argument("--rater", metavar="NAME")
    export.add_argument("--scheme", metavar="ID")
    export.add_argument("--out", required=True, type=Path, metavar="PATH")
