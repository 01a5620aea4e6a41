"""The arguments of the scheme commands."""

import argparse
from pathlib import Path

from coder.arguments.making import REPEATED, Adder

_VERSION = "the version it is taken in as, in place of the file's"


def add_to(add: Adder) -> None:
    """Add the acts of “scheme”."""
    add("list", "schemes.list_", "list the schemes that ship", study=False)
    show = add("show", "schemes.show", "show a scheme", study=False)
    show.add_argument("id")
    check = add("check", "schemes.check", "check a scheme file, or a codebook", study=False)
    _add_file(check)
    taken = add("import", "schemes.import_", "add a scheme, or a new version, to a study")
    _add_file(taken, "; or the id of a scheme that ships")
    about = "write a scheme of a study, or without STUDY one that ships"
    out = add("export", "schemes.export_", about, nargs="?")
    out.add_argument("id", metavar="ID")
    out.add_argument("file", type=Path, help="yaml, json, xlsx or csv, by its ending")
    out.add_argument("--as-version", metavar="V", help="an older version than the newest")
    add("versions", "schemes.versions", "list a study's schemes, versions and codings")
    move = add("move", "schemes.move", "move codings in progress to the newest version")
    move.add_argument("id", metavar="ID")
    move.add_argument("--session", action="append", metavar="P/N", default=[], help=REPEATED)
    move.add_argument("--rater", action="append", metavar="NAME", default=[], help=REPEATED)
    out_again = add("remove", "schemes.remove", "take out a scheme that no coding is under")
    out_again.add_argument("id", metavar="ID")
    about = "what takes the place of a marker or rating that is gone; several"
    move.add_argument("--instead", action="append", metavar="OLD=NEW", default=[], help=about)


def _add_file(command: argparse.ArgumentParser, more: str = "") -> None:
    about = f"yaml, json, xlsx or csv, by its ending{more}"
    command.add_argument("file", type=Path, help=about)
    command.add_argument("--id", metavar="ID", help="the scheme's id, in place of the file's")
    command.add_argument("--title", help="its title, in place of the file's")
    command.add_argument("--as-version", metavar="V", help=_VERSION)
    about = "the sheet of a workbook that is the codebook; several are taken as one"
    command.add_argument("--sheet", action="append", metavar="NAME", default=[], help=about)
