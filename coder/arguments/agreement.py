"""The arguments of agreement: the plan of a comparison, and a table of ratings."""

import argparse
from pathlib import Path
from typing import Any

from coder.arguments.making import REPEATED, Adder, call
from coder.errors import CoderError
from coder.options import HELP


def add_to(add: Adder) -> None:
    """Add the commands about agreement."""
    unblind = add("unblind", "reliability.unblind", "show all codings to all coders, for good")
    unblind.add_argument("--reason", required=True)
    about = "compute agreement between coders: of a study, or of a table of ratings"
    agree = add("agreement", "reliability.agree", about, nargs="?")
    agree.set_defaults(run=lambda args: call(_agreement(args, agree), args))
    agree.add_argument("--session", action="append", default=[], metavar="P/N", help=REPEATED)
    agree.add_argument("--raters", action="append", metavar="NAME", help=REPEATED)
    agree.add_argument("--scheme", metavar="ID")
    add_plan(agree)
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
ANYWHERE = frozenset({
    "run", "command", "json", "passphrase_file", "as_name", "study", "interval", "resamples",
    "seed",
})  # fmt: skip
OF_FORMS = frozenset({"form", "session", "rater", "scheme", "out"})
_OF_TABLES = frozenset({"wide", "unit_col", "rater_col", "value_col", "kind", "categories"})


def _agreement(args: argparse.Namespace, agree: argparse.ArgumentParser) -> str:
    """Choose the function: of a study or of a table. Raises CoderError for neither and for both."""
    if (args.study is None) == (args.table is None):
        raise CoderError("agreement_of_nothing" if args.study is None else "agreement_of_both")
    given = [name for name, value in vars(args).items() if value != agree.get_default(name)]
    for name in sorted({*given} - ANYWHERE - {"table"}):
        option = f"--{name.replace('_', '-')}"
        if args.table is None and name in _OF_TABLES:
            raise CoderError("option_of_tables", option=option)
        if args.table is not None and name not in _OF_TABLES:
            raise CoderError("option_of_studies", option=option)
    return "reliability.agree" if args.table is None else "ratings.agree"


def add_plan(command: argparse._ActionsContainer) -> None:
    """Add the settings of a comparison; what is not given is as fixed, or as usual."""
    units, levels = (
        ("turn", "segment", "second", "event", "session"),
        ("marker", "category", "row", "family", "any"),
    )
    flag: dict[str, Any] = {"action": "store_true", "default": None}
    command.add_argument("--unit", choices=units)
    command.add_argument("--segment", metavar="SECONDS")
    command.add_argument("--tolerance", metavar="SECONDS")
    command.add_argument("--level", choices=levels, action="append")
    command.add_argument("--rows", metavar="ID")
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
