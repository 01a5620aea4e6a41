"""The commands: each takes its parsed arguments and returns an Answer; none knows Qt."""

import argparse
import getpass
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coder.errors import CoderError, PassphraseNeeded
from coder.study import Study, Viewer


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: ``data`` for --json, ``lines`` for people, and its exit status."""

    data: Mapping[str, Any]
    lines: Sequence[str] = field(default=())
    status: int = 0


Args = argparse.Namespace


def passphrase(args: Args, *, confirm: bool = False) -> str:
    """Read the passphrase from --passphrase-file or a prompt. Raises CoderError."""
    if args.passphrase_file:
        try:
            text: str = args.passphrase_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as fault:
            raise CoderError("passphrase_file", path=args.passphrase_file) from fault
        return text.rstrip("\r\n")
    if not sys.stdin.isatty():
        raise PassphraseNeeded("passphrase_needed", path=getattr(args, "study", ""))
    given = getpass.getpass("Passphrase: ")
    if confirm and given != getpass.getpass("The same again: "):
        raise CoderError("passphrase_differs")
    return given


def opened(args: Args, *, write: bool) -> Study:
    """Open the study a command is about, asking for the passphrase only if it needs one."""
    try:
        given = passphrase(args) if args.passphrase_file else None
        return Study.open(args.study, given, write=write)
    except PassphraseNeeded:
        return Study.open(args.study, passphrase(args), write=write)


def viewer(study: Study, args: Args) -> Viewer:
    """Who acts: --as NAME, by default the lead."""
    named: str | None = args.as_name
    return None if named is None or named.casefold() == "lead" else study.rater(named).id
