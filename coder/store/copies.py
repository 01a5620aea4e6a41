"""A copy of a study that leaves some of it out for good: rows, what the log held of them, traces.

The log's chain covers digests, not contents, so that it still verifies; undoing what is left out
is no longer possible there. The study itself stays as it is.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.store import engine
from coder.store.file import StudyFile
from coder.store.rows import TABLES


def without(
    kind: type[Any],
    file: StudyFile,
    to: Path,
    passphrase: str | None = None,
    fresh: str | None = None,
) -> Path:
    """Write a verified copy of a study without any value of a kind, under a name not yet taken.

    ``passphrase`` is the study's own; the copy of an encrypted study is given ``fresh`` instead,
    if there is one. Raises CoderError.
    """
    if to.exists():
        raise CoderError("backup_exists", path=to)
    if fresh is not None and not file.encrypted:
        raise CoderError("copy_not_encrypted", path=file.path)
    new = None if fresh is None else engine.checked_passphrase(fresh)
    beside = to.with_name(f"{to.name}.copy")
    try:
        # One that was killed leaves words beside its place.
        for left in (beside, beside.with_name(f"{beside.name}.new")):
            engine.clear(left)
        file.back_up(beside, passphrase)
        raw = engine.connect(beside, passphrase, encrypted=file.encrypted)
        with contextlib.closing(raw), engine.translated(to):
            _purge(raw, kind)
            if new is not None:
                engine.change_passphrase(raw, new)
        _verify(beside, kind, new or passphrase, to)
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        engine.put(beside, to)
    except OSError as fault:
        raise CoderError("backup_unwritable", path=to, why=fault.strerror) from fault
    finally:
        engine.drop(beside)
    return to


def _purge(raw: Any, kind: type[Any]) -> None:
    """Delete what the file and its log hold of a kind, and rewrite the file without its traces."""
    raw.execute("PRAGMA secure_delete=ON")
    raw.execute("BEGIN IMMEDIATE")
    raw.execute(f"DELETE FROM {TABLES[kind].name}")  # noqa: S608 - a table of ours
    raw.execute("DELETE FROM log_content WHERE instr(content, ?)", (_sign(kind),))
    raw.execute("COMMIT")
    raw.execute("VACUUM")


def _sign(kind: type[Any]) -> str:
    """How the log's content begins a value; within a text its quotation marks would be escaped."""
    return f'["{kind.__name__}",{{'


def _verify(beside: Path, kind: type[Any], passphrase: str | None, to: Path) -> None:
    with contextlib.closing(StudyFile.open(beside, passphrase, write=False)) as copy:
        sound = not copy.problems() and not copy.read(kind) and not copy.holds(_sign(kind))
    if not sound:
        raise CoderError("backup_damaged", path=to, why="it is not what it should be")
