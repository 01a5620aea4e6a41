"""Backups: written through the engine's own backup, verified, then named; kept in generations."""

import os
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.store import engine, migrate


def write(raw: Any, path: Path, passphrase: str | None, to: Path, *, encrypted: bool) -> Path:
    """Copy an open study to ``to``, verify the copy, and only then give it its name.

    An existing file is never overwritten: the damage of today must not replace the good copy of
    yesterday. Raises CoderError.
    """
    if to.exists():
        raise CoderError("backup_exists", path=to)
    before = _checked(raw, path, "study_damaged")
    beside = to.with_name(to.name + ".new")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        engine.clear(beside)
        copy = engine.connect(beside, passphrase, encrypted=encrypted)
        with closing(copy), engine.translated(to):
            raw.backup(copy)
        if engine.is_encrypted(beside) != encrypted:
            raise CoderError("no_cipher", path=to)
        with closing(engine.connect(beside, passphrase, encrypted=encrypted)) as copy:
            copied = _checked(copy, to, "backup_damaged")
        if not _same(raw, before, copied):
            raise CoderError("backup_damaged", path=to)
        _to_disk(beside)
        engine.put(beside, to)
    except OSError as fault:
        raise CoderError("backup_unwritable", path=to, why=fault.strerror) from fault
    finally:
        engine.drop(beside)
    return to


def restore(backup: Path, study: Path, passphrase: str | None) -> Path | None:
    """Put a verified copy of a backup in a study's place; return where the study's file went.

    The backup itself stays as it is. Raises CoderError.
    """
    if not study.parent.is_dir():
        raise CoderError("folder_missing", path=study.parent)
    fresh = study.with_name(study.name + ".restored")
    held = engine.lock(study)
    try:
        fresh.unlink(missing_ok=True)
        opened = engine.open_existing(backup, passphrase, migrate.refuse)
        try:
            write(opened.raw, backup, passphrase, fresh, encrypted=opened.encrypted)
        finally:
            engine.close(opened)
        aside = _set_aside(study)
        engine.put(fresh, study)
    except OSError as fault:
        raise CoderError("backup_unwritable", path=study, why=fault.strerror) from fault
    finally:
        engine.drop(fresh)
        held.release()
    return aside


def _set_aside(study: Path) -> Path | None:
    """Move a study out of its place, with the journal that a crash may have left."""
    if not study.exists():
        return None
    aside = engine.free(study.with_name(f"{study.stem}-replaced{study.suffix}"))
    study.rename(aside)
    journal = study.with_name(f"{study.name}-journal")
    if journal.exists():
        journal.rename(aside.with_name(f"{aside.name}-journal"))
    return aside


def stale(names: Iterable[Path], at: datetime) -> list[Path]:
    """Which automatic backups to drop: all of a day are kept, then one a day, a week, a month.

    24 hours whole, 14 days, 8 weeks, 24 months; a name that holds no time is never dropped.
    """
    slots: dict[object, Path] = {}
    drop = []
    for path in sorted(names, reverse=True):
        made = _made(path)
        if made is None:
            continue
        slot = _slot(made, at)
        if slot is not None and slot not in slots:
            slots[slot] = path
        else:
            drop.append(path)
    return drop


def thin(names: Iterable[Path], at: datetime) -> None:
    """Drop the automatic backups that are stale; one that cannot be dropped stays."""
    for old in stale(names, at):
        engine.drop(old)


def is_due(names: Iterable[Path], at: datetime) -> bool:
    """Tell whether no automatic backup is less than a day old."""
    made = [when for when in map(_made, names) if when is not None]
    return all(at - when >= timedelta(days=1) for when in made)


def name_at(folder: Path, study: Path, at: datetime) -> Path:
    """The name of an automatic backup."""
    return folder / f"{study.stem}-{at:%Y%m%d-%H%M%S}{study.suffix}"


def _slot(made: datetime, at: datetime) -> object:
    age = at - made
    if age < timedelta(days=1):
        return made
    if age < timedelta(days=14):
        return made.date()
    if age < timedelta(weeks=8):
        return ("week", *made.isocalendar()[:2])
    return ("month", made.year, made.month) if age < timedelta(days=730) else None


def _made(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem[-15:], "%Y%m%d-%H%M%S").astimezone()
    except ValueError:
        return None


Head = tuple[int, str]
_NO_LOG: Head = (0, "")


def _checked(raw: Any, path: Path, key: str) -> Head:
    """Where the log of a sound study ends; a damaged one raises CoderError of that key."""
    with engine.translated(path):
        (sound,) = raw.execute("PRAGMA integrity_check").fetchone()
        if sound != "ok":
            raise CoderError(key, path=path, why=sound)
        if not raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'log'").fetchone():
            return _NO_LOG
        last = raw.execute("SELECT seq, chain FROM log ORDER BY seq DESC LIMIT 1").fetchone()
    return last or _NO_LOG


def _same(raw: Any, before: Head, copied: Head) -> bool:
    """Tell whether a copy ends where the log ended, or at an act that another did meanwhile."""
    if copied == before:
        return True
    found = raw.execute("SELECT 1 FROM log WHERE seq = ? AND chain = ?", copied).fetchone()
    return copied[0] > before[0] and found is not None


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
