"""The command line: what may be asked, and how answers and errors are shown."""

import argparse
import contextlib
import importlib
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from coder import __version__
from coder.errors import CoderError
from coder.options import HELP
from coder.words import say, shown

USER_FAULT = 2
BUG = 1

COMMANDS = frozenset({
    "new", "scheme", "inspect", "import", "import-folder", "sessions", "transcript", "times",
    "search", "correct", "delete",
    "code", "marks", "submit", "reopen", "unblind", "agreement", "export", "check", "backup",
    "restore", "sample",
})  # fmt: skip

# Options that take several values: “--role C=patient T=therapist” is the option given twice.
SEVERAL = {
    "new": ("--scheme",),
    "inspect": ("--role", "--skip", "--offset", "--column"),
    "import": ("--role", "--skip", "--offset", "--column"),
    "import-folder": ("--role", "--skip", "--offset", "--column"),
    "correct": ("--role",),
    "agreement": ("--session", "--raters", "--level"),
    "export": ("--session", "--raters", "--level"),
}

Window = Callable[[Path | None, bool], int]


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence with exit status 2, and that takes no short cuts."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{**more, "allow_abbrev": False})

    def add_argument(self, *names: str, **more: Any) -> argparse.Action:
        """Add an argument with the words that HELP has for it."""
        more.setdefault("help", HELP.get(names[0]))
        return super().add_argument(*names, **more)

    def error(self, message: str) -> NoReturn:
        told = shown(f"{message[:1].upper()}{message[1:]}")
        self.exit(USER_FAULT, f"{told}; see “{self.prog} --help”.\n")


def main(argv: Sequence[str], window: Window) -> int:
    """Run a command, or open the window; return the exit status.

    ``window`` opens it on a study, the sample study or neither: this module knows no Qt.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        _refuse_halves(argv)
        if _command(argv) is None and "--help" not in argv and "-h" not in argv:
            return _window(argv, window)
        return _run(parser().parse_args(_spread(argv)))
    except CoderError as told:
        return _fail(say(told))
    except KeyboardInterrupt:
        return _fail("Stopped.")
    except BrokenPipeError:
        _write_no_more()  # whoever read has read enough
        return USER_FAULT
    except OSError as fault:
        _write_no_more()
        path, why = fault.filename or "A file", fault.strerror or type(fault).__name__
        return _fail(say(CoderError("file_refused", path=path, why=why)))


def _write_no_more() -> None:
    """Have Python write nothing at exit of what could not be written before."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(args: argparse.Namespace) -> int:
    answer = args.run(args)
    if args.json:
        print(json.dumps(answer.data, ensure_ascii=False, indent=1, allow_nan=False), flush=True)
    else:
        print("\n".join(answer.lines), flush=True)
    status: int = answer.status
    return status


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return USER_FAULT


def _refuse_halves(argv: Sequence[str]) -> None:
    """Refuse bytes that are no text: no study, table or form could hold them."""
    for each in argv:
        try:
            each.encode()
        except UnicodeEncodeError as fault:
            raise CoderError("not_text", given=each) from fault


def _command(argv: Sequence[str]) -> str | None:
    """The command, if the first word that is no option (or its value) is one."""
    before = ""
    for each in argv:
        if not each.startswith("-") and before not in {"--as", "--passphrase-file"}:
            return each if each in COMMANDS else None
        before = each
    return None


def _spread(argv: Sequence[str]) -> list[str]:
    """Give an option of several values once for each; a study's name is none of them."""
    several = SEVERAL.get(_command(argv) or "", ())
    spread: list[str] = []
    argv = _joined(argv)
    option, first = "", False
    for each in argv:
        if each.startswith("-"):
            option, first = each if each in several else "", True
        elif first:
            first = False
        elif option and not _ends_list(option, each):
            spread.append(option)
        else:
            option = ""
        spread.append(each)
    return spread


def _joined(argv: Sequence[str]) -> list[str]:
    """Join “--categories -1,0,1”, whose value would else be taken for an option."""
    joined: list[str] = []
    for each in argv:
        if joined and joined[-1] == "--categories" and each[:2].strip("-.").isdigit():
            joined[-1] = f"--categories={each}"
        else:
            joined.append(each)
    return joined


