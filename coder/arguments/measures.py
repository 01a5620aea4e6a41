"""The arguments of “measures”: what was answered about sessions, and what it comes to."""

import argparse
from pathlib import Path

from coder.arguments.making import REPEATED, Adder

_RULES = ("psq", "psq-therapist", "srs", "trajectory")
_MODES = ("retrospective", "prospective")
_WHO = ("patient", "therapist", "other")


def add_to(add: Adder) -> None:
    """Add the acts of “measures”."""
    _entering(add)
    show = add("show", "measures.show", "list measures, and what SRS and PSQ say of each session")
    show.add_argument("--session", action="append", default=[], metavar="P/N", help=REPEATED)
    _thresholds(show)
    _out(show)
    for name, function, about in (
        ("select", "alliance.select", "which sessions a rule selects, and why"),
        ("pool", "alliance.pool", "from the sessions a rule selects to ruptures repaired"),
    ):
        command = add(name, function, about)
        command.add_argument("--rule", choices=_RULES, default="psq", help="by default psq")
        _thresholds(command)
        _trajectory(command)
        _out(command)
        if name == "pool":
            command.add_argument("--rater", metavar="NAME", help="as this coder coded them")
    trajectory = add("trajectory", "alliance.trajectory", "ruptures in the run of scores")
    _trajectory(trajectory)
    _out(trajectory)
    congruence = add("congruence", "alliance.congruence", "who saw a rupture: patient, therapist")
    congruence.add_argument("--instrument", default="srs", metavar="ID", help=_CHANGE)
    congruence.add_argument("--item", metavar="NAME", help="of it; by default its total or score")
    _thresholds(congruence)
    _out(congruence)
    about = "show the study's thresholds, with where each is from; with options set them for all"
    settle = add("thresholds", "measures.thresholds", about)
    settle.add_argument("--defaults", action="store_true", help="put the defaults back first")
    _thresholds(settle)
    copy = add("copy", "measures.copy", "write a copy of the study that holds no answer at all")
    copy.add_argument("--to", type=Path, required=True, metavar="PATH", help="the copy’s file")
    about = "the copy’s own passphrase, where the study is encrypted"
    copy.add_argument("--new-passphrase-file", type=Path, metavar="FILE", help=about)


_CHANGE = "whose change to the next session is told (srs)"
_OUT = "write the table with its settings: csv, xlsx or json"
_NUMBERS = {  # by default the study's own; in brackets the program's
    "--srs-total": ("srs_total", "a concern below (36)"),
    "--srs-item": ("srs_item", "a line is a concern below (9)"),
    "--srs-fair": ("srs_fair", "a total is fair from (35)"),
    "--srs-good": ("srs_good", "a total is good from (39)"),
    "--srs-differential": ("srs_differential", "a line stands out, below the others by (1)"),
    "--srs-change": ("srs_change", "a drop is a change of so much or less (-1)"),
    "--srs-ceiling": ("srs_ceiling", "full totals in a row (3)"),
    "--srs-norm-sd": ("srs_norm_sd", "below the norm by so many SD (1)"),
    "--srs-norm-least": ("srs_norm_least", "own scores that make a norm (5)"),
    "--psq-from": ("psq_selects", "the answer from which b1a or b2a selects a session (2)"),
    "--psq-partial": ("psq_partial", "b5 is partly resolved from (3)"),
    "--psq-resolved": ("psq_resolved", "b5 is resolved from (4)"),
    "--psq-unaddressed": ("psq_unaddressed", "b4 is unaddressed up to (2)"),
}


def _entering(add: Adder) -> None:
    define = add("define", "measures.define", "define an instrument, or list those there are")
    define.add_argument("--id", dest="instrument", metavar="ID", help="small letters and hyphens")
    define.add_argument("--title", help="what it is called")
    define.add_argument("--low", type=float, help="the lowest score of an item, or of the whole")
    define.add_argument("--high", type=float, help="the highest")
    define.add_argument("--low-is-good", action="store_true", help="a lower score is a better one")
    define.add_argument("--by", choices=_WHO, default="patient", help="who answers (patient)")
    about = "one or several; without any it is a single score"
    define.add_argument("--item", action="append", default=[], metavar="NAME", help=about)
    enter = add("enter", "measures.enter", "enter, alter or delete what was answered")
    enter.add_argument("--session", required=True, metavar="P/N", help="made if it is new")
    enter.add_argument("--instrument", required=True, metavar="ID", help="srs, psq-patient …")
    what = enter.add_mutually_exclusive_group(required=True)
    about = "an item (total, score) and the answer; one or several. What is not given is left out"
    what.add_argument("--answer", action="append", metavar="ITEM=VALUE", help=about)
    what.add_argument("--delete", action="store_true", help="delete all of it")
    take = add("import", "measures.import_", "take in a table of measures")
    take.add_argument("table", type=Path, metavar="TABLE", help="csv, xlsx or json")
    about = "which of the table’s columns is which, as in srs_total=Sum; one or several"
    take.add_argument("--column", action="append", default=[], metavar="OURS=TITLE", help=about)
    about = "a cell that stands for no answer, such as NA or 99; one or several"
    take.add_argument("--missing", action="append", default=[], metavar="TEXT", help=about)
    take.add_argument("--replace", action="store_true", help="alter what is there otherwise")


def _thresholds(command: argparse.ArgumentParser) -> None:
    of = command.add_argument_group("thresholds")
    for option, (name, about) in _NUMBERS.items():
        of.add_argument(option, dest=name, metavar="N", help=about)
    strict = of.add_mutually_exclusive_group()
    for option, value, about in (
        ("--inclusive", "1", "a concern at the SRS threshold too"),
        ("--strict", "0", "a concern only below it (the default)"),
    ):
        strict.add_argument(
            option, dest="srs_inclusive", action="store_const", const=value, help=about
        )


def _out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, metavar="PATH", help=_OUT)


def _trajectory(command: argparse.ArgumentParser) -> None:
    of = command.add_argument_group("of the run of scores")
    of.add_argument("--instrument", default="srs", metavar="ID", help="by default srs")
    of.add_argument("--item", metavar="NAME", help="of it; by default its total or score")
    of.add_argument("--preset", default="drop-1sd", metavar="NAME", help="by default drop-1sd")
    about = "a parameter of the rule, as in k=1.5; one or several"
    of.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=about)
    about = "of the rule of repair: sessions=3, share=0.5; one or several"
    of.add_argument("--repair", action="append", default=[], metavar="NAME=VALUE", help=about)
    of.add_argument("--mode", choices=_MODES, default="retrospective", help="by default look back")
