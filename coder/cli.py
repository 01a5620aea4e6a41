"""The command line: what may be asked, and how answers and errors are shown."""

import argparse
import contextlib
import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from coder import __version__
from coder.arguments import COMMANDS, USER_FAULT, Parser, command_of, parser, spread
from coder.errors import CoderError
from coder.words import say, visible

BUG = 1

Window = Callable[[Path | None, bool], int]


def main(argv: Sequence[str], window: Window) -> int:
    """Run a command, or open the window; return the exit status.

    ``window`` opens it on a study, the sample study or neither: this module knows no Qt.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        _refuse_halves(argv)
        if command_of(argv) is None and "--help" not in argv and "-h" not in argv:
            return _window(argv, window)
        return _run(parser().parse_args(spread(argv)))
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
        print("\n".join(map(visible, answer.lines)), flush=True)
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


def _window(argv: Sequence[str], window: Window) -> int:
    """``rupture-coder [STUDY] [--sample] [--version]``."""
    top = Parser(prog="rupture-coder")
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