def _ends_list(option: str, value: str) -> bool:
    """Tell whether a value is no further one of an option that takes several."""
    if option == "--skip":
        return not value.replace("-", "").isdecimal()
    pair = option in {"--role", "--offset", "--column"}
    return value.endswith(".rupture") or (pair and "=" not in value)


def _window(argv: Sequence[str], window: Window) -> int:
    """``rupture-coder [STUDY] [--sample] [--version]``."""
    top = _Parser(prog="rupture-coder")
    top.add_argument("study", nargs="?", type=Path)
    top.add_argument("--sample", action="store_true")
    top.add_argument("--version", action="store_true")
    top.add_argument("--json", action="store_true")
    args = top.parse_args(argv)
    if args.version:
        told = json.dumps({"version": __version__}) if args.json else f"rupture-coder {__version__}"
        print(told)
        return 0
    if args.study is not None and not args.study.exists():
        if args.study.suffix or args.study.parent != Path():
            raise CoderError("study_missing", path=args.study)
        raise CoderError("no_such_command", given=args.study, known=", ".join(sorted(COMMANDS)))
    if not _has_display():
        if args.sample:
            print("There is no display: the sample is made without a window.", file=sys.stderr)
            return main(["sample", *(["--json"] if args.json else [])], window)
        raise CoderError("no_display")
    return window(args.study, args.sample)


def _has_display() -> bool:
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return platform.system() != "Linux" or any(os.environ.get(name) for name in names)


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    top = _Parser(prog="rupture-coder", description=_ABOUT)
    top.add_argument("--version", action="version", version=f"rupture-coder {__version__}")
    _add_common(top, study=True)
    commands = top.add_subparsers(dest="command", required=True, parser_class=_Parser)
    add = _adder(commands)
    _add_studies(add)
    _add_transcripts(add)
    _add_codings(add)
    scheme = commands.add_parser("scheme", help="the schemes that ship")
    _add_common(scheme, study=False, default=argparse.SUPPRESS)
    acts = scheme.add_subparsers(dest="act", required=True, parser_class=_Parser)
    _add_schemes(_adder(acts))
    return top


_REPEATED = "one or several"
_OTHER = "another transcript of the same recording: its times are put on these words"
_PURPOSES = ("study", "training", "calibration")
_ROLES = "whose a label is: therapist, patient or other; one or several"
_ABOUT = "Without a command: open the window on STUDY, or on the sample study with --sample."
Adder = Callable[..., argparse.ArgumentParser]


def _adder(commands: Any) -> Adder:
    def add(
        name: str, function: str, about: str, *, study: bool = True, nargs: str | None = None
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=lambda args: _call(function, args))
        if study:
            made.add_argument("study", nargs=nargs, type=Path, metavar="STUDY")
        _add_common(made, study=study, default=argparse.SUPPRESS)
        return made

    return add


def _add_common(command: argparse.ArgumentParser, *, study: bool, default: Any = None) -> None:
    """Add what may stand before the command or after it."""
    off = default or False
    command.add_argument("--json", action="store_true", default=off, help="print one JSON object")
    command.add_argument("--passphrase-file", type=Path, metavar="FILE", default=default)
    if study:
        about = "who acts (the lead)"
        command.add_argument("--as", dest="as_name", metavar="NAME", default=default, help=about)


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
    new.add_argument("--scheme", action="append", metavar="ID", help=_REPEATED)
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


def _path(given: str) -> Path:
    """A path that a command line names; an unset variable names none."""
    if not given.strip():
        raise CoderError("empty_path")
    return Path(given)


