"""What may be asked on the command line: the commands and their arguments, subject by subject."""

import argparse
from collections.abc import Sequence

from coder import __version__
from coder.arguments import (
    agreement,
    analysis,
    codings,
    measures,
    people,
    schemes,
    studies,
    transcripts,
)
from coder.arguments.making import USER_FAULT, Parser, add_common, adder

__all__ = ["COMMANDS", "SEVERAL", "USER_FAULT", "Parser", "command_of", "parser", "spread"]

COMMANDS = frozenset({
    "new", "scheme", "inspect", "import", "import-folder", "sessions", "transcript", "times",
    "search", "correct", "delete",
    "code", "marks", "submit", "reopen", "unblind", "agreement", "export", "check", "backup",
    "restore", "sample", "analysis", "therapist", "relation", "consent", "measures",
})  # fmt: skip

# Options that take several values: “--role C=patient T=therapist” is the option given twice.
SEVERAL = {
    "new": ("--scheme",),
    "inspect": ("--role", "--skip", "--offset", "--column"),
    "import": ("--role", "--skip", "--offset", "--column"),
    "import-folder": ("--role", "--skip", "--offset", "--column"),
    "correct": ("--role",),
    "agreement": ("--session", "--raters", "--level"),
    "export": ("--session", "--raters", "--level", "--episode"),
    "analysis": ("--session", "--episode"),
    "scheme": ("--session", "--rater"),
    "therapist": ("--session",),
    "measures": ("--session", "--item", "--answer", "--column", "--missing", "--set", "--repair"),
}


def parser() -> argparse.ArgumentParser:
    """Build the parser of all commands."""
    about = "Without a command: open the window on STUDY, or on the sample with --sample."
    top = Parser(prog="rupture-coder", description=about)
    top.add_argument("--version", action="version", version=f"rupture-coder {__version__}")
    add_common(top, study=True)
    commands = top.add_subparsers(dest="command", required=True, parser_class=Parser)
    add = adder(commands)
    studies.add_to(add)
    transcripts.add_to(add)
    codings.add_to(add)
    agreement.add_to(add)
    people.add_to(add)
    scheme = commands.add_parser("scheme", help="the schemes that ship, and a lab's own")
    add_common(scheme, study=False, default=argparse.SUPPRESS)
    acts = scheme.add_subparsers(dest="act", required=True, parser_class=Parser)
    schemes.add_to(adder(acts))
    analysis_ = commands.add_parser("analysis", help="components of repair, side by side")
    add_common(analysis_, study=False, default=argparse.SUPPRESS)
    analysis.add_to(adder(analysis_.add_subparsers(dest="act", required=True, parser_class=Parser)))
    measures_ = commands.add_parser("measures", help="scores and questionnaires of sessions")
    add_common(measures_, study=False, default=argparse.SUPPRESS)
    measures.add_to(adder(measures_.add_subparsers(dest="act", required=True, parser_class=Parser)))
    return top


def command_of(argv: Sequence[str]) -> str | None:
    """The command, if the first word that is no option (or its value) is one."""
    before = ""
    for each in argv:
        if not each.startswith("-") and before not in {"--as", "--passphrase-file"}:
            return each if each in COMMANDS else None
        before = each
    return None


def spread(argv: Sequence[str]) -> list[str]:
    """Give an option of several values once for each; a study's name is none of them."""
    several = SEVERAL.get(command_of(argv) or "", ())
    made: list[str] = []
    argv = _joined(argv)
    option, first = "", False
    for each in argv:
        if each.startswith("-"):
            option, first = each if each in several else "", True
        elif first:
            first = False
        elif option and not _ends_list(option, each):
            made.append(option)
        else:
            option = ""
        made.append(each)
    return made


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
    pair = option in {"--role", "--offset", "--column", "--answer", "--set", "--repair"}
    return value.endswith(".rupture") or (pair and "=" not in value)
