"""The arguments of the commands for a study as a whole."""

from pathlib import Path

from coder.arguments.making import REPEATED, Adder


def add_to(add: Adder) -> None:
    """Add the commands about a study as a whole."""
    new = add("new", "studies.new", "make a study")
    new.add_argument("--scheme", action="append", metavar="ID", help=REPEATED)
    new.add_argument("--encrypt", action="store_true", help="the study file, not recordings")
    add("sessions", "studies.sessions", "list participants, sessions, coders and states")
    add("check", "studies.check", "check the file, the log, every anchor and every recording")
    backup = add("backup", "studies.backup", "write a verified backup")
    backup.add_argument("--to", type=Path, metavar="PATH")
    restore = add("restore", "studies.restore", "put a backup in a study's place", study=False)
    restore.add_argument("backup", type=Path)
    restore.add_argument("study", type=Path)
    sample = add("sample", "studies.sample", "make, code and export the sample study", study=False)
    sample.add_argument("folder", nargs="?", type=Path, help="where to (./rupture-coder-sample)")