def _add_transcripts(add: Adder) -> None:
    inspect = add("inspect", "transcripts.inspect", "show what an import would make", study=False)
    inspect.add_argument("transcript", type=Path, nargs="?")
    inspect.add_argument("--formats", action="store_true", help="list the formats there are")
    inspect.add_argument("--candidates", action="store_true", help="list what may be names")
    _add_reading(inspect)
    bring = add("import", "transcripts.import_", "import a transcript and its recording")
    bring.add_argument("transcript", type=Path)
    bring.add_argument("--participant", required=True, metavar="P")
    bring.add_argument("--session", required=True, metavar="N")
    bring.add_argument("--media", type=Path, metavar="FILE")
    bring.add_argument("--clock-start", default="0:00", metavar="TIME")
    bring.add_argument("--times", choices=("session", "recording"))
    bring.add_argument("--keep-names", action="store_true")
    bring.add_argument("--new-version", action="store_true")
    bring.add_argument("--purpose", choices=_PURPOSES, default="study")
    bring.add_argument("--times-from", type=Path, metavar="OTHER", help=_OTHER)
    _add_reading(bring)
    folder = add("import-folder", "batches.import_folder", "import a folder, or several sessions")
    folder.add_argument("place", type=_path, help="a folder, or a file with several sessions")
    folder.add_argument("--plan", type=Path, metavar="TABLE", help="what goes where (csv, xlsx)")
    folder.add_argument("--dry-run", action="store_true", help="import nothing, show what would be")
    folder.add_argument("--write-plan", type=Path, metavar="CSV", help="write a plan to change")
    folder.add_argument("--times", choices=("session", "recording"), default="session")
    _add_reading(folder)
    turns = add("transcript", "transcripts.transcript", "print a session's turns")
    turns.add_argument("--session", required=True, metavar="P/N")
    times = add("times", "times.times", "give turns their times after the import")
    times.add_argument("--session", required=True, metavar="P/N")
    times.add_argument("--taps", type=Path, metavar="TABLE")
    times.add_argument("--estimate", action="store_true")
    times.add_argument("--drop-estimates", action="store_true")
    search = add("search", "transcripts.search", "search turns and marks over the whole study")
    search.add_argument("text")
    correct = add("correct", "transcripts.correct", "put right what was wrong at import")
    correct.add_argument("--session", required=True, metavar="P/N")
    correct.add_argument("--role", action="append", default=[], metavar="LABEL=ROLE", help=_ROLES)
    correct.add_argument("--clock-start", metavar="TIME")
    correct.add_argument("--purpose", choices=_PURPOSES)
    correct.add_argument("--media", type=Path, metavar="FILE", help="where the recording is now")
    delete = add("delete", "transcripts.delete", "delete a session with its codings")
    delete.add_argument("--session", required=True, metavar="P/N")
    delete.add_argument("--yes", action="store_true", help="do not ask")


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", action="append", default=[], metavar="LABEL=ROLE", help=_ROLES)
    command.add_argument("--format", metavar="NAME")
    command.add_argument("--encoding", metavar="NAME")
    command.add_argument("--merge-gap", metavar="SECONDS")
    command.add_argument("--tier", nargs="+", action="extend", default=[], metavar="NAME")
    command.add_argument("--column", action="append", default=[], metavar="WHAT=WHICH")
    command.add_argument("--part", metavar="NAME")
    command.add_argument("--frame-rate", metavar="N")
    command.add_argument("--lift-notes", action="store_true")
    command.add_argument("--skip", action="append", default=[], metavar="FROM-TO")
    command.add_argument("--offset", action="append", default=[], metavar="LINE=TIME")
    command.add_argument("--time-pattern", metavar="PATTERN")
    command.add_argument("--as-written", action="store_true")
    command.add_argument("--names", type=Path, metavar="TABLE")


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
    reopen = add(
        "reopen", "codings.reopen_", "unlock a submitted coding; what was submitted is kept"
    )
    reopen.add_argument("--session", required=True, metavar="P/N")
    reopen.add_argument("--rater", required=True, metavar="NAME")
    reopen.add_argument("--scheme", metavar="ID")
    reopen.add_argument("--reason", required=True)
    _add_agreement(add)
    export = add("export", "", "write a form or a table")
    export.set_defaults(run=lambda args: _call(_exported(args, export), args))
    export.add_argument("--form", required=True, metavar="NAME")
    export.add_argument("--session", action="append", default=[], metavar="P/N", help=_REPEATED)
    export.add_argument("--rater", metavar="NAME")
    export.add_argument("--scheme", metavar="ID")
    export.add_argument("--out", required=True, type=Path, metavar="PATH")
    of_report = export.add_argument_group("for --form agreement-report, as for “agreement”")
    of_report.add_argument("--raters", action="append", metavar="NAME", help=_REPEATED)
    of_report.add_argument("--bands", choices=("cicchetti-1994", "koo-li-2016", "landis-koch-1977"))
    _add_plan(of_report)


