"""The commands: each takes its parsed arguments and returns an Answer; none knows Qt."""

import argparse
import contextlib
import getpass
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coder.errors import CoderError, PassphraseNeeded
from coder.session import Session
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
            text: str = args.passphrase_file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            raise CoderError("passphrase_file", path=args.passphrase_file) from fault
        return text.rstrip("\r\n")
    if not asked_at_a_terminal():
        key = "passphrase_wanted" if confirm else "passphrase_needed"
        raise PassphraseNeeded(key, path=args.study)
    given = getpass.getpass("Passphrase: ")
    if confirm and given != getpass.getpass("The same again: "):
        raise CoderError("passphrase_differs")
    return given


def asked_at_a_terminal() -> bool:
    """Tell whether somebody is there to answer a question; a closed input is None."""
    return sys.stdin is not None and sys.stdin.isatty()


def unlocked(args: Args, *, write: bool) -> tuple[Study, str | None]:
    """Open the study a command is about, asking for the passphrase only if it needs one."""
    given = passphrase(args) if args.passphrase_file else None
    try:
        return Study.open(args.study, given, write=write), given
    except PassphraseNeeded:
        if given is not None:
            raise
    given = passphrase(args)
    return Study.open(args.study, given, write=write), given


@contextlib.contextmanager
def opened(args: Args, *, write: bool) -> Iterator[tuple[Study, Viewer]]:
    """Open the study a command is about; with it goes who acts: --as NAME, else the lead."""
    study, _ = unlocked(args, write=write)
    with study:
        yield study, acting(study, args)


def acting(study: Study, args: Args) -> Viewer:
    """Who acts: None for the lead. Raises CoderError for somebody unknown."""
    named: str | None = args.as_name
    if named is None or named.strip().casefold() == "lead":
        return None
    return study.rater(named).id


def coder_acting(study: Study, who: Viewer, named: str) -> None:
    """Refuse to act as a coder to whoever is neither they nor the lead. Raises CoderError.

    The name is compared and not looked up: a refusal does not tell who codes here.
    """
    own = {each.id: each.name for each in study.raters()}
    if who is not None and own[who].casefold() != " ".join(named.split()).casefold():
        raise CoderError("only_as_oneself")


def sessions_named(study: Study, named: Sequence[str]) -> list[Session] | None:
    """The sessions named, each once; None where none is: all of them."""
    found = {session.id: session for session in map(study.session, named)}
    return list(found.values()) or None
