"""The arguments of the commands for transcripts, their times and their sessions."""

import argparse
from pathlib import Path

from coder.arguments.making import Adder, path

_OTHER = "another transcript of the same recording: its times are put on these words"
_PURPOSES = ("study", "training", "calibration")
_ROLES = "whose a label is: therapist, patient or other; one or several"


def add_to(add: Adder) -> None:
    """Add the commands about transcripts and sessions."""
    inspect = add("inspect", "transcripts.inspect", "show what an import would make", study=False)
    inspect.add_argument("transcript", type=Path, nargs="?")
    inspect.add_argument("--formats", action="store_true", help="list the formats there are")
    inspect.add_argument("--candidates", action="store_true", help="list what may be names")
    _add_reading(inspect)
    bring = add("import", "transcripts.import_", "import a transcript and its recording")
    bring.add_argument("transcript", type=Path)
    bring.add_argument("--participant", required=True, metavar="P")
    bring.add_argument("--session", required=True, metavar="N")
    bring.add_argument("--media", type=Path, metavar="FILE")
    bring.add_argument("--clock-start", default="0:00", metavar="TIME")
    bring.add_argument("--times", choices=("session", "recording"))
    bring.add_argument("--keep-names", action="store_true")
    bring.add_argument("--new-version", action="store_true")
    bring.add_argument("--purpose", choices=_PURPOSES, default="study")
    bring.add_argument("--times-from", type=Path, metavar="OTHER", help=_OTHER)
    _add_reading(bring)
    folder = add("import-folder", "batches.import_folder", "import a folder, or several sessions")
    folder.add_argument("place", type=path, help="a folder, or a file with several sessions")
    folder.add_argument("--plan", type=Path, metavar="TABLE", help="what goes where (csv, xlsx)")
    folder.add_argument("--dry-run", action="store_true", help="import nothing, show what would be")
    folder.add_argument("--write-plan", type=Path, metavar="CSV", help="write a plan to change")
    folder.add_argument("--times", choices=("session", "recording"), default="session")
    _add_reading(folder)
    turns = add("transcript", "transcripts.transcript", "print a session's turns")
    turns.add_argument("--session", required=True, metavar="P/N")
    times = add("times", "times.times", "give turns their times after the import")
    times.add_argument("--session", required=True, metavar="P/N")
    times.add_argument("--taps", type=Path, metavar="TABLE")
    times.add_argument("--estimate", action="store_true")
    times.add_argument("--drop-estimates", action="store_true")
    search = add("search", "transcripts.search", "search turns and marks over the whole study")
    search.add_argument("text")
    correct = add("correct", "transcripts.correct", "put right what was wrong at import")
    correct.add_argument("--session", required=True, metavar="P/N")
    correct.add_argument("--role", action="append", default=[], metavar="LABEL=ROLE", help=_ROLES)
    correct.add_argument("--clock-start", metavar="TIME")
    correct.add_argument("--purpose", choices=_PURPOSES)
    correct.add_argument("--media", type=Path, metavar="FILE", help="where the recording is now")
    delete = add("delete", "transcripts.delete", "delete a session with its codings")
    delete.add_argument("--session", required=True, metavar="P/N")
    delete.add_argument("--yes", action="store_true", help="do not ask")


def _add_reading(command: argparse.ArgumentParser) -> None:
    command.add_argument("--role", action="append", default=[], metavar="LABEL=ROLE", help=_ROLES)
    command.add_argument("--format", metavar="NAME")
    command.add_argument("--encoding", metavar="NAME")
    command.add_argument("--merge-gap", metavar="SECONDS")
    command.add_argument("--tier", nargs="+", action="extend", default=[], metavar="NAME")
    command.add_argument("--column", action="append", default=[], metavar="WHAT=WHICH")
    command.add_argument("--part", metavar="NAME")
    command.add_argument("--frame-rate", metavar="N")
    command.add_argument("--lift-notes", action="store_true")
    command.add_argument("--skip", action="append", default=[], metavar="FROM-TO")
    command.add_argument("--offset", action="append", default=[], metavar="LINE=TIME")
    command.add_argument("--time-pattern", metavar="PATTERN")
    command.add_argument("--as-written", action="store_true")
    command.add_argument("--names", type=Path, metavar="TABLE")