def _add_agreement(add: Adder) -> None:
    unblind = add("unblind", "reliability.unblind", "show all codings to all coders, for good")
    unblind.add_argument("--reason", required=True)
    about = "compute agreement between coders: of a study, or of a table of ratings"
    agree = add("agreement", "reliability.agree", about, nargs="?")
    agree.set_defaults(run=lambda args: _call(_agreement(args, agree), args))
    agree.add_argument("--session", action="append", default=[], metavar="P/N", help=_REPEATED)
    agree.add_argument("--raters", action="append", metavar="NAME", help=_REPEATED)
    agree.add_argument("--scheme", metavar="ID")
    _add_plan(agree)
    agree.add_argument("--fix", action="store_true", help="fix these settings, before unblinding")
    table = agree.add_argument_group("a table of ratings, in place of STUDY")
    table.add_argument("--table", type=Path, metavar="FILE", help=HELP["--table"])
    table.add_argument("--wide", action="store_true", help="a column for each coder")
    for name in ("unit", "rater", "value"):
        about = f"the column's name ({name})"
        table.add_argument(f"--{name}-col", metavar="NAME", help=about)
    kinds = ("nominal", "ordinal", "interval", "ratio")
    table.add_argument("--kind", choices=kinds, default="nominal", help=HELP["--kind"])
    table.add_argument("--categories", metavar="A,B,C", help=HELP["--categories"])


# What may stand with a table, and (but for the first few) with nothing else.
_ANYWHERE = frozenset({
    "run", "command", "json", "passphrase_file", "as_name", "study", "interval", "resamples",
    "seed",
})  # fmt: skip
_OF_FORMS = frozenset({"form", "session", "rater", "scheme", "out"})
_OF_TABLES = frozenset({"wide", "unit_col", "rater_col", "value_col", "kind", "categories"})


def _agreement(args: argparse.Namespace, agree: argparse.ArgumentParser) -> str:
    """Choose the function: of a study or of a table. Raises CoderError for neither and for both."""
    if (args.study is None) == (args.table is None):
        raise CoderError("agreement_of_nothing" if args.study is None else "agreement_of_both")
    given = [name for name, value in vars(args).items() if value != agree.get_default(name)]
    for name in sorted({*given} - _ANYWHERE - {"table"}):
        option = f"--{name.replace('_', '-')}"
        if args.table is None and name in _OF_TABLES:
            raise CoderError("option_of_tables", option=option)
        if args.table is not None and name not in _OF_TABLES:
            raise CoderError("option_of_studies", option=option)
    return "reliability.agree" if args.table is None else "ratings.agree"


def _exported(args: argparse.Namespace, export: argparse.ArgumentParser) -> str:
    """Choose the function: of codings or of agreement. Raises CoderError for others' options."""
    if args.form == "agreement-report":
        if args.rater is not None:
            raise CoderError("option_of_forms", option="--rater")
        return "reliability.report"
    given = {name for name, value in vars(args).items() if value != export.get_default(name)}
    for name in sorted(given - _OF_FORMS - _ANYWHERE):
        raise CoderError("option_of_report", option=f"--{name.replace('_', '-')}", form=args.form)
    return "codings.export_"


def _add_plan(command: argparse._ActionsContainer) -> None:
    """Add the settings of a comparison; what is not given is as fixed, or as usual."""
    units, levels = (
        ("turn", "segment", "second", "event", "session"),
        ("marker", "row", "family", "any"),
    )
    flag: dict[str, Any] = {"action": "store_true", "default": None}
    command.add_argument("--unit", choices=units)
    command.add_argument("--segment", metavar="SECONDS")
    command.add_argument("--tolerance", metavar="SECONDS")
    command.add_argument("--level", choices=levels, action="append")
    command.add_argument("--overlap", type=_percent, metavar="PERCENT")
    command.add_argument("--ordered", help="match marks in their order only", **flag)
    command.add_argument("--person", choices=("patient", "therapist", "other"))
    command.add_argument("--all-turns", help="every turn of everybody", **flag)
    command.add_argument("--rare", type=_whole, metavar="N")
    command.add_argument("--interval", choices=("bca", "percentile"))
    command.add_argument("--resamples", type=_whole, metavar="N")
    command.add_argument("--seed", type=_whole, metavar="N")
    command.add_argument("--gamma", help="gamma of spans too; takes a while", **flag)
    command.add_argument("--latest", action="store_true", help="reopened codings as they are now")


def _percent(text: str) -> int:
    n = _whole(text)
    if not 0 < n <= 100:  # noqa: PLR2004 - per cent
        raise argparse.ArgumentTypeError(f"{text!r} is no share from 1 to 100 per cent")
    return n


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004 - a milliard
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 0 on")
    return int(text)
