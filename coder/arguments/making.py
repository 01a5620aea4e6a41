"""What every command's arguments are made with."""

import argparse
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from coder.errors import CoderError
from coder.options import HELP
from coder.words import shown

USER_FAULT = 2
REPEATED = "one or several"


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one sentence with exit status 2, and that takes no short cuts."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{**more, "allow_abbrev": False})

    def add_argument(self, *names: str, **more: Any) -> argparse.Action:
        """Add an argument with the words that HELP has for it."""
        more.setdefault("help", HELP.get(names[0]))
        return super().add_argument(*names, **more)

    def error(self, message: str) -> NoReturn:
        """Say it in one sentence, and end."""
        told = shown(f"{message[:1].upper()}{message[1:]}")
        self.exit(USER_FAULT, f"{told}; see “{self.prog} --help”.\n")


Adder = Callable[..., argparse.ArgumentParser]


def adder(commands: Any) -> Adder:
    """Return what adds a command: its name, the function it calls, and what it is for."""

    def add(
        name: str, function: str, about: str, *, study: bool = True, nargs: str | None = None
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        made.set_defaults(run=lambda args: call(function, args))
        if study:
            made.add_argument("study", nargs=nargs, type=Path, metavar="STUDY")
        add_common(made, study=study, default=argparse.SUPPRESS)
        return made

    return add


def add_common(command: argparse.ArgumentParser, *, study: bool, default: Any = None) -> None:
    """Add what may stand before the command or after it."""
    off = default or False
    command.add_argument("--json", action="store_true", default=off, help="print one JSON object")
    command.add_argument("--passphrase-file", type=Path, metavar="FILE", default=default)
    if study:
        about = "who acts (the lead)"
        command.add_argument("--as", dest="as_name", metavar="NAME", default=default, help=about)


def call(function: str, args: argparse.Namespace) -> Any:
    """Carry a command out: “module.function” of coder.commands, imported only now."""
    module, _, name = function.partition(".")
    # Asking for help needs no database.
    return getattr(importlib.import_module(f"coder.commands.{module}"), name)(args)


def path(given: str) -> Path:
    """A path that a command line names; an unset variable names none."""
    if not given.strip():
        raise CoderError("empty_path")
    return Path(given)
