"""The arguments of the commands for codings, and of export."""

import argparse
from pathlib import Path

from coder.arguments import analysis
from coder.arguments.agreement import ANYWHERE, OF_FORMS, add_plan
from coder.arguments.making import REPEATED, Adder, call
from coder.errors import CoderError
from coder.options import HELP

_ALL_SCHEMES = "the coding under this scheme alone; without it, all of the coder’s codings"


def add_to(add: Adder) -> None:
    """Add the commands about codings."""
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
    submit.add_argument("--scheme", metavar="ID", help=_ALL_SCHEMES)
    reopen = add(
        "reopen", "codings.reopen_", "unlock a submitted coding; what was submitted is kept"
    )
    reopen.add_argument("--session", required=True, metavar="P/N")
    reopen.add_argument("--rater", required=True, metavar="NAME")
    reopen.add_argument("--scheme", metavar="ID", help=_ALL_SCHEMES)
    reopen.add_argument("--reason", required=True)
    export = add("export", "", "write a form or a table")
    export.set_defaults(run=lambda args: call(_exported(args, export), args))
    export.add_argument("--form", required=True, metavar="NAME")
    export.add_argument("--session", action="append", default=[], metavar="P/N", help=REPEATED)
    export.add_argument("--rater", metavar="NAME")
    export.add_argument("--scheme", metavar="ID")
    export.add_argument("--quotes", action="store_true", help=HELP["--quotes"])
    export.add_argument("--out", required=True, type=Path, metavar="PATH")
    of_report = export.add_argument_group("for --form agreement-report, as for “agreement”")
    of_report.add_argument("--raters", action="append", metavar="NAME", help=REPEATED)
    of_report.add_argument("--bands", choices=("cicchetti-1994", "koo-li-2016", "landis-koch-1977"))
    add_plan(of_report)
    analysis.add_choices(export.add_argument_group("for --form task-analysis"))


# What some forms take beside that of every form.
_OF_FORM = {
    "marks": frozenset({"rows"}),
    "session-report": frozenset({"quotes"}),
    "sessions": frozenset({"rows", "level"}),
}


def _exported(args: argparse.Namespace, export: argparse.ArgumentParser) -> str:
    """Choose the function: of codings or of agreement. Raises CoderError for others' options."""
    if args.form == "agreement-report":
        if args.rater is not None:
            raise CoderError("option_of_forms", option="--rater")
        return "reliability.report"
    given = {name for name, value in vars(args).items() if value != export.get_default(name)}
    given -= _OF_FORM.get(args.form, frozenset())
    if "quotes" in given:
        raise CoderError("option_of_session_report", option="--quotes", form=args.form)
    if args.form == "task-analysis":
        given -= analysis.CHOICES
    for name in sorted(given & analysis.CHOICES):
        raise CoderError("option_of_analysis", option=f"--{name}", form=args.form)
    for name in sorted(given - OF_FORMS - ANYWHERE):
        raise CoderError("option_of_report", option=f"--{name.replace('_', '-')}", form=args.form)
    return "analysis.report" if args.form == "task-analysis" else "codings.export_"
