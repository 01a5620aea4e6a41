"""The arguments of “analysis”, and what the form “task-analysis” takes of them."""

import argparse
from pathlib import Path

from coder.arguments.making import REPEATED, Adder
from coder.errors import CoderError

CHOICES = frozenset({"by", "parts", "episode", "window"})

_MOST_EPISODES = 1000


def add_to(add: Adder) -> None:
    """Add the acts of “analysis”."""
    take = add("import", "analysis.import_", "take in a table: components by sessions or experts")
    take.add_argument("table", type=Path, metavar="TABLE", help="csv, xlsx or json; cells X, –, NA")
    take.add_argument("--scheme", required=True, metavar="ID")
    take.add_argument("--rater", required=True, metavar="NAME")
    take.add_argument("--make", action="store_true", help="make the sessions that are not there")
    settle = add("settle", "analysis.settle", "enter whether one component is there")
    settle.add_argument("--scheme", required=True, metavar="ID")
    settle.add_argument("--rater", required=True, metavar="NAME")
    settle.add_argument("--session", required=True, metavar="P/N")
    about = "the number of an episode; by default the session as a whole"
    settle.add_argument(
        "--episode", dest="episode_number", type=_number, metavar="NUMBER", help=about
    )
    settle.add_argument("--component", required=True, metavar="NAME", help="its id or label")
    told = settle.add_mutually_exclusive_group(required=True)
    told.add_argument("--found", metavar="X", help="X, –, NA or “not observable”, or in words")
    told.add_argument("--clear", action="store_true", help="take back what was entered")
    show = add("show", "analysis.show", "components by episode, session or participant")
    compare = add("compare", "analysis.compare", "repaired and unrepaired side by side; latencies")
    for command in (show, compare):
        command.add_argument("--scheme", metavar="ID", help="the first of repair by default")
        command.add_argument("--rater", metavar="NAME")
        command.add_argument("--session", action="append", default=[], metavar="P/N", help=REPEATED)
        add_choices(command)


def add_choices(command: argparse._ActionsContainer) -> None:
    """Add how an analysis is laid out."""
    units = ("episode", "session", "participant")
    command.add_argument("--by", choices=units, help="what a column is (episode, if there are any)")
    command.add_argument("--parts", action="store_true", help="a row for each sub-category too")
    about = "only these episodes, as P/N#1; one or several"
    command.add_argument("--episode", action="append", default=[], metavar="P/N#N", help=about)
    about = "how soon repair follows a rupture mark, in seconds (300)"
    command.add_argument("--window", metavar="SECONDS", help=about)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:9]) <= _MOST_EPISODES):
        raise CoderError("analysis_episode_number", given=text, most=_MOST_EPISODES)
    return int(text)
